"""The answer, first: does the widget load, and what to send instead."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Corrected, HeaderChange, TargetReport, Verdict
from csplint.report.terminal import Lines, Part, Style
from csplint.report.to_send import directives, steps, to_send

_MARKS: dict[str, tuple[str, Style]] = {"works": ("✓", "good"), "partly": ("!", "warning"), "broken": ("✗", "error")}
_UNKNOWN: tuple[str, Style] = ("?", "warning")
_PROVED = {
    "works": "every need is met",
    "partly": "the widget loads, and parts of it still fail",
    "broken": "the widget still does not load",
}


def write_answer(lines: Lines, target: TargetReport) -> None:
    """The verdict, and the corrected policies where there are any."""
    if target.verdict is not None:
        _write_verdict(lines, target.verdict)
    if target.corrected is not None:
        _write_corrected(lines, target.corrected)


def _write_verdict(lines: Lines, verdict: Verdict) -> None:
    mark, style = _MARKS.get(verdict.if_added or verdict.state, _UNKNOWN)
    lines.prose(verdict.text, Part(mark, style), " ", hang=2)
    for browser, state in verdict.browsers.items():
        lines.prose(f"In {browser.capitalize()} {_IN_BROWSER[state]}.", "  ", hang=2)


_IN_BROWSER = {
    "works": "it works",
    "partly": "it loads, but parts of it fail",
    "broken": "it does not load",
    "unknown": "that is unknown",
    "absent": "it is not on the page",
}


def _write_corrected(lines: Lines, corrected: Corrected) -> None:
    changed = [each for each in corrected.headers if each.action != "keep"]
    metas = [each for each in corrected.metas if each.action != "keep"]
    if changed or metas:
        proof = corrected.proof
        lines.line()
        lines.prose(
            f"Send this instead. It was checked: {_PROVED.get(proof.verdict, 'the rest is unknown')}, "
            "and nothing that is allowed now is blocked.",
            "  ",
            hang=2,
        )
    for header in changed:
        _write_change(lines, header.name, header)
    for meta in metas:
        place = f" on line {meta.place.line}" if meta.place else ""
        _write_change(lines, f"the meta element{place}", HeaderChange(meta.action, "", meta.before, meta.after))
    for tag in corrected.tags:
        lines.prose(
            f"give the tag on line {tag.place.line} a {tag.attribute}: {tag.value}.",
            "  ",
            Part("tag", "bold"),
            " ",
            hang=6,
        )
    for step in steps(corrected):
        lines.prose(step, "  ", Part("to do", "bold"), " ", hang=8)


def _write_change(lines: Lines, name: str, change: HeaderChange) -> None:
    lines.line()
    if change.after is None:
        lines.prose(f"Stop sending {name}: {to_send(change.before or '')}", "    ", hang=6)
        return
    lines.line("    ", Part(f"{name}:", "bold"))
    for mark, directive in _marked(to_send(change.before or ""), to_send(change.after)):
        lines.prose(directive, "    ", Part(mark, "good") if mark == "+" else " ", " ", hang=8)


def _marked(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each directive of the new value, with + where the old one does not have it."""
    known = {directive.rstrip(";,") for directive in directives(before)}
    for directive in directives(after):
        yield " " if directive.rstrip(";,") in known else "+", directive
