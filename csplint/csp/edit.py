"""
Changes to a policy's text: as small as can be, so that its author recognises the rest.

Every function gives replacements of stretches of the policy's own text; `apply`
makes them. Nothing is reformatted, and nothing that was allowed is blocked
unless a function says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.csp.policy import Directive, Policy
from csplint.csp.source import SourceKind


class Replacement(Struct, frozen=True, order=True):
    """Put `text` in place of the characters `start` to `end` (equal: insert)."""

    start: int
    end: int
    text: str


def apply(text: str, replacements: Iterable[Replacement]) -> str:
    """Make all replacements; they must not overlap."""
    for each in sorted(replacements, reverse=True):
        text = text[: each.start] + each.text + text[each.end :]
    return text


def add_sources(policy: Policy, effective: str, expressions: Sequence[str]) -> tuple[Replacement, ...]:
    """
    Add source expressions to the list that governs `effective`, for it alone.

    Where default-src stands in, a directive of its own is added which repeats
    default-src's list: putting the source into default-src would allow it for
    everything else too.
    """
    governing = policy.governing(effective)
    if governing is None:
        return ()
    if governing.name in {"default-src", "child-src"} and governing.name != effective:
        return (_new_directive(policy, plain_name(effective), [*_kept(governing, effective), *expressions]),)
    return _append(governing, expressions)


def plain_name(effective: str) -> str:
    """script-src-elem and -attr are written as script-src: what people know, and what the widget's guide says."""
    return effective.removesuffix("-elem").removesuffix("-attr")


def _kept(directive: Directive, effective: str) -> list[str]:
    """What a directive of its own must repeat: nonces, hashes and keywords mean nothing outside scripts and styles."""
    listed = directive.list
    wanted = listed.sources if effective.startswith(("script-src", "style-src")) else listed.locations
    return [source.text for source in wanted if source.kind != SourceKind.NONE]


def _append(directive: Directive, expressions: Sequence[str]) -> tuple[Replacement, ...]:
    added = " ".join(expressions)
    nones = [token for token in directive.tokens if token.source.kind == SourceKind.NONE]
    if nones and len(nones) == len(directive.tokens):
        return (Replacement(nones[0].span.start, directive.span.end, added),)
    return (Replacement(directive.span.end, directive.span.end, f" {added}"),)


def _new_directive(policy: Policy, name: str, expressions: Sequence[str]) -> Replacement:
    text = policy.text
    separator = " " if text.endswith(";") else "; "
    return Replacement(len(text), len(text), f"{separator}{name} {' '.join(expressions)}")


def remove_sources(directive: Directive, unwanted: Iterable[str]) -> tuple[Replacement, ...]:
    """Take the tokens written so out of a directive, each with the white space before it; blocks what they allowed."""
    texts = frozenset(unwanted)
    gone = [number for number, source in enumerate(directive.list.sources) if source.text in texts]
    if gone and len(gone) == len(directive.list.sources):
        return (Replacement(directive.offset, directive.span.end, "'none'"),)
    return remove_tokens(directive, gone)


def remove_tokens(directive: Directive, numbers: Iterable[int]) -> tuple[Replacement, ...]:
    """Take tokens out, counted from 0, each with the white space before it; the others stay as they are."""
    return tuple([_removed(directive, number) for number in numbers])


def _removed(directive: Directive, number: int) -> Replacement:
    before = directive.token(number - 1).span if number else directive.name_span
    return Replacement(before.end, directive.token(number).span.end, "")


def replace_sources(
    policy: Policy, effective: str, unwanted: Iterable[str], wanted: Sequence[str]
) -> tuple[Replacement, ...]:
    """Give what governs `effective` a list without some tokens and with others, for it alone."""
    governing = policy.governing(effective)
    if governing is None:
        return ()
    texts = frozenset(unwanted)
    if governing.name in {"default-src", "child-src"} and governing.name != effective:
        kept = [text for text in _kept(governing, effective) if text not in texts]
        return (_new_directive(policy, plain_name(effective), [*kept, *wanted]),)
    kept = [source.text for source in governing.list.sources if source.kind != SourceKind.NONE]
    words = [*(text for text in kept if text not in texts), *wanted]
    return (Replacement(governing.offset, governing.span.end, " ".join(words) or "'none'"),)
