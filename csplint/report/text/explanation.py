"""Explanations of browsers' messages as text: what it does, why, what to send instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.model import WidgetState
from csplint.model.explanation import Explanation
from csplint.report.phrases import counted
from csplint.report.terminal import Lines, Part, Style
from csplint.report.text.answer import marked
from csplint.report.to_send import NONCE_STEP, has_nonce, to_send

_MARKS: dict[WidgetState | None, tuple[str, Style]] = {"broken": ("✗", "error"), "partly": ("!", "warning")}
_OTHER: tuple[str, Style] = ("–", "info")
_ORDER: tuple[WidgetState | None, ...] = ("broken", "partly")
_LONGEST = 8000


class _View(Struct):
    """
    How explanations are written.

    answered: the policies that were written already. merged: there is one answer for several; is_answered: it was written.
    """

    verbose: bool
    several: bool
    merged: bool
    answered: set[str]
    is_answered: bool = False


class Counted(Struct, frozen=True):
    """An explanation and how many messages of the text have it."""

    explanation: Explanation
    count: int = 1


def in_order(explanations: Iterable[Explanation]) -> list[Counted]:
    """The explanations, each once: what stops the widget first, then what breaks parts of it, then the rest."""
    found: dict[tuple[object, ...], Counted] = {}
    for each in explanations:
        key = (each.kind, each.verdict, each.cause, each.after, each.disposition)
        before = found.get(key)
        found[key] = Counted(each, 1) if before is None else Counted(before.explanation, before.count + 1)
    return sorted(found.values(), key=lambda each: _rank(each.explanation))


def _rank(each: Explanation) -> tuple[int, int]:
    """What a policy blocks, then other causes, then what it would block, then what is only about its text."""
    kind = {"enforce": 0, "report": 2, None: 3}[each.disposition] if each.kind == "csp" else 1
    state = _ORDER.index(each.state) if each.state in _ORDER else len(_ORDER)
    return (kind, state)


def write_explanations(
    lines: Lines,
    explanations: Sequence[Explanation],
    merged: tuple[str, str] | None = None,
    *,
    following: int = 0,
    verbose: bool = False,
) -> None:
    """
    Write every explanation; lines that no browser is known to print are only counted, unless there is nothing else.

    merged: the directives of several explanations, before and after all of their changes; they are written once, after the
    first. following: how many messages are left out that only follow from these.
    """
    known = [each for each in explanations if each.kind != "unknown"]
    shown = in_order(known or explanations)
    view = _View(verbose, len(shown) > 1, merged is not None, set())
    for number, each in enumerate(shown):
        if number:
            lines.line()
        has_answer = view.merged and each.explanation.policy == "part" and bool(each.explanation.add)
        _write(lines, each, view, is_first=has_answer and not view.is_answered)
        if merged and has_answer and not view.is_answered:
            _write_merged(lines, *merged)
            view.is_answered = True
    missing = [each.explanation.missing for each in shown if each.explanation.missing]
    for text in dict.fromkeys(missing) if len(shown) > 1 else ():
        lines.line()
        lines.prose(text, hang=0)
    unknown = len(explanations) - len(known)
    if (known and unknown) or following:
        lines.line()
    if following:
        lines.prose(f"{counted(following, 'other line')} left out: what fails there follows from this.", hang=0)
    if known and unknown:
        lines.prose(f"{counted(unknown, 'other line')} left out: no message about a policy.", hang=0)


def _write_merged(lines: Lines, before: str, after: str) -> None:
    lines.line()
    lines.prose("Send these directives instead. They allow what all of these messages are about.", "  ", hang=2)
    lines.line()
    _write_rows(lines, before, after)


def _write(lines: Lines, found: Counted, view: _View, *, is_first: bool) -> None:
    each = found.explanation
    mark, style = _OTHER if each.disposition == "report" else _MARKS.get(each.state, _OTHER)
    times = f" ({found.count} messages)" if found.count > 1 else ""
    lines.prose(f"{each.verdict}{times}", Part(mark, style), " ", hang=2)
    if view.several or view.verbose:
        lines.prose(_shortened(each.text), "  ", Part("message", "dim"), " ", hang=4)
    if each.cause:
        lines.prose(each.cause, "  ", hang=2)
    if each.line:
        lines.prose(f"It is on line {each.line} of the page.", "  ", hang=2)
    if each.symptom_text:
        lines.prose(f"In the vendor's troubleshooting table: {each.symptom_text}", "  ", hang=2)
    is_merged = view.merged and each.policy == "part"
    if each.after and each.after not in view.answered and not is_merged:
        view.answered.add(each.after)
        _write_change(lines, each)
    elif each.after and each.after in view.answered:
        lines.prose("The policy above allows it.", "  ", hang=2)
    elif is_merged and each.add:
        if not is_first:
            lines.prose("The directives above allow it.", "  ", hang=2)
    elif each.fix:
        lines.prose(each.fix, "  ", Part("to do", "bold"), "  ", hang=9)
    if each.missing and not view.several:
        if each.after:
            lines.line()
        lines.prose(each.missing, "  ", hang=2)


def _shortened(text: str) -> str:
    if text.startswith("{"):
        return "a violation report"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


_MOST_SHOWN = 160


def _write_change(lines: Lines, each: Explanation) -> None:
    what = "policy" if each.policy == "whole" else "directive"
    proved = "It was checked: it allows this, and nothing that is allowed now is blocked." if each.checked else each.fix
    lines.line()
    lines.prose(f"Send this {what} instead. {proved}", "  ", hang=2)
    lines.line()
    _write_rows(lines, each.before, each.after)


def _write_rows(lines: Lines, before: str, after: str) -> None:
    for mark, indent, text in marked(to_send(before), to_send(after)):
        style: Style = "good" if mark == "+" else "bad" if mark == "-" else "plain"
        lines.prose(text, "    ", Part(mark, style), indent, hang=8, limit=_LONGEST)
    if has_nonce(after):
        lines.line()
        lines.prose(NONCE_STEP, "  ", Part("to do", "bold"), "  ", hang=9)
