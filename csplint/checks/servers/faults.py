"""The faults that the reader of a configuration file found in it."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.page.document import Place


@check(
    of="answer",
    needs=("source",),
    capped=True,
    rules=(
        "block-replaced",
        "comma-by-append",
        "duplicate-header",
        "framework-refuses",
        "header-lost-by-nesting",
        "header-replaced",
        "header-without-always",
        "helmet-defaults",
        "ignored-line",
        "line-end-in-value",
        "line-too-long",
        "literal-nonce",
        "matcher-loses",
        "percent-in-value",
        "route-not-reached",
        "too-many-rules",
        "two-senders",
        "unquoted-keyword-passes",
        "value-with-comment",
        "weak-nonce",
    ),
)
def server_faults(context: Context) -> Iterator[Problem]:
    """Report what is wrong in the file itself, in the order of the file."""
    if context.source is None:
        return
    for placed in context.source.faults:
        fault = placed.fault
        yield Problem(
            rule=fault.rule,
            message=fault.message,
            value=placed.text,
            place=Place(placed.line, placed.column),
            fix=fault.fix,
            safety="unsafe",
            edits=server_edit(fault.fix) if fault.fix else (),
        )
