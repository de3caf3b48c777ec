"""
Read Content-Security-Policy values the way a browser does (CSP3 #parse-serialized-policy-list).

Kept: order, letter case, duplicates, unknown names, empty source lists, positions.
A directive that browsers drop stays in `Policy.directives` with its state, so
that it can be told; `Policy.in_force` holds the ones that decide.

Nothing here raises: whatever a server sends is a policy with faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser, BrowserName
from csplint.csp.directives import CHAINS, DIRECTIVES
from csplint.csp.lazy import lazy
from csplint.csp.source import Source, SourceKind, parse_sources

Delivery = Literal["header", "meta", "text"]
Disposition = Literal["enforce", "report"]

ASCII_WHITESPACE = "\t\n\f\r "
"""Infra #ascii-whitespace. Python's own idea of white space has more in it, and browsers do not."""

_TOKEN = re.compile(r"[^\t\n\f\r ]+")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_BAD_VALUE = re.compile(r"[^\t\n\f\r !-~]")


class Span(Struct, frozen=True, order=True):
    """A stretch of a policy's own text, in characters; `end` is exclusive."""

    start: int
    end: int


class State(StrEnum):
    """What browsers make of a directive."""

    IN_FORCE = "in force"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    BAD_NAME = "bad name"
    BAD_VALUE = "bad value"
    IGNORED_IN_META = "ignored in meta"


class Token(Struct, frozen=True):
    """A source expression and where it stands in its policy."""

    source: Source
    span: Span


class SourceList(Struct, frozen=True, dict=True):
    """
    A source list, sorted by what matching asks of it. Lists that were read are kept for a while, and with them what others
    worked out of them (the instance's `__dict__`).

    sources: all of them in order. locations: the ones a URL can match. keywords: the quoted words, lower case,
    without 'none'. nonces: their values. hashes: (algorithm, digest).
    """

    sources: tuple[Source, ...]
    locations: tuple[Source, ...]
    keywords: frozenset[str] = frozenset()
    nonces: frozenset[str] = frozenset()
    hashes: frozenset[tuple[str, bytes]] = frozenset()

    @property
    def strict_dynamic(self) -> bool:
        """Whether 'strict-dynamic' is written; browsers heed it in script directives only."""
        return "'strict-dynamic'" in self.keywords

    @property
    def has_nonce_or_hash(self) -> bool:
        """Whether a usable nonce or hash source is written, which switches 'unsafe-inline' off."""
        return bool(self.nonces or self.hashes)

    def near(self, host: str) -> Iterable[Source]:
        """The locations that might match a URL on this host, in order; the others differ in their host."""
        keys = host_keys(host)
        return [source for source in self.locations if source.key in keys]


@lru_cache(maxsize=4096)
def host_keys(host: str) -> frozenset[str]:
    """
    The keys of the sources that can match a host: the host itself, and *. before each of its parent domains.

    "" is the key of schemes, * and 'self', which are tried on every URL.
    """
    keys, dot = {"", host}, host.find(".")
    while dot >= 0 and len(keys) <= _MOST_LABELS:
        keys.add(f"*{host[dot:]}")
        dot = host.find(".", dot + 1)
    return frozenset(keys)


_MOST_LABELS = 130
"""A host name has at most 127 labels."""


class Directive(Struct, frozen=True, dict=True):
    """
    One directive of a policy.

    name: lower case. written: the name as written. value: the rest, outer white space removed.
    span: name and value together; name_span: the name alone. offset: where `value` starts.
    """

    name: str
    written: str
    value: str
    span: Span
    offset: int
    state: State
    browser: Browser = CHROMIUM

    @property
    def name_span(self) -> Span:
        """Where the directive's name stands."""
        return Span(self.span.start, self.span.start + len(self.written))

    @lazy
    def list(self) -> SourceList:
        """The value as a source list."""
        return _LISTS[self.browser.name][self.value]

    @lazy
    def tokens(self) -> tuple[Token, ...]:
        """The value's source expressions with their places."""
        return tuple([self.token(number) for number in range(len(self.list.sources))])

    def token(self, number: int) -> Token:
        """One of the value's source expressions, counted from 0, with its place."""
        start, end = self._places[number]
        return Token(self.list.sources[number], Span(self.offset + start, self.offset + end))

    def first(self, source: Source) -> Token:
        """The first token that is written as one of the list's sources is."""
        value, text = self.value, source.text
        start = value.find(text)
        while not self._is_token(start, start + len(text)):
            start = value.index(text, start + 1)
        return Token(source, Span(self.offset + start, self.offset + start + len(text)))

    def _is_token(self, start: int, end: int) -> bool:
        value = self.value
        begins = start == 0 or value[start - 1] in ASCII_WHITESPACE
        return begins and (end == len(value) or value[end] in ASCII_WHITESPACE)

    @lazy
    def _places(self) -> tuple[tuple[int, int], ...]:
        return tuple([found.span() for found in _TOKEN.finditer(self.value)])


class Policy(Struct, frozen=True, dict=True):
    """
    One serialized policy.

    index: its place among all the policies of the page, from 0, in the order sent.
    text: the policy's own text, outer white space removed; spans count in it.
    in_force: the directives that count, by name: known, well-formed, the first of their name.
    order: for a meta element its position in the document, -1 for a header.
    """

    index: int
    text: str
    delivery: Delivery
    disposition: Disposition
    directives: tuple[Directive, ...]
    in_force: dict[str, Directive]
    order: int = -1

    def governing(self, name: str) -> Directive | None:
        """The directive a browser consults for `name`: itself or what it falls back to; None where nothing restricts."""
        in_force = self.in_force
        for candidate in CHAINS[name]:
            if candidate in in_force:
                return in_force[candidate]
        return None


class Delivered(Struct, frozen=True):
    """A header value or a meta element's content, as it came."""

    text: str
    delivery: Delivery = "header"
    disposition: Disposition = "enforce"
    order: int = -1


def decode_header(value: bytes) -> str:
    """
    Turn a header value's bytes into text, one way or another.

    UTF-8 where it is, else Latin-1: the two differ in what they show, never in
    what is in force, because browsers drop a directive with anything non-ASCII in it.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def parse_policies(delivered: Iterable[Delivered], browser: Browser = CHROMIUM) -> tuple[Policy, ...]:
    """Read header values and meta contents into policies; one value may hold several, comma-separated."""
    found: list[Policy] = []
    for each in delivered:
        if each.delivery == "meta" and each.disposition == "report":
            continue  # HTML #attr-meta-http-equiv-content-security-policy knows no report-only form
        whole = each.delivery == "meta" and not browser.splits_meta_at_commas
        for text in (each.text,) if whole else each.text.split(","):
            stripped = text.strip(ASCII_WHITESPACE)
            directives = tuple(_directives(stripped, each.delivery, browser))
            if directives:
                in_force = {one.name: one for one in directives if one.state is State.IN_FORCE}
                policy = Policy(len(found), stripped, each.delivery, each.disposition, directives, in_force, each.order)
                found.append(policy)
    return tuple(found)


def _directives(text: str, delivery: Delivery, browser: Browser) -> Iterator[Directive]:
    seen: set[str] = set()
    start = 0
    for part in text.split(";"):
        stripped = part.strip(ASCII_WHITESPACE)
        if stripped:
            begin = start + part.index(stripped[0])
            yield _directive(stripped, begin, delivery, browser, seen)
        start += len(part) + 1


def _directive(text: str, begin: int, delivery: Delivery, browser: Browser, seen: set[str]) -> Directive:
    head = _TOKEN.match(text)
    written = head[0] if head else text
    value = text[len(written) :].lstrip(ASCII_WHITESPACE)
    name = written.lower()
    end = begin + len(text)
    return Directive(
        name, written, value, Span(begin, end), end - len(value), _state(name, value, delivery, seen, browser), browser
    )


def _state(name: str, value: str, delivery: Delivery, seen: set[str], browser: Browser) -> State:
    info = DIRECTIVES.get(name)
    if info is None and not _NAME.fullmatch(name):
        return State.BAD_NAME
    if name in seen:
        return State.DUPLICATE
    if not (value.isascii() and value.isprintable()) and _BAD_VALUE.search(value):
        if browser.bad_value_takes_name:
            seen.add(name)
        return State.BAD_VALUE
    seen.add(name)
    if info is None:
        return State.UNKNOWN
    return State.IN_FORCE if info.in_meta or delivery != "meta" else State.IGNORED_IN_META


def _source_list(sources: tuple[Source, ...]) -> SourceList:
    locations = tuple([source for source in sources if source.is_location])
    words = [source for source in sources if source.kind in _WORDS or source.algorithm]
    if not words:
        return SourceList(sources, locations)
    return SourceList(
        sources=sources,
        locations=locations,
        keywords=frozenset([s.name for s in words if s.kind is SourceKind.KEYWORD]),
        nonces=frozenset([s.name for s in words if s.kind is SourceKind.NONCE]),
        hashes=frozenset([(s.algorithm, s.digest) for s in words if s.algorithm]),
    )


class _Lists(dict[str, SourceList]):
    """
    Values read before, for one browser; bounded, because a page chooses what is in it.

    A policy is judged again with each of its fixes made, and as report-only: all but one of its lists are the same.
    """

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self.browser = browser

    def __missing__(self, value: str) -> SourceList:
        # str.split knows more white space than browsers do; a value in force has none of it.
        texts = value.split() if value.isascii() and value.isprintable() else _TOKEN.findall(value)
        found = _source_list(parse_sources(texts, self.browser))
        if len(value) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[value] = found
        return found


_LONGEST_KEPT = 4096
_MOST_KEPT = 2048
_LISTS: dict[BrowserName, _Lists] = {browser.name: _Lists(browser) for browser in BROWSERS}
_WORDS = frozenset({SourceKind.KEYWORD, SourceKind.NONCE, SourceKind.HASH})
