"""Where sources stand: the lists that count, and the same token in several of them as one thing to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from csplint.checks.marks import Question, numbers, source_lists, tokens_that
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind

__all__ = ["Group", "groups", "identity", "in_words", "own_sources", "own_texts", "own_tokens", "shown", "source_lists"]

_SHOWN = 80


class Group(Struct, frozen=True):
    """One text that stands in one or several lists of a policy; told once, mended everywhere."""

    policy: Policy
    places: tuple[tuple[Directive, Token], ...]

    @property
    def source(self) -> Source:
        """The source expression, which is the same in all places."""
        return self.places[0][1].source

    @property
    def names(self) -> str:
        """The directives, in words."""
        return in_words(directive.name for directive in self.directives)

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The directives, each once, in the policy's order."""
        return tuple({directive.name: directive for directive, _ in self.places}.values())

    def only(self, wanted: Callable[[Directive], bool]) -> Group:
        """The same in some of its lists alone."""
        return Group(self.policy, tuple(place for place in self.places if wanted(place[0])))

    def replaced(self, text: str) -> tuple[Replacement, ...]:
        """Put `text` in its place everywhere; where the list has that already, take the token out."""
        wanted = identity(parse_source(text))
        found: list[Replacement] = []
        for directive in self.directives:
            tokens = [token for each, token in self.places if each is directive]
            others = (source for source in directive.list.sources if source.text != self.source.text)
            if wanted in map(identity, others):
                found += without_tokens(directive, tokens)
            else:
                found += (Replacement(token.span.start, token.span.end, text) for token in tokens)
        return tuple(found)


def own_sources(listed: SourceList) -> Sequence[Source]:
    """A list's sources up to the first that is a directive's name: what follows belongs to that one."""
    names = numbers(listed, is_directive_name)
    return listed.sources[: names[0]] if names else listed.sources


@memo
def own_texts(listed: SourceList) -> Sequence[int]:
    """The numbers of a list's own sources, each text once: where it stands first."""
    first: dict[str, int] = {}
    for number, source in enumerate(own_sources(listed)):
        first.setdefault(source.text, number)
    return list(first.values())


def own_tokens(directive: Directive) -> tuple[Token, ...]:
    """The same with their places."""
    return directive.tokens[: len(own_sources(directive.list))]


def groups(policy: Policy, wanted: Question, *, ancestors: bool = True) -> Iterator[Group]:
    """The sources of a policy that are marked so, each text once; with those of frame-ancestors, or without."""
    found: dict[str, list[tuple[Directive, Token]]] = {}
    for directive in source_lists(policy):
        if not ancestors and directive.name == "frame-ancestors":
            continue
        for token in tokens_that(directive, wanted):
            found.setdefault(token.source.text, []).append((directive, token))
    return (Group(policy, tuple(places)) for places in found.values())


@memo
def identity(source: Source) -> str:
    """What a source is without its spelling: equal for two that browsers cannot tell apart."""
    if source.kind == SourceKind.INVALID:
        return source.text
    # No part but the last can hold a space.
    return (
        f"{source.kind} {source.name} {source.scheme} {source.host} {source.subdomains} {source.port} "
        f"{source.algorithm} {source.digest.hex()} {source.path}"
    )


def in_words(names: Iterable[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c, d and 5 more`."""
    listed = [shown(name) for name in names]
    if len(listed) > most:
        listed = [*listed[:most], f"{len(listed) - most} more"]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def shown(text: str) -> str:
    """A token for a sentence: cut where nobody would read on."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
