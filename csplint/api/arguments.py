"""
The arguments of the Python functions, checked before any work: each fault names the parameter and what to give instead.

A wrong type raises ArgumentTypeError, a wrong value UsageError. A value is shown without the credentials in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from csplint.csp.url import parse_url
from csplint.errors import ArgumentTypeError, UsageError, did_you_mean
from csplint.page.fetch.settings import FetchSettings

_FULL_ADDRESS = "give its full address, such as 'https://shop.example/'"


def text(name: str, value: object) -> str:
    """The value, if it is a str."""
    if isinstance(value, str):
        return value
    hint = "; decode it first" if isinstance(value, bytes | bytearray) else ""
    raise ArgumentTypeError(f"{name} must be a str, not {_type(value)}{hint}")


def texts(name: str, values: object) -> tuple[str, ...]:
    """The values of an iterable of str. A single str is an iterable of characters, which nobody means."""
    if isinstance(values, str):
        raise ArgumentTypeError(f"{name} takes several texts, not one str; write {name}=[{shown(values)}]")
    if isinstance(values, bytes | bytearray) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} must be an iterable of str, such as a list, not {_type(values)}")
    return tuple(text(f"each of {name}", value) for value in values)


def paths(name: str, values: object) -> tuple[str, ...]:
    """As `texts`, for names or paths."""
    if isinstance(values, os.PathLike):
        raise ArgumentTypeError(f"{name} takes several paths, not one; put it into a list")
    if isinstance(values, Iterable) and not isinstance(values, str | bytes):
        values = [os.fspath(value) if isinstance(value, os.PathLike) else value for value in values]
    return texts(name, values)


def path(name: str, value: object) -> str:
    """The path of a file."""
    return text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def absolute_url(name: str, value: object) -> str:
    """The value, if it is an absolute URL of any scheme; raises UsageError if it is none."""
    if parse_url(text(name, value)) is None:
        raise UsageError(f"{name} is not an absolute URL: {shown(value)}; {_FULL_ADDRESS}")
    return text(name, value)


def optional_url(name: str, value: object) -> str:
    """As `absolute_url`, but "" stands for no URL."""
    return absolute_url(name, value) if text(name, value) else ""


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Raises UsageError if the value is not one of these."""
    words, word = sorted(known), text(name, value)
    if word not in words:
        hint = did_you_mean(word, words) or f"; use one of {', '.join(words)}"
        raise UsageError(f"{name} cannot be {shown(word)}{hint}")


def content(name: str, value: object) -> bytes:
    """The bytes of a page."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    hint = "; give the bytes that the server sent" if isinstance(value, str) else ""
    raise ArgumentTypeError(f"{name} must be bytes, not {_type(value)}{hint}")


def header_pairs(name: str, headers: object) -> tuple[tuple[bytes, bytes], ...]:
    """The (name, value) pairs of a sequence of pairs, a mapping, or whatever else has items(), as they were sent."""
    items = getattr(headers, "items", None)
    pairs = items() if callable(items) else headers
    if isinstance(pairs, str | bytes | bytearray) or not isinstance(pairs, Iterable):
        raise ArgumentTypeError(f"{name} must be (name, value) pairs or a mapping, not {_type(headers)}")
    return tuple(_header(name, pair) for pair in pairs)


def _header(name: str, pair: Any) -> tuple[bytes, bytes]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:  # noqa: PLR2004 - a pair
        raise ArgumentTypeError(f"{name} must be (name, value) pairs; one of them is a {_type(pair)}")
    key, value = pair
    if isinstance(value, tuple | list):
        raise ArgumentTypeError(f"{name} has a list of values; give a repeated header as several pairs")
    key, value = text(f"each name in {name}", key), text(f"each value in {name}", value)
    return key.encode("latin-1", "replace"), value.encode("utf-8", "replace")


def fetch_settings(settings: object) -> FetchSettings:
    """The settings, or the default ones for None; each field has its own type."""
    if settings is None:
        return FetchSettings()
    if not isinstance(settings, FetchSettings):
        example = "; write csplint.FetchSettings(timeout=5)" if isinstance(settings, Mapping) else ""
        raise ArgumentTypeError(f"settings must be a csplint.FetchSettings, not {_type(settings)}{example}")
    try:
        valid = msgspec.convert(msgspec.structs.asdict(settings), FetchSettings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        what = what.replace("`array`", "tuple").replace("`object`", "dict").replace("`", "")
        raise ArgumentTypeError(f"settings.{where.rstrip('`')}: {what}") from error
    for key, value in valid.headers:
        if not _HEADER_NAME.fullmatch(key) or _LINE_END.search(value):  # the value may be a secret: it is not shown
            raise UsageError(f"settings.headers: {key!a} cannot be sent; a name is one word, a value is on one line")
    return valid


_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110 #tokens."""

_LINE_END = re.compile(r"[\0\r\n]")


def shown(value: object) -> str:
    """A text as it appears in an error: quoted, ASCII, shortened, without user name and password."""
    from csplint.page.excerpt import excerpt  # noqa: PLC0415 - only for mistakes
    from csplint.page.fetch.redirects import without_credentials  # noqa: PLC0415

    return excerpt(without_credentials(str(value)) if "@" in str(value) else str(value))


def _type(value: object) -> str:
    return type(value).__name__
