"""
Rules that only a browser could tell: one line a case, with what Chromium 156 and Firefox ESR 153 did.

Found by asking both (tests/browser/live.py) about policies one step off what
is right, and shrinking each disagreement to the rule behind it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from csplint.csp.browsers import BROWSERS, CHROMIUM, FIREFOX, SAFARI, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
from csplint.csp.source import SourceKind

HTTP, HTTPS = "http://shop.example/", "https://shop.example/"
CDN = "http://cdn.example"
ALLOWED, BLOCKED = False, True
CODE = "window.a=1"


def b64(text: str, algorithm: str = "sha256") -> str:
    return base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode()


HASH, LONG = b64(CODE), b64(CODE, "sha384")
STRAY = HASH[:-2] + chr(ord(HASH[-2]) + 1) + "="
EMPTY, EMPTY512 = b64(""), b64("", "sha512")
URL_SAFE = str.maketrans("+/", "-_")

# (page, policy, kind, request, Chromium, Firefox, why)
LOCATIONS = [
    (HTTP, "under_score.example", "http://under_score.example/", BLOCKED, BLOCKED, "hosts hold no underscore"),
    (HTTP, "-cdn.example", "http://-cdn.example/", ALLOWED, ALLOWED, "a hyphen may stand anywhere"),
    (HTTP, "cdn.example.", "http://cdn.example./", ALLOWED, BLOCKED, "host_takes_final_dot"),
    (HTTP, "*.example.", "http://cdn.example./", ALLOWED, BLOCKED, "host_takes_final_dot"),
    (HTTP, "cdn.example", "http://cdn.example./", BLOCKED, BLOCKED, "the dot is part of the name"),
    (HTTP, "cdn.example?q", f"{CDN}/", BLOCKED, ALLOWED, "query_may_follow_host"),
    (HTTP, "cdn.example#f", f"{CDN}/", BLOCKED, ALLOWED, "query_may_follow_host"),
    (HTTP, "cdn.example:80?q", f"{CDN}/", BLOCKED, ALLOWED, "query_may_follow_host, after a port"),
    (HTTP, "*:80?q", f"{CDN}/", BLOCKED, ALLOWED, "query_may_follow_host, after a port"),
    (HTTP, "*?q", f"{CDN}/", BLOCKED, BLOCKED, "a lone * in Firefox takes a port and nothing else"),
    (HTTP, "cdn.example/?q", f"{CDN}/", ALLOWED, ALLOWED, "a query after a path is cut off"),
    (HTTP, "cdn.example//x", f"{CDN}//x", ALLOWED, BLOCKED, "keeps_to_path_grammar: //"),
    (HTTP, "cdn.example/a|b", f"{CDN}/a|b", ALLOWED, BLOCKED, "keeps_to_path_grammar: unencoded"),
    (HTTP, "cdn.example/%zz", f"{CDN}/%zz", ALLOWED, BLOCKED, "keeps_to_path_grammar: % alone"),
    (HTTP, f"cdn.example/{'p' * 520}", f"{CDN}/{'p' * 520}", ALLOWED, BLOCKED, "keeps_to_path_grammar: 512"),
    (HTTP, "cdn.example/%E9", f"{CDN}/%C3%A9", ALLOWED, BLOCKED, "utf8_paths"),
    (HTTP, "cdn.example/%C3%A9%E9", f"{CDN}/%E9%E9", BLOCKED, BLOCKED, "UTF-8 as a whole, or not at all"),
    (HTTP, "cdn.example/x%2Fy", f"{CDN}/x/y", ALLOWED, ALLOWED, "paths are decoded once"),
    (HTTP, "cdn.example/x%252Fy", f"{CDN}/x%2Fy", BLOCKED, BLOCKED, "paths are decoded once"),
    (HTTP, "cdn.example", "https://cdn.example:80/", BLOCKED, ALLOWED, "own_default_port_matches"),
    (HTTP, "cdn.example", "http://cdn.example:443/", BLOCKED, ALLOWED, "80 in Firefox is 443 under any scheme"),
    (HTTPS, "https://cdn.example:80", "https://cdn.example/", BLOCKED, ALLOWED, "port_80_is_443"),
    (HTTP, "cdn.example:443", "https://cdn.example/", ALLOWED, ALLOWED, "443 goes with an upgrade"),
    (HTTP, "cdn.example:8443", "https://cdn.example:8443/", BLOCKED, ALLOWED, "upgrade_keeps_port"),
    (HTTP, "'self'", "https://shop.example:80/", ALLOWED, ALLOWED, "'self' on the page's port"),
    (HTTP, "'self'", "http://shop.example:443/", BLOCKED, ALLOWED, "own_default_port_matches, for 'self'"),
    ("http://shop.example:443/", "'self'", "https://shop.example/", BLOCKED, ALLOWED, "an http page on 443"),
    ("https://shop.example:80/", "'self'", "https://shop.example/", BLOCKED, ALLOWED, "port_80_is_443"),
    ("http://shop.example:8080/", "'self'", "https://shop.example:8080/", ALLOWED, ALLOWED, "the page's port"),
    (HTTP, "*", "foo:bar", BLOCKED, ALLOWED, "star_matches_any_scheme"),
    (HTTP, "*", "ftp://cdn.example/", BLOCKED, ALLOWED, "star_matches_any_scheme"),
    (HTTP, "*", "data:image/gif,", BLOCKED, BLOCKED, "but data:, blob: and filesystem:"),
    (HTTP, "foo://cdn.example", "foo://cdn.example/x", BLOCKED, ALLOWED, "hosts_of_any_scheme"),
    (HTTP, "foo://*", "foo://cdn.example/x", ALLOWED, ALLOWED, "hosts_of_any_scheme"),
    (HTTP, "'none'", "about:blank", BLOCKED, ALLOWED, "never_asked"),
    (HTTP, "*.1", "http://127.0.0.1/", ALLOWED, ALLOWED, "addresses are compared as names"),
    (HTTP, "[::1]", "http://[::1]/", BLOCKED, BLOCKED, "IPv6 is not in the grammar"),
    (HTTP, "* 'url-sha256-abcd'", f"{CDN}/", BLOCKED, ALLOWED, "reads_switching_hashes: in every list"),
    (HTTP, "xn--bcher-kva.example", "http://b\u00fccher.example/", ALLOWED, ALLOWED, "hosts are compared in Punycode"),
    (HTTP, "\u00e9; img-src 'none'", f"{CDN}/", ALLOWED, BLOCKED, "bad_value_takes_name"),
    (HTTP, "\x7f; img-src 'none'", f"{CDN}/", ALLOWED, BLOCKED, "bad_value_takes_name"),
]

FRAMES = [
    (HTTP, "'self'", "https://shop.example:80/", BLOCKED, ALLOWED, "Chromium upgrades a frame from 80 to 443 alone"),
    ("http://shop.example:8080/", "'self'", "https://shop.example:8080/", BLOCKED, ALLOWED, "from 80 to 443 alone"),
    (HTTP, "cdn.example:443", "https://cdn.example/", BLOCKED, ALLOWED, "from 80 to 443 alone"),
    (HTTP, "'none'", "about:blank", ALLOWED, ALLOWED, "about: is no request"),
    (HTTP, "'none'", "javascript:1", ALLOWED, ALLOWED, "javascript: is inline code"),
    (HTTP, "cdn.example/a%20b", f"{CDN}/a%20b", ALLOWED, BLOCKED, "reparses_for_frames: cut at the space"),
    (HTTP, "cdn.example/a%20b", f"{CDN}/a", BLOCKED, ALLOWED, "reparses_for_frames: cut at the space"),
    (HTTP, "cdn.example/a%20b", "http://b/", BLOCKED, ALLOWED, "reparses_for_frames: the rest is a host"),
    (HTTP, "cdn.example/a%3Bb", f"{CDN}/a", BLOCKED, ALLOWED, "reparses_for_frames: the directive ends"),
    (HTTP, "cdn.example/a%2Cb", f"{CDN}/a,b", ALLOWED, BLOCKED, "reparses_for_frames: no comma in a path"),
    (HTTP, "cdn.example/x%252Fy", f"{CDN}/x%2Fy", BLOCKED, ALLOWED, "reparses_for_frames: decoded twice"),
    (HTTP, "cdn.example/%C3%A9", "http://evil.example/", BLOCKED, ALLOWED, "reparses_for_frames: directive dropped"),
    (HTTP, "cdn.example/a%2Fb", f"{CDN}/a/b", ALLOWED, ALLOWED, "a slash survives"),
    (
        HTTP,
        "cdn.example 'url-sha256-abcd'",
        f"{CDN}/",
        ALLOWED,
        ALLOWED,
        "where navigations are asked about hosts stay",
    ),
]

SCRIPTS: list[tuple[str, str, dict[str, Any], bool, bool, str]] = [
    (f"'sha256-{HASH}'", "inline-script", {}, ALLOWED, ALLOWED, "a hash"),
    (f"'sha256-{HASH[:-1]}'", "inline-script", {}, ALLOWED, BLOCKED, "hashes_compared_as_text: padding missing"),
    (f"'sha256-{HASH}='", "inline-script", {}, BLOCKED, BLOCKED, "too much padding"),
    (f"'sha256-{HASH}=' 'unsafe-inline'", "inline-script", {}, ALLOWED, BLOCKED, "Chromium drops it altogether"),
    (f"'sha384-{LONG}='", "inline-script", {}, BLOCKED, BLOCKED, "too much padding"),
    (f"'sha256-{STRAY}'", "inline-script", {}, ALLOWED, BLOCKED, "hashes_compared_as_text: stray bits"),
    ("'sha256-a' 'unsafe-inline'", "inline-script", {}, ALLOWED, BLOCKED, "one character of base64 is none"),
    ("'sha256-abcde' 'unsafe-inline'", "inline-script", {}, ALLOWED, BLOCKED, "five are none"),
    ("'sha256-ab' 'unsafe-inline'", "inline-script", {}, BLOCKED, BLOCKED, "two are one byte"),
    (f"'sha-256-{HASH}'", "inline-script", {}, ALLOWED, BLOCKED, "dashed_hashes"),
    ("'sha-256-abcd' 'unsafe-inline'", "inline-script", {}, BLOCKED, ALLOWED, "dashed_hashes"),
    ("'ed25519-abcd' 'unsafe-inline'", "inline-script", {}, BLOCKED, ALLOWED, "dashed_hashes"),
    ("'nonce-abc'", "inline-script", {"nonce": " abc "}, ALLOWED, BLOCKED, "trims_nonces"),
    ("'nonce-abc'", "script", {"nonce": "\tabc"}, ALLOWED, BLOCKED, "trims_nonces"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"SHA256-{EMPTY}"}, BLOCKED, BLOCKED, "names in lower case"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha256-{EMPTY[:-1]}"}, ALLOWED, BLOCKED, "integrity_as_text"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha256-{EMPTY}="}, ALLOWED, BLOCKED, "integrity_as_text"),
    (f"'sha512-{EMPTY512}'", "script", {"integrity": f"sha512-{EMPTY512.translate(URL_SAFE)}"},
     ALLOWED, BLOCKED, "integrity_as_text"),
    (f"'sha512-{EMPTY512.translate(URL_SAFE)}'", "script", {"integrity": f"sha512-{EMPTY512}"},
     ALLOWED, ALLOWED, "a source may be written either way"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha-256-{EMPTY}"}, ALLOWED, BLOCKED, "dashed_hashes"),
    ("'sha256-abc123'", "script", {"integrity": "sha256-abc123"}, ALLOWED, ALLOWED, "no digest, but the same text"),
    ("'sha256-abc123'", "script", {"integrity": "sha256-xyz123"}, BLOCKED, BLOCKED, "another text"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha256-{EMPTY} md5-abcd x"}, ALLOWED, ALLOWED, "unknown: skipped"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha256-{EMPTY}?a=b"}, ALLOWED, ALLOWED, "options are skipped"),
    (f"'sha256-{EMPTY}'", "script", {"integrity": f"sha256-{EMPTY} sha256-{HASH}"}, BLOCKED, BLOCKED, "each must be"),
    (f"'unsafe-hashes' 'sha256-{b64(CODE)}'", "javascript-url", {}, BLOCKED, BLOCKED, "not the code alone"),
    (f"'unsafe-hashes' 'sha256-{b64('javascript:' + CODE)}'", "javascript-url", {}, ALLOWED, ALLOWED, "the URL"),
    ("'unsafe-inline' 'strict-dynamic'", "inline-style", {"content": "p{}"},
     BLOCKED, ALLOWED, "strict_dynamic_binds_styles"),
    (f"'self' http: 'url-sha256-{HASH}'", "script", {}, BLOCKED, ALLOWED, "reads_switching_hashes: hosts are off"),
    (f"'self' http: 'URL-SHA-256-{HASH}'", "script", {}, BLOCKED, ALLOWED, "reads_switching_hashes: any letter case"),
    ("http: 'url-ed25519-abcd'", "script", {}, BLOCKED, ALLOWED, "reads_switching_hashes: whatever is a hash"),
    ("http: 'url-sha1-abcd' 'url-sha256-!' 'url-sha256-a'", "script", {}, ALLOWED, ALLOWED, "no hashes"),
    (f"http: 'eval-sha256-{HASH}'", "script", {}, ALLOWED, ALLOWED, "eval hashes are for eval()"),
    (f"'nonce-abc' 'url-sha256-{HASH}'", "script", {"nonce": "abc"}, ALLOWED, ALLOWED, "nonces stay"),
    ("'unsafe-inline' 'url-sha256-abcd' 'eval-sha256-abcd'", "inline-script", {}, ALLOWED, ALLOWED, "so does inline"),
    (f"'unsafe-eval' 'eval-sha256-{HASH}'", "eval", {}, BLOCKED, ALLOWED, "reads_switching_hashes: eval is off"),
    (f"'unsafe-eval' 'eval-sha256-{HASH}'", "wasm", {}, ALLOWED, ALLOWED, "WebAssembly is not asked about it"),
    (f"'unsafe-eval' 'url-sha256-{HASH}'", "eval", {}, ALLOWED, ALLOWED, "URL hashes are for URLs"),
    ("'strict-dynamic-url'", "dynamic-script", {}, BLOCKED, BLOCKED, "only where the page is enrolled"),
    ("'strict-dynamic-url' http:", "script", {}, ALLOWED, ALLOWED, "it switches nothing off"),
    ("'unsafe-inline' 'strict-dynamic'", "style-attr", {"content": "color:red"},
     BLOCKED, ALLOWED, "strict_dynamic_binds_styles"),
]  # fmt: skip

POLICIES: list[tuple[str, str, list[str], str, str, bool, bool, str]] = [
    ("enforce", HTTP, ["base-uri 'none'"], "base", "data:,", ALLOWED, ALLOWED, "a data: base is none"),
    ("enforce", HTTP, ["frame-src 'none'"], "object", f"{CDN}/", BLOCKED, ALLOWED, "objects_are_frames"),
    ("enforce", HTTP, ["frame-src 'none'"], "object", "data:text/html,x", BLOCKED, ALLOWED, "objects_are_frames"),
    ("enforce", HTTP, ["frame-src 'none'"], "object", "data:image/gif,x", ALLOWED, ALLOWED, "but images"),
    ("enforce", HTTP, ["object-src 'none'"], "object", "about:blank", ALLOWED, ALLOWED, "about: is no request"),
    ("enforce", HTTP, ["object-src 'none'"], "object", f"{CDN}/", BLOCKED, BLOCKED, "object-src"),
    ("enforce", HTTP, ["object-src cdn.example:443"], "object", "https://cdn.example/", ALLOWED, ALLOWED, "no frame"),
    ("enforce", HTTP, ["default-src 'none'; img-src *"], "prefetch", f"{CDN}/", ALLOWED, BLOCKED, "prefetch_by_any_list"),
    ("enforce", HTTP, ["default-src 'none'; form-action *"], "prefetch", f"{CDN}/", BLOCKED, BLOCKED, "no fetch directive"),
    ("enforce", HTTP, ["script-src 'none'"], "prefetch", f"{CDN}/", ALLOWED, ALLOWED, "default-src alone asks"),
    ("enforce", HTTPS, ["upgrade-insecure-requests; img-src https:"], "img", f"{CDN}/", ALLOWED, ALLOWED, "upgraded"),
    ("enforce", HTTPS, ["upgrade-insecure-requests", "img-src https:"], "img", f"{CDN}/", ALLOWED, BLOCKED,
     "upgrades_before_asking"),
    ("enforce", HTTPS, ["upgrade-insecure-requests; img-src https://cdn.example:443"], "img", f"{CDN}/",
     ALLOWED, BLOCKED, "upgrades_before_asking"),
    ("enforce", HTTPS, ["upgrade-insecure-requests; img-src http://cdn.example:8080"], "img", f"{CDN}:8080/",
     BLOCKED, ALLOWED, "upgrades_before_asking"),
    ("report", HTTPS, ["upgrade-insecure-requests; img-src https:"], "img", f"{CDN}/", ALLOWED, ALLOWED, "reported"),
    ("enforce", HTTP, ["upgrade-insecure-requests; connect-src https:"], "connect", f"{CDN}/", BLOCKED, ALLOWED,
     "fetch() is asked about as it is written"),
    ("enforce", HTTPS, ["upgrade-insecure-requests", "form-action https:"], "form", f"{CDN}/", ALLOWED, ALLOWED,
     "forms are upgraded before any policy is asked"),
    *[("enforce", HTTPS, ["upgrade-insecure-requests; img-src https:"], "img", f"http://{host}/", BLOCKED, ALLOWED,
       "this machine's own addresses are not upgraded in Chromium")
      for host in ("localhost", "www.localhost", "127.0.0.1", "127.255.0.9", "[::1]", "localhost:8080")],
    *[("enforce", HTTPS, ["upgrade-insecure-requests; img-src https:"], "img", f"http://{host}/", ALLOWED, ALLOWED,
       "other addresses are, local networks' too")
      for host in ("192.168.0.1", "10.0.0.1", "localhost.example", "[::2]", "128.0.0.1")],
    ("enforce", HTTPS, ["upgrade-insecure-requests; form-action https:"], "form", "http://localhost/", BLOCKED, ALLOWED,
     "nor is a form's address"),
    ("enforce", HTTPS, ["upgrade-insecure-requests; connect-src wss:"], "ws", "ws://localhost/", BLOCKED, ALLOWED,
     "nor a WebSocket's"),
    ("enforce", HTTP, ["form-action 'none'"], "form", "javascript:1", BLOCKED, BLOCKED,
     "form-action is asked about javascript: in Firefox too"),
    ("enforce", HTTP, ["form-action *"], "form", "javascript:1", BLOCKED, ALLOWED, "star_matches_any_scheme"),
    ("enforce", HTTP, ["default-src x.example/a%3Bb *"], "ws", "ws://cdn.example/", ALLOWED, BLOCKED,
     "reparses_for_frames: the * is lost"),
    ("enforce", HTTP, ["connect-src ws://cdn.example/a%20b"], "ws", "ws://cdn.example/a%20b", ALLOWED, BLOCKED,
     "reparses_for_frames: asked before and after"),
    ("enforce", HTTP, ["connect-src ws://cdn.example/a%20b"], "ws", "ws://cdn.example/a", BLOCKED, BLOCKED,
     "reparses_for_frames: asked before and after"),
    ("enforce", HTTP, ["frame-ancestors other.example/x"], "frame-ancestors", "http://other.example/y",
     BLOCKED, ALLOWED, "ancestors_have_no_path"),
    ("enforce", HTTP, ["frame-ancestors other.example/"], "frame-ancestors", "http://other.example/y",
     ALLOWED, ALLOWED, "an ancestor's path is /"),
    ("enforce", HTTP, ["default-src 'none'"], "frame-ancestors", "http://other.example/", ALLOWED, ALLOWED,
     "default-src says nothing of ancestors"),
]  # fmt: skip


def decide(page: str, policies: list[Delivered], request: Request, browser: Browser) -> bool:
    return PolicySet.read(page, policies, browser).decide(request).blocked


def check(page: str, policies: list[Delivered], request: Request, chromium: bool, firefox: bool) -> None:
    assert decide(page, policies, request, CHROMIUM) is chromium
    assert decide(page, policies, request, FIREFOX) is firefox


@pytest.mark.parametrize(("page", "source", "url", "chromium", "firefox", "why"), LOCATIONS)
def test_where_an_image_may_come_from(
    page: str, source: str, url: str, chromium: bool, firefox: bool, why: str
) -> None:
    check(page, [Delivered(f"img-src {source}")], Request("img", url), chromium, firefox)


@pytest.mark.parametrize(("page", "source", "url", "chromium", "firefox", "why"), FRAMES)
def test_what_a_frame_may_show(page: str, source: str, url: str, chromium: bool, firefox: bool, why: str) -> None:
    check(page, [Delivered(f"frame-src {source}")], Request("frame", url), chromium, firefox)


@pytest.mark.parametrize(("sources", "kind", "given", "chromium", "firefox", "why"), SCRIPTS)
def test_what_code_may_run(
    sources: str, kind: Any, given: dict[str, Any], chromium: bool, firefox: bool, why: str
) -> None:
    request = Request(**{"kind": kind, **({"url": f"{CDN}/a.js"} if kind == "script" else {"content": CODE}), **given})
    check(HTTP, [Delivered(f"default-src {sources}")], request, chromium, firefox)


@pytest.mark.parametrize(("disposition", "page", "policies", "kind", "url", "chromium", "firefox", "why"), POLICIES)
def test_what_policies_do_together(
    disposition: Any, page: str, policies: list[str], kind: Any, url: str, chromium: bool, firefox: bool, why: str
) -> None:
    delivered = [Delivered(text, "header", disposition) for text in policies]
    check(page, delivered, Request(kind, url), chromium, firefox)


def test_an_object_is_reported_twice_where_it_is_two_requests() -> None:
    policies = PolicySet.read(HTTP, [Delivered("default-src 'none'", "header", "report")])
    assert policies.decide(Request("object", f"{CDN}/")).violated == [("report", "frame-src"), ("report", "object-src")]


def test_safari_lets_through_what_it_is_known_to() -> None:
    own, other = "blob:http://shop.example/1", "blob:http://other.example/1"
    selves, stars = [Delivered("frame-src 'self'; img-src 'self'")], [Delivered("default-src *")]
    assert [decide(HTTP, selves, Request("frame", own), each) for each in (SAFARI, CHROMIUM, FIREFOX)] == [
        ALLOWED,
        BLOCKED,
        BLOCKED,
    ]
    assert decide(HTTP, selves, Request("frame", other), SAFARI) is BLOCKED
    assert decide(HTTP, selves, Request("img", own), SAFARI) is BLOCKED
    gif = "data:image/gif,"
    assert [decide(HTTP, stars, Request("img", gif), each) for each in (SAFARI, CHROMIUM, FIREFOX)] == [
        ALLOWED,
        BLOCKED,
        BLOCKED,
    ]
    assert decide(HTTP, stars, Request("frame", gif), SAFARI) is BLOCKED


@pytest.mark.parametrize("text", ["'url-sha256-a'", "'url-sha1-abcd'", "'eval-'", "'url-sha256-abcd"])
def test_what_is_no_hash_behind_its_prefix_is_no_source(text: str) -> None:
    assert {parse_source(text, browser).kind for browser in BROWSERS} == {SourceKind.INVALID}


FORM = Request("form", f"{HTTP}post", redirect_to=f"{CDN}/done")


def test_firefox_does_not_ask_form_action_where_a_redirect_leads() -> None:
    check(HTTP, [Delivered("form-action 'self'")], FORM, BLOCKED, ALLOWED)
    check(HTTP, [Delivered("form-action 'none'")], FORM, BLOCKED, BLOCKED)


SANDBOXES = [
    # policy                             kind              what it lacks
    ("sandbox; script-src *", "script", "allow-scripts"),
    ("sandbox allow-forms", "event-handler", "allow-scripts"),
    ("sandbox allow-forms", "form", ""),
    ("sandbox allow-scripts", "form", "allow-forms"),
    ("sandbox ALLOW-SCRIPTS", "inline-script", ""),
    ("sandbox", "img", ""),
    ("script-src 'none'", "script", ""),
]


@pytest.mark.parametrize(("policy", "kind", "lacking"), SANDBOXES)
def test_a_sandbox_runs_no_script_and_sends_no_form(policy: str, kind: Any, lacking: str) -> None:
    assert PolicySet.read(HTTP, [Delivered(policy)]).sandboxed(kind) == lacking


def test_a_sandbox_that_no_browser_honours_stops_nothing() -> None:
    """HTML #attr-meta-http-equiv-content-security-policy, and CSP3 #directive-sandbox for report-only policies."""
    ignored = [Delivered("sandbox", "header", "report"), Delivered("sandbox", "meta")]
    assert PolicySet.read(HTTP, ignored).sandboxed("script") == ""
