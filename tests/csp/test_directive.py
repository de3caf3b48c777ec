"""Where a directive's sources stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from csplint.csp.policy import Delivered, parse_policies

GAPS = st.sampled_from([" ", "  ", "\t", " \n ", "\f"])


@given(st.lists(st.tuples(st.text("ab'-*.", min_size=1, max_size=4), GAPS), min_size=1, max_size=8), GAPS)
def test_tokens_are_where_they_stand(words: list[tuple[str, str]], before: str) -> None:
    text = f"img-src x;{before}script-src{before}{''.join(word + gap for word, gap in words)}"
    [policy] = parse_policies([Delivered(text)])
    found = policy.in_force["script-src"]
    assert [token.source.text for token in found.tokens] == [word for word, _ in words]
    for number, token in enumerate(found.tokens):
        assert policy.text[token.span.start : token.span.end] == token.source.text
        assert found.token(number) == token
    starts = [token.span.start for token in found.tokens]
    assert starts == sorted(set(starts))
