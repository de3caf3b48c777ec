"""Where sources stand: the lists that count, and the same token in several of them as one thing to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from csplint.checks.syntax.removal import without_tokens
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind, parse_source

_LISTS = frozenset({"sources", "ancestors"})
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


def source_lists(policy: Policy) -> Iterator[Directive]:
    """The directives in force that hold sources and that browsers heed."""
    for directive in policy.in_force.values():
        info = DIRECTIVES[directive.name]
        if info.kind in _LISTS and info.status != "removed":
            yield directive


def own_tokens(directive: Directive) -> tuple[Token, ...]:
    """A list's tokens up to the first that is a directive's name: what follows belongs to that one."""
    tokens = directive.tokens
    stop = next((number for number, token in enumerate(tokens) if is_directive_name(token.source.text)), len(tokens))
    return tokens[:stop]


def is_directive_name(text: str) -> bool:
    """Whether a token can only be a directive's name; `sandbox` or `referrer` could be a host."""
    return "-" in text and text.lower() in DIRECTIVES


def groups(policy: Policy, wanted: Callable[[Source], bool]) -> Iterator[Group]:
    """The sources of a policy that are wanted, each text once."""
    found: dict[str, list[tuple[Directive, Token]]] = {}
    for directive in source_lists(policy):
        for token in directive.tokens:
            if wanted(token.source):
                found.setdefault(token.source.text, []).append((directive, token))
    return (Group(policy, tuple(places)) for places in found.values())


def identity(source: Source) -> Source:
    """A source without its spelling: equal for two that browsers cannot tell apart."""
    if source.kind is SourceKind.INVALID:
        return source
    return Source("", source.kind, source.name, source.scheme, source.host, source.subdomains, source.port,
                  source.path, source.algorithm, source.digest)  # fmt: skip


def in_words(names: Iterable[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c, d and 5 more`."""
    listed = [shown(name) for name in names]
    if len(listed) > most:
        listed = [*listed[:most], f"{len(listed) - most} more"]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def shown(text: str) -> str:
    """A token for a sentence: cut where nobody would read on."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
