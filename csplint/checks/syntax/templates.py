"""Templates that nothing filled in: what a program should have replaced."""

from __future__ import annotations

import re

_TEMPLATE = re.compile(
    r"\{\{|\}\}|\$\{|\{%|<%|<\?|^\$\w|%\{|%[A-Za-z][A-Za-z0-9_]*%|\[\[|\{[A-Za-z]\w*\}|@[A-Za-z]\w*@"
)


def is_template(text: str) -> bool:
    """Whether a text holds a placeholder of some template language."""
    return _TEMPLATE.search(text) is not None
