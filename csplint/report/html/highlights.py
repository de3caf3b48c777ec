"""
Highlighted spans of a text, however they overlap.

Elements nest and spans do not, so the text is split wherever a span begins or ends, and each piece knows every span
that covers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from csplint.model import SEVERITIES, DirectiveReport, Finding, Severity, Span


class Highlight(Struct, frozen=True):
    """A finding's span in a text; empty where something is missing. number: the finding's in its target, from 1."""

    start: int
    end: int
    severity: Severity
    number: int


class Piece(Struct, frozen=True):
    """
    A range of text covered by the same highlights.

    covering: these highlights, most severe first. ending: the highlights that end where the piece ends.
    """

    start: int
    end: int
    covering: tuple[Highlight, ...]
    ending: tuple[Highlight, ...]


def split(length: int, highlights: Sequence[Highlight]) -> Iterator[Piece]:
    """Split a text of `length` characters; empty highlights at its start get an empty piece."""
    clamped = [_clamped(each, length) for each in highlights]
    edges = sorted({0, length, *(edge for each in clamped for edge in (each.start, each.end))})
    at_start = _sorted(each for each in clamped if each.end == 0)
    if at_start:
        yield Piece(0, 0, (), at_start)
    for start, end in pairwise(edges):
        covering = _sorted(each for each in clamped if each.start <= start and end <= each.end)
        yield Piece(start, end, covering, _sorted(each for each in clamped if each.end == end))


def _clamped(highlight: Highlight, length: int) -> Highlight:
    start = min(max(highlight.start, 0), length)
    return Highlight(start, min(max(highlight.end, start), length), highlight.severity, highlight.number)


def _sorted(highlights: Iterator[Highlight]) -> tuple[Highlight, ...]:
    return tuple(sorted(highlights, key=lambda each: (SEVERITIES.index(each.severity), each.number)))


def directive_highlights(
    directive: DirectiveReport, findings: Sequence[tuple[int, Finding]], first: dict[str, int]
) -> list[Highlight]:
    """
    Give the highlights of one directive, in characters from its start.

    findings: those of its policy, numbered. first: start of the first directive of each name, because a finding
    without a span highlights the name of that one.
    """
    highlights = []
    for number, finding in findings:
        span = finding.span or _name_span(directive, finding, first)
        if span and _overlaps(span, directive.span):
            offset = directive.span.start
            highlights.append(Highlight(span.start - offset, span.end - offset, finding.severity, number))
    return highlights


def _overlaps(span: Span, directive: Span) -> bool:
    if span.start >= span.end:
        return directive.start <= span.start <= directive.end
    return span.start < directive.end and directive.start < span.end


def _name_span(directive: DirectiveReport, finding: Finding, first: dict[str, int]) -> Span | None:
    name = directive.name.lower()
    start = directive.span.start
    if (finding.directive or "").lower() != name or first.get(name) != start:
        return None
    return Span(start, start + len(directive.name))
