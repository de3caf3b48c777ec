"""
Text with stretches of it marked, however they overlap.

Elements nest and spans do not, so the text is cut wherever a mark begins or ends
and each piece knows every mark it lies under.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from csplint.model import SEVERITIES, DirectiveReport, Finding, Severity, Span


class Mark(Struct, frozen=True):
    """A finding's stretch of a text. number: the finding's in its target, from 1; an empty stretch is a gap."""

    start: int
    end: int
    severity: Severity
    number: int


class Piece(Struct, frozen=True):
    """A stretch of text under the same marks, most severe first, and the marks that end where it ends."""

    start: int
    end: int
    under: tuple[Mark, ...]
    ending: tuple[Mark, ...]


def cut(length: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Cut a text of so many characters; an empty piece stands where only gaps are."""
    inside = [_clamped(mark, length) for mark in marks]
    edges = sorted({0, length, *(edge for mark in inside for edge in (mark.start, mark.end))})
    gaps_at_0 = _sorted(mark for mark in inside if mark.end == 0)
    if gaps_at_0:
        yield Piece(0, 0, (), gaps_at_0)
    for start, end in pairwise(edges):
        under = _sorted(mark for mark in inside if mark.start <= start and end <= mark.end)
        yield Piece(start, end, under, _sorted(mark for mark in inside if mark.end == end))


def _clamped(mark: Mark, length: int) -> Mark:
    start = min(max(mark.start, 0), length)
    return Mark(start, min(max(mark.end, start), length), mark.severity, mark.number)


def _sorted(marks: Iterator[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (SEVERITIES.index(mark.severity), mark.number)))


def directive_marks(
    directive: DirectiveReport, findings: Sequence[tuple[int, Finding]], first: dict[str, int]
) -> list[Mark]:
    """
    The marks of one directive, counted from its start.

    findings: those of its policy, numbered. first: where the first directive of each name stands; a finding without a
    span is about that one, and marks its name.
    """
    marks = []
    for number, finding in findings:
        span = finding.span or _name_of(directive, finding, first)
        if span and _meets(span, directive.span):
            offset = directive.span.start
            marks.append(Mark(span.start - offset, span.end - offset, finding.severity, number))
    return marks


def _meets(span: Span, directive: Span) -> bool:
    if span.start >= span.end:
        return directive.start <= span.start <= directive.end
    return span.start < directive.end and directive.start < span.end


def _name_of(directive: DirectiveReport, finding: Finding, first: dict[str, int]) -> Span | None:
    name = directive.name.lower()
    start = directive.span.start
    if (finding.directive or "").lower() != name or first.get(name) != start:
        return None
    return Span(start, start + len(directive.name))
