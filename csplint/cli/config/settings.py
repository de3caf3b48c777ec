"""The value of every setting and where it comes from: command line > environment > file > default."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from csplint.cli.config.file import IgnoreConfig
from csplint.cli.config.find import find_config
from csplint.cli.config.read import ConfigFile, read_config
from csplint.cli.config.targets import ConfiguredTarget, configured_targets
from csplint.cli.limits import fault
from csplint.cli.options import BY_NAME, OPTIONS, Option
from csplint.errors import ConfigError, UsageError
from csplint.packs.locate import locate

COMMAND_LINE = "command line"


class Value(Struct, frozen=True):
    """A setting's value and its origin: "command line", "environment (NAME)", "FILE:LINE" (`in_file`) or "default"."""

    value: Any
    origin: str
    in_file: bool = False


class Settings(Struct, frozen=True):
    """
    All settings of a run, and the files they come from, nearest first.

    trusted: the user named the file, or trusts the one that was found. unapplied: keys that are set, but need trust.
    ignores: with the "FILE:LINE" of each. severities: of the [severity] tables, by rule as written.
    """

    values: Mapping[str, Value]
    files: Sequence[ConfigFile]
    targets: Sequence[ConfiguredTarget]
    ignores: Sequence[tuple[IgnoreConfig, str]]
    severities: Mapping[str, Value]
    trusted: bool = True
    unapplied: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    def source(self, name: str) -> str:
        """Where a setting was set, for messages about it: the option, the variable, or the line of a file."""
        return _source(name, self.values[name])


def read_settings(values: Mapping[str, Value]) -> Settings:
    """
    Complete the values of the command line and the environment with those of the configuration file and the defaults.

    Raises ConfigError, and UsageError for a value beyond the limits of its option, and for a value of --url.
    """
    files = _files(values)
    urls = values.get("url") or Value((), "default")
    trusted = any(name in values and values[name].value for name in ("config", "trust_config"))
    unapplied = [] if trusted else [option for option in OPTIONS if option.needs_trust and _file_of(option, files)]
    complete = {
        option.name: values.get(option.name) or _from_files(option, () if option in unapplied else files)
        for option in OPTIONS
    }
    _require_limits(complete)
    return Settings(
        values=complete,
        files=files,
        targets=configured_targets(files, urls.value or (), _source("url", urls)),
        ignores=[
            (entry, _place(file, "ignore", number)) for file in files for number, entry in enumerate(file.config.ignore)
        ],
        severities={
            rule: Value(severity, _place(file, "severity", rule))
            for file in reversed(files)
            for rule, severity in file.config.severity.items()
        },
        trusted=trusted,
        unapplied=tuple(option.key for option in unapplied if option.name not in values),
    )


def _require_limits(values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        if (what := fault(BY_NAME[name], value.value)) is not None:
            where = f"{value.origin}: {BY_NAME[name].key}" if value.in_file else _source(name, value)
            raise (ConfigError if value.in_file else UsageError)(f"{where} {what}")


def _source(name: str, value: Value) -> str:
    return BY_NAME[name].flags[0] if value.origin == COMMAND_LINE else value.origin


def _files(values: Mapping[str, Value]) -> Sequence[ConfigFile]:
    if "no_config" in values and values["no_config"].value:
        return ()
    path = (values["config"].value if "config" in values else None) or _found()
    return read_config(path) if path else ()


def _found() -> str | None:
    try:
        return find_config(os.getcwd())  # noqa: PTH109
    except FileNotFoundError as error:
        raise ConfigError(
            "the current folder does not exist any more; change to another folder, or use --no-config"
        ) from error


def _file_of(option: Option, files: Sequence[ConfigFile]) -> ConfigFile | None:
    """The nearest file that sets an option."""
    return next((file for file in files if option.in_file and getattr(file.config, option.name) is not None), None)


def _from_files(option: Option, files: Sequence[ConfigFile]) -> Value:
    """The nearest file's value, else the default."""
    file = _file_of(option, files)
    if file is None:
        return Value(option.default, "default")
    value = _resolved(option, getattr(file.config, option.name), file)
    return Value(value, _place(file, option.key), in_file=True)


def _resolved(option: Option, value: Any, file: ConfigFile) -> Any:
    folder = os.path.dirname(file.path)  # noqa: PTH120
    if option.is_path and option.repeatable:
        return [os.path.join(folder, each) for each in value]  # noqa: PTH118
    if option.is_path:
        return os.path.join(folder, value)  # noqa: PTH118
    return list(value) if option.repeatable else value


def _place(file: ConfigFile, *path: str | int) -> str:
    line, _ = locate(file.text, (*file.prefix, *path))
    return f"{file.path}:{line}"
