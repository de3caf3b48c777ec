"""Explanations agree with decisions, and have a reason for every source that did not let a request through."""

from __future__ import annotations

import pytest

from csplint.csp.browsers import CHROMIUM, FIREFOX, SAFARI, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.explain import explain
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
from tests.csp.test_oracle import VERDICT, cases, policy_set

SHOP = "https://shop.example/"
CDN = "https://cdn.example/a.js"
CODE = Request("inline-script", content="window.a=1")
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

# (policy, request, what each source of the list is told to have against it)
REASONS = [
    ("script-src other.example", Request("script", CDN), ["host cdn.example is not other.example"]),
    ("script-src *.other.example", Request("script", CDN), ["host cdn.example is not under other.example"]),
    ("script-src 'self'", Request("script", CDN), ["host cdn.example is not shop.example"]),
    ("script-src cdn.example:8443", Request("script", CDN), ["port 443 is not 8443"]),
    ("script-src cdn.example", Request("script", "https://cdn.example:8443/"), ["port 8443 is not 443"]),
    ("script-src cdn.example/b/", Request("script", CDN), ["path /a.js is not under /b/"]),
    ("script-src cdn.example/b.js", Request("script", CDN), ["path /a.js is not /b.js"]),
    ("script-src https:", Request("script", "http://cdn.example/"), ["scheme http is not https"]),
    ("img-src *", Request("img", "data:image/gif,"), ["* does not match data:"]),
    ("script-src cdn.example 'strict-dynamic'", Request("script", CDN),
     ["ignored: the list has 'strict-dynamic'", "allows what trusted scripts add; this is in the page's own markup"]),
    (f"script-src 'unsafe-inline' {HASH}", CODE, ["ignored: the list has a nonce or hash", "the hash is of another text"]),
    ("script-src 'unsafe-inline' 'nonce-abc'", Request("inline-script", content="1", nonce="abd"),
     ["ignored: the list has a nonce or hash", "the element has another nonce"]),
    ("script-src 'nonce-abc' cdn.example", CODE,
     ["the element has no nonce", "matches URLs, and inline code has no URL"]),
    ("script-src https://.example", Request("script", CDN), ["invalid: a host cannot start with a dot"]),
    ("script-src 'none' other.example", Request("script", CDN),
     ["ignored: the list has other sources", "host cdn.example is not other.example"]),
    ("script-src 'none'", Request("script", CDN), ["allows nothing"]),
    ("script-src cdn.example 'url-sha256-abcd'", Request("script", CDN),
     ["ignored: the list has a hash of a URL", "allows nothing by itself: it belongs to an experiment in Chromium"]),
    ("script-src 'unsafe-eval' 'eval-sha256-abcd'", Request("eval"),
     ["ignored: the list has a hash for eval()", "allows nothing by itself: it belongs to an experiment in Chromium"]),
    (f"script-src {HASH}", Request("event-handler", content="1"),
     ["hashes do not apply to attributes and javascript: URLs without 'unsafe-hashes'"]),
    ("script-src 'self'", Request("eval"), ["does not allow eval(); 'unsafe-eval' would"]),
    ("img-src 'unsafe-inline' 'nonce-abc'", Request("img", CDN),
     ["matches no URL", "matches no URL: nonces apply to script and style elements"]),
    ("img-src cdn.example", Request("img", CDN, redirect_to="https://evil.example/"),
     ["host evil.example is not cdn.example"]),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "request_", "whys"), REASONS)
def test_every_source_of_a_refusing_list_has_its_reason(policy: str, request_: Request, whys: list[str]) -> None:
    [explained] = explain(PolicySet.read(SHOP, [Delivered(policy)]), request_)
    assert not explained.allowed
    assert [each.why for each in explained.reasons] == whys


def test_the_chain_that_was_consulted_is_told() -> None:
    policies = PolicySet.read(SHOP, [Delivered("default-src 'self'"), Delivered("img-src *", "header", "report")])
    first, second = explain(policies, Request("script", CDN))
    assert (first.absent, first.governing) == (("script-src-elem", "script-src"), "default-src")
    assert (second.absent, second.governing, second.note) == (
        ("script-src-elem", "script-src", "default-src"),
        "",
        "nothing restricts it",
    )
    assert (first.disposition, second.disposition, second.index) == ("enforce", "report", 1)


def test_an_empty_list_and_an_exempt_url_are_noted() -> None:
    [empty] = explain(PolicySet.read(SHOP, [Delivered("img-src")]), Request("img", CDN))
    assert (empty.allowed, empty.note) == (False, "the list is empty, which allows nothing")
    [blank] = explain(PolicySet.read(SHOP, [Delivered("frame-src 'none'")]), Request("frame", "about:blank"))
    assert (blank.allowed, blank.note) == (True, "browsers check no policy for about: URLs here")


def test_an_object_that_is_refused_as_a_frame_is_explained_as_one() -> None:
    [explained] = explain(PolicySet.read(SHOP, [Delivered("frame-src other.example")]), Request("object", CDN))
    assert (explained.effective, explained.governing) == ("frame-src", "frame-src")
    assert [each.why for each in explained.reasons] == ["host cdn.example is not other.example"]


# (policy, request, what each source of the list is told to have against it, in WebKit)
WEBKIT_REASONS = [
    ("default-src 'self' 'strict-dynamic' https:", Request("img", SHOP),
     ["ignored: 'strict-dynamic' turns it off for every kind of request", "matches no URL",
      "ignored: 'strict-dynamic' turns it off for every kind of request"]),
    ("worker-src 'strict-dynamic'", Request("worker", f"{SHOP}w.js"),
     ["ignored: WebKit reads it only in script-src, script-src-elem and default-src, written in lower case"]),
    ("img-src *:443", Request("img", CDN), ["invalid: WebKit accepts no port and no path after a lone asterisk without a scheme"]),
    ("script-src-elem https: 'strict-dynamic'", Request("script", CDN),
     ["ignored: the list has 'strict-dynamic'", "allows what trusted scripts add; this is in the page's own markup"]),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "request_", "whys"), WEBKIT_REASONS)
def test_every_source_has_its_reason_in_webkit(policy: str, request_: Request, whys: list[str]) -> None:
    [explained] = explain(PolicySet.read(SHOP, [Delivered(policy)], SAFARI), request_)
    assert not explained.allowed
    assert [each.why for each in explained.reasons] == whys


def test_what_happens_before_or_after_the_check_is_noted() -> None:
    [image] = explain(PolicySet.read(SHOP, [Delivered("img-src https:")]), Request("img", "http://cdn.example/"))
    assert (image.allowed, image.note) == (True, "the browser upgrades this image to https: before the check")
    [wasm] = explain(PolicySet.read(SHOP, [Delivered("script-src 'self'")], SAFARI), Request("wasm"))
    assert (wasm.allowed, wasm.note) == (False, "the browser does not report this")


@pytest.mark.parametrize("browser", [CHROMIUM, FIREFOX, SAFARI], ids=["chromium", "firefox", "webkit"])
def test_explanations_are_the_decision(browser: Browser) -> None:
    for case in cases("public-hard.ndjson"):
        policies = policy_set(case, browser)
        for entry in case["requests"]:
            request = Request(**{key: entry[key] for key in entry if key not in VERDICT})
            explained = explain(policies, request)
            decision = policies.decide(request)
            assert [each.allowed for each in explained] == [each.allowed for each in decision.verdicts]
            for each in explained:
                assert each.allowed or each.governing
                assert all(reason.why and reason.why != "matches" for reason in each.reasons)
                assert each.allowed or each.reasons or each.note
                assert each.matched is None or each.allowed
