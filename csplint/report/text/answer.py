"""The answer, first: does the widget load, why not, and what to send instead."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Corrected, HeaderChange, TargetReport, Verdict
from csplint.report.phrases import IN_BROWSER, counted, proved, requirement_counts
from csplint.report.terminal import Lines, Part, Style
from csplint.report.text.command import command
from csplint.report.to_send import directives, steps, to_send

_MARKS: dict[str, tuple[str, Style]] = {"works": ("✓", "good"), "partly": ("!", "warning"), "broken": ("✗", "error")}
_UNKNOWN: tuple[str, Style] = ("?", "warning")
_LONGEST = 8000
"""Characters of the longest source to copy; servers refuse longer headers."""


def write_answer(lines: Lines, target: TargetReport) -> None:
    """The verdict, and the corrected policies if there are any."""
    if target.verdict is not None:
        _write_verdict(lines, target)
    if target.no_widget:
        lines.prose(target.no_widget, hang=0)
    if target.corrected is not None:
        _write_corrected(lines, target, target.corrected)


def _write_verdict(lines: Lines, target: TargetReport) -> None:
    verdict = target.verdict
    if verdict is None:
        return
    mark, style = _MARKS.get(verdict.if_added or verdict.state, _UNKNOWN)
    lines.prose(_text(verdict, target), Part(mark, style), " ", hang=2)
    for more in (verdict.because, verdict.then):
        if more:
            lines.prose(more, "  ", hang=2)
    if verdict.state == "absent":
        lines.prose(_NOT_USED, "  ", hang=2)
    for browser, state in verdict.browsers.items():
        lines.prose(f"In {browser.capitalize()} {IN_BROWSER[state]}.", "  ", hang=2)


def _text(verdict: Verdict, target: TargetReport) -> str:
    met, applicable = requirement_counts(target)
    if verdict.state == "works" and met == applicable > 0:
        return f"{verdict.text.partition(':')[0]}: all {counted(met, 'need')} are met."
    return verdict.text


_NOT_USED = "If the page does not use it, add --vendor auto: csplint then judges only the widgets on the page."


def _write_corrected(lines: Lines, target: TargetReport, corrected: Corrected) -> None:
    changed = [each for each in corrected.headers if each.action != "keep"]
    metas = [each for each in corrected.metas if each.action != "keep"]
    if changed or metas:
        lines.line()
        lines.prose(_introduction(target, corrected), "  ", hang=2)
    for header in changed:
        _write_change(lines, header.name, header)
    for meta in metas:
        place = f" on line {meta.place.line}" if meta.place else ""
        _write_change(lines, f"the meta element{place}", HeaderChange(meta.action, "", meta.before, meta.after))
    if changed or metas or corrected.tags or corrected.steps:
        lines.line()
    for tag in corrected.tags:
        text = f"Give {tag.tag} a {tag.attribute}: {tag.value}."
        lines.prose(text, "  ", Part("to do", "bold"), "  ", hang=9)
    for step in steps(corrected):
        lines.prose(step, "  ", Part("to do", "bold"), "  ", hang=9)
    if changed or metas:
        lines.prose(command("fix", target, "--as header"), "  ", Part("copy", "bold"), "   ", hang=9)


def _introduction(target: TargetReport, corrected: Corrected) -> str:
    actions = {each.action for each in corrected.headers if _is_policy(each)} | {
        each.action for each in corrected.metas
    }
    if actions <= {"keep"}:
        return f"Send this header instead. It was checked: {proved(target, corrected)}."
    if not target.policies:
        return f"Try this policy. It was checked: {proved(target, corrected)}."
    if actions <= {"keep", "remove"}:
        return f"Send one policy less. It was checked: {proved(target, corrected)}, and nothing more is blocked."
    found = f"Send this policy instead. It was checked: {proved(target, corrected)}"
    if corrected.proof.still_allowed:
        return f"{found}, and nothing that is allowed now is blocked."
    return f"{found}. It blocks some of what is allowed now: read what changes."


def _write_change(lines: Lines, name: str, change: HeaderChange) -> None:
    lines.line()
    if change.after is not None and not _is_policy(change):
        lines.prose(change.after, "    ", Part(f"{name}:", "bold"), " ", hang=6, limit=_LONGEST)
        return
    if change.after is None:
        lines.prose(f"Stop sending {name}: {to_send(change.before or '')}", "    ", hang=6)
        return
    lines.line("    ", Part(f"{name}:", "bold"))
    for mark, indent, text in marked(to_send(change.before or ""), to_send(change.after)):
        style: Style = "good" if mark == "+" else "bad" if mark == "-" else "plain"
        lines.prose(text, "    ", Part(mark, style), indent, hang=8, limit=_LONGEST)


def _is_policy(change: HeaderChange) -> bool:
    """Whether it is a policy, and not another header; a meta element has no name."""
    return not change.name or change.name.lower().startswith("content-security-policy")


def marked(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """
    The new value in rows of mark, indentation and text.

    A directive is a row. "+" marks a new directive; the sources that a directive gains are a row of their own below it, and
    so are those that it loses, with "-".
    """
    old = {_name(each): _words(each) for each in reversed(directives(before))}
    for directive in directives(after):
        was, words = old.pop(_name(directive), []), _words(directive)
        end = directive[-1] if directive[-1] in ";," else ""
        kept = [word for word in words if word in was] if was else []
        if len(kept) < min(len(words), 2):  # new, or nothing but the name is kept
            yield "+", " ", directive
            continue
        added, removed = [word for word in words if word not in was], [word for word in was if word not in words]
        rows = [(" ", " ", kept), ("-", "   ", removed), ("+", "   ", added)]
        shown = [(mark, indent, row) for mark, indent, row in rows if row]
        last = max((number for number, row in enumerate(shown) if row[0] != "-"), default=-1)
        for number, (mark, indent, row) in enumerate(shown):
            yield mark, indent, " ".join(row) + (end if number == last else "")
    for gone in old.values():
        yield "-", " ", " ".join(gone)


def _name(directive: str) -> str:
    return directive.split(" ", 1)[0].rstrip(";,").lower()


def _words(directive: str) -> list[str]:
    return directive.rstrip(";,").split()
