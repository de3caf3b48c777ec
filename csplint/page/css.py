"""
What a style sheet requests; the only module that uses tinycss2.

Rules count whether or not they apply to the page: a font or an image loads when something on the page uses it, and scripts
decide that as much as the markup. Left out is what can never load: an @import after other rules, url(#fragment) and the
empty url(), and properties that only old browsers support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import tinycss2  # type: ignore[import-untyped]
from msgspec import Struct

MAX_SHEET = 500_000
"""Characters; tinycss2 parses about 0.7 million a second, and a page may have many sheets."""

_MAX_DEPTH = 64
# A sheet without one of these, or an escape that could spell one, requests nothing.
_MAY_REQUEST = re.compile(r"url|import|image-set|\\", re.IGNORECASE)
# int() raises ValueError for more than 4,300 digits; a name of the same length keeps every column right.
_LONG_NUMBER = re.compile(r"\d{4000,}")
_IMAGE_SETS = ("image-set", "-webkit-image-set")
_DEAD_RULES = ("namespace", "charset", "document", "-moz-document")
_DEAD_PROPERTIES = re.compile(r"_|-ms-|-o-|-khtml-|-moz-binding$|behavior$|src$")


class StyleRequest(Struct, frozen=True):
    """One URL in a sheet, as written; line and column count from 1 within the sheet."""

    kind: Literal["img", "font", "style"]
    url: str
    line: int
    column: int


class StyleRequests(Struct, frozen=True):
    """What a sheet requests, in order. problem: why part of it was not read ("is longer than …"), "" if all of it was."""

    requests: tuple[StyleRequest, ...] = ()
    problem: str = ""


class _TooDeep(Exception):
    """Blocks are nested deeper than in any real sheet."""


def may_request(text: str) -> bool:
    """Whether a sheet can request anything, by a quick search."""
    return _MAY_REQUEST.search(text) is not None


def style_requests(text: str, *, declarations: bool = False) -> StyleRequests:
    """
    Parse a style sheet or, with `declarations`, the value of a style attribute.

    Never raises. A sheet longer than MAX_SHEET is parsed up to that limit, one that cannot be parsed requests nothing;
    `problem` says so.
    """
    if not may_request(text):
        return StyleRequests()
    problem = "" if len(text) <= MAX_SHEET else f"is longer than {MAX_SHEET:,} characters; the rest was not checked"
    cut = _LONG_NUMBER.sub(lambda number: "x" * len(number[0]), text[:MAX_SHEET])
    try:
        tokens = tinycss2.parse_component_value_list(cut, skip_comments=True)
        requests = tuple(_block(tokens, 0) if declarations else _sheet(tokens))
    except (ValueError, OverflowError, RecursionError, _TooDeep):
        return StyleRequests(problem="could not be parsed (nested too deeply, or with too long numbers)")
    return StyleRequests(requests, problem)


def _sheet(tokens: list[Any]) -> Iterator[StyleRequest]:
    """The top level, where @import is valid, but only before other rules (CSS Cascade #at-import)."""
    may_import = True
    for statement in _statements(tokens, top=True):
        name = _at_rule(statement)
        if name == "import" and may_import:
            yield from _import(statement)
        elif statement[-1].type == "{} block" or name == "namespace":
            may_import = False
            yield from _statement(statement, 0)


def _import(statement: list[Any]) -> Iterator[StyleRequest]:
    target = next((token for token in statement[1:] if token.type != "whitespace"), None)
    if target is not None and target.type == "string":
        yield from _request("style", target.value, target)
    elif target is not None:
        yield from _urls([target], 0, "style")


def _block(tokens: list[Any], depth: int, kind: Literal["img", "font"] = "img") -> Iterator[StyleRequest]:
    """Declarations and nested rules."""
    if depth > _MAX_DEPTH:
        raise _TooDeep
    for statement in _statements(tokens, top=False):
        yield from _statement(statement, depth, kind)


def _statement(statement: list[Any], depth: int, kind: Literal["img", "font"] = "img") -> Iterator[StyleRequest]:
    name, last = _at_rule(statement), statement[-1]
    declared = _property(statement) if name is None else None
    # "a:hover {" starts like a declaration, but only a custom property's value may be a block.
    if declared is not None and (declared.startswith("--") or last.type != "{} block"):
        if (kind == "font" and declared == "src") or (kind == "img" and not _DEAD_PROPERTIES.match(declared)):
            yield from _urls(statement[2:], depth, kind)
        return
    if last.type == "{} block" and name not in _DEAD_RULES:
        yield from _block(last.content, depth + 1, "font" if name == "font-face" else "img")


def _statements(tokens: list[Any], *, top: bool) -> Iterator[list[Any]]:
    """
    Split a list of tokens into rules and declarations, without leading white space.

    A {} block ends a rule; a semicolon ends a declaration or a rule without a block. At the top level a semicolon is part of a
    broken selector, except in an at-rule.
    """
    statement: list[Any] = []
    for token in tokens:
        value = token.value if token.type == "literal" else ""
        if not statement and (token.type == "whitespace" or value in ("<!--", "-->", ";")):
            continue
        if value == ";" and (not top or statement[0].type == "at-keyword"):
            yield statement
            statement = []
            continue
        statement.append(token)
        if token.type == "{} block":
            yield statement
            statement = []
    if statement:
        yield statement


def _at_rule(statement: list[Any]) -> str | None:
    return str(statement[0].lower_value) if statement[0].type == "at-keyword" else None


def _property(statement: list[Any]) -> str | None:
    """The name of the property that a statement declares, lower case; None if it is not a declaration."""
    second = next((token for token in statement[1:] if token.type != "whitespace"), None)
    return str(statement[0].lower_value) if statement[0].type == "ident" and second == ":" else None


def _urls(
    tokens: list[Any], depth: int, kind: Literal["img", "font", "style"], *, strings: bool = False
) -> Iterator[StyleRequest]:
    """The URLs of a value; `strings`: also bare strings, which are URLs inside image-set()."""
    if depth > _MAX_DEPTH:
        raise _TooDeep
    for token in tokens:
        if token.type == "url" or (strings and token.type == "string"):
            yield from _request(kind, token.value, token)
        elif token.type == "function" and token.lower_name == "url":
            quoted = next((inner for inner in token.arguments if inner.type == "string"), None)
            if quoted is not None:
                yield from _request(kind, quoted.value, token)
        elif token.type == "function":
            yield from _urls(token.arguments, depth + 1, kind, strings=token.lower_name in _IMAGE_SETS)
        elif token.type in ("() block", "[] block", "{} block"):
            yield from _urls(token.content, depth + 1, kind)


def _request(kind: Literal["img", "font", "style"], url: str, token: Any) -> Iterator[StyleRequest]:
    # A URL that is only a fragment refers to this page itself (CSS Values #local-urls).
    if url.strip() and not url.startswith("#"):
        yield StyleRequest(kind, url, token.source_line, token.source_column)
