"""What a changed policy no longer allows: whatever is not named as lost is still allowed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.browsers import BROWSERS
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.preserve import Comparisons, _lists, _only_grows, _read, losses, starts_no_script
from csplint.csp.request import Kind, Request
from csplint.csp.url import Url

SHOP = "https://shop.example/"
PAGE = Url(SHOP, "https", "shop.example", 443, "/")
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def policy(text: str) -> Policy | None:
    read = parse_policies([Delivered(text)])
    return read[0] if read else None


def lost(before: str, after: str) -> set[tuple[str, str]]:
    one = policy(before)
    assert one is not None
    return {(each.effective, each.source) for each in losses(one, policy(after), PAGE)}


CASES = [
    ("img-src a.example", "img-src a.example b.example", set()),
    ("img-src a.example", "img-src *.example", set()),
    ("img-src *.a.example", "img-src x.a.example", {("img-src", "*.a.example")}),
    ("img-src a.example", "font-src b.example", {("font-src", "")}),
    ("default-src 'self'", "default-src 'self'; img-src a.example", {("img-src", "'self'")}),
    ("default-src 'self'", "default-src 'self'; img-src 'self' a.example", set()),
    ("img-src a.example", "", set()),
    ("script-src 'unsafe-inline'", f"script-src 'unsafe-inline' {HASH}", {("script-src-elem", "'unsafe-inline'"), ("script-src-attr", "'unsafe-inline'")}),
    ("script-src a.example 'nonce-abc'", "script-src a.example 'nonce-abc' 'strict-dynamic'", {("script-src-elem", "a.example")}),
    ("script-src 'nonce-abc' 'strict-dynamic'", "script-src 'nonce-abc' a.example", {("script-src-elem", "'strict-dynamic'")}),
    ("script-src 'nonce-abc'", "script-src 'nonce-ABC'", {("script-src-elem", "'nonce-abc'")}),
    (f"script-src {HASH}", "script-src 'self'", {("script-src-elem", HASH)}),
    ("script-src 'unsafe-eval'", "script-src 'wasm-unsafe-eval'", {("script-src", "'unsafe-eval'")}),
    ("img-src *", "img-src *; sandbox", {("sandbox", "")}),
    ("sandbox allow-scripts", "sandbox allow-scripts allow-forms", set()),
    ("img-src http:", "img-src https:", {("img-src", "http:")}),
    ("connect-src 'self'", "connect-src https:", {("connect-src", "'self'")}),  # the page's own WebSockets
    ("connect-src 'self'", "connect-src 'self' https:", set()),
    ("form-action 'self'", "form-action 'none'", {("form-action", "'self'")}),
    # in WebKit only:
    ("img-src wss:", "img-src ws://a.example wss://a.example", {("img-src", "wss:")}),
    ("frame-src 'self'", "default-src 'self'", {("frame-src", "'self'")}),
    ("frame-src 'self'", "frame-src 'self' https:", set()),
    ("img-src *", "default-src *", {("img-src", "*")}),
    ("img-src *", "img-src https: http: data: ws: wss:", set()),
    ("media-src *", "media-src * data:", set()),
    ("media-src *", "default-src * data:", {("media-src", "*")}),
    ("script-src 'self'; default-src 'self'", "script-src 'self'; default-src 'self' 'strict-dynamic'", {("img-src", "'self'")}),
    ("default-src 'strict-dynamic' 'self' *", "Default-Src * 'self' 'nonce-abc'", {("script-src-elem", "'strict-dynamic'")}),
    ("Script-Src 'strict-dynamic' a.example", "script-src 'strict-dynamic' a.example", {("script-src-elem", "a.example")}),
    ("img-src *:8443 *", "img-src *", set()),
    ("frame-src http://a.example:443 a.example:*", "frame-src a.example:*", {("frame-src", "http://a.example:443")}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_what_is_lost(before: str, after: str, expected: set[tuple[str, str]]) -> None:
    found = lost(before, after)
    assert expected <= found
    assert bool(found) == bool(expected)


STARTS = [
    # policy, whether no script can start under it
    ("script-src 'strict-dynamic' 'self' https:", True),
    ("default-src 'strict-dynamic'", True),
    ("script-src 'strict-dynamic' 'nonce-abc'", False),
    (f"script-src 'strict-dynamic' {HASH}", False),
    ("script-src 'self'", False),  # there is no 'strict-dynamic' to lose
    ("script-src-elem 'strict-dynamic'", False),  # nothing restricts event handlers
    ("script-src 'strict-dynamic'; script-src-attr 'unsafe-inline'", False),
    ("script-src 'strict-dynamic'; script-src-attr 'none'", True),
    ("script-src 'strict-dynamic' 'unsafe-inline'", True),  # which 'strict-dynamic' disables
]


@pytest.mark.parametrize(("text", "expected"), STARTS)
def test_whether_a_script_can_start(text: str, expected: bool) -> None:
    one = policy(text)
    assert one is not None
    assert starts_no_script(one) == expected
    [meta] = parse_policies([Delivered(text, "meta", order=1)])
    assert not starts_no_script(meta), "scripts may come before the element"


NAMES = ["default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "img-src", "connect-src", "worker-src", "frame-src", "child-src", "form-action", "base-uri", "object-src"]  # fmt: skip
SOURCES = [
    "'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'", "'nonce-abc'", HASH,
    "*", "https:", "http:", "ws:", "data:", "blob:", "a.example", "*.a.example", "http://a.example", "https://a.example:8443", "a.example:*",
    "https://a.example/x/", "https://a.example/x", "shop.example", "self", "'sel",
]  # fmt: skip
POLICIES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(SOURCES), max_size=4)).map(lambda each: " ".join([each[0], *each[1]])),
    min_size=1,
    max_size=3,
).map("; ".join)  # fmt: skip
URLS = ["https://shop.example/x", "http://shop.example/x", "https://a.example/", "https://a.example/x", "https://a.example/x/y", "https://a.example:8443/", "http://a.example/x", "https://x.a.example/", "wss://a.example/", "ws://shop.example/", "wss://shop.example/", "data:text/plain,x", "blob:https://shop.example/1", "https://other.example/x"]  # fmt: skip
KINDS: list[Kind] = ["script", "dynamic-script", "inline-script", "dynamic-inline-script", "event-handler", "javascript-url", "eval", "wasm", "style", "inline-style", "style-attr", "img", "connect", "worker", "frame", "object", "form", "base", "font", "media", "manifest", "blob-worker", "ws"]  # fmt: skip
REQUESTS = st.builds(
    Request,
    kind=st.sampled_from(KINDS),
    url=st.sampled_from(URLS),
    nonce=st.sampled_from(["", "abc"]),
    content=st.sampled_from(["", "any0", "x"]),
    integrity=st.sampled_from(["", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]),
)


@settings(max_examples=1500, deadline=None)
@given(POLICIES, POLICIES, REQUESTS)
def test_whatever_is_allowed_and_not_lost_stays_allowed(before: str, after: str, request: Request) -> None:
    one, other = policy(before), policy(after)
    assert one is not None
    if losses(one, other, PAGE):
        return
    for browser in BROWSERS:
        was = PolicySet.read(SHOP, [Delivered(before)], browser).decide(request)
        now = PolicySet.read(SHOP, [Delivered(after)], browser).decide(request)
        assert was.blocked or not now.blocked


@settings(max_examples=100, deadline=None)
@given(POLICIES)
def test_the_same_policy_loses_nothing(text: str) -> None:
    assert lost(text, f"{text} ") == set()


def test_a_hash_is_not_lost_where_all_inline_code_is_allowed() -> None:
    before = f"style-src 'self' {HASH}"
    assert lost(before, "style-src 'self' 'unsafe-inline'") == set()
    assert lost(before, "style-src 'self'") == {("style-src-elem", HASH)}


GROWING = st.lists(
    st.tuples(
        st.sampled_from(["default-src", "script-src", "style-src", "img-src", "connect-src", "frame-src", "object-src", "worker-src"]),
        st.lists(st.sampled_from(["'self'", "'none'", "*", "a.example", "data:", "'nonce-abc'", "'strict-dynamic'", "'unsafe-inline'", HASH, "/%20", "é"]), min_size=1, max_size=4),
        st.lists(st.sampled_from(["b.example", "https://*.b.example", "blob:", "'nonce-b'", "'strict-dynamic'", "'none'"]), max_size=2),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(GROWING)
def test_lists_that_only_grow_lose_nothing_in_any_browser(lists: list[tuple[str, list[str], list[str]]]) -> None:
    before = policy("; ".join(" ".join([name, *old]) for name, old, _ in lists))
    after = policy("; ".join(" ".join([name, *old, *new]) for name, old, new in lists))
    if before is None or after is None or not _only_grows(before, after):
        return
    for browser in BROWSERS:
        one, other = _read(before, browser), _read(after, browser)
        assert one is not None
        assert other is not None
        assert not list(_lists(one, other, PolicySet(PAGE, (other,), browser), Comparisons()))
