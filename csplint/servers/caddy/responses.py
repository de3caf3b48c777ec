"""
Which header directives apply to which part of a site.

Caddy sorts the directives of a block, header before handle and route; among headers, those with a longer path come first and
those without a matcher last (sortRoutes). In a `route` they run as written.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.caddy.headers import Handler, Header, TooMuchWork, Work, handlers, headers
from csplint.servers.caddy.tree import Statement
from csplint.servers.policy_names import is_for_pages
from csplint.servers.source import Response

MOST_HANDLERS = 3_000
"""Of header directives in a block that are read."""
_GROUPS = frozenset({"handle", "handle_path", "route"})
_DIRECTIVES = _GROUPS | {
    "header",
    "file_server",
    "respond",
    "reverse_proxy",
    "php_fastcgi",
    "root",
    "encode",
    "log",
    "tls",
    "redir",
}


class Made(Struct, frozen=True):
    """A response, its headers, those that others replaced, and the directive that asks an application."""

    response: Response
    headers: list[Header]
    lost: list[tuple[Header, Header]]
    upstream: Statement | None


_LONGEST_SCOPE = 120
"""Characters of a site's names or a matcher that are shown."""


class Matchers:
    """The named matchers of a site: those that only look at paths, by their names. work: what is left of the file's."""

    def __init__(self, block: list[Statement], work: Work) -> None:
        self.work = work
        self._paths: dict[str, list[str]] = {}
        self._patterns: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}
        for each in block:
            if each.name.startswith("@"):
                inner = each.block if each.block is not None else None
                words = [each.arguments] if inner is None else [[one.name, *one.arguments] for one in inner]
                if len(words) == 1 and words[0][:1] == ["path"]:
                    self._paths[each.name] = words[0][1:]

    def paths(self, matcher: str) -> list[str]:
        """The paths of a matcher that has nothing else."""
        return self._paths.get(matcher, [matcher] if matcher.startswith("/") else [])

    def covers(self, matcher: str, other: str) -> bool:
        """Whether a matcher takes every request that another one takes."""
        if matcher in {"", other}:
            return True
        (exact, beginnings), narrow = self._patterns_of(matcher), self.paths(other)
        self.work.spend(1 + len(narrow) * (1 + len(beginnings) // 200))  # `startswith` compares 200 in a step's time
        return bool(narrow) and all(path in exact or path.startswith(beginnings) for path in narrow)

    def _patterns_of(self, matcher: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The paths of a matcher, and the beginnings of those that end with its only `*`."""
        if matcher not in self._patterns:
            paths = self.paths(matcher)
            beginnings = tuple(each[:-1] for each in paths if each.endswith("*") and each.count("*") == 1)
            self._patterns[matcher] = frozenset(paths), beginnings
        return self._patterns[matcher]


def sites(top: list[Statement]) -> list[tuple[str, list[Statement]]]:
    """The sites of a Caddyfile: what names them and their directives. A file without braces is one site, or a part of one."""
    rest = [each for each in top if each.words]
    if not rest or (rest[0].block is not None and rest[0].name not in _DIRECTIVES and not rest[0].name.startswith("@")):
        return [(" ".join(word.text for word in each.words), each.block) for each in rest if each.block is not None]
    if rest[0].name in _DIRECTIVES or rest[0].name.startswith("@"):
        return [("", rest)]
    return [(" ".join(word.text for word in rest[0].words), rest[1:])]


def responses(top: list[Statement], limits: list[str]) -> Iterator[Made]:
    """The responses of every site."""
    made, work = 0, Work()
    try:
        for name, block in sites(top):
            for each in _walk(block, [], f"site {_shortened(name)}" if name else "", "", Matchers(block, work)):
                work.respond()
                made += 1
                yield each
    except TooMuchWork:
        first = f"{made} parts" if made > 1 else "part"
        limits.append(f"csplint looked only at the first {first} of the sites, because the file has so many.")


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_SCOPE else words[: _LONGEST_SCOPE - 1] + "…"


def _walk(block: list[Statement], before: list[Handler], scope: str, inside: str, matchers: Matchers) -> Iterator[Made]:
    """The responses of a block. before: the handlers around it. inside: the matcher of the block."""
    own, behind = _ordered(block, matchers), _in_routes(block)
    groups = [each for each in block if each.name in _GROUPS and each.block is not None and not _is_plain_route(each)]
    chain = [*before, *own]
    for group in groups:
        matcher = _matcher(group)
        kept = [each for each in chain if matchers.covers(each.matcher, matcher or inside)]
        words = _shortened(" ".join(word.text for word in group.words))
        yield from _walk(
            group.block or [], kept, f"{words} in {scope}" if scope else words, matcher or inside, matchers
        )
    sender = _sender(block)
    reached = [*chain, *behind]  # a request that a handle takes does not come to the routes
    seen = list(dict.fromkeys(each.matcher for each in [*own, *behind] if not matchers.covers(each.matcher, inside)))
    if not any(each.name != "route" and not _matcher(each) for each in groups):
        yield _made(
            sender, [each for each in reached if matchers.covers(each.matcher, inside)], scope, inside, matchers
        )
    for matcher in seen:
        held = [
            each for each in reached if matchers.covers(each.matcher, matcher) or matchers.covers(each.matcher, inside)
        ]
        words = _shortened(f"header {matcher}")
        yield _made(sender, held, f"{words} in {scope}" if scope else words, matcher, matchers)


Sender = tuple[bool, Statement | None]
"""Whether a block only redirects, and its directive that asks an application."""


def _sender(block: list[Statement]) -> Sender:
    redirects = any(each.name == "redir" and len(each.words) <= 2 for each in block)  # noqa: PLR2004 - for all requests
    return redirects, next((each for each in block if each.name in {"reverse_proxy", "php_fastcgi"}), None)


def _made(sender: Sender, chain: list[Handler], scope: str, matcher: str, matchers: Matchers) -> Made:
    found, lost = headers(chain, matchers.work)
    paths = matchers.paths(matcher)
    matchers.work.spend(len(paths))
    page = not paths or any(is_for_pages(path) for path in paths)
    redirects, upstream = sender
    response = Response(scope, matcher or "/", tuple(each.sent for each in found), page and not redirects)
    return Made(response, found, lost, upstream)


def _matcher(group: Statement) -> str:
    first = group.arguments[0] if group.arguments else ""
    return "" if first == "*" else first


def _is_plain_route(statement: Statement) -> bool:
    return statement.name == "route" and statement.block is not None and not _matcher(statement)


def _ordered(block: list[Statement], matchers: Matchers) -> list[Handler]:
    """The handlers of a block in the order that they run."""
    own = [made for each in block if each.name == "header" for made in handlers(each)][:MOST_HANDLERS]
    return sorted(own, key=functools.cmp_to_key(functools.partial(_compare, matchers)))


def _in_routes(block: list[Statement]) -> list[Handler]:
    """The handlers in the routes for all requests, which run as written."""
    routes = [each for each in block if _is_plain_route(each)]
    return [made for each in routes for one in each.block or [] if one.name == "header" for made in handlers(one)][
        :MOST_HANDLERS
    ]


def _compare(matchers: Matchers, one: Handler, other: Handler) -> int:
    paths = [matchers.paths(each.matcher) for each in (one, other)]
    if all(len(each) == 1 for each in paths):
        first, second = (each[0] for each in paths)
        plain = first.removesuffix("*"), second.removesuffix("*")
        return len(first) - len(second) if plain[0] == plain[1] else len(plain[1]) - len(plain[0])
    return bool(other.matcher) - bool(one.matcher)
