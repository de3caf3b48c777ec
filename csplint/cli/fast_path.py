"""
`csplint check --policy …` without the command-line library.

Importing typer takes longer than checking a policy, and editors, hooks and loops check one policy for each process.
This reader knows a few options in their long forms. It leaves everything else to typer: other options, values it does
not accept, CSPLINT_* variables and configuration files. A test compares its output with typer's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from csplint.cli.checking import CheckRequest
from csplint.cli.config.find import find_config
from csplint.cli.options import OPTIONS
from csplint.cli.write import Display
from csplint.engine.features import resolve_features
from csplint.errors import UsageError
from csplint.packs.merge import load_packs

_OPTIONS = {option.flags[0]: option for option in OPTIONS if option.on_fast_path}


def fast_request(arguments: Sequence[str]) -> CheckRequest | None:
    """The request on this command line; None if typer has to read it."""
    if arguments[:1] != ["check"] or any(map(_is_option, os.environ)):
        return None
    if _has_config():
        return None
    values = _values(arguments[1:])
    if values is None or not (values["policy"] or values["report_only"]):
        return None
    packs = load_packs(())
    try:
        features = resolve_features(values["features"], packs)
    except UsageError:
        return None
    return CheckRequest(
        policies=tuple(values["policy"]),
        report_only=tuple(values["report_only"]),
        page=values["page"],
        features=features,
        packs=packs,
        format=values["format"],
        fail_on=values["fail_on"],
        display=Display(values["color"]),
    )


def _has_config() -> bool:
    """Whether there is a configuration file, or a current folder that does not exist any more."""
    try:
        return find_config(os.getcwd()) is not None  # noqa: PTH109 - pathlib takes 4 ms to load
    except FileNotFoundError:
        return True


def _is_option(name: str) -> bool:
    """Whether an environment variable sets an option of csplint, or asks it for shell completion."""
    return name.startswith(("CSPLINT_", "_CSPLINT")) and name != "CSPLINT_DEBUG"


def _values(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The value of each option by name; None for an argument that is not one of these options with a valid value."""
    found: dict[str, Any] = {each.name: [] if each.repeatable else each.default for each in _OPTIONS.values()}
    rest = iter(arguments)
    for argument in rest:
        flag, equals, text = argument.partition("=")
        option = _OPTIONS.get(flag)
        value = text if equals else next(rest, None)
        if option is None or value is None or (option.choices and value not in option.choices):
            return None
        if option.repeatable:
            found[option.name].append(value)
        else:
            found[option.name] = value
    return found
