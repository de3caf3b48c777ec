"""Which address of the page's own requests a policy is asked about, as Chromium 156 and Firefox 153 were seen to do."""

from __future__ import annotations

import pytest

import csplint
from csplint.model import Finding
from tests.checks.test_own_page import BLOCKS, CSP, INLINE, NONCE, STRICT, fixed, only, reported, sha, target

A, PLAIN = "https://a.example", "http://a.example"


def of_page(policy: str, body: str) -> list[Finding]:
    """With every pack, as people run it; only what is about the page's own files."""
    report = csplint.check_page(
        body.encode(), [("Content-Type", "text/html"), (CSP, policy)], url="https://shop.example/"
    )
    return [each for each in report.targets[0].findings if each.name in {BLOCKS, INLINE}]


def edits(finding: Finding) -> list[str]:
    assert finding.fix is not None
    return [each.text for each in finding.fix.edits]


# ------------------------------------------------------------------ http on an https page

UPGRADE = "upgrade-insecure-requests"
INSECURE = [
    # policy, body, severity, value
    ("script-src https:", f"<script src={PLAIN}/x.js></script>", "error", f"script-src {PLAIN}"),
    ("style-src https:", f"<link rel=stylesheet href={PLAIN}/x.css>", "error", f"style-src {PLAIN}"),
    ("media-src https:", f"<video src={PLAIN}/x.mp4></video>", "warning", f"media-src {PLAIN}"),
    ("media-src https:", f"<audio><source src={PLAIN}/x.mp3></audio>", "warning", f"media-src {PLAIN}"),
    ("img-src https:", f"<link rel=icon href={PLAIN}/x.ico>", "warning", f"img-src {PLAIN}"),
    ("img-src https:", f"<img srcset={PLAIN}/x.png>", "warning", f"img-src {PLAIN}"),
    ("img-src https:", f"<img src={PLAIN}/x.png srcset='/y.png 2x'>", "warning", f"img-src {PLAIN}"),
    ("img-src https:", f"<picture><img src={PLAIN}/x.png></picture>", "warning", f"img-src {PLAIN}"),
    ("object-src https:", f"<object data={PLAIN}/x></object>", "warning", f"object-src {PLAIN}"),
    ("frame-src https:", f"<iframe src={PLAIN}/x></iframe>", "warning", f"frame-src {PLAIN}"),
    # checked before upgrade-insecure-requests changes it
    (f"media-src https:; {UPGRADE}", f"<video src={PLAIN}/x.mp4></video>", "warning", f"media-src {PLAIN}"),
    (f"img-src https:; {UPGRADE}", f"<link rel=icon href={PLAIN}/x.ico>", "warning", f"img-src {PLAIN}"),
    (f"object-src https:; {UPGRADE}", f"<object data={PLAIN}/x></object>", "warning", f"object-src {PLAIN}"),
    # this machine needs no https, and is left alone by all of them
    ("img-src https:", "<img src=http://localhost/x.png>", "warning", "img-src http://localhost"),
    (f"img-src https:; {UPGRADE}", "<img src=http://127.0.0.1/x.png>", "warning", "img-src http://127.0.0.1"),
]


@pytest.mark.parametrize(("policy", "body", "severity", "value"), INSECURE)
def test_the_http_address_is_checked(policy: str, body: str, severity: str, value: str) -> None:
    name = policy.split(maxsplit=1)[0]
    assert reported(policy, body) == [(BLOCKS, severity, name, value)]


UPGRADED = [
    f"<img src={PLAIN}/x.png>",
    f"<video poster={PLAIN}/x.png></video>",
    f"<input type=image src={PLAIN}/x.png>",
    f"<link rel=preload as=image href={PLAIN}/x.png>",
    f"<svg><image href={PLAIN}/x.png /></svg>",
    f"<style>p {{ background: url({PLAIN}/x.png) }}</style>",
]


@pytest.mark.parametrize("body", UPGRADED)
def test_plain_images_are_upgraded_before_the_check_in_chromium_and_after_it_in_firefox(body: str) -> None:
    finding = only("img-src https:", body)
    assert (finding.severity, finding.value) == ("info", f"img-src {PLAIN} in Firefox")
    assert finding.message.startswith("In Firefox, img-src blocks 1 image from http://a.example")
    assert fixed("img-src https:", finding) == f"img-src https:; {UPGRADE}"
    assert reported(f"img-src https:; {UPGRADE}", body) == []
    assert reported(f"img-src {PLAIN}", body) == []


def test_a_page_over_http_asks_as_it_is_written() -> None:
    found = target("script-src https:", f"<script src={PLAIN}/x.js></script>", url="http://shop.example/").findings
    assert [(each.value, fixed("script-src https:", each)) for each in found] == [
        (f"script-src {PLAIN}", f"script-src https: {PLAIN}")
    ]


def test_https_is_the_fix_and_the_host_where_it_is_missing() -> None:
    finding = only("script-src 'self'", f"<script src={PLAIN}/x.js></script>")
    assert "mixed content" in finding.cause
    assert fixed("script-src 'self'", finding) == f"script-src 'self' {A}; {UPGRADE}"
    assert finding.fix is not None
    assert (
        finding.fix.summary == f"Write https:// in the page, or add {UPGRADE} to the policy. Allow {A} in script-src."
    )
    late = only("media-src 'self'", f"<video src={PLAIN}/x.mp4></video>")
    assert edits(late) == [f"Write https:// in the page. Allow {A} in media-src."]


# ------------------------------------------------------------------ a base that base-uri blocks


def test_a_blocked_base_changes_no_address() -> None:
    body = "<base href=https://cdn.example/><script src=app.js></script><img src=i.png>"
    policy = "script-src 'self'; img-src 'self'; base-uri 'none'"
    assert reported(policy, body) == [(BLOCKS, "warning", "base-uri", "base-uri https://cdn.example")]


def test_what_loads_without_the_base_is_not_lost_to_an_edit() -> None:
    body = "<base href=https://cdn.example/><script src=app.js></script>"
    assert edits(only("script-src 'self'; base-uri 'none'", body)) == []
    assert edits(only("script-src 'self' https://cdn.example; base-uri 'none'", body)) == ["https://cdn.example"]


def test_a_file_beside_a_blocked_base_is_asked_of_the_page_s_own_host() -> None:
    body = "<base href=https://cdn.example/><script src=app.js></script>"
    assert [row[3] for row in reported("script-src https://cdn.example; base-uri 'none'", body)] == [
        "script-src 'self'",
        "base-uri https://cdn.example",
    ]
    assert reported("script-src https://cdn.example; base-uri https://cdn.example", body) == []


def test_a_meta_after_the_base_does_not_block_it() -> None:
    meta = f"<meta http-equiv={CSP} content=\"script-src 'self'; base-uri 'none'\">"
    body = f"<base href=https://cdn.example/>{meta}<script src=app.js></script>"
    assert [row[3] for row in reported("", body)] == ["script-src https://cdn.example"]


# ------------------------------------------------------------------ addresses that no policy governs

HARMLESS = [
    ("img-src 'self'", "<img src=about:blank>"),
    ("img-src 'self'", "<img src=cid:logo>"),
    ("img-src 'self'", "<img src=file:///c:/x.png>"),
    ("frame-src 'self'", "<iframe src=mailto:a@b.example></iframe>"),
    ("frame-src 'self'", "<iframe src=tel:123></iframe>"),
    ("frame-src 'self'", "<iframe src=view-source:https://shop.example/></iframe>"),
    ("script-src 'self'", "<script src=resource://x/y.js></script>"),
]


@pytest.mark.parametrize(("policy", "body"), HARMLESS)
def test_no_source_is_offered_for_what_a_page_cannot_load(policy: str, body: str) -> None:
    finding = only(policy, body)
    assert (finding.severity, edits(finding)) == ("info", [])
    assert "from which a page loads nothing" in finding.message


@pytest.mark.parametrize("scheme", ["chrome-extension", "moz-extension", "safari-web-extension"])
def test_extensions_bypass_the_policy(scheme: str) -> None:
    body = f"<script src={scheme}://abc/x.js></script><link rel=stylesheet href={scheme}://abc/x.css>"
    assert reported("default-src 'self'", body) == []


FORMS = [
    ("form-action 'none'; script-src 'unsafe-inline'", "javascript:send()", "error"),
    ("form-action 'self'", "mailto:a@b.example", "error"),
]


@pytest.mark.parametrize(("policy", "action", "severity"), FORMS)
def test_forms_without_a_web_address_get_no_edit(policy: str, action: str, severity: str) -> None:
    finding = only(policy, f"<form action='{action}' method=post></form>")
    scheme = action.partition(":")[0]
    assert (finding.name, finding.severity, finding.value) == (BLOCKS, severity, f"form-action {scheme}:")
    assert edits(finding) == []


# ------------------------------------------------------------------ what else decides


def test_module_preloads_pass_under_strict_dynamic() -> None:
    assert reported(STRICT, f"<script nonce={NONCE}>a()</script><link rel=modulepreload href={A}/m.js>") == []
    assert reported(STRICT, f"<link rel=preload as=script href={A}/m.js>") != []
    assert reported("script-src 'self'", f"<link rel=modulepreload href={A}/m.js>") == [
        (BLOCKS, "info", "script-src", "script-src preload")
    ]


RULES = '<script type=speculationrules>{"prefetch": []}</script>'
KEYWORD = "'inline-speculation-rules'"
SPECULATION = [
    ("script-src 'self'", f"script-src 'self' {KEYWORD}"),
    ("default-src 'self'", f"default-src 'self'; script-src 'self' {KEYWORD}"),
    # beside a hash or 'strict-dynamic' the keyword does not count
    (f"script-src {sha('x')}", f"script-src {sha('x')} " + sha('{"prefetch": []}')),
    (f"script-src 'strict-dynamic' {sha('x')}", f"script-src 'strict-dynamic' {sha('x')} " + sha('{"prefetch": []}')),
]


@pytest.mark.parametrize(("policy", "after"), SPECULATION)
def test_speculation_rules_are_advice(policy: str, after: str) -> None:
    found = [each for each in target(policy, RULES).findings if each.name == "blocked-speculation-rules"]
    assert [(each.severity, fixed(policy, each)) for each in found] == [("info", after)]
    assert reported(after, RULES) == [] or "unused" in reported(after, RULES)[0][0]


def test_the_keyword_allows_speculation_rules_only_where_it_counts() -> None:
    assert reported(f"script-src {KEYWORD}", RULES) == []
    assert reported(f"script-src-elem {KEYWORD}", RULES) == []
    assert reported(f"{STRICT} {KEYWORD}", RULES) != []
    assert reported(f"script-src {KEYWORD}", "<script>go()</script>") != []


def test_the_directive_that_governs_is_not_called_missing() -> None:
    finding = only("script-src 'self' 'unsafe-inline'; script-src-attr 'none'", "<p onclick='go()'>")
    assert finding.message == "script-src-attr blocks 1 event handler on the page."
    assert finding.brief == "blocks 1 event handler of the page"


def test_an_empty_nonce_is_said_to_be_empty() -> None:
    finding = only(f"script-src 'unsafe-inline' 'nonce-{NONCE}'", "<script nonce=''>go()</script>")
    assert "because its nonce attribute is empty" in finding.message
    assert "ignore its 'unsafe-inline'" in finding.cause


# ------------------------------------------------------------------ style nonces stay

STYLED = f"style-src 'self' 'nonce-{NONCE}'"


def test_style_attributes_get_a_directive_beside_the_nonce() -> None:
    attribute = f"<style nonce={NONCE}>b {{}}</style><p style='color: red'>"
    assert fixed(STYLED, only(STYLED, attribute)) == f"{STYLED}; style-src-attr 'unsafe-inline'"
    hashed = f"style-src {sha('b {}')}"
    finding = next(each for each in target(hashed, "<style>b {}</style><p style='color: red'>").findings)
    assert fixed(hashed, finding) == f"{hashed}; style-src-attr 'unsafe-inline'"


def test_both_at_once() -> None:
    body = f"<style nonce={NONCE}>b {{}}</style><style>a {{}}</style><p style='color: red'>"
    element, attribute = target(STYLED, body).findings
    assert element.fix is not None
    assert [each.kind for each in element.fix.edits] == ["tag"]
    assert fixed(STYLED, attribute) == f"{STYLED}; style-src-attr 'unsafe-inline'"


# ------------------------------------------------------------------ the smallest grant

BY_PATH = "script-src https://cdn.example/js/ https://b.example/x.js"
GRANTS = [
    # policy, the files, what is added
    (BY_PATH, ["https://a.example/lib/x.js"], "https://a.example/lib/x.js"),
    (BY_PATH, ["https://a.example/lib/x.js?v=2"], "https://a.example/lib/x.js"),
    (BY_PATH, ["https://a.example/a;b,c.js"], "https://a.example/a%3Bb%2Cc.js"),
    (BY_PATH, [f"https://a.example/lib/{name}/x.js" for name in "abcd"], "https://a.example/lib/"),
    (BY_PATH, [f"https://a.example/{name}/x.js" for name in "abcd"], "https://a.example"),
    (f"{BY_PATH} https://c.example", ["https://a.example/lib/x.js"], "https://a.example"),
    ("script-src 'self'", ["https://a.example/lib/x.js"], "https://a.example"),
    (BY_PATH, ["/own.js"], "'self'"),
]


@pytest.mark.parametrize(("policy", "files", "added"), GRANTS)
def test_a_list_by_path_gets_a_path(policy: str, files: list[str], added: str) -> None:
    finding = only(policy, "".join(f"<script src='{each}'></script>" for each in files))
    assert fixed(policy, finding) == f"{policy} {added}"


# ------------------------------------------------------------------ edits that stay


@pytest.mark.parametrize("hosts", [9, 10, 20])
def test_each_of_many_hosts_keeps_its_edit(hosts: int) -> None:
    policy = "default-src 'self'; script-src 'none'; form-action 'self'; frame-ancestors 'self'"
    found = of_page(policy, "".join(f"<img src=https://h{number}.example/a.png>" for number in range(hosts)))
    assert len(found) == 9
    assert all(len(edits(each)) == 1 for each in found)


def test_a_hash_is_offered_where_no_embed_shows() -> None:
    """With a hash in the list, another rule says what would stop an embed; that is nothing new."""
    policy = "script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    [finding] = [each for each in of_page(policy, "<script>a()</script>") if each.name == BLOCKS]
    assert edits(finding) == [f" {sha('a()')}"]
