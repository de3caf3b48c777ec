"""The constants of a class and the Literal beside it list the same values; mypy only sees that each constant is one of them."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from csplint.csp.directive import AnyState, State
from csplint.csp.match import AnyMismatch, Mismatch
from csplint.csp.source import ALL_KINDS, AnySourceKind, SourceKind

CASES = [
    (SourceKind, AnySourceKind),
    (State, AnyState),
    (Mismatch, AnyMismatch),
]


@pytest.mark.parametrize(("constants", "literal"), CASES)
def test_constants_are_those_of_the_literal(constants: type, literal: Any) -> None:
    values = tuple(value for name, value in vars(constants).items() if name.isupper())
    assert values == get_args(literal)


def test_every_kind_of_source_is_listed_once() -> None:
    assert len(set(ALL_KINDS)) == len(ALL_KINDS) == len(get_args(AnySourceKind))
