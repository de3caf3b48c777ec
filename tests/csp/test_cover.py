"""What `covers` promises: all of a source expression's URLs where it says yes, one that is blocked where it says no."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers, witnesses
from csplint.csp.decide import PolicySet
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered
from csplint.csp.request import Kind
from csplint.csp.unlisted import unused_parts
from csplint.csp.url import Url, parse_url

PAGES = ["https://shop.example/", "http://shop.example/", "http://shop.example:8080/"]
HOSTS = ["a.example", "b.a.example", "c.b.a.example", "example", "shop.example", "other.test", "a.examplex"]
PORTS = ["", "", ":80", ":443", ":8080", ":*", ":0443"]
PATHS = ["", "", "/", "/x", "/x/", "/x/y", "/%78/"]
SCHEMES = ["", "https://", "http://", "wss://", "ws://"]
WORDS = ["'self'", "'none'", "*", "https:", "http:", "wss:", "ws:", "data:", "*:*", "https://*", "*:8080"]

hosts = st.builds(str.__add__, st.sampled_from(["", "*."]), st.sampled_from(HOSTS))
host_sources = st.builds(
    lambda scheme, host, port, path: f"{scheme}{host}{port}{path}",
    *map(st.sampled_from, [SCHEMES]),
    hosts,
    *map(st.sampled_from, [PORTS, PATHS]),
)
sources = st.sampled_from(WORDS) | host_sources
urls = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}{path}",
    st.sampled_from(["https", "http", "wss", "ws"]),
    st.sampled_from([*HOSTS, "any.other.test", "x.c.b.a.example"]),
    st.sampled_from(["", ":80", ":443", ":8080", ":9999"]),
    st.sampled_from(["/", "/x", "/x/", "/x/y", "/z"]),
)
kinds = st.sampled_from(["img", "connect", "frame"])


def matches(expression: str, url: Url, policies: PolicySet) -> bool:
    """Whether the expression matches the URL for every kind; some upgraded ports only match for some (`_port_matches`)."""
    source = parse_source(expression)
    if expression == "'self'" and url.scheme in {"ws", "wss"}:
        return False  # 'self' matches these too (SELF_UPGRADES), but no request of these kinds has such a URL
    return all(mismatch(source, Target(url, policies.page, navigation=each)) is None for each in (False, True))


@given(st.sampled_from(PAGES), st.lists(sources, max_size=3), sources, kinds, st.lists(urls, min_size=8, max_size=8))
@settings(max_examples=300, deadline=None)
def test_what_is_covered_is_allowed_and_what_is_not_has_a_witness(
    page: str, listed: list[str], expression: str, kind: Kind, asked: list[str]
) -> None:
    policies = PolicySet.read(page, [Delivered(f"default-src {' '.join(listed)}")])
    seen = list(
        witnesses(parse_source(expression), policies.page, unused_parts(each.text for each in policies.policies))
    )
    blocked = [url for url in seen if policies.decide_url(kind, url).blocked]
    if not covers(policies, expression, kind):
        assert blocked
        return
    assert not blocked
    for text in asked:
        url = parse_url(text)
        if url is not None and matches(expression, url, policies):
            assert not policies.decide_url(kind, url).blocked, (listed, expression, text)


@given(st.sampled_from(PAGES), host_sources, kinds)
@settings(max_examples=100, deadline=None)
def test_a_source_covers_itself(page: str, expression: str, kind: Kind) -> None:
    policies = PolicySet.read(page, [Delivered(f"default-src {expression}")])
    assert covers(policies, expression, kind)


OWN_SOCKETS = [
    # page, what is listed, whether it covers the page's own WebSockets, which Chromium and Firefox count to 'self'
    ("https://shop.example/", "'self'", True),
    ("https://shop.example/", "https:", False),
    ("https://shop.example/", "wss:", True),
    ("https://shop.example/", "wss://shop.example", True),
    ("https://shop.example/", "wss://other.test", False),
    ("https://shop.example/", "*", True),
    ("http://shop.example/", "'self'", True),
    ("http://shop.example/", "http:", False),
    ("http://shop.example/", "ws:", True),
    ("http://shop.example/", "wss:", False),
    ("http://shop.example:8080/", "'self'", True),
    ("http://shop.example:8080/", "ws://shop.example", False),
    ("http://shop.example:8080/", "ws://shop.example:8080 wss://shop.example:8080", True),
]


@pytest.mark.parametrize(("page", "listed", "expected"), OWN_SOCKETS)
def test_self_is_the_pages_own_websockets_too(page: str, listed: str, expected: bool) -> None:
    for browser in BROWSERS:
        policies = PolicySet.read(page, [Delivered(f"connect-src {listed}")], browser)
        assert covers(policies, "'self'", "ws") == expected, browser.name
