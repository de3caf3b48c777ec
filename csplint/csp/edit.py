"""
Edits of a policy's text, as small as possible, so that its author recognises the rest.

Every function returns replacements of stretches of the policy's own text; `apply` makes them. No edit reformats
anything. Functions that can block what was allowed before say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from csplint.csp.parse import parse_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind


class Replacement(Struct, frozen=True, order=True):
    """Put `text` in place of the characters `start` to `end`, exclusive; where they are equal, insert it."""

    start: int
    end: int
    text: str


def apply(text: str, replacements: Iterable[Replacement]) -> str:
    """Make all replacements; they must not overlap."""
    for each in sorted(replacements, reverse=True):
        text = text[: each.start] + each.text + text[each.end :]
    return text


Spelling = Callable[[Source], str]
"""The text to copy for a source, "" for none, or several sources separated by spaces."""


def as_read(source: Source) -> str:
    """What browsers read: nothing for what is not a source."""
    return "" if source.kind == SourceKind.INVALID else source.text


def add_sources(
    policy: Policy, effective: str, expressions: Sequence[str], spelling: Spelling = as_read
) -> tuple[Replacement, ...]:
    """
    Add source expressions to the list that governs `effective`, and to nothing else.

    spelling: how a source is copied from a fallback into a new directive.

    Where default-src (or child-src) governs as a fallback, add a new directive that repeats its list: adding the source
    to default-src would allow it for everything else too.
    """
    governing = policy.governing(effective)
    if governing is None:
        return ()
    if _is_shared(governing, effective):
        sources = [*_inherited(governing, effective, spelling), *expressions]
        return (_new_directive(policy, plain_name(effective), " ".join(dict.fromkeys(sources))),)
    return _append(governing, expressions)


def plain_name(effective: str) -> str:
    """The name people write: script-src for script-src-elem and script-src-attr, style-src likewise."""
    return effective.removesuffix("-elem").removesuffix("-attr")


def _is_shared(governing: Directive, effective: str) -> bool:
    """
    Whether the directive is a fallback that governs other requests too.

    What workers need, such as blob:, must not come into script-src; only 'strict-dynamic' there says of workers what no
    list of their own can say.
    """
    if effective == "worker-src" and governing.name == "script-src":
        return not governing.list.strict_dynamic
    return governing.name in {"default-src", "child-src"} and governing.name != effective


def _inherited(directive: Directive, effective: str, spelling: Spelling) -> list[str]:
    """The fallback's sources that a new directive must repeat; nonces, hashes and keywords only matter to scripts and styles."""
    everything = effective.startswith(("script-src", "style-src"))
    copied = parse_sources(text for source in directive.list.sources for text in spelling(source).split())
    wanted = (each for each in copied if each.kind != SourceKind.NONE and (everything or each.is_location))
    return list(dict.fromkeys(each.text for each in wanted))


def _append(directive: Directive, expressions: Sequence[str]) -> tuple[Replacement, ...]:
    listed = {source.text for source in directive.list.sources}
    added = " ".join(each for each in dict.fromkeys(expressions) if each not in listed)
    if not added:
        return ()
    if listed and all(source.kind == SourceKind.NONE for source in directive.list.sources):
        return (Replacement(directive.offset, directive.span.end, added),)
    return (Replacement(directive.span.end, directive.span.end, f" {added}"),)


def _new_directive(policy: Policy, name: str, value: str) -> Replacement:
    end = len(policy.text)
    separator = " " if policy.text.endswith(";") else "; "
    return Replacement(end, end, f"{separator}{name} {value}")


def with_directive(policy: Policy, name: str, value: str) -> tuple[Replacement, ...]:
    """Add a directive, or give the one in force another value; blocks what the old value allowed."""
    directive = policy.in_force.get(name)
    if directive:
        return (Replacement(directive.name_span.end, directive.span.end, f" {value}"),)
    return (_new_directive(policy, name, value),)


def remove_sources(directive: Directive, unwanted: Iterable[str]) -> tuple[Replacement, ...]:
    """
    Remove the tokens with these texts, each with the white space before it; blocks what they allowed.

    A directive that loses all its tokens gets 'none'.
    """
    texts = frozenset(unwanted)
    removed = [number for number, source in enumerate(directive.list.sources) if source.text in texts]
    if removed and len(removed) == len(directive.list.sources):
        return (Replacement(directive.offset, directive.span.end, "'none'"),)
    return remove_tokens(directive, removed)


def remove_tokens(directive: Directive, numbers: Iterable[int]) -> tuple[Replacement, ...]:
    """Remove tokens by their positions, from 0, each with the white space before it."""
    return tuple([_removed(directive, number) for number in numbers])


def _removed(directive: Directive, number: int) -> Replacement:
    before = directive.token(number - 1).span if number else directive.name_span
    return Replacement(before.end, directive.token(number).span.end, "")


def replace_sources(
    policy: Policy, effective: str, unwanted: Iterable[str], wanted: Sequence[str], spelling: Spelling = as_read
) -> tuple[Replacement, ...]:
    """Remove some tokens from the list that governs `effective` and add others, without changing a shared fallback."""
    governing = policy.governing(effective)
    if governing is None:
        return ()
    texts = frozenset(unwanted)
    if _is_shared(governing, effective):
        rest = [text for text in _inherited(governing, effective, spelling) if text not in texts]
        return (_new_directive(policy, plain_name(effective), " ".join(dict.fromkeys([*rest, *wanted]))),)
    rest = [source.text for source in governing.list.sources if source.kind != SourceKind.NONE]
    words = [*(text for text in rest if text not in texts), *wanted]
    return (Replacement(governing.offset, governing.span.end, " ".join(words) or "'none'"),)


def without(policy: Policy, effective: str, unwanted: Callable[[Source], bool]) -> tuple[Replacement, ...]:
    """
    Remove sources from the list that governs `effective`; blocks what they allowed.

    Where default-src governs, it keeps them for everything else.
    """
    directive = policy.governing(effective)
    if directive is None:
        return ()
    removed = [source.text for source in directive.list.sources if unwanted(source)]
    if directive.name != "default-src":
        return remove_sources(directive, removed)
    is_all = len({source.text for source in directive.list.sources}) == len(set(removed))
    return replace_sources(policy, effective, removed, ("'none'",) if is_all else ())


def without_tokens(directive: Directive, unwanted: Iterable[Token]) -> tuple[Replacement, ...]:
    """Remove tokens, each with the white space before it."""
    spans = {token.span for token in unwanted}
    return remove_tokens(directive, [number for number, token in enumerate(directive.tokens) if token.span in spans])


def without_directive(policy: Policy, directive: Directive) -> tuple[Replacement, ...]:
    """Remove a directive with the semicolon between it and its neighbour; nothing where it is the only one."""
    others = policy.directives
    number = next(number for number, each in enumerate(others) if each.span == directive.span)
    if number > 0:
        return (Replacement(others[number - 1].span.end, directive.span.end, ""),)
    if len(others) > 1:
        return (Replacement(directive.span.start, others[1].span.start, ""),)
    return ()


def without_directives(policy: Policy, unwanted: Iterable[Directive]) -> tuple[Replacement, ...]:
    """Remove several directives; the whole text where there are no others."""
    gone = {directive.span for directive in unwanted}
    kept = [directive.span for directive in policy.directives if directive.span not in gone]
    if not kept:
        return (Replacement(0, len(policy.text), ""),)
    found = [Replacement(0, kept[0].start, "")] if kept[0].start else []
    before = kept[0].end
    for directive in policy.directives:
        if directive.span in gone and directive.span > kept[0]:
            found.append(Replacement(before, directive.span.end, ""))
        before = max(before, directive.span.end)
    return tuple(found)
