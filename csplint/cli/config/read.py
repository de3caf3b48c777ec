"""Read a configuration file and report its faults: file, line, column and a suggestion."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

import msgspec
from msgspec import Struct

from csplint.cli.config.file import TABLES, Config, Tables
from csplint.cli.config.find import NAMES
from csplint.cli.options import OPTIONS
from csplint.errors import ConfigError, did_you_mean
from csplint.files import MAX_TOML_BYTES, read_text
from csplint.model import SEVERITIES
from csplint.packs.locate import locate
from csplint.packs.toml import TomlError, parse_toml

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_MOST_FAULTS = 50
"""Listed at once."""

_MOST_FILES = 20
"""That extend one another."""


class ConfigFile(Struct, frozen=True):
    """A file that was read: its path, its text (for positions), and what it says without the file it extends."""

    path: str
    text: str
    config: Tables

    @property
    def prefix(self) -> tuple[str, ...]:
        """The table that holds the settings."""
        return _prefix(self.path)


def _prefix(path: str) -> tuple[str, ...]:
    return ("tool", "csplint") if os.path.basename(path) == NAMES[1] else ()  # noqa: PTH119


def read_config(path: str) -> tuple[ConfigFile, ...]:
    """
    Read a file and all it extends, nearest first.

    Raises ConfigError with one line for each fault.
    """
    files: list[ConfigFile] = []
    seen: set[str] = set()
    following: str | None = path
    while following is not None:
        real = os.path.realpath(following)
        if real in seen:
            raise ConfigError(f"{path}: extend leads back to {following}")
        if len(files) == _MOST_FILES:
            raise ConfigError(f"{path}: more than {_MOST_FILES} files extend one another")
        seen.add(real)
        file = _read(following)
        files.append(file)
        extend = file.config.extend
        following = os.path.join(os.path.dirname(following), extend) if extend else None  # noqa: PTH118, PTH120
    return tuple(files)


def _read(path: str) -> ConfigFile:
    text = _text(path)
    try:
        data: Any = parse_toml(text)
    except TomlError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}: {error}") from error
    for part in _prefix(path):
        data = data.get(part, {}) if isinstance(data, dict) else {}
    unknown = islice(_unknown_keys(data, Config, _prefix(path)), _MOST_FAULTS)
    faults = [*unknown, *_wrong_value(data, _prefix(path)), *islice(_wrong_names(data, _prefix(path)), _MOST_FAULTS)]
    if faults:
        raise ConfigError("\n".join(f"{path}:{_position(text, where)}: {what}" for where, what in faults))
    return ConfigFile(path, text, cast("Tables", msgspec.convert(data, Config, strict=True)))


def _text(path: str) -> str:
    try:
        return read_text(path, MAX_TOML_BYTES)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot read the configuration {path}: {why}") from error


def _position(text: str, where: Path) -> str:
    line, column = locate(text, where)
    return f"{line}:{column}"


def _keys(kind: type[Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _unknown_keys(data: Any, kind: type[Struct], where: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(data, dict):
        return
    known = _keys(kind)
    for key, value in data.items():
        if key not in known:
            yield (*where, key), f"unknown key {key!r}{did_you_mean(key, known)}"
        elif kind is Config and key in TABLES and isinstance(value, list):
            for number, each in enumerate(value):
                yield from _unknown_keys(each, TABLES[key], (*where, key, number))


def _wrong_value(data: Any, where: Path) -> Iterator[tuple[Path, str]]:
    """The first value of a wrong type; unknown keys are left out, as they are reported already."""
    try:
        msgspec.convert(_known_only(data, Config), Config, strict=True)
    except msgspec.ValidationError as error:
        message, _, at = str(error).partition(" - at ")
        path = _path(at)
        name = at.strip("`").removeprefix("$").lstrip(".")
        yield (*where, *path), f"{name}: {_plain(message, path)}" if name else _plain(message, path)


def _wrong_names(data: Any, where: Path) -> Iterator[tuple[Path, str]]:
    """Names of targets that would take over an address, or standard input, on the command line."""
    tables = data.get("target") if isinstance(data, dict) else None
    if not isinstance(tables, list):
        return
    from csplint.page.target import looks_like_url  # noqa: PLC0415 - loads the URL parser

    for number, table in enumerate(tables):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and (name == "-" or looks_like_url(name)):
            what = "is standard input on the command line" if name == "-" else "looks like a URL"
            yield (*where, "target", number, "name"), f'the target\'s name {name!r} {what}; use a word, such as "shop"'


def _known_only(data: Any, kind: type[Struct]) -> Any:
    if not isinstance(data, dict):
        return data
    known = {key: value for key, value in data.items() if key in _keys(kind)}
    for name, table in TABLES.items() if kind is Config else ():
        if isinstance(known.get(name), list):
            known[name] = [_known_only(each, table) for each in known[name]]
    return known


def _path(text: str) -> Path:
    """The keys in msgspec's notation, such as `$.target[0].url`."""
    parts = re.findall(r"\.([\w-]+)|\[(\d+)\]", text.strip("`"))
    return tuple(name if name else int(number) for name, number in parts)


_TYPES = {
    "array": "an array",
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "object": "a table",
    "date": "a date",
}
"""msgspec's names of types, as TOML calls them."""


def _plain(message: str, path: Path) -> str:
    """msgspec's message in the words of TOML, with the valid values of a closed set."""
    if word := re.fullmatch(r"Invalid enum value '(.*)'", message, re.DOTALL):
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        choices = next((option.choices for option in OPTIONS if option.in_file and option.key == key), SEVERITIES)
        return f"{word[1]!r} is not one of {', '.join(choices)}{did_you_mean(word[1], choices)}"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", message):
        return f"missing key {missing[1]!r}"
    named = re.sub(r"`(\w+)(?: \| null)?`", lambda found: _TYPES.get(found[1], found[1]), message)
    return f"{named[:1].lower()}{named[1:]}"
