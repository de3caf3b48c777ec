"""
The Permissions-Policy header: what browsers read in it, what its author meant, and how that is written.

It is a structured field, a dictionary of features and allowlists (RFC 9651; Permissions Policy
#permissions-policy-http-header-field). The former Feature-Policy header had directives like CSP's. Sites mix the two, so
what browsers cannot read is read again in a tolerant way: both separators, both kinds of quotes, with or without `=` and
parentheses. What stays unclear then is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

HEADER = "Permissions-Policy"

Fields = Mapping[str, Any]
"""A dictionary as http_sf gives it: name -> value, or (value, parameters); a value is an item or a list of items."""

_PARAMETERS = frozenset({"report-to"})
"""Parameters that browsers know; any other one is a feature behind a semicolon."""

_LONGEST_READ = 16_384
"""Characters of a header that is read a second time; servers refuse longer ones."""


def read_permissions(text: bytes) -> tuple[Fields, str]:
    """Parse a header as an RFC 9651 dictionary: its members, and why browsers ignore it ("" where they do not)."""
    if not text.strip():
        return {}, ""
    import http_sf  # noqa: PLC0415 - 12 ms, for pages that send the header

    try:
        parsed: Any = http_sf.parse(text, tltype="dictionary")
    except http_sf.StructuredFieldError as error:
        return {}, str(error)
    except (ValueError, RecursionError) as error:
        return {}, str(error) or type(error).__name__
    return parsed, ""


def allows_self(fields: Fields, name: str, origin: str) -> bool:
    """Whether the header lets the page itself use a feature; the default of one that it does not name is yes."""
    if name not in fields:
        return True
    return any(_means_self(each, origin) for each in _items(fields[name]))


def _means_self(item: object, origin: str) -> bool:
    return is_keyword(item) or (isinstance(item, str) and item.rstrip("/") == origin)


def is_keyword(item: object) -> bool:
    """Whether an item is one of the tokens self and *; the strings "self" and "*" are not."""
    return not isinstance(item, str) and str(item) in {"self", "*"}


def _items(value: Any) -> list[object]:
    """The bare items of a member's allowlist."""
    bare = value[0] if isinstance(value, tuple) else value
    return [each[0] if isinstance(each, tuple) else each for each in (bare if isinstance(bare, list) else [bare])]


def ignored_items(fields: Fields) -> Iterator[tuple[str, str]]:
    """Each item that browsers ignore, as it is written, with its feature: all but self, * and strings with an address."""
    for name, value in fields.items():
        for item in _items(value):
            if not is_keyword(item) and not (isinstance(item, str) and _ADDRESS.match(item)):
                yield name, f'"{item}"' if isinstance(item, str) else _shown(item)


def _shown(item: object) -> str:
    return {True: "?1", False: "?0"}[item] if isinstance(item, bool) else str(item)


def unknown_parameters(fields: Fields) -> Iterator[tuple[str, str]]:
    """Each parameter that browsers do not know, with the feature that it is a parameter of."""
    for name, value in fields.items():
        parameters = value[1] if isinstance(value, tuple) else {}
        yield from ((name, parameter) for parameter in parameters if parameter not in _PARAMETERS)


def separation(text: str) -> Literal["former", "semicolons", ""]:
    """Whether a header is written like Feature-Policy, without equals signs, or at least separates features as that did."""
    members = [(separator, _MEMBER.fullmatch(part)) for separator, part in _parts(text[:_LONGEST_READ])]
    if all(each and not each["value"] for _, each in members):
        return "former"
    known = any(separator == ";" and each and each["name"] not in _PARAMETERS for separator, each in members)
    return "semicolons" if known else ""


def meant_permissions(text: str, *, former: bool = False) -> Fields | None:
    """
    What the author of a header meant, whichever syntax it is in; None where some part of it is unclear.

    former: it is a Feature-Policy header. The last of several members of one name counts, as in RFC 9651.
    """
    if len(text) > _LONGEST_READ:
        return None
    found: dict[str, Any] = {}
    last = ""
    members = [(separator, _MEMBER.fullmatch(part)) for separator, part in _parts(text)]
    former = former or any(member and member["former"] for _, member in members)
    for separator, member in members:
        if member is None:
            return None
        name, written = member["name"].lower(), member["value"] or member["former"] or ""
        if separator == ";" and name in _PARAMETERS and last:
            found[last] = (found[last][0], {name: _token(written)})
            continue
        items = _meant_items(written or "self" * former)
        if items is None:
            return None
        found[name], last = (items[0] if [*map(str, items)] == ["*"] else items, {}), name
    return found or None


_MEMBER = re.compile(
    r"""(?P<name>[A-Za-z*][\w.*-]*)
        (?: \s*=\s* (?P<value>\S.*) | \s+ (?P<former>[^=\s].*) )?""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_PIECES = re.compile(r"""[^,;()"]+ | "[^"]*" | [,;()"]""", re.VERBOSE)
_ADDRESS = re.compile(r"(?:https?|wss?)://[^\s/]+", re.IGNORECASE)
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*(?::\d+)?/?", re.IGNORECASE | re.ASCII)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The members, each with the separator before it; commas and semicolons in parentheses and quotes separate nothing."""
    depth, before, piece = 0, "", ""
    for part in _PIECES.findall(text):
        if part in ",;" and not depth:
            if piece.strip():
                yield before, piece.strip()
            before, piece = part, ""
            continue
        depth = max(0, depth + (part == "(") - (part == ")"))
        piece += part
    if piece.strip():
        yield before, piece.strip()


def _meant_items(written: str) -> list[object] | None:
    """The items of an allowlist; None where one is unclear."""
    words = written.strip().removeprefix("(").removesuffix(")").replace(",", " ").split()
    if not written:
        return None
    items = [_meant_item(word.strip("'\"‘’“”")) for word in words]
    if any(item is None for item in items):
        return None
    named = [item for item in items if item != ""]
    return list({str(item): item for item in named}.values())


def _meant_item(word: str) -> object | None:
    """One item; "" for 'none', which adds nothing, None for what is unclear."""
    if word.lower() in {"self", "*"}:
        return _token(word.lower())
    if word.lower() == "none":
        return ""
    if _ADDRESS.match(word) and word.isascii():
        return word
    return f"https://{word}" if _HOST.fullmatch(word) else None


def _token(word: str) -> object:
    import http_sf  # noqa: PLC0415 - for pages that send the header

    return http_sf.Token(word)


def with_allowed(fields: Fields, names: Iterable[str]) -> Fields:
    """The same members, where the page itself may use these features; the origins that the site lists stay."""
    changed = dict(fields)
    for name in names:
        listed = [each for each in _items(fields[name]) if isinstance(each, str)] if name in fields else []
        changed[name] = ([_token("self"), *listed], _parameters(fields.get(name)))
    return changed


def with_refused(fields: Fields, names: Iterable[str]) -> Fields:
    """The same members, and these features switched off."""
    return {**fields, **{name: ([], {}) for name in names}}


def _parameters(value: Any) -> dict[str, Any]:
    return dict(value[1]) if isinstance(value, tuple) else {}


def write_permissions(fields: Fields) -> str:
    """The header's value (RFC 9651 #serialize); "" where it cannot be written, such as for a name that is not a key."""
    import http_sf  # noqa: PLC0415 - for pages that send the header

    try:
        return http_sf.ser(dict(fields)) if fields else ""
    except ValueError:
        return ""


def newly_refused(before: Fields, after: Fields, origin: str) -> list[str]:
    """The features that the page itself may use by the first header, and not by the second."""
    return [name for name in after if allows_self(before, name, origin) and not allows_self(after, name, origin)]
