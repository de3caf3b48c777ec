"""Every setting's value and where it came from: command line > environment > file > default."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from csplint.cli.config.file import IgnoreConfig, TargetConfig
from csplint.cli.config.read import ConfigFile
from csplint.packs.locate import locate


class Value(Struct, frozen=True):
    """A setting's value and its origin: "command line", "environment (NAME)", "FILE:LINE" or "default"."""

    value: Any
    origin: str


IN_FILE = (
    "packs",
    "features",
    "fail_on",
    "min_severity",
    "format",
    "select",
    "extend_select",
    "baseline",
    "timeout",
    "retries",
    "max_redirects",
    "user_agent",
    "proxy",
    "ca_bundle",
    "accept_status",
    "jobs",
)
"""The settings that a file can hold, by the name they have in code."""

PATHS = frozenset({"baseline", "ca_bundle"})
"""Settings that are paths: in a file they are relative to it."""


def layered(given: Mapping[str, Value], files: Sequence[ConfigFile]) -> dict[str, Value]:
    """Put the files' values where the command line and the environment gave only defaults."""
    return {name: _chosen(name, value, files) for name, value in given.items()}


def _chosen(name: str, value: Value, files: Sequence[ConfigFile]) -> Value:
    if value.origin != "default" or name not in IN_FILE:
        return value
    for file in files:
        found = getattr(file.config, name)
        if found is not None:
            line, _ = locate(file.text, (*prefix(file), name.replace("_", "-")))
            return Value(_resolved(name, found, file), f"{file.path}:{line}")
    return value


def _resolved(name: str, found: Any, file: ConfigFile) -> Any:
    if name in PATHS:
        return os.path.join(os.path.dirname(file.path), found)  # noqa: PTH118, PTH120
    return list(found) if isinstance(found, tuple) else found


def prefix(file: ConfigFile) -> tuple[str, ...]:
    """The table that the settings stand in: none in csplint.toml, tool.csplint in pyproject.toml."""
    return ("tool", "csplint") if os.path.basename(file.path) == "pyproject.toml" else ()  # noqa: PTH119


class Placed(Struct, frozen=True):
    """A target or an ignore of a file, and the "FILE:LINE" it stands at."""

    entry: TargetConfig | IgnoreConfig
    place: str


def entries(files: Sequence[ConfigFile], kind: str) -> tuple[Placed, ...]:
    """All targets or ignores: those of the nearest file that has any targets; the ignores of all files together."""
    found: list[Placed] = []
    for file in files:
        for number, entry in enumerate(getattr(file.config, kind)):
            line, _ = locate(file.text, (*prefix(file), kind, number))
            found.append(Placed(entry, f"{file.path}:{line}"))
        if found and kind == "target":
            break
    return tuple(found)


def severities(files: Sequence[ConfigFile]) -> dict[str, Value]:
    """The [severity] tables, the nearest file's word first."""
    found: dict[str, Value] = {}
    for file in reversed(files):
        for rule, level in file.config.severity.items():
            line, _ = locate(file.text, (*prefix(file), "severity", rule))
            found[rule] = Value(level, f"{file.path}:{line}")
    return found
