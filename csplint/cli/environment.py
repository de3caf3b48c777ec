"""
The values that a CSPLINT_* variable gives to a repeatable option.

One value per line. A variable of one line holds several values, separated by spaces, unless the option's values may
hold spaces themselves (a header, a file): then the line is one value.
"""

from __future__ import annotations

import re

from csplint.cli.options import Option


def listed(option: Option, text: str) -> list[str]:
    """The values in a variable's text, without empty lines and without the space around them."""
    lines = re.split(r"[\r\n]+", text.strip("\r\n")) if re.search(r"[\r\n]", text) else None
    if lines is None:
        lines = [text] if option.has_spaces else text.split()
    return [line.strip() for line in lines if line.strip()]
