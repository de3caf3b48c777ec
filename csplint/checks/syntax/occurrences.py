"""Where sources occur: the lists that browsers use, and one token in several of them as one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from csplint.checks.prefilter import Predicate, numbers, source_lists, tokens_that
from csplint.checks.problem import Location, at_token
from csplint.checks.syntax.token import is_directive_name
from csplint.checks.wording import in_words
from csplint.csp.edit import Replacement, without_tokens
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind

__all__ = ["Group", "groups", "identity", "is_same", "own_sources", "own_texts", "own_tokens", "source_lists"]


class Group(Struct, frozen=True):
    """One text in one or several lists of a policy: one finding, fixed everywhere."""

    policy: Policy
    places: tuple[tuple[Directive, Token], ...]

    @property
    def source(self) -> Source:
        """The source expression, the same in all places."""
        return self.places[0][1].source

    @property
    def names(self) -> str:
        """The directives, in words."""
        return in_words(directive.name for directive in self.directives)

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The directives, each once, in the policy's order."""
        return tuple({directive.name: directive for directive, _ in self.places}.values())

    @property
    def location(self) -> Location:
        """The first place, where a finding is located."""
        return at_token(self.policy, *self.places[0])

    def only(self, wanted: Callable[[Directive], bool]) -> Group:
        """The same text in some of its lists only."""
        return Group(self.policy, tuple(place for place in self.places if wanted(place[0])))

    def replaced(self, text: str) -> tuple[Replacement, ...]:
        """Replace the token with `text` in all places; remove it from lists that already have that source."""
        replacement = identity(parse_source(text))
        found: list[Replacement] = []
        for directive in self.directives:
            tokens = [token for each, token in self.places if each is directive]
            others = (source for source in directive.list.sources if source.text != self.source.text)
            if replacement in map(identity, others):
                found += without_tokens(directive, tokens)
            else:
                found += (Replacement(token.span.start, token.span.end, text) for token in tokens)
        return tuple(found)


def groups(policy: Policy, wanted: Predicate, *, ancestors: bool = True) -> Iterator[Group]:
    """The sources of a policy for which a predicate holds, each text once; without those of frame-ancestors if not `ancestors`."""
    found: dict[str, list[tuple[Directive, Token]]] = {}
    for directive in source_lists(policy):
        if not ancestors and directive.name == "frame-ancestors":
            continue
        for token in tokens_that(directive, wanted):
            found.setdefault(token.source.text, []).append((directive, token))
    return (Group(policy, tuple(places)) for places in found.values())


def own_sources(listed: SourceList) -> Sequence[Source]:
    """A list's sources up to the first directive's name: what follows belongs to that directive."""
    names = numbers(listed, is_directive_name)
    return listed.sources[: names[0]] if names else listed.sources


@memo
def own_texts(listed: SourceList) -> Sequence[int]:
    """The numbers of a list's own sources, each text once, where it first occurs."""
    first: dict[str, int] = {}
    for number, source in enumerate(own_sources(listed)):
        first.setdefault(source.text, number)
    return list(first.values())


def own_tokens(directive: Directive) -> tuple[Token, ...]:
    """A list's own sources with their places."""
    return directive.tokens[: len(own_sources(directive.list))]


def is_same(one: Source, other: Source) -> bool:
    """Whether browsers treat two sources alike."""
    if one.is_ordinary and other.is_ordinary:
        return one.text == other.text  # there is one way to write such a host
    return identity(one) == identity(other)


@memo
def identity(source: Source) -> str:
    """What a source is, whatever its spelling: equal for two that browsers treat alike."""
    if source.kind == SourceKind.INVALID:
        return source.text
    # Only the last part can have a space.
    return (
        f"{source.kind} {source.name} {source.scheme} {source.host} {source.subdomains} {source.port} "
        f"{source.algorithm} {source.digest.hex()} {source.path}"
    )
