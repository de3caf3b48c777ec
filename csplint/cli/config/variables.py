"""`${NAME}` in a configuration file: the value of an environment variable."""

from __future__ import annotations

import os
import re

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?")


class VariableError(Exception):
    """A reference that cannot be replaced; the message is a sentence for the user."""


def expand(text: str) -> str:
    """
    Replace each `${NAME}` with the variable's value, which may be empty, and each `$${` with `${`.

    Values are not searched for references again. Raises VariableError for a variable that is not set, and for a `${`
    without a name and `}`.
    """
    return _REFERENCE.sub(_value, text)


def has_reference(text: str) -> bool:
    """Whether `expand` puts the value of a variable into a text."""
    return any(found[1] for found in _REFERENCE.finditer(text))


def _value(found: re.Match[str]) -> str:
    if found[0] == "$${":
        return "${"
    name = found[1]
    if name is None:
        raise VariableError("${ begins a reference: write ${NAME} for an environment variable, or $${ for the text ${")
    if name not in os.environ:
        raise VariableError(
            f"the environment variable {name} is not set; set it, or write $${{{name}}} for the text ${{{name}}}"
        )
    return os.environ[name]
