"""What `covers` promises: all of a source expression's URLs where it says yes, one that is blocked where it says no."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.browsers import BROWSERS, CHROMIUM, SAFARI, Browser
from csplint.csp.cover import _covers, covers, witnesses
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
kinds = st.sampled_from(["img", "connect", "frame", "ws"])
browsers = st.sampled_from(BROWSERS)


def matches(expression: str, url: Url, policies: PolicySet, kind: Kind) -> bool:
    """Whether the expression matches the URL for every kind; some upgraded ports only match for some (`_port_matches`)."""
    source, browser = parse_source(expression, policies.browser), policies.browser
    if expression == "'self'" and (kind == "ws") != (url.scheme in {"ws", "wss"}):
        return False  # 'self' matches these too (SELF_UPGRADES), but no request of these kinds has such a URL
    return all(
        mismatch(source, Target(url, policies.page, navigation=each, browser=browser)) is None for each in (False, True)
    )


@given(
    browsers,
    st.sampled_from(PAGES),
    st.lists(sources, max_size=3),
    sources,
    kinds,
    st.lists(urls, min_size=8, max_size=8),
)
@settings(max_examples=600, deadline=None)
def test_what_is_covered_is_allowed_and_what_is_not_has_a_witness(
    browser: Browser, page: str, listed: list[str], expression: str, kind: Kind, asked: list[str]
) -> None:
    policies = PolicySet.read(page, [Delivered(f"default-src {' '.join(listed)}")], browser)
    parts = unused_parts(each.text for each in policies.policies)
    seen = list(witnesses(parse_source(expression, browser), policies.page, parts, browser, kind))
    blocked = [url for url in seen if policies.decide_url(kind, url).blocked]
    if not covers(policies, expression, kind):
        assert blocked
        return
    assert not blocked
    for text in asked:
        url = parse_url(text)
        if url is not None and matches(expression, url, policies, kind):
            assert not policies.decide_url(kind, url).blocked, (listed, expression, text)


@given(browsers, st.sampled_from(PAGES), host_sources | st.just("'self'"), kinds)
@settings(max_examples=200, deadline=None)
def test_a_source_covers_itself(browser: Browser, page: str, expression: str, kind: Kind) -> None:
    policies = PolicySet.read(page, [Delivered(f"default-src {expression}")], browser)
    assert covers(policies, expression, kind)


# (browser, page, policy, expression, kind, whether the policy covers the expression)
CASES: list[tuple[Browser, str, str, str, Kind, bool]] = [
    (CHROMIUM, PAGES[1], "connect-src http:", "'self'", "connect", True),
    (CHROMIUM, PAGES[1], "connect-src http:", "'self'", "ws", False),
    (CHROMIUM, PAGES[1], "connect-src http: ws:", "'self'", "ws", True),
    (CHROMIUM, PAGES[1], "connect-src http: wss:", "'self'", "ws", False),
    (CHROMIUM, PAGES[0], "connect-src https:", "'self'", "ws", False),
    (CHROMIUM, PAGES[0], "connect-src https: wss:", "'self'", "ws", True),
    (CHROMIUM, PAGES[1], "img-src http:", "'self'", "img", True),
    (CHROMIUM, PAGES[0], "img-src wss:", "https://a.example", "img", False),
    (SAFARI, PAGES[0], "img-src wss:", "https://a.example", "img", True),
    (CHROMIUM, PAGES[0], "img-src wss://a.example", "wss://a.example", "img", True),
    (SAFARI, PAGES[0], "img-src wss://a.example", "ws://a.example", "img", False),  # http: images too
    (CHROMIUM, PAGES[0], "img-src https://a.example:443", "https://a.example:80", "img", False),
    (SAFARI, PAGES[0], "img-src https://a.example:80", "https://a.example:443", "img", True),
    (SAFARI, PAGES[0], "img-src https://a.example:443", "https://a.example:80", "img", False),
    (SAFARI, PAGES[0], "default-src 'self' 'strict-dynamic'", "'self'", "img", False),
    (SAFARI, PAGES[0], "img-src *:443", "https://a.example", "img", False),
]


@pytest.mark.parametrize(("browser", "page", "policy", "expression", "kind", "covered"), CASES)
def test_what_a_policy_covers(
    browser: Browser, page: str, policy: str, expression: str, kind: Kind, covered: bool
) -> None:
    assert covers(PolicySet.read(page, [Delivered(policy)], browser), expression, kind) is covered


LISTS = ["'self'", "*", "a.example", "https://a.example/x", "'none'", "http://a.example", "wss:", "a.example/%20x", "'strict-dynamic' a.example"]  # fmt: skip
OTHERS = ["", "upgrade-insecure-requests", "frame-src 'none'", "default-src 'none'", "img-src a.example:50000 0-7-7", "report-uri /%20"]  # fmt: skip
NAMES = ["script-src", "connect-src", "img-src", "frame-src", "object-src", "default-src"]
EVERY_KIND: tuple[Kind, ...] = (
    "script",
    "dynamic-script",
    "connect",
    "ws",
    "img",
    "frame",
    "object",
    "prefetch",
    "worker",
)


@settings(max_examples=1000, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(LISTS),
    st.sampled_from(OTHERS),
    st.sampled_from(EVERY_KIND),
    sources,
    browsers,
)
def test_what_is_remembered_with_a_list_is_so_in_every_policy_with_it(
    name: str, listed: str, other: str, kind: Kind, expression: str, browser: Browser
) -> None:
    policies = PolicySet.read(PAGES[0], [Delivered(f"{name} {listed}; {other}")], browser)
    assert covers(policies, expression, kind) == _covers(policies, expression, kind)
