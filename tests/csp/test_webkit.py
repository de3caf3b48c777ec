"""
Where WebKit departs from Chromium: one line a case, with what WebKitGTK 2.50.6 and Chromium 156 did.

Each line names the departure (csp/browsers.py) that it is a case of.
"""

from __future__ import annotations

from typing import Any

import pytest

from csplint.csp.browsers import CHROMIUM, SAFARI
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
from tests.csp.test_decide import ALLOWED, BLOCKED, CDN, CODE, EMPTY, HASH, HTTP, HTTPS, b64

SECURE = "https://cdn.example"
OWN = f"{HTTPS}x"
BLOB, FOREIGN = f"blob:{HTTPS}1", "blob:https://other.example/1"
MIXED = "window.a=4"  # its digest has both + and /
AB: dict[str, Any] = {"nonce": "abc"}

# (page, policy, kind, url, what else the request has, WebKit, Chromium, why)
CASES: list[tuple[str, str, str, str, dict[str, Any], bool, bool, str]] = [
    (HTTPS, "img-src ws:", "img", f"{SECURE}/", {}, ALLOWED, BLOCKED, "websockets_match_http"),
    (HTTPS, "img-src wss:", "img", f"{SECURE}/", {}, ALLOWED, BLOCKED, "websockets_match_http"),
    (HTTPS, "default-src wss://cdn.example/x", "script", f"{SECURE}/x", {}, ALLOWED, BLOCKED, "websockets_match_http"),
    (HTTP, "img-src ws:", "img", f"{CDN}/", {}, ALLOWED, BLOCKED, "websockets_match_http"),
    (HTTP, "img-src wss:", "img", f"{CDN}/", {}, BLOCKED, BLOCKED, "wss: is not http:"),
    (HTTPS, "connect-src https:", "ws", "wss://cdn.example/", {}, BLOCKED, BLOCKED, "https: is not wss:"),
    (HTTP, "connect-src http:", "ws", "ws://shop.example/", {}, BLOCKED, BLOCKED, "http: is not ws:"),
    (HTTP, "connect-src 'self'", "ws", "ws://shop.example/", {}, ALLOWED, ALLOWED, "but 'self' is"),
    (HTTPS, "img-src\v'none'", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "vertical_tab_is_space"),
    (HTTPS, "\vimg-src 'none'", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "vertical_tab_is_space"),
    (HTTPS, "img-src\v'self'; img-src *", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "vertical_tab_is_space"),
    (HTTPS, "img-src\xa0'none'", "img", f"{SECURE}/", {}, ALLOWED, ALLOWED, "no other space is"),
    (HTTPS, "img-src https://cdn.example:80", "img", f"{SECURE}/", {}, ALLOWED, BLOCKED, "port_80_is_443"),
    (HTTPS, "connect-src wss://cdn.example:80", "ws", "wss://cdn.example/", {}, ALLOWED, BLOCKED, "port_80_is_443"),
    (HTTPS, "frame-src http://cdn.example:443", "frame", f"{SECURE}/", {}, ALLOWED, BLOCKED, "upgrade_keeps_port"),
    (HTTPS, "form-action http://cdn.example:443", "form", f"{SECURE}/", {}, ALLOWED, BLOCKED, "upgrade_keeps_port"),
    (HTTPS, "img-src http://cdn.example:8443", "img", f"{SECURE}:8443/", {}, ALLOWED, BLOCKED, "upgrade_keeps_port"),
    (HTTP, "img-src http://cdn.example", "img", f"{CDN}:443/", {}, ALLOWED, BLOCKED, "port_80_is_443: its own port"),
    (HTTP, "img-src 'self'", "img", "http://shop.example:443/", {}, ALLOWED, BLOCKED, "port_80_is_443: of 'self'"),
    (HTTP, "img-src 'self'", "img", "https://shop.example:80/", {}, BLOCKED, ALLOWED, "port_80_is_443: of 'self'"),
    (HTTP, "img-src http://cdn.example", "img", f"{SECURE}:80/", {}, BLOCKED, BLOCKED, "no own_default_port_matches"),
    (HTTPS, "img-src *:443", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "bare_star_takes_port"),
    (HTTPS, "img-src */", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "bare_star_takes_port: nor a path"),
    (HTTPS, "img-src https://*:443", "img", f"{SECURE}/", {}, ALLOWED, ALLOWED, "bare_star_takes_port: with a scheme"),
    (HTTPS, "img-src *.example:443", "img", f"{SECURE}/", {}, ALLOWED, ALLOWED, "bare_star_takes_port: before a host"),
    (HTTPS, "img-src \xe9; img-src 'none'", "img", f"{SECURE}/", {}, BLOCKED, ALLOWED, "bad_value_takes_name"),
    (HTTPS, "frame-src 'self'", "frame", BLOB, {}, ALLOWED, BLOCKED, "self_takes_blob_frames"),
    (HTTPS, "Frame-Src 'SELF' 'none'", "frame", BLOB, {}, ALLOWED, BLOCKED, "self_takes_blob_frames"),
    (HTTPS, "child-src 'self'", "frame", BLOB, {}, BLOCKED, BLOCKED, "self_takes_blob_frames: not child-src"),
    (HTTPS, "default-src 'self'", "frame", BLOB, {}, BLOCKED, BLOCKED, "self_takes_blob_frames: not default-src"),
    (HTTPS, "frame-src *", "frame", BLOB, {}, BLOCKED, BLOCKED, "self_takes_blob_frames: not *"),
    (HTTPS, "img-src 'self'", "img", BLOB, {}, BLOCKED, BLOCKED, "self_takes_blob_frames: only frames"),
    (HTTPS, "worker-src 'self'", "blob-worker", "", {}, BLOCKED, BLOCKED, "self_takes_blob_frames: only frames"),
    (HTTPS, "frame-src 'none'", "frame", FOREIGN, {}, ALLOWED, BLOCKED, "checks_foreign_blob_frames"),
    (HTTPS, "img-src 'none'", "img", FOREIGN, {}, BLOCKED, BLOCKED, "checks_foreign_blob_frames: only frames"),
    (HTTPS, "img-src *", "img", "data:image/gif,", {}, ALLOWED, BLOCKED, "star_takes_data"),
    (HTTPS, "img-src *", "img", BLOB, {}, BLOCKED, BLOCKED, "star_takes_data: no blob: images"),
    (HTTPS, "default-src *", "img", "data:image/gif,", {}, BLOCKED, BLOCKED, "star_takes_data: not default-src"),
    (HTTPS, "media-src *", "media", "data:audio/wav,", {}, ALLOWED, BLOCKED, "star_takes_data"),
    (HTTPS, "media-src *", "media", BLOB, {}, ALLOWED, BLOCKED, "star_takes_data: blob: media"),
    (HTTPS, "font-src *", "font", "data:font/woff2,", {}, BLOCKED, BLOCKED, "star_takes_data: no fonts"),
    (HTTPS, "default-src 'self' 'strict-dynamic'", "img", OWN, {}, BLOCKED, ALLOWED, "strict_dynamic_disables_locations"),
    (HTTPS, "default-src 'strict-dynamic' https:", "img", OWN, {}, BLOCKED, ALLOWED, "strict_dynamic_disables_locations"),
    (HTTPS, "default-src https: 'strict-dynamic'", "img", OWN, {}, ALLOWED, ALLOWED, "not what stands before it"),
    (HTTPS, "default-src 'strict-dynamic' *", "img", OWN, {}, ALLOWED, ALLOWED, "nor *"),
    (HTTPS, "img-src 'self' 'strict-dynamic'", "img", OWN, {}, ALLOWED, ALLOWED, "strict_dynamic_reads_name"),
    (HTTPS, "Default-Src 'self' 'strict-dynamic'", "img", OWN, {}, ALLOWED, ALLOWED, "strict_dynamic_reads_name"),
    (HTTPS, "Default-Src 'self' 'strict-dynamic'", "script", OWN, {}, ALLOWED, BLOCKED, "strict_dynamic_reads_name"),
    (HTTPS, "Script-Src 'strict-dynamic'", "dynamic-script", OWN, {}, BLOCKED, ALLOWED, "strict_dynamic_reads_name"),
    (HTTPS, "worker-src 'strict-dynamic'", "worker", OWN, {}, BLOCKED, ALLOWED, "strict_dynamic_reads_name"),
    (HTTPS, "script-src 'strict-dynamic'", "worker", OWN, {}, ALLOWED, ALLOWED, "strict_dynamic_reads_name"),
    (HTTPS, "script-src-attr 'unsafe-inline' 'strict-dynamic'", "event-handler", "", {"content": CODE},
     ALLOWED, BLOCKED, "strict_dynamic_reads_name"),
    (HTTPS, f"script-src 'strict-dynamic' 'sha256-{EMPTY}'", "script", f"{SECURE}/", {}, ALLOWED, BLOCKED,
     "empty_hash_allows_scripts"),
    (HTTPS, f"script-src 'strict-dynamic' 'sha384-{b64('', 'sha384')}'", "script", f"{SECURE}/", {}, ALLOWED, BLOCKED,
     "empty_hash_allows_scripts"),
    (HTTPS, f"script-src 'strict-dynamic' 'sha256-{HASH}'", "script", f"{SECURE}/", {}, BLOCKED, BLOCKED,
     "empty_hash_allows_scripts: no other hash"),
    (HTTPS, f"script-src 'sha256-{EMPTY}'", "script", f"{SECURE}/", {}, BLOCKED, BLOCKED,
     "empty_hash_allows_scripts: only beside 'strict-dynamic'"),
    (HTTPS, f"script-src 'sha-256-{HASH}'", "inline-script", "", {"content": CODE}, BLOCKED, ALLOWED, "dashed_hashes"),
    (HTTPS, "script-src 'ed25519-abcd' 'unsafe-inline'", "inline-script", "", {"content": CODE}, ALLOWED, BLOCKED,
     "dashed_hashes"),
    (HTTPS, f"script-src 'sha256-{HASH}='", "inline-script", "", {"content": CODE}, ALLOWED, BLOCKED,
     "surplus_padding_forgiven"),
    (HTTPS, f"script-src 'sha256-{HASH}==='", "inline-script", "", {"content": CODE}, BLOCKED, BLOCKED,
     "surplus_padding_forgiven: but not more than two ="),
    (HTTPS, f"script-src 'sha256-{b64(MIXED).replace('+', '-')}'", "inline-script", "", {"content": MIXED},
     BLOCKED, ALLOWED, "base64_alphabets_mix"),
    (HTTPS, f"script-src 'sha256-{b64(MIXED).replace('+', '-').replace('/', '_')}'", "inline-script", "",
     {"content": MIXED}, ALLOWED, ALLOWED, "base64_alphabets_mix: one of them"),
    (HTTPS, "script-src 'nonce-x=y'", "script", f"{SECURE}/", {"nonce": "x=y"}, ALLOWED, BLOCKED,
     "equals_anywhere_in_nonce"),
    (HTTPS, "script-src 'nonce-=' 'unsafe-inline'", "inline-script", "", {"content": CODE}, BLOCKED, ALLOWED,
     "equals_anywhere_in_nonce"),
    (HTTPS, "script-src 'nonce-abc'", "script", f"{SECURE}/", {"nonce": "\vabc"}, BLOCKED, ALLOWED,
     "nonce_keeps_vertical_tab"),
    (HTTPS, "script-src 'nonce-abc'", "script", f"{SECURE}/", {"nonce": "\tabc\n"}, ALLOWED, ALLOWED, "trims_nonces"),
    (HTTPS, f"script-src 'sha256-{EMPTY}'", "script", f"{SECURE}/", {"integrity": f"SHA256-{EMPTY}"}, ALLOWED, BLOCKED,
     "integrity_in_any_case"),
    (HTTPS, f"script-src 'sha256-{EMPTY}'", "script", f"{SECURE}/", {"integrity": f"sha-256-{EMPTY}"}, BLOCKED, ALLOWED,
     "dashed_hashes"),
    (HTTPS, "img-src cdn.example/%E9", "img", f"{SECURE}/%E8", {}, ALLOWED, BLOCKED, "bad_utf8_is_replaced"),
    (HTTPS, "img-src cdn.example/%E9", "img", f"{SECURE}/%C3%A9", {}, BLOCKED, ALLOWED, "bad_utf8_is_replaced"),
    (HTTPS, "img-src cdn.example/%EF%BF%BD", "img", f"{SECURE}/%E9", {}, ALLOWED, BLOCKED, "bad_utf8_is_replaced"),
    (HTTPS, "img-src cdn.example/%C3%A9", "img", f"{SECURE}/%C3%A9", {}, ALLOWED, ALLOWED, "UTF-8 stays UTF-8"),
    (HTTPS, "img-src foo://a", "img", "foo://a/x", {}, ALLOWED, BLOCKED, "hosts_of_any_scheme"),
    (HTTPS, "frame-src 'none'", "object", f"{SECURE}/", {}, ALLOWED, BLOCKED, "objects_are_frames"),
    (HTTPS, "object-src 'none'", "object", f"{SECURE}/", {}, BLOCKED, BLOCKED, "object-src"),
    (HTTPS, "base-uri 'none'", "base", "data:text/html,x", {}, BLOCKED, ALLOWED, "checks_data_base"),
    (HTTP, "upgrade-insecure-requests; connect-src https:", "connect", f"{CDN}/", {}, ALLOWED, BLOCKED,
     "upgrades_fetch_first"),
    (HTTP, "upgrade-insecure-requests; connect-src https:", "eventsource", f"{CDN}/", {}, BLOCKED, ALLOWED,
     "upgrades_fetch_first"),
    (HTTPS, "img-src https:", "img", f"{CDN}/", {}, ALLOWED, ALLOWED, "upgrades_mixed_images"),
    (HTTPS, "script-src http: 'url-sha256-abcd'", "script", f"{SECURE}/", {}, ALLOWED, BLOCKED, "reads_switching_hashes"),
    (HTTP, "frame-ancestors ws:", "frame-ancestors", "http://other.example/", {}, ALLOWED, BLOCKED,
     "websockets_match_http: of ancestors too"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "policy", "kind", "url", "given", "webkit", "chromium", "why"), CASES)
def test_what_webkit_blocks(
    page: str, policy: str, kind: Any, url: str, given: dict[str, Any], webkit: bool, chromium: bool, why: str
) -> None:
    request = Request(kind, url, **given)
    assert PolicySet.read(page, [Delivered(policy)], SAFARI).decide(request).blocked is webkit
    assert PolicySet.read(page, [Delivered(policy)], CHROMIUM).decide(request).blocked is chromium


SCRIPT, STYLE, EVAL = ("enforce", "script-src-elem"), ("report", "style-src-elem"), ("report", "script-src")
SEEN = ("report", "script-src-elem")

# (enforced policies, report-only policies, request, WebKit's violations, Chromium's, why)
REPORTS: list[tuple[list[str], list[str], Request, list[tuple[str, str]], list[tuple[str, str]], str]] = [
    (["script-src 'self'"], [], Request("wasm"), [], [("enforce", "script-src")], "reports_wasm"),
    ([], ["script-src 'self'"], Request("wasm"), [], [EVAL], "reports_wasm"),
    ([], ["script-src 'self'"], Request("eval"), [], [EVAL], "reports_allowed_eval"),
    (["script-src 'unsafe-eval'"], ["script-src 'self'"], Request("eval"), [], [EVAL], "reports_allowed_eval"),
    (["script-src 'self'"], ["script-src 'self'"], Request("eval"), [("enforce", "script-src"), EVAL],
     [("enforce", "script-src"), EVAL], "reports_allowed_eval: an enforced policy refuses it too"),
    ([], ["script-src 'none'"], Request("script", OWN, **AB), [], [SEEN], "nonce_skips_report_only"),
    (["img-src *"], ["script-src 'none'"], Request("script", OWN, **AB), [], [SEEN], "nonce_skips_report_only"),
    (["script-src 'nonce-abc'"], ["script-src 'none'"], Request("dynamic-script", OWN, **AB), [], [SEEN],
     "nonce_skips_report_only"),
    ([], ["style-src 'none'"], Request("style", OWN, **AB), [], [STYLE], "nonce_skips_report_only"),
    (["script-src https:"], ["script-src 'none'"], Request("script", OWN, **AB), [SEEN], [SEEN],
     "an enforced policy does not have the nonce"),
    ([], ["script-src 'none'"], Request("script", OWN), [SEEN], [SEEN], "no nonce"),
    ([], ["script-src 'none'"], Request("script", OWN, nonce=" "), [SEEN], [SEEN], "a nonce of white space is none"),
    ([], ["script-src 'none'"], Request("inline-script", content=CODE, **AB), [SEEN], [SEEN], "inline code"),
    (["script-src 'strict-dynamic' 'nonce-abc'"], ["script-src 'self'"], Request("script", f"{SECURE}/", **AB), [SEEN],
     [SEEN], "'strict-dynamic' in any policy"),
    ([], ["script-src 'strict-dynamic'"], Request("script", OWN, **AB), [SEEN], [SEEN], "'strict-dynamic' in any policy"),
    (["script-src https: 'strict-dynamic'"], [], Request("script", OWN), [("enforce", "script-src")], [SCRIPT],
     "strict_dynamic_disables_locations: another name"),
    (["script-src-elem https: 'strict-dynamic'"], [], Request("script", OWN), [("enforce", "script-src")], [SCRIPT],
     "strict_dynamic_disables_locations: another name"),
    (["script-src 'self' 'strict-dynamic'"], [], Request("script", OWN), [SCRIPT], [SCRIPT], "'self' is off"),
    (["script-src 'strict-dynamic' https:"], [], Request("script", OWN), [SCRIPT], [SCRIPT], "https: is off"),
    (["upgrade-insecure-requests"], ["img-src https:"], Request("img", f"{CDN}/"), [], [("report", "img-src")],
     "upgrades_before_report_only"),
]  # fmt: skip


@pytest.mark.parametrize(("enforced", "report_only", "request_", "webkit", "chromium", "why"), REPORTS)
def test_what_webkit_reports(
    enforced: list[str],
    report_only: list[str],
    request_: Request,
    webkit: list[tuple[str, str]],
    chromium: list[tuple[str, str]],
    why: str,
) -> None:
    delivered = [Delivered(text, "header", "enforce") for text in enforced]
    delivered += [Delivered(text, "header", "report") for text in report_only]
    for browser, violated in ((SAFARI, webkit), (CHROMIUM, chromium)):
        assert PolicySet.read(HTTPS, delivered, browser).decide(request_).violated == violated


def test_webassembly_is_blocked_without_a_report() -> None:
    policies = PolicySet.read(HTTPS, [Delivered("script-src 'self'")], SAFARI)
    assert policies.decide(Request("wasm")).blocked


def test_a_vertical_tab_moves_no_position() -> None:
    [policy] = PolicySet.read(HTTPS, [Delivered("img-src\v'self'\va.example")], SAFARI).policies
    [directive] = policy.directives
    assert [(token.source.text, token.span.start) for token in directive.tokens] == [("'self'", 8), ("a.example", 15)]
