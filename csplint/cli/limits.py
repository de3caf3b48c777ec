"""
The limits of the options, from their table, for every value: of the command line, the environment and the file.

typer and the reader of the file know some of them too, and say so earlier; what they do not know, such as that a number
is none (`nan`), is refused here.
"""

from __future__ import annotations

import re
from typing import Any

from csplint.cli.options import Option

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""Characters that no header and no address can hold."""


def fault(option: Option, value: Any) -> str | None:
    """What is wrong with an option's value, in words that follow its name; None if nothing is. The value is not shown."""
    for one in value if isinstance(value, list | tuple) else [value]:
        if (found := _fault(option, one)) is not None:
            return found
    return None


def _fault(option: Option, value: Any) -> str | None:
    if isinstance(value, tuple):
        return next(filter(None, (_fault(option, part) for part in value)), None)
    if isinstance(value, str) and option.is_plain and CONTROL.search(value):
        return "must not contain line breaks or other control characters"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _out_of_range(option, value)
    return None


def _out_of_range(option: Option, value: float) -> str | None:
    """Comparisons with nan are false, so they ask what has to be true."""
    low, high = option.minimum, option.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    limits = [f"at least {low:g}"] if low is not None else []
    return "must be " + " and ".join([*limits, f"at most {high:g}"] if high is not None else limits)
