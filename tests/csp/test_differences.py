"""Why a browser decides otherwise than Chromium, in words."""

from __future__ import annotations

import pytest

from csplint.csp.browsers import BROWSERS, CHROMIUM, FIREFOX, SAFARI, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.differences import why_it_differs
from csplint.csp.policy import Delivered
from csplint.csp.request import Request

SHOP = "https://shop.example/"
CDN = "https://cdn.example/a"

CASES = [
    (SAFARI, "img-src wss:", Request("img", CDN), "wss: also matches https: addresses"),
    (SAFARI, "img-src ws://cdn.example", Request("img", CDN), "ws://cdn.example also matches https: addresses"),
    (SAFARI, "frame-src 'self'", Request("frame", f"blob:{SHOP}1"), "'self' in frame-src also matches blob: URLs"),
    (SAFARI, "media-src *", Request("media", "data:audio/wav,"), "* in media-src also matches data: URLs"),
    (SAFARI, "default-src 'self' 'strict-dynamic'", Request("img", SHOP),
     "'self' is ignored: 'strict-dynamic' turns it off for every kind of request"),
    (SAFARI, "img-src *:443", Request("img", CDN),
     "*:443 is invalid: WebKit accepts no port and no path after a lone asterisk without a scheme"),
    (SAFARI, "img-src https://cdn.example:80", Request("img", CDN), "https://cdn.example:80 allows it"),
    (SAFARI, "img-src\v'none'", Request("img", CDN), "img-src is in force, which Chromium ignores"),
    (SAFARI, "frame-src 'none'; object-src https:", Request("object", CDN), "objects are checked against object-src only"),
    (SAFARI, "script-src 'nonce-x=y'", Request("script", CDN, nonce="x=y"), "the nonce allows it"),
    (FIREFOX, "script-src 'nonce-abc'", Request("script", CDN, nonce=" abc"),
     "the nonce does not allow it: the element has another nonce"),
    (FIREFOX, "img-src https:", Request("img", "http://cdn.example/"), "https: does not allow it: scheme http is not https"),
    (SAFARI, "img-src https:", Request("img", CDN), ""),
]  # fmt: skip


@pytest.mark.parametrize(("browser", "policy", "request_", "why"), CASES)
def test_why_a_browser_differs(browser: Browser, policy: str, request_: Request, why: str) -> None:
    usual, other = (PolicySet.read(SHOP, [Delivered(policy)], each) for each in (CHROMIUM, browser))
    assert why_it_differs(usual, other, request_) == why


@pytest.mark.parametrize("browser", BROWSERS, ids=lambda browser: browser.name)
def test_a_nonce_is_never_said(browser: Browser) -> None:
    delivered = [Delivered("script-src 'nonce-se=cret' 'nonce-secret'")]
    usual, other = (PolicySet.read(SHOP, delivered, each) for each in (CHROMIUM, browser))
    for nonce in ("se=cret", " secret", "\vsecret"):
        assert "cret" not in why_it_differs(usual, other, Request("script", CDN, nonce=nonce))
