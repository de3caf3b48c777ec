"""The shop's pages: what each one sends, and the finding it shows."""

from __future__ import annotations

import base64
import hashlib

from msgspec import Struct

SNIPPET = """
(function (w, d, v) {
  if (w.Velaro) { return; }
  w.Velaro = function () { (w.Velaro.q = w.Velaro.q || []).push(arguments); };
  v.endpoints = { mainApi: 'https://api-main-us-east.velaro.com/', cdn: 'https://app-cdn.velaro.com/' };
  w.addEventListener('load', function () {
    var s = d.createElement('script');
    s.async = true;
    s.src = v.endpoints.cdn + 'widgets/shim';
    d.head.appendChild(s);
  });
})(window, document, {});
Velaro('boot', { siteId: 1234, groupId: 0 });
"""
"""An inline embed of the v10 shape, written for this demo."""

TAG = '<script src="https://app-cdn.velaro.com/embed.js" async></script>'

CONNECT = "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net"
SECURE = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""Directives that every policy should have, so that each page has only one fault."""
REST = f"{CONNECT}; style-src 'self' 'unsafe-inline'; img-src 'self' data: https://app-cdn.velaro.com; frame-src 'self' blob:; {SECURE}"
"""Every directive except script-src, as the guide requires."""


def hash_of(script: str) -> str:
    """The CSP hash source of an inline script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


class DemoPage(Struct, frozen=True):
    """
    One page of the shop.

    policy: its Content-Security-Policy. body: its embed. In both, each response replaces {nonce} by its nonce, and in
    the body {other} by another nonce. shows: the name of the finding it shows, "" for none. report_only: the policy is
    sent as report-only. fixed_nonce: every response has the same nonce.
    """

    path: str
    title: str
    policy: str
    body: str
    shows: str
    report_only: bool = False
    fixed_nonce: bool = False


def _inline(nonce: str = "") -> str:
    return f"<script{nonce}>{SNIPPET}</script>"


_NONCED = _inline(' nonce="{nonce}"')
_STRICT = "script-src 'nonce-{nonce}' 'strict-dynamic'"

PAGES = (
    DemoPage("/works-nonce", "a nonce and 'strict-dynamic', as the guide says", f"{_STRICT}; {REST}", _NONCED, ""),
    DemoPage(
        "/works-host",
        "a host and an external script tag",
        f"script-src 'self' https://app-cdn.velaro.com; {REST}",
        TAG,
        "",
    ),
    DemoPage(
        "/works-hash",
        "a hash and 'strict-dynamic'",
        f"script-src {hash_of(SNIPPET)} 'strict-dynamic'; {REST}",
        _inline(),
        "",
    ),
    DemoPage("/no-script-src", "script-src without Velaro", f"script-src 'self'; {REST}", TAG, "script-host-missing"),
    DemoPage(
        "/inline-under-host",
        "an inline snippet under a list of hosts",
        f"script-src 'self' https://app-cdn.velaro.com; {REST}",
        _inline(),
        "inline-embed-under-allow-list",
    ),
    DemoPage("/nonce-missing", "the tag has no nonce", f"{_STRICT}; {REST}", _inline(), "embed-nonce-missing"),
    DemoPage(
        "/nonce-mismatch",
        "the tag has another nonce",
        f"{_STRICT}; {REST}",
        _inline(' nonce="{other}"'),
        "embed-nonce-mismatch",
    ),
    DemoPage(
        "/no-strict-dynamic",
        "a nonce without 'strict-dynamic'",
        f"script-src 'nonce-{{nonce}}'; {REST}",
        _NONCED,
        "nonce-without-strict-dynamic",
    ),
    DemoPage(
        "/nonce-static",
        "every visitor gets the same nonce",
        f"{_STRICT}; {REST}",
        _NONCED,
        "nonce-static",
        fixed_nonce=True,
    ),
    DemoPage(
        "/no-websocket",
        "https: does not cover WebSocket",
        f"{_STRICT}; {REST.replace(CONNECT, 'connect-src https:')}",
        _NONCED,
        "missing-connect-websocket",
    ),
    DemoPage(
        "/lost-asterisk",
        "hosts copied from the guide, which lost their asterisks",
        f"{_STRICT}; {REST.replace('*.velaro', '.velaro')}",
        _NONCED,
        "lost-asterisk",
    ),
    DemoPage(
        "/no-images",
        "images of the widget are blocked",
        f"{_STRICT}; {REST.replace('data: https://app-cdn.velaro.com', '')}",
        _NONCED,
        "missing-img-cdn",
    ),
    DemoPage(
        "/no-frame",
        "the frame of the widget is blocked",
        f"{_STRICT}; {REST.replace(' blob:', '')}",
        _NONCED,
        "missing-frame-blob",
    ),
    DemoPage(
        "/report-only",
        "a report-only policy that would block the widget",
        f"script-src 'self'; {REST}; report-uri /csp-reports",
        TAG,
        "report-only-not-ready",
        report_only=True,
    ),
)
