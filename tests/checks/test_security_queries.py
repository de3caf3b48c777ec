"""Remembered answers belong to their question: the same list in another directive, or for another page, gets its own."""

from __future__ import annotations

from itertools import permutations
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.security.queries import allows_code, allows_file
from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Kind, Request
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import parse_url
from csplint.engine.evaluate import evaluate
from csplint.engine.subject import policy_subject
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import BypassHost
from tests.checks import caches

GENERAL = load_packs(("syntax", "delivery", "security"))
VELARO = load_packs(())
OWN = load_packs(
    ("security",), (BypassHost(host="cdn.example", paths=("/jsonp",), way="gadget", source="a list of one's own"),)
)
PAGES = ["https://shop.example/", "http://shop.example/", "https://a.example/", "x"]
LISTS = [
    "https://a.example https://a.example/x/ *.a.example",
    "'self' https://shop.example 'unsafe-inline' 'nonce-abc'",
    "'unsafe-inline' 'unsafe-eval' 'strict-dynamic' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "a.example http://a.example:8080 cdn.example data:",
    "https: *.com ajax.googleapis.com cdn.example",
    "'none' sameorigin deny https://a.example/path",
    "* 'unsafe-hashes' 'report-sample'",
    "https://0-7-7.0-7-7 *.0-7-7 0-7-7-7.example/any0",
    "http://r.example/csp 'self' r.example/csp //r.example",
    "'self' img-src https://a.example",
    "https://*.velaro.com https://app-cdn.velaro.com",
]
NAMES = [
    "default-src", "script-src", "script-src-attr", "script-src-elem", "style-src", "style-src-attr", "img-src", "frame-src",
    "object-src", "frame-ancestors", "base-uri", "form-action", "report-uri", "worker-src",
]  # fmt: skip
DIRECTIVES = st.tuples(st.sampled_from(NAMES), st.sampled_from(LISTS)).map(" ".join)
POLICIES = st.lists(DIRECTIVES, min_size=1, max_size=4, unique_by=lambda each: each.partition(" ")[0]).map("; ".join)


def problems(policies: list[str], page: str, packs: PackSet = GENERAL) -> list[tuple[object, ...]]:
    outcomes = evaluate(policy_subject("policy", page, policies, policies[:1]), packs, {}).outcomes
    found = [outcome.problem for outcome in outcomes]
    return [(p.rule, p.severity, p.message, p.cause, p.value, p.span, p.fix, p.made_edits()) for p in found]


@settings(max_examples=150, deadline=None)
@given(st.lists(POLICIES, min_size=1, max_size=2), st.sampled_from(PAGES), st.lists(POLICIES, max_size=3))
def test_earlier_policies_change_no_answer(policies: list[str], page: str, before: list[str]) -> None:
    caches.clear()
    first = problems(policies, page)
    caches.clear()
    for each in before:
        for other in PAGES:
            problems([each], other)
    for packs in (VELARO, OWN):
        problems(policies, page, packs)
    assert problems(policies, page) == first


@pytest.mark.parametrize("listed", LISTS)
def test_the_same_list_in_each_directive(listed: str) -> None:
    alone = []
    for name in NAMES:
        caches.clear()
        alone.append(problems([f"{name} {listed}"], PAGES[0]))
    caches.clear()
    for name in reversed(NAMES):
        problems([f"{name} {listed}"], PAGES[1])
    assert [problems([f"{name} {listed}"], PAGES[0]) for name in NAMES] == alone
    assert len({str(each) for each in alone}) > 1


@pytest.mark.parametrize(("first", "then"), list(permutations([GENERAL, VELARO, OWN], 2)))
def test_the_same_policy_for_each_pack(first: PackSet, then: PackSet) -> None:
    for listed in LISTS:
        policy = [f"script-src {listed}"]
        caches.clear()
        expected = problems(policy, PAGES[0], then)
        caches.clear()
        problems(policy, PAGES[0], first)
        assert problems(policy, PAGES[0], then) == expected


def test_another_list_decides_about_documents_in_objects() -> None:
    """Chromium asks frame-src about them, Firefox only object-src: what one of them loads is reported."""
    open_objects = "object-src *; script-src 'none'"
    rules = [
        [each[0] for each in problems([f"{open_objects}{more}"], PAGES[0])] for more in ("", "; frame-src 'none'", "")
    ]
    assert ["object-src-missing" in each for each in rules] == [True, True, True]


def test_no_word_of_the_policy_is_used_for_a_question() -> None:
    """A policy that allows any host has no allow-list to report; this one names the host that csplint asks about."""
    for hosts in ("0-7-7.0-7-7", "0-7-7-7.0-7-7-7 0-7-7.0-7-7"):
        assert "allowlist-script" in {each[0] for each in problems([f"script-src {hosts}"], PAGES[0])}, hosts
    assert "allowlist-script" not in {each[0] for each in problems(["script-src *.0-7-7 *:443"], PAGES[0])}


def test_objects_without_a_list_of_their_own() -> None:
    """Firefox asks no other list about what is in them."""
    assert "object-src-missing" in {each[0] for each in problems(["script-src 'none'; frame-src 'none'"], PAGES[0])}


def test_the_page_is_part_of_the_question() -> None:
    file = parse_url("https://shop.example/app.js")
    assert file is not None
    by_page = [
        allows_file(PolicySet.read(page, [Delivered("script-src 'self'")]), "script", file)
        for page in ("https://shop.example/", "https://a.example/", "https://shop.example/")
    ]
    assert by_page == [True, False, True]


URLS = [
    "https://0-7-7.0-7-7/0-7-7", "https://a.example/x", "https://shop.example/a.js", "http://a.example/", "data:text/javascript,1",
    "blob:https://shop.example/1", "https://cdn.example/jsonp", "https://ajax.googleapis.com/x.js", "javascript:1", "about:blank",
]  # fmt: skip
KINDS: list[Kind] = ["script", "dynamic-script", "form", "base", "frame-ancestors", "object", "img", "frame"]
CODE: list[Kind] = ["inline-script", "event-handler", "eval", "inline-style", "style-attr"]
DISPOSITIONS: st.SearchStrategy[Literal["enforce", "report"]] = st.sampled_from(["enforce", "report"])
SETS = st.lists(st.tuples(POLICIES, st.booleans(), DISPOSITIONS), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(SETS, st.sampled_from(PAGES), st.sampled_from(BROWSERS))
def test_remembered_answers_are_the_engines(
    policies: list[tuple[str, bool, Literal["enforce", "report"]]], page: str, browser: Browser
) -> None:
    upgraded = [(f"{text}{'; upgrade-insecure-requests' if also else ''}", how) for text, also, how in policies]
    asked = PolicySet.read(page, [Delivered(text, "header", how) for text, how in upgraded], browser)
    for kind in KINDS:
        for url in filter(None, map(parse_url, URLS)):
            assert allows_file(asked, kind, url) == (not asked.decide_url(kind, url).blocked), (kind, url)
    for kind in CODE:
        assert allows_code(asked, kind) == (not asked.decide(Request(kind, content=EXAMPLE)).blocked), kind


CROWDED = "; ".join(
    f"{name} https://a{number}.example/dir/x https://a{number}.example/dir/ "
    + " ".join(f"https://a{number}.example/p{each}" for each in range(26))
    for number, name in enumerate(["img-src", "font-src", "media-src", "connect-src", "style-src"])
)


def test_a_policy_beyond_the_limit_of_questions_gets_one_answer() -> None:
    caches.clear()
    first, *again = [problems([CROWDED], PAGES[0]) for _ in range(4)]
    assert "redundant-source" in {each[0] for each in first}
    assert again == [first] * 3


def test_the_page_may_have_the_name_used_for_questions() -> None:
    policy = ["script-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"]
    assert problems(policy, "https://0-7-7.0-7-7/") == problems(policy, "https://shop.example/")


@pytest.mark.parametrize("dashed", ["script-src 'sha-256-abc'", "default-src 'sha-256-abc'"])
def test_a_hash_outside_the_grammar_is_a_hash_to_every_check(dashed: str) -> None:
    assert "hash-without-strict-dynamic" in {each[0] for each in problems([dashed], PAGES[0], VELARO)}
