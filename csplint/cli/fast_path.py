"""
`csplint check --policy …` without the command-line library.

Importing typer takes longer than checking a policy does, and a policy is what
editors, hooks and loops check one process at a time. This reader knows the
options of a policy in their long forms; whatever else stands on the line, in a
CSPLINT_* variable or in a configuration file, or has a value it does not know,
it leaves to typer.
A test holds the two to the same output.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from csplint.cli.checking import CheckRequest
from csplint.cli.choices import Colour, FailOn, Feature, Format
from csplint.cli.config.find import find_config
from csplint.cli.write import Display

_CHOICES = {"--format": Format, "--fail-on": FailOn, "--color": Colour, "--feature": Feature}
_VALUED = {"--policy", "--report-only", "--page", *_CHOICES}


def read_quickly(arguments: Sequence[str]) -> CheckRequest | None:
    """The request on this command line; None where typer has to read it."""
    if arguments[:1] != ["check"] or any(map(_is_option, os.environ)):
        return None
    if find_config(os.getcwd()):  # noqa: PTH109 - pathlib takes 4 ms to load
        return None
    values = _values(arguments[1:])
    if values is None or not (values["--policy"] or values["--report-only"]):
        return None
    try:
        return CheckRequest(
            policies=tuple(values["--policy"]),
            report_only=tuple(values["--report-only"]),
            page=(values["--page"] or [""])[-1],
            features=tuple(Feature(each) for each in values["--feature"]),
            form=Format((values["--format"] or ["text"])[-1]),
            fail_on=FailOn((values["--fail-on"] or ["error"])[-1]),
            display=Display(Colour((values["--color"] or ["auto"])[-1])),
        )
    except ValueError:
        return None


def _is_option(name: str) -> bool:
    """Whether an environment variable gives csplint an option, or asks it for shell completion."""
    return name.startswith(("CSPLINT_", "_CSPLINT")) and name != "CSPLINT_DEBUG"


def _values(arguments: Sequence[str]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {name: [] for name in _VALUED}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name not in _VALUED:
            return None
        given = value if equals else next(rest, None)
        if given is None:
            return None
        found[name].append(given)
    return found
