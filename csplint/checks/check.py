"""What a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem

Check = Callable[[Context], Iterator[Problem]]
"""Looks at one context and yields problems: same input, same output, no side effect."""
