"""
Parse Content-Security-Policy values as a browser does (CSP3 #parse-serialized-policy-list).

The result keeps order, letter case, duplicates, unknown names, empty source lists and positions. A directive that browsers
ignore stays in `Policy.directives` with its state, so that it can be reported; `Policy.in_force` holds the others.

Nothing here raises: whatever a server sends becomes a policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from csplint.csp.browsers import BY_NAME, CHROMIUM, Browser, BrowserName
from csplint.csp.directive import AnyState, Directive, Span, State, Token
from csplint.csp.directives import CHAINS, DIRECTIVES
from csplint.csp.memo import BoundedCache
from csplint.csp.source_list import ASCII_WHITESPACE, TOKEN, SourceList, is_plain

__all__ = [
    "ASCII_WHITESPACE",
    "Delivered",
    "Delivery",
    "Directive",
    "Disposition",
    "Policy",
    "SourceList",
    "Span",
    "State",
    "Token",
    "decode_header",
    "parse_policies",
]

Delivery = Literal["header", "meta", "text"]
Disposition = Literal["enforce", "report"]

_NAME = re.compile(r"[A-Za-z0-9-]+")
_BAD_VALUE = re.compile(r"[^\t\n\f\r !-~]")


class Policy(Struct, frozen=True, dict=True):
    """
    One serialized policy.

    index: its position among all the policies of the page, from 0, in the order sent.
    text: the policy's own text, without outer white space; spans count its characters.
    in_force: the directives that browsers honour, by name: known, well-formed, the first of their name.
    order: of a meta element, its position in the document; -1 for a header.
    joined: whether only a comma separates it from the policy before, in the same header value or meta element.
    """

    index: int
    text: str
    delivery: Delivery
    disposition: Disposition
    directives: tuple[Directive, ...]
    in_force: dict[str, Directive]
    order: int = -1
    joined: bool = False

    def governing(self, name: str) -> Directive | None:
        """The directive that decides for `name`: itself or its first fallback in force; None if there is neither."""
        in_force = self.in_force
        for candidate in CHAINS[name]:
            if candidate in in_force:
                return in_force[candidate]
        return None


class Delivered(Struct, frozen=True):
    """A header value or a meta element's content, as received; `joined` if it is a part of one, after a comma."""

    text: str
    delivery: Delivery = "header"
    disposition: Disposition = "enforce"
    order: int = -1
    joined: bool = False


def decode_header(value: bytes) -> str:
    """
    Decode a header value: as UTF-8 if it is valid, else as Latin-1.

    The encoding never changes what is in force, because browsers ignore a directive with any non-ASCII character.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def parse_policies(delivered: Iterable[Delivered], browser: Browser = CHROMIUM) -> tuple[Policy, ...]:
    """
    Parse header values and meta contents into policies; one value may hold several, separated by commas.

    Policies without a directive are dropped, and do not count in `Policy.index`. Equal texts give the same objects, with
    what is remembered with them (`csp.memo`): many pages of a site send one policy.
    """
    texts = tuple(delivered)
    is_kept = sum([len(each.text) for each in texts]) <= _LONGEST_KEPT
    return _kept(texts, browser.name) if is_kept else _parsed(texts, browser)


_LONGEST_KEPT = 4096
"""Characters of all policies of a page that are kept; a page chooses them."""


@lru_cache(128)
def _kept(delivered: tuple[Delivered, ...], browser: BrowserName) -> tuple[Policy, ...]:
    return _parsed(delivered, BY_NAME[browser])


def _parsed(delivered: tuple[Delivered, ...], browser: Browser) -> tuple[Policy, ...]:
    found: list[Policy] = []
    for each in delivered:
        if each.delivery == "meta" and each.disposition == "report":
            continue  # HTML #attr-meta-http-equiv-content-security-policy has no report-only form
        whole = each.delivery == "meta" and not browser.splits_meta_at_commas
        joined = each.joined
        value = each.text
        if browser.vertical_tab_is_space and "\v" in value:
            value = value.replace("\v", " ")  # one character for one, so that positions stay
        for text in (value,) if whole else value.split(","):
            stripped = text.strip(ASCII_WHITESPACE)
            directives = tuple(_directives(stripped, each.delivery, browser))
            if directives:
                in_force = {one.name: one for one in directives if one.state == State.IN_FORCE}
                found.append(
                    Policy(
                        len(found),
                        stripped,
                        each.delivery,
                        each.disposition,
                        directives,
                        in_force,
                        each.order,
                        joined,
                    )
                )
                joined = True
    return tuple(found)


def _directives(text: str, delivery: Delivery, browser: Browser) -> list[Directive]:
    found: list[Directive] = []
    seen: set[str] = set()
    start = 0
    for part in text.split(";"):
        stripped = part.strip(ASCII_WHITESPACE)
        if stripped:
            read = _READ[stripped]
            begin = start + part.index(stripped[0])
            end = begin + len(stripped)
            state = _state(read, delivery, seen, browser)
            span, offset = Span(begin, end), end - len(read.value)
            found.append(Directive(read.name, read.written, read.value, span, offset, state, browser))
        start += len(part) + 1
    return found


class _Read(Struct, frozen=True):
    """A directive by itself: name in lower case, name as written, value, and whether all its characters are allowed."""

    name: str
    written: str
    value: str
    well_formed: bool


def _read(text: str) -> _Read:
    plain = is_plain(text)
    written, value = _cut(text, plain=plain)
    return _Read(written.lower(), written, value, plain or not _BAD_VALUE.search(value))


def _cut(text: str, *, plain: bool) -> tuple[str, str]:
    """A directive's name and value."""
    if plain:
        name, _, value = text.partition(" ")
        return name, value.lstrip(" ")
    head = TOKEN.match(text)
    written = head[0] if head else text
    return written, text[len(written) :].lstrip(ASCII_WHITESPACE)


_READ = BoundedCache(_read, most=2048, longest=4096, altogether=1_000_000)
"""A policy is judged again after each fix, and all but one of its directives are the same."""


def _state(read: _Read, delivery: Delivery, seen: set[str], browser: Browser) -> AnyState:
    name = read.name
    info = DIRECTIVES.get(name)
    if info is None and not _NAME.fullmatch(name):
        return State.BAD_NAME
    if name in seen:
        return State.DUPLICATE
    if read.well_formed or browser.bad_value_takes_name:
        seen.add(name)
    if not read.well_formed:
        return State.BAD_VALUE
    if info is None:
        return State.UNKNOWN
    return State.IN_FORCE if info.in_meta or delivery != "meta" else State.IGNORED_IN_META
