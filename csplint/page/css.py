"""
What a style sheet asks for; the only module that knows tinycss2.

Which rules apply to the page is not judged: a font or an image is fetched when
something on the page uses it, and scripts decide that as much as the markup. What
never can load is left out: an @import after other rules, url(#fragment) and the
empty url(), properties only bygone browsers knew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import tinycss2  # type: ignore[import-untyped]

# tinycss2 reads about 0.7 MB a second, and a page may hold many sheets.
MAX_SHEET = 1_000_000
_MAX_DEPTH = 64
# Without one of these (or an escape that could spell one) nothing is asked for.
_ASKS = re.compile(r"url|import|image-set|\\", re.IGNORECASE)
# int() of more than 4,300 digits raises ValueError; as long a name keeps every column.
_LONG_NUMBER = re.compile(r"\d{4000,}")
_IMAGE_SETS = ("image-set", "-webkit-image-set")
_DEAD_RULES = ("namespace", "charset", "document", "-moz-document")
_DEAD_PROPERTIES = re.compile(r"_|-ms-|-o-|-khtml-|-moz-binding$|behavior$|src$")


@dataclass(frozen=True, slots=True)
class StyleNeed:
    """One URL a sheet names, as written; line and column count from 1 within the sheet."""

    kind: Literal["img", "font", "style"]
    url: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class StyleNeeds:
    """What a sheet asks for, in order; problem says what was not read ("is longer than …"), "" for nothing."""

    needs: tuple[StyleNeed, ...] = ()
    problem: str = ""


class _TooDeep(Exception):
    """Blocks nested deeper than any sheet written for use."""


def may_ask(text: str) -> bool:
    """Say, at no cost, whether a sheet can name anything at all."""
    return _ASKS.search(text) is not None


def style_requests(text: str, *, declarations: bool = False) -> StyleNeeds:
    """
    Read a style sheet, or with `declarations` the contents of a style attribute.

    Never raises: a sheet too long is read up to the limit, one that cannot be read
    at all asks for nothing, and either is said in `problem`.
    """
    if not may_ask(text):
        return StyleNeeds()
    problem = "" if len(text) <= MAX_SHEET else f"is longer than {MAX_SHEET:,} characters and was read no further"
    cut = _LONG_NUMBER.sub(lambda number: "x" * len(number[0]), text[:MAX_SHEET])
    try:
        tokens = tinycss2.parse_component_value_list(cut, skip_comments=True)
        needs = tuple(_block(tokens, 0) if declarations else _sheet(tokens))
    except (ValueError, OverflowError, RecursionError, _TooDeep):
        return StyleNeeds(problem="could not be read (nested too deep, or numbers without end)")
    return StyleNeeds(needs, problem)


def _sheet(tokens: list[Any]) -> Iterator[StyleNeed]:
    """Read the top level, the only place for @import, and only before other rules (CSS Cascade #at-import)."""
    may_import = True
    for statement in _statements(tokens, top=True):
        name = _at_rule(statement)
        if name == "import" and may_import:
            yield from _import(statement)
        elif statement[-1].type == "{} block" or name == "namespace":
            may_import = False
            yield from _statement(statement, 0)


def _import(statement: list[Any]) -> Iterator[StyleNeed]:
    target = next((token for token in statement[1:] if token.type != "whitespace"), None)
    if target is not None and target.type == "string":
        yield from _need("style", target.value, target)
    elif target is not None:
        yield from _urls([target], 0, "style")


def _block(tokens: list[Any], depth: int, kind: Literal["img", "font"] = "img") -> Iterator[StyleNeed]:
    """Read declarations and nested rules."""
    if depth > _MAX_DEPTH:
        raise _TooDeep
    for statement in _statements(tokens, top=False):
        yield from _statement(statement, depth, kind)


def _statement(statement: list[Any], depth: int, kind: Literal["img", "font"] = "img") -> Iterator[StyleNeed]:
    name, last = _at_rule(statement), statement[-1]
    declared = _property(statement) if name is None else None
    # "a:hover {" begins like a declaration; only a custom property's value may be a block.
    if declared is not None and (declared.startswith("--") or last.type != "{} block"):
        if (kind == "font" and declared == "src") or (kind == "img" and not _DEAD_PROPERTIES.match(declared)):
            yield from _urls(statement[2:], depth, kind)
        return
    if last.type == "{} block" and name not in _DEAD_RULES:
        yield from _block(last.content, depth + 1, "font" if name == "font-face" else "img")


def _statements(tokens: list[Any], *, top: bool) -> Iterator[list[Any]]:
    """
    Cut a list of tokens into rules and declarations, leading white space dropped.

    A {} block ends a rule, a semicolon a declaration or a rule without a block; at
    the top level a semicolon that follows no at-keyword is part of a broken selector.
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
    """Give the name of the property a statement declares, lower case; None where it is no declaration."""
    mark = next((token for token in statement[1:] if token.type != "whitespace"), None)
    return str(statement[0].lower_value) if statement[0].type == "ident" and mark == ":" else None


def _urls(
    tokens: list[Any], depth: int, kind: Literal["img", "font", "style"], *, strings: bool = False
) -> Iterator[StyleNeed]:
    """Give the url()s of a value; `strings`: inside image-set(), where a bare string is one too."""
    if depth > _MAX_DEPTH:
        raise _TooDeep
    for token in tokens:
        if token.type == "url" or (strings and token.type == "string"):
            yield from _need(kind, token.value, token)
        elif token.type == "function" and token.lower_name == "url":
            quoted = next((inner for inner in token.arguments if inner.type == "string"), None)
            if quoted is not None:
                yield from _need(kind, quoted.value, token)
        elif token.type == "function":
            yield from _urls(token.arguments, depth + 1, kind, strings=token.lower_name in _IMAGE_SETS)
        elif token.type in ("() block", "[] block", "{} block"):
            yield from _urls(token.content, depth + 1, kind)


def _need(kind: Literal["img", "font", "style"], url: str, token: Any) -> Iterator[StyleNeed]:
    # A URL that is but a fragment names something inside this very page (CSS Values #local-urls).
    if url.strip() and not url.startswith("#"):
        yield StyleNeed(kind, url, token.source_line, token.source_column)
