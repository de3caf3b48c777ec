"""How many of what: the words for kinds of requests."""

from __future__ import annotations

from csplint.checks.own_page.groups import Group
from csplint.checks.problem import Problem, where
from csplint.csp.policy import Span
from csplint.csp.source import SourceKind

_NOUNS = {
    "script": ("script", "scripts"),
    "inline-script": ("inline script", "inline scripts"),
    "event-handler": ("event handler", "event handlers"),
    "javascript-url": ("javascript: URL", "javascript: URLs"),
    "style": ("style sheet", "style sheets"),
    "inline-style": ("style element", "style elements"),
    "style-attr": ("style attribute", "style attributes"),
    "img": ("image", "images"),
    "media": ("media file", "media files"),
    "font": ("font", "fonts"),
    "frame": ("frame", "frames"),
    "object": ("embedded object", "embedded objects"),
    "manifest": ("manifest", "manifests"),
    "prefetch": ("prefetch", "prefetches"),
    "connect": ("preloaded file", "preloaded files"),
    "beacon": ("ping", "pings"),
    "form": ("form", "forms"),
    "base": ("base URL", "base URLs"),
}
_SHOWN = 100


def counted(found: Group) -> str:
    """`1 image`, `3 scripts`, `2 style elements and 4 style attributes`; a file asked for twice is one."""
    numbers: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for refusal in found.refusals:
        request = refusal.own.request
        if not request.url or (request.kind, request.url) not in seen:
            numbers[request.kind] = numbers.get(request.kind, 0) + 1
            seen.add((request.kind, request.url))
    return " and ".join(f"{number} {_NOUNS[kind][number > 1]}" for kind, number in numbers.items())


def shown(text: str) -> str:
    """Text of the page for a sentence: cut where nobody would read on; of a data: URL the type is enough."""
    if text[:5].lower() == "data:":
        return text[:40].partition(",")[0] + ",…"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def name(found: Group) -> str:
    """The directive that governs, and for what it stands in."""
    return where(found.directive, found.effective)


def problem(found: Group, rule: str, message: str) -> Problem:
    """A problem at a group's first request, to be completed with what is its own."""
    return Problem(
        rule=rule,
        message=message,
        policy=found.policy,
        directive=found.directive.name,
        span=list_span(found),
        place=found.first.own.found.place,
        request=found.first.own.request,
    )


def list_span(found: Group) -> Span:
    """'none' where the list says so, else the directive's name."""
    for token in found.directive.tokens if len(found.directive.value) < _SHORT else ():
        if token.source.kind == SourceKind.NONE:
            return token.span
    return found.directive.name_span


_SHORT = 20
