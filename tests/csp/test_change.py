"""What a changed policy allows now and did not, and the reverse."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.change import change
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request

PAGE = "https://shop.example/"
HASH = "'sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='"
OTHER = "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"


def sent(*texts: str) -> list[Delivered]:
    return [Delivered(text, "header", "enforce") for text in texts]


def found(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is looser and tighter, as "directive source"."""
    made = change(sent(*before), sent(*after), PAGE)
    return tuple(
        [f"{each.effective} {each.source}".strip() for each in losses] for losses in (made.looser, made.tighter)
    )  # type: ignore[return-value]


CHANGES: list[tuple[list[str], list[str], list[str], list[str]]] = [
    (["script-src 'self'"], ["script-src  'self' ;"], [], []),
    (["script-src 'self' https://a.example"], ["script-src https://A.example 'self'"], [], []),
    (["script-src 'self'"], ["script-src 'self' https://a.example"], ["script-src https://a.example"], []),
    (["img-src https://*.a.example"], ["img-src https://b.a.example"], [], ["img-src https://*.a.example"]),
    (["default-src 'self'"], ["default-src 'self'; img-src *"], ["img-src *"], []),
    (["script-src 'nonce-YWJj' 'strict-dynamic'"], ["script-src 'nonce-eHl6' 'strict-dynamic'"], [], []),
    (["script-src 'self'"], ["script-src 'self' 'unsafe-inline'"], ["script-src 'unsafe-inline'"], []),
    ([f"script-src {HASH}"], [f"script-src {OTHER}"], [f"script-src {OTHER}"], [f"script-src {HASH}"]),
    (["script-src 'self'; img-src 'self'"], ["img-src 'self'"], ["script-src"], []),
    (["img-src 'self'", "img-src 'none'"], ["img-src 'self'"], ["img-src 'self'"], []),
    (["img-src 'self'"], ["img-src 'self' https://a.example", "img-src 'self'"], [], []),
    (["img-src 'self'"], ["img-src 'self' https://a.example", "img-src https:"], ["img-src https://a.example"], []),
    (["default-src 'self'; sandbox allow-scripts"], ["default-src 'self'"], ["sandbox"], []),
    (["default-src 'self'; frame-ancestors 'none'"], ["default-src 'self'; frame-ancestors https://a.example"], ["frame-ancestors https://a.example"], []),
    (["script-src 'self'; base-uri 'none'"], ["script-src 'self'"], ["base-uri"], []),
    (["script-src 'self'; report-uri /a"], ["script-src 'self'"], [], []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "looser", "tighter"), CHANGES, ids=[f"{e[0]} {e[1]}" for e in CHANGES])
def test_changes(before: list[str], after: list[str], looser: list[str], tighter: list[str]) -> None:
    assert found(before, after) == (looser, tighter)


@pytest.mark.parametrize(("before", "after", "looser", "tighter"), CHANGES, ids=[f"{e[0]} {e[1]}" for e in CHANGES])
def test_the_reverse_is_the_reverse(before: list[str], after: list[str], looser: list[str], tighter: list[str]) -> None:
    assert found(after, before) == (tighter, looser)


def test_a_policy_that_appears_or_goes() -> None:
    assert change(sent("img-src *"), []).gone
    assert change(sent("img-src *"), []).is_looser
    assert change([], sent("img-src *")).appeared
    assert not change([], sent("img-src *")).is_looser
    only_reported = [Delivered("img-src 'self'", "header", "report")]
    assert change(sent("img-src 'self'"), only_reported).gone


SOURCES = (
    "'self'",
    "'none'",
    "*",
    "https:",
    "https://a.example",
    "https://*.a.example",
    "https://a.example/b/",
    "'unsafe-inline'",
    "data:",
)
POLICIES = st.lists(
    st.tuples(
        st.sampled_from(["default-src", "script-src", "img-src", "style-src"]),
        st.lists(st.sampled_from(SOURCES), max_size=3),
    ),
    min_size=1,
    max_size=3,
).map(lambda made: "; ".join(f"{name} {' '.join(words)}" for name, words in made))
REQUESTS = [
    Request(kind, url)
    for kind in ("script", "img", "style")
    for url in (
        "https://shop.example/a",
        "https://a.example/b/c",
        "https://a.example/x",
        "https://c.a.example/",
        "https://z.example/",
        "data:,",
    )
] + [Request("inline-script", content="1"), Request("inline-style", content="a{}")]


@settings(deadline=None)
@given(st.lists(POLICIES, min_size=1, max_size=2), st.lists(POLICIES, min_size=1, max_size=2))
def test_what_is_not_looser_allows_nothing_more(before: list[str], after: list[str]) -> None:
    if change(sent(*before), sent(*after), PAGE).is_looser:
        return
    old, new = PolicySet.read(PAGE, sent(*before)), PolicySet.read(PAGE, sent(*after))
    assert not [each for each in REQUESTS if old.decide(each).blocked and not new.decide(each).blocked]


@settings(deadline=None)
@given(POLICIES, POLICIES)
def test_what_is_looser_is_allowed_now(before: str, after: str) -> None:
    assert not change(sent(before), sent(before), PAGE).is_looser
    made = change(sent(before), sent(after), PAGE)
    policies = PolicySet.read(PAGE, sent(after))
    for each in made.looser:
        assert each.source == "" or each.source in after
        if not each.source and each.effective.endswith("-src"):
            assert not policies.restricts(each.effective)
