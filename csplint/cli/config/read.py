"""Find a configuration file, read it, and say what is wrong in it: file, line, column, and what may have been meant."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from msgspec import Struct

from csplint.cli.config.file import Config, FailOn, FeatureName, Level
from csplint.cli.config.find import NAMES
from csplint.errors import CsplintError
from csplint.packs.locate import locate


class ConfigError(CsplintError):
    """A configuration file cannot be used; every fault is a line of the message."""


class ConfigFile(Struct, frozen=True):
    """A file that was read: its path, its text (for positions), and what it says, `extend` not followed."""

    path: str
    text: str
    config: Config


def read_config(path: str) -> tuple[ConfigFile, ...]:
    """
    Read a file and all it extends, nearest first.

    Raises ConfigError with one line a fault.
    """
    files: list[ConfigFile] = []
    seen: set[str] = set()
    following: str | None = path
    while following is not None:
        real = os.path.realpath(following)
        if real in seen:
            raise ConfigError(f"{path}: extend goes round in a circle at {following}")
        seen.add(real)
        file = _read(following)
        files.append(file)
        extend = file.config.extend
        following = os.path.join(os.path.dirname(following), extend) if extend else None  # noqa: PTH118, PTH120
    return tuple(files)


def _read(path: str) -> ConfigFile:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            text = file.read()
        whole = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read the configuration {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}:{_syntax(error)}") from error
    prefix = ("tool", "csplint") if os.path.basename(path) == NAMES[1] else ()  # noqa: PTH119
    data: Any = whole
    for part in prefix:
        data = data.get(part, {}) if isinstance(data, dict) else {}
    faults = list(_faults(data, Config, prefix))
    if faults:
        raise ConfigError("\n".join(f"{path}:{_at(text, where)}: {what}" for where, what in faults))
    return ConfigFile(path, text, msgspec.convert(data, Config, strict=True))


def _syntax(error: Exception) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
    if not found:
        return f"1:1: not TOML: {error}"
    return f"{found[1]}:{found[2]}: not TOML: {str(error)[: found.start()].strip()}"


def _at(text: str, where: tuple[str | int, ...]) -> str:
    line, column = locate(text, where)
    return f"{line}:{column}"


Fault = tuple[tuple[str | int, ...], str]


def _faults(data: Any, kind: type[Struct], where: tuple[str | int, ...]) -> Iterator[Fault]:
    """Every unknown key, then the first value of a wrong type."""
    yield from _unknown(data, kind, where)
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    trimmed = _trimmed(data, known)
    try:
        msgspec.convert(trimmed, kind, strict=True)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        yield (*where, *_path(path)), f"{_shown(path)}{message[:1].lower()}{message[1:]}{_choices(message, path)}"


def _choices(message: str, path: str) -> str:
    """The words a key takes, where it takes only some."""
    found = re.fullmatch(r"Invalid enum value '(.*)'", message)
    name = next((part for part in reversed(_path(path)) if isinstance(part, str)), "")
    choices = [*get_args(CHOICES.get(name, Level))]
    return f", not one of {', '.join(choices)}{did_you_mean(found[1], choices)}" if found else ""


CHOICES: dict[str, object] = {"fail-on": FailOn, "features": FeatureName}
"""Keys that take a word of a closed set; all others of that kind take a severity."""


def _trimmed(data: Any, known: set[str]) -> Any:
    if not isinstance(data, dict):
        return data
    kept = {name: value for name, value in data.items() if name in known}
    for name, kind in TABLES.items():
        if isinstance(kept.get(name), list):
            fields = {field.encode_name for field in msgspec.structs.fields(kind)}
            kept[name] = [_trimmed(each, fields) for each in kept[name]]
    return kept


def _tables() -> dict[str, type[Struct]]:
    from csplint.cli.config.file import IgnoreConfig, TargetConfig  # noqa: PLC0415

    return {"target": TargetConfig, "ignore": IgnoreConfig}


TABLES = _tables()


def _unknown(data: Any, kind: type[Struct], where: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(data, dict):
        return
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    for name, value in data.items():
        if name not in names:
            yield (*where, name), f"unknown key {name!r}{did_you_mean(name, names)}"
        elif kind is Config and name in TABLES and isinstance(value, list):
            for number, each in enumerate(value):
                yield from _unknown(each, TABLES[name], (*where, name, number))


def did_you_mean(word: str, known: list[str]) -> str:
    """A question back where a known word comes close."""
    from difflib import get_close_matches  # noqa: PLC0415 - mistakes only

    close = get_close_matches(word, known, 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _path(text: str) -> tuple[str | int, ...]:
    """msgspec's `$.target[0].url` as the keys on the way."""
    parts = re.findall(r"\.([\w-]+)|\[(\d+)\]", text.strip("`"))
    return tuple(name if name else int(number) for name, number in parts)


def _shown(path: str) -> str:
    bare = path.strip("`").removeprefix("$").lstrip(".")
    return f"{bare}: " if bare else ""
