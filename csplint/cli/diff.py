"""`csplint diff`: what became of a policy, for a pull request's gate."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import typer
from msgspec.structs import replace

from csplint.cli.check_request import check_request
from csplint.cli.checking import CheckRequest, inputs_of, run_options
from csplint.cli.config.settings import read_settings
from csplint.cli.parameters import command, values_of
from csplint.cli.write import text_lines
from csplint.csp.change import Change, change
from csplint.csp.policy import Delivered
from csplint.csp.preserve import Loss
from csplint.errors import UsageError
from csplint.page.target import looks_like_url
from csplint.report.json_report import json_line
from csplint.report.phrases import counted
from csplint.report.terminal import Lines, Part, Style

_OWN = frozenset({"before", "after", "form"})

Before = Annotated[
    str,
    typer.Argument(
        metavar="BEFORE", help="The policy as it was: its text, a saved response, a configuration file, or a URL."
    ),
]
After = Annotated[str, typer.Argument(metavar="AFTER", help="The policy as it is or will be, in any of these forms.")]
Form = Annotated[Literal["text", "json"], typer.Option("--format", "-f", help="text or json.")]


@command
def diff(context: typer.Context, before: Before, after: After, form: Form = "text", **page_options: Any) -> int:
    """
    Say what a changed policy allows now and did not before, and what it no longer allows.

    Every source is asked about as browsers read it, so that another order, other white space or a narrower host is no change
    for the worse. --page is the page's URL, which is what 'self' means.

    Exit 0 if nothing more is allowed, 1 if something is, 3 if one of the two could not be read.
    """
    given = {name: value for name, value in values_of(context).items() if name not in _OWN}
    request = check_request(read_settings(given))
    found = change(_delivered(before, request), _delivered(after, request), request.page)
    if form == "json":
        sys.stdout.write(json_line(_as_json(found)))
    else:
        with text_lines(request.display) as lines:
            _write(lines, found)
    return int(found.is_looser)


def _delivered(text: str, request: CheckRequest) -> tuple[Delivered, ...]:
    """The policies that an argument is or sends. Raises TargetError or UsageError."""
    from pathlib import Path  # noqa: PLC0415

    try:
        is_file = text == "-" or Path(text).exists()
    except (OSError, ValueError):
        is_file = False
    if not is_file and not (looks_like_url(text) and " " not in text.strip()):
        return (Delivered(text, "text", "enforce"),)
    from csplint.engine.run import read_subject  # noqa: PLC0415

    one = replace(request, targets=(text,), policies=(), report_only=(), configured=())
    inputs = inputs_of(one)
    if len(inputs) != 1:
        raise UsageError(
            f"{text} sends other policies to {len(inputs)} parts of the site; compare two policies or two answers"
        )
    return read_subject(inputs[0], run_options(one)).delivered


def _as_json(found: Change) -> dict[str, object]:
    def listed(losses: Iterable[Loss]) -> list[dict[str, str]]:
        return [{"directive": each.effective, "source": each.source} for each in losses]

    return {
        "looser": listed(found.looser),
        "tighter": listed(found.tighter),
        "appeared": found.appeared,
        "gone": found.gone,
    }


def _write(lines: Lines, found: Change) -> None:
    if found.gone:
        lines.prose("The page has no enforced policy any more: everything is allowed.", Part("✗", "error"), " ", hang=2)
    elif found.appeared:
        lines.prose("The page has a policy now, and had none.", Part("✓", "good"), " ", hang=2)
    elif not found.looser and not found.tighter:
        lines.prose("Both allow the same.", Part("✓", "good"), " ", hang=2)
    _write_all(lines, "allowed now and not before", found.looser, "✗", "error")
    _write_all(lines, "no longer allowed", found.tighter, "✓", "good")


def _write_all(lines: Lines, what: str, losses: Sequence[Loss], mark: str, style: Style) -> None:
    if losses:
        lines.prose(f"{counted(len(losses), 'thing')} {what}:", Part(mark, style), " ", hang=2)
    widest = max((len(each.effective) for each in losses), default=0)
    for each in losses:
        source = each.source or "(anything: no directive restricts it)"
        lines.prose(source, "    ", Part(each.effective.ljust(widest), "bold"), "  ", hang=6)
