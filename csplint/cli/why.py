"""`csplint why`: what a browser's message means, and what to send instead."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import typer
from msgspec.structs import replace

from csplint.cli.batch_lines import batch_lines
from csplint.cli.check_request import check_request
from csplint.cli.checking import CheckRequest, inputs_of, run_options
from csplint.cli.config.settings import read_settings
from csplint.cli.parameters import command, values_of
from csplint.cli.why_texts import read_messages
from csplint.cli.write import text_lines
from csplint.engine.why import Known, explain, in_turn, together, without_following
from csplint.errors import UsageError
from csplint.messages.message import Message
from csplint.messages.read import is_message, read_one, read_text
from csplint.model.explanation import Explanation
from csplint.report.escape import harmless_json
from csplint.report.json_report import json_line
from csplint.report.text.explanation import write_explanations
from csplint.report.to_send import to_send

_OWN = frozenset({"messages", "batch", "form"})
"""Parameters of this command that are no settings."""

Messages = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MESSAGE|FILE]...",
        help="A line of the console, or a file with some, or with violation reports as JSON; - for standard input.",
        show_default=False,
    ),
]
Batch = Annotated[
    str | None,
    typer.Option(
        "--batch",
        metavar="FILE",
        help="Explain each line of this file, one message or report, as one JSON object a line; - for standard input.",
    ),
]
Form = Annotated[
    Literal["text", "json"], typer.Option("--format", "-f", help="text, or json: an array of explanations.")
]


@command
def why(
    context: typer.Context,
    messages: Messages = None,
    batch: Batch = None,
    form: Form = "text",
    **page_options: Any,
) -> int:
    """
    Explain what a browser says: a line of its console, a whole console, or a violation report.

    It says what the message does to the widget, why, and what to send instead. A message shows one directive at most: give
    the page with --page URL, or its whole policy with --policy TEXT, for an answer that covers the rest. Without a MESSAGE,
    paste the lines: no shell gets in the way of their quotation marks.

    Exit 0 if nothing is blocked, 1 if something is, 3 if no message was recognised.
    """
    given = {name: value for name, value in values_of(context).items() if name not in _OWN}
    request = check_request(read_settings(given))
    known = _known(request)
    if batch is not None:
        if messages:
            raise UsageError("--batch reads the messages from its file; do not give a message as well")
        _write_batch(batch, request, known)
        return 0
    return explain_messages(read_messages(messages or []), request, known, form)


def explain_messages(
    messages: Iterable[Message], request: CheckRequest, known: Known, form: Literal["text", "json"]
) -> int:
    """Write the explanations to standard output; gives the exit code."""
    given = list(messages)
    found = [explain(each, request.packs, known) for each in given]
    if form == "json":
        sys.stdout.write(f"{json_line([_to_send(each) for each in found])}")
    else:
        verbose = request.display.show.verbose
        kept = given if verbose else without_following(given)
        shown = [each for message, each in zip(given, found, strict=True) if message in kept]
        merged = together(kept, shown)
        both = (merged.before, merged.after) if merged and len(shown) > 1 else None
        with text_lines(request.display) as lines:
            write_explanations(lines, in_turn(shown), both, following=len(found) - len(shown), verbose=verbose)
    if all(each.kind == "unknown" for each in found):
        return 3
    return int(any(each.kind != "unknown" and each.disposition == "enforce" for each in found))


def explain_text(text: str, request: CheckRequest) -> int | None:
    """Explain a target of `csplint check` that is what a browser said; None if it is not."""
    if not is_message(text):
        return None
    form: Literal["text", "json"] = "json" if request.format == "json" else "text"
    return explain_messages(read_text(text), request, _known(request), form)


def _to_send(each: Explanation) -> Explanation:
    """The explanation without nonces to copy."""
    return replace(each, before=to_send(each.before), after=to_send(each.after))


def _write_batch(name: str, request: CheckRequest, known: Known) -> None:
    """One JSON object for each message of each line; a line without any gives one of kind "unknown"."""
    for data in batch_lines(name):
        line = data.decode("utf-8", "replace")
        for message in read_one(line) or (Message(kind="unknown", text=line.strip()),):
            sys.stdout.write(f"{harmless_json(json_line(_to_send(explain(message, request.packs, known))).strip())}\n")


def _known(request: CheckRequest) -> Known:
    """What the user gave besides the messages; raises TargetError for a page that cannot be read."""
    if request.policies or request.report_only:
        from csplint.engine.subject import policy_subject  # noqa: PLC0415

        texts = [*request.policies, *request.report_only]
        return Known(policy_subject("policy", request.page, texts, []))
    if not request.page:
        return Known()
    from csplint.engine.run import read_subject  # noqa: PLC0415

    page = replace(request, targets=(request.page,), page="")
    return Known(read_subject(inputs_of(page)[0], run_options(page)), is_page=True)
