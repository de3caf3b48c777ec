"""Where a directive's sources stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.csp.policy import Delivered, Directive, parse_policies


def directive(value: str) -> Directive:
    [policy] = parse_policies([Delivered(f"script-src {value}")])
    return policy.in_force["script-src"]


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("'self' 'unsafe-inline'", 18),
        ("x'unsafe-inline' 'unsafe-inline'", 28),
        ("'unsafe-inline'x 'unsafe-inline'", 28),
        ("'unsafe-inline''unsafe-inline'\t'unsafe-inline' 'unsafe-inline'", 42),
    ],
)
def test_first_is_a_whole_token(value: str, start: int) -> None:
    found = directive(value)
    source = next(each for each in found.list.sources if each.text == "'unsafe-inline'")
    assert found.first(source).span.start == start


@given(st.lists(st.text("ab'-*.", min_size=1, max_size=4), min_size=1, max_size=8))
def test_first_is_the_first_of_the_tokens(words: list[str]) -> None:
    found = directive(" ".join(words))
    for source in found.list.sources:
        assert found.first(source) == next(token for token in found.tokens if token.source.text == source.text)
