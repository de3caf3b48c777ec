"""Real HTML against a policy, with only the page pack: what is reported, where, and the policy after the fix."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Callable

import pytest

import csplint
from csplint.checks.context import MOST_COMPARISONS
from csplint.csp.edit import Replacement, apply
from csplint.model import Finding, TargetReport
from csplint.packs.read import load_pack

CSP = "Content-Security-Policy"
NONCE = "3TmVbQn7LkHsYw2RzXcAfg=="
OTHER = "Zm9vYmFyYmF6cXV4MTIzNA=="
STRICT = f"script-src 'nonce-{NONCE}' 'strict-dynamic'"
BLOCKS, INLINE = "page-blocks-own-resource", "page-needs-inline-style"


def sha(text: str, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, text.encode()).digest()
    return f"'{algorithm}-{base64.b64encode(digest).decode()}'"


def target(
    policy: str, body: str, *, url: str = "https://shop.example/", packs: tuple[str, ...] = ("page",)
) -> TargetReport:
    headers = [("Content-Type", "text/html"), (CSP, policy)]
    return csplint.check_page(body.encode(), headers, url=url, packs=packs).targets[0]


def reported(policy: str, body: str, **more: str) -> list[tuple[str, str, str | None, str | None]]:
    found = target(policy, body, **more).findings  # type: ignore[arg-type]
    return [(each.name, each.severity, each.directive, each.value) for each in found]


def only(policy: str, body: str) -> Finding:
    [finding] = target(policy, body).findings
    return finding


def fixed(policy: str, finding: Finding) -> str:
    """The policy's text with the finding's edits made."""
    assert finding.fix is not None
    edits = [each for each in finding.fix.edits if each.kind == "policy"]
    return apply(policy, [Replacement(each.start or 0, each.end or 0, each.text) for each in edits])


def spanned(policy: str, finding: Finding) -> str:
    assert finding.span is not None
    return policy[finding.span.start : finding.span.end]


def at(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column


# ------------------------------------------------------------------ files of hosts

A = "https://a.example"
FILES = [
    # policy, body, (severity, directive, value), the policy after the fix
    ("script-src 'self'", f"<script src='{A}/x.js'></script>", ("error", "script-src", f"script-src {A}"), f"script-src 'self' {A}"),
    ("script-src 'none'", "<script src=/x.js></script>", ("error", "script-src", "script-src 'self'"), "script-src 'self'"),
    (
        "default-src 'self'",
        f"<link rel=stylesheet href='{A}/x.css'>",
        ("error", "default-src", f"style-src {A}"),
        f"default-src 'self'; style-src 'self' {A}",
    ),
    ("img-src 'self'", f"<img src='{A}/x.png'>", ("warning", "img-src", f"img-src {A}"), f"img-src 'self' {A}"),
    ("img-src *", "<img src='data:image/png;base64,AAAA'>", ("warning", "img-src", "img-src data:"), "img-src * data:"),
    (
        "font-src 'self'",
        f"<style>@font-face {{ font-family: x; src: url({A}/x.woff2) }}</style>",
        ("warning", "font-src", f"font-src {A}"),
        f"font-src 'self' {A}",
    ),
    ("frame-src 'none'", f"<iframe src='{A}/x'></iframe>", ("warning", "frame-src", f"frame-src {A}"), f"frame-src {A}"),
    ("child-src 'self'", f"<iframe src='{A}/x'></iframe>", ("warning", "child-src", f"frame-src {A}"), f"child-src 'self'; frame-src 'self' {A}"),
    ("form-action 'none'", "<form action=/pay></form>", ("error", "form-action", "form-action 'self'"), "form-action 'self'"),
    ("form-action 'self'", "<form action='http://pay.example/x'></form>", ("error", "form-action", "form-action http://pay.example"), "form-action 'self' http://pay.example"),
    ("media-src 'self'", f"<video src='{A}:8443/x.mp4'></video>", ("warning", "media-src", f"media-src {A}:8443"), f"media-src 'self' {A}:8443"),
    ("base-uri 'none'", f"<base href='{A}/'>", ("warning", "base-uri", f"base-uri {A}"), f"base-uri {A}"),
    ("manifest-src 'none'", "<link rel=manifest href=/m.json>", ("warning", "manifest-src", "manifest-src 'self'"), "manifest-src 'self'"),
    ("default-src 'none'", "<link rel=prefetch href=/next>", ("info", "default-src", "default-src 'self'"), "default-src 'self'"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "body", "expected", "after"), FILES, ids=[f"{row[0]} {row[2][2]}" for row in FILES])
def test_files(policy: str, body: str, expected: tuple[str, str, str], after: str) -> None:
    [finding] = [each for each in target(policy, body).findings if each.name == BLOCKS]
    assert (finding.severity, finding.directive, finding.value) == expected
    assert fixed(policy, finding) == after


ALLOWED = [
    ("script-src 'self'", "<script src=/x.js></script>"),
    ("script-src 'self'; img-src *", f"<img src='{A}/x.png'>"),
    ("script-src 'self'", '<script type="application/ld+json">{"a": 1}</script>'),
    ("script-src 'self'", "<template><script src=https://b.example/x.js></script></template>"),
    ("img-src 'self'", "<noscript><img src=https://b.example/x.png></noscript>"),
    ("img-src 'self'", "<svg><use href='#icon'/></svg>"),
    ("script-src https:; upgrade-insecure-requests", "<script src=http://a.example/x.js></script>"),
    (
        "img-src https:; upgrade-insecure-requests",
        "<img src=http://a.example/x.png srcset='http://a.example/y.png 2x'>",
    ),
    ("default-src https:; upgrade-insecure-requests", "<link rel=prefetch href=http://a.example/x>"),
    ("base-uri 'none'", "<base href=/>"),  # the folder the page is in anyway
    ("form-action 'self'", "<form action='javascript:void(0)'></form>"),
    ("frame-src 'none'", "<iframe srcdoc='<p>x'></iframe><iframe src='about:blank'></iframe>"),
    ("", f"<script src='{A}/x.js'></script>"),
    (STRICT, f"<script nonce='{NONCE}' src='{A}/x.js'></script>"),
    (f"script-src {sha('go()')}", "<script>go()</script>"),
    (f"script-src 'unsafe-hashes' {sha('go()')}", "<p onclick='go()'>"),
    (f"script-src {sha('x', 'sha384')}", f"<script src='{A}/x.js' integrity=\"{sha('x', 'sha384')[1:-1]}\"></script>"),
]


@pytest.mark.parametrize(("policy", "body"), ALLOWED)
def test_what_the_policy_allows_is_not_reported(policy: str, body: str) -> None:
    assert reported(policy, body) == []


def test_images_of_one_host_are_one_finding() -> None:
    body = "<p>\n" + "".join(f"  <img src='{A}/{number}.png'>\n" for number in range(40)) + f"<img src='{A}/0.png'>"
    finding = only("img-src 'self'", body)
    assert finding.message == f"img-src blocks 40 images from {A}."
    assert finding.cause == f"The first URL is {A}/0.png."
    assert at(finding) == (2, 3)


def test_each_host_and_directive_has_its_own_finding() -> None:
    body = f"<img src='{A}/x.png'><img src='https://b.example/x.png'><script src='{A}/x.js'></script>"
    policy = "default-src 'self'"
    findings = target(policy, body).findings
    assert {(each.value, fixed(policy, each)) for each in findings} == {
        (f"img-src {A}", f"default-src 'self'; img-src 'self' {A}"),
        ("img-src https://b.example", "default-src 'self'; img-src 'self' https://b.example"),
        (f"script-src {A}", f"default-src 'self'; script-src 'self' {A}"),
    }


def test_own_origin_under_none_has_an_edit_for_each_directive() -> None:
    policy = "default-src 'none'"
    findings = target(policy, "<img src=/x.png><link rel=stylesheet href=/x.css><script src=/x.js></script>").findings
    assert [fixed(policy, each) for each in findings] == [
        "default-src 'none'; script-src 'self'",
        "default-src 'none'; style-src 'self'",
        "default-src 'none'; img-src 'self'",
    ]
    assert {spanned(policy, each) for each in findings} == {"'none'"}


def test_hosts_after_the_eighth_share_one_finding() -> None:
    body = "".join(f"<img src='https://h{number}.example/x.png'>" for number in range(30))
    findings = target("img-src 'self'", body).findings
    assert len(findings) == 9
    shared = findings[-1]
    assert shared.message == "img-src blocks 22 images from 22 other hosts."
    assert {*fixed("img-src 'self'", shared).split()[2:]} == {f"https://h{n}.example" for n in range(8, 30)}


@pytest.mark.parametrize("hosts", [10, 30, 48])
def test_each_of_many_hosts_keeps_its_edit(hosts: int) -> None:
    """An edit for one host moves another up among the first eight, which is no new fault."""
    body = "".join(f"<img src='https://h{number}.example/x.png'>" for number in range(hosts))
    checked = target("img-src 'self'", body)
    assert all(finding.fix and finding.fix.edits for finding in checked.findings)
    assert checked.corrected is not None
    [header] = checked.corrected.headers
    assert {*(header.after or "").split()[2:]} == {f"https://h{n}.example" for n in range(hosts)}


def test_more_hosts_than_one_edit_adds_are_one_finding_in_words() -> None:
    body = "".join(f"<img src='https://h{number}.example/x.png'>" for number in range(100))
    findings = target("img-src 'self'", body).findings
    assert len(findings) == 9
    assert findings[-1].message == "img-src blocks 92 images from 92 other hosts."
    assert findings[-1].fix is not None
    assert findings[-1].fix.summary == "Add the hosts the page needs to img-src."


NEAR = [
    # policy, URL, the token at the finding's span, the hint
    ("script-src https://a.example/js/", f"{A}/css/x.js", "https://a.example/js/", "names the host, but the path differs"),
    ("script-src https://a.example:8443", f"{A}/x.js", "https://a.example:8443", "the port differs"),
    ("script-src wss://a.example", f"{A}/x.js", "wss://a.example", "the scheme differs"),
    ("script-src *.a.example b.example", f"{A}/x.js", "*.a.example", "matches subdomains of a.example, but not a.example itself"),
    ("script-src b.example a.example", "https://www.a.example/x.js", "a.example", "does not match its subdomains"),
    ("script-src notа.example", f"{A}/x.js", "script-src", ""),
    ("script-src ba.example", f"{A}/x.js", "script-src", ""),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "url", "token", "hint"), NEAR, ids=[row[0] for row in NEAR])
def test_source_that_nearly_matches_is_named(policy: str, url: str, token: str, hint: str) -> None:
    findings = target(policy, f"<script src='{url}'></script>").findings
    if not findings:  # a directive with a letter that is not ASCII is dropped
        assert not policy.isascii()
        return
    assert spanned(policy, findings[0]) == token
    assert hint in findings[0].cause


def test_star_does_not_match_data() -> None:
    assert only("img-src *", "<img src='data:image/gif;base64,AA'>").cause == (
        "The first URL is data:image/gif;base64,…. * does not match data: URLs."
    )


def test_code_in_a_data_url_should_not_be_allowed() -> None:
    finding = only("script-src 'self'", "<script src='data:text/javascript,go()'></script>")
    assert finding.fix is not None
    assert finding.fix.edits == ()
    assert finding.fix.summary.startswith("Move the code into a file")


def test_a_host_for_scripts_is_an_unsafe_fix_and_one_for_images_is_safe() -> None:
    script = only("script-src 'self'", f"<script src='{A}/x.js'></script>").fix
    image = only("img-src 'self'", f"<img src='{A}/x.png'>").fix
    assert script is not None
    assert image is not None
    assert (script.safety, image.safety) == ("unsafe", "safe")


def test_http_is_asked_for_as_https_where_the_policy_upgrades() -> None:
    body = "<img src=http://a.example/x.png><form action=http://a.example/pay></form>"
    page = "http://shop.example/"
    assert reported("img-src https:; form-action https:; upgrade-insecure-requests", body, url=page) == []
    assert [row[3] for row in reported("img-src https:; form-action https:", body, url=page)] == [
        "form-action http://a.example",
        "img-src http://a.example",
    ]


# ------------------------------------------------------------------ scripts in the page


def test_inline_scripts_are_allowed_by_their_hashes() -> None:
    policy = "script-src 'self'"
    finding = only(policy, "<p>x\n <script>one()</script>\n<script>two()</script><script>one()</script>")
    assert (finding.name, finding.severity) == (BLOCKS, "error")
    assert finding.message == "script-src blocks 3 inline scripts on the page."
    assert at(finding) == (2, 2)
    assert fixed(policy, finding) == f"script-src 'self' {sha('one()')} {sha('two()')}"


def test_changed_inline_script_does_not_match_its_old_hash() -> None:
    policy = f"script-src {sha('go()')}"
    findings = {each.name: each for each in target(policy, "<script>come()</script>").findings}
    assert set(findings) == {BLOCKS, "unused-hash"}
    assert "changes with every character" in findings[BLOCKS].cause
    assert fixed(policy, findings[BLOCKS]) == f"{policy} {sha('come()')}"


def test_very_many_inline_scripts_get_no_hashes() -> None:
    finding = only("script-src 'self'", "".join(f"<script>go({number})</script>" for number in range(40)))
    assert finding.fix is not None
    assert finding.fix.edits == ()
    assert "40 hashes would make the header very long" in finding.fix.summary


def test_tags_without_the_nonce_are_one_finding_with_an_edit_for_each() -> None:
    body = f"<script nonce='{NONCE}'>a</script>\n<script>b</script>\n  <script src='{A}/x.js'></script>"
    finding = only(STRICT, body)
    assert (finding.severity, finding.value) == ("error", f"'nonce-{NONCE}'")
    assert finding.message == "script-src blocks 1 inline script and 1 script on the page because they have no nonce."
    assert finding.fix is not None
    assert [(e.kind, e.text, e.place and (e.place.line, e.place.column)) for e in finding.fix.edits] == [
        ("tag", NONCE, (2, 1)),
        ("tag", NONCE, (3, 3)),
    ]


def test_other_nonce_is_named() -> None:
    finding = only(STRICT, f"<script nonce='{OTHER}'>a</script>")
    assert (
        finding.message
        == f"script-src blocks 1 inline script on the page because it has the nonce '{OTHER}', which is not the policy's."
    )
    assert finding.value == f"'nonce-{OTHER}'"
    assert spanned(STRICT, finding) == f"'nonce-{NONCE}'"


def test_nonce_without_strict_dynamic_leaves_two_ways_for_a_file() -> None:
    finding = only(f"script-src 'nonce-{NONCE}'", f"<script nonce='{NONCE}'>a</script><script src='{A}/x.js'></script>")
    assert finding.fix is not None
    assert finding.fix.summary == f"Add {A} to script-src, or add the response's nonce to the tags."


def test_template_instead_of_a_nonce_is_the_only_cause() -> None:
    policy = "script-src 'nonce-{{nonce}}' 'strict-dynamic'"
    finding = only(policy, "<script nonce='{{nonce}}'>a</script><script nonce='{{nonce}}' src=/x.js></script>")
    assert (finding.value, spanned(policy, finding)) == ("'nonce-{{nonce}}'", "'nonce-{{nonce}}'")
    assert "is not a valid nonce, so browsers ignore it" in finding.message


def test_strict_dynamic_without_nonce_is_the_cause() -> None:
    policy = "script-src 'strict-dynamic' 'self'"
    finding = only(policy, "<script src=/x.js></script>")
    assert (finding.value, spanned(policy, finding)) == ("'strict-dynamic'", "'strict-dynamic'")


def test_preload_is_advice_and_its_script_is_judged_by_its_tag() -> None:
    body = f"<link rel=preload as=script href=/x.js><script nonce='{NONCE}' src=/x.js></script>"
    assert reported(STRICT, body) == [(BLOCKS, "info", "script-src", "script-src preload")]


@pytest.mark.parametrize(
    ("body", "severity", "value", "message"),
    [
        ("<p onclick='go()'><p ONCLICK='go()'>", "warning", "event handlers", "script-src blocks 2 event handlers on the page."),
        ("<a href='javascript:go()'>", "warning", "javascript: code", "script-src blocks 1 javascript: URL on the page."),
        ("<a href='javascript:void(0);'>", "info", "javascript:", "script-src blocks 1 javascript: URL that does nothing."),
        ("<a href='JavaScript: ;'>", "info", "javascript:", "script-src blocks 1 javascript: URL that does nothing."),
    ],
)  # fmt: skip
def test_code_in_attributes(body: str, severity: str, value: str, message: str) -> None:
    finding = only("script-src 'self'", body)
    assert (finding.severity, finding.value, finding.message) == (severity, value, message)
    assert finding.fix is not None
    assert finding.fix.edits == ()


def test_handler_is_placed_at_its_attribute() -> None:
    assert at(only("script-src 'self'", "<p\n class=x onclick='go()'>")) == (2, 10)


@pytest.mark.parametrize(
    ("tag", "cause"),
    [
        (f"<script nonce='{NONCE}' src=/a.js src=/b.js></script>", "Its start tag repeats an attribute."),
        (f"<script nonce='{NONCE}' data-x='<script'>a</script>", "Its attribute data-x contains <script or <style."),
    ],
)
def test_nonce_that_browsers_do_not_honour(tag: str, cause: str) -> None:
    finding = only(STRICT, f"<p>\n{tag}")
    assert (finding.name, finding.severity, finding.cause) == ("nonce-not-nonceable", "error", cause)
    assert at(finding) == (2, 1)
    assert finding.value == f"'nonce-{NONCE}'"


def test_nonce_that_is_not_needed_need_not_be_honoured() -> None:
    assert (
        reported(f"script-src 'self' 'nonce-{NONCE}'", f"<script nonce='{NONCE}' src=/a.js src=/b.js></script>") == []
    )


# ------------------------------------------------------------------ inline styles


def test_style_elements_are_allowed_by_hash() -> None:
    policy = "style-src 'self'"
    finding = only(policy, "<style>p { color: red }</style>")
    assert (finding.name, finding.severity, finding.value) == (INLINE, "error", "'unsafe-inline'")
    assert fixed(policy, finding) == f"style-src 'self' {sha('p { color: red }')}"


def test_style_attributes_are_a_warning_with_a_count() -> None:
    policy = "default-src 'self'; script-src 'self'"
    finding = only(policy, "<p>\n<p style='color: red'><p style='margin: 0'>")
    assert (finding.name, finding.severity, at(finding)) == (INLINE, "warning", (2, 4))
    assert finding.message == "There is no style-src, so default-src applies: it blocks 2 style attributes on the page."
    assert fixed(policy, finding) == f"{policy}; style-src 'self' 'unsafe-inline'"
    assert finding.fix is not None
    assert finding.fix.safety == "unsafe"


def test_nonce_that_switches_inline_styles_off() -> None:
    policy = f"style-src 'self' 'unsafe-inline' 'nonce-{NONCE}'"
    finding = only(policy, f"<style nonce='{NONCE}'>a {{}}</style><p style='color: red'>")
    assert "makes browsers ignore its 'unsafe-inline'" in finding.cause
    assert fixed(policy, finding) == f"{policy}; style-src-attr 'unsafe-inline'"


def test_style_element_without_the_nonce_gets_it() -> None:
    """The nonce stays; 'unsafe-inline' would be ignored beside it."""
    policy = f"style-src 'self' 'unsafe-inline' 'nonce-{NONCE}'"
    finding = only(policy, f"<style nonce='{NONCE}'>a {{}}</style>\n<style>b {{}}</style>")
    assert (
        finding.message
        == "style-src blocks 1 style element on the page because its tag does not have the policy's nonce."
    )
    assert finding.fix is not None
    assert [(e.kind, e.text, e.place and e.place.line) for e in finding.fix.edits] == [("tag", NONCE, 2)]


def test_attributes_have_a_directive_of_their_own() -> None:
    body = "<style>a {}</style><p style='color: red'>"
    assert reported("style-src 'unsafe-inline'; style-src-attr 'none'", body) == [
        (INLINE, "warning", "style-src-attr", "'unsafe-inline'")
    ]


# ------------------------------------------------------------------ which policies apply


def test_meta_governs_what_follows_it() -> None:
    meta = f"<meta http-equiv={CSP} content=\"script-src 'self'\">"
    html = f"<head><script src='{A}/early.js'></script>{meta}<script src='{A}/late.js'></script>"
    finding = only("", html)
    assert finding.cause.startswith(f"The first URL is {A}/late.js.")


def test_each_policy_that_blocks_has_a_finding() -> None:
    findings = target("img-src 'self', default-src 'none', img-src *", f"<img src='{A}/x.png'>").findings
    assert [(each.policy, each.directive, each.value) for each in findings] == [
        (0, "img-src", f"img-src {A}"),
        (1, "default-src", f"img-src {A}"),
    ]


def test_report_only_policy_says_what_would_be_blocked() -> None:
    headers = [(f"{CSP}-Report-Only", "script-src 'self'; report-uri /r")]
    body = f"<script src='{A}/x.js'></script>".encode()
    [finding] = csplint.check_page(body, headers, url="https://shop.example/", packs=["page"]).targets[0].findings
    assert (finding.name, finding.severity) == (BLOCKS, "warning")
    assert finding.message.startswith("Nothing is blocked yet (report-only): script-src blocks 1 script")


def test_googles_strict_policy_is_clean() -> None:
    policy = (
        f"object-src 'none'; script-src 'nonce-{NONCE}' 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'"
    )
    body = (
        f"<script nonce='{NONCE}'>go()</script><script nonce='{NONCE}' src='{A}/x.js'></script>"
        "<style>a {}</style><p style='color: red'><img src=/x.png><form action=/pay></form>"
    )
    assert reported(policy, body) == []


def test_vendors_embed_is_reported_by_the_vendors_pack() -> None:
    cdn = "https://app-cdn.velaro.com"
    body = f"<link rel=preload as=script href={cdn}/e.js><script src={cdn}/e.js></script><img src='data:image/gif;base64,AA'>"
    findings = target("script-src 'self'; img-src 'self'", body, packs=("velaro", "page")).findings
    assert {name for each in findings if each.severity == "error" for name in each.names} == {
        "script-host-missing",
        "missing-img-data",
        "missing-img-cdn",
    }
    assert [each.value for each in findings if each.pack == "page"] == ["img-src data:"]


def test_what_a_vendor_needs_too_is_reported_for_the_page(subtests: pytest.Subtests) -> None:
    """No rule of a vendor hides what the policy blocks of the page itself."""
    body = "<style>p {}</style><p style='color: red'><iframe src=/frame></iframe><img src='data:image/gif;base64,AA'>"
    policy = "default-src 'self'; style-src 'self'; frame-src 'none'"
    expected = ["frame-src", "img-src", "style-src"]
    for packs in ((), ("page",), ("velaro", "page")):
        with subtests.test(packs=packs):
            findings = target(policy, body, packs=packs).findings
            own = [each.effective_directive for each in findings if each.pack == "page" and each.severity != "info"]
            assert sorted(filter(None, own)) == expected


def test_inline_embed_is_reported_by_the_vendors_pack() -> None:
    body = "<script>Velaro('boot', {cdn: 'https://app-cdn.velaro.com/'})</script>\n<script>own()</script>"
    findings = target("script-src 'self' https://app-cdn.velaro.com", body, packs=("velaro", "page")).findings
    [inline] = [each for each in findings if each.pack == "page"]
    assert at(inline) == (2, 1)
    assert inline.message == "script-src blocks 1 inline script on the page."
    assert "inline-embed-under-allow-list" in {each.name for each in findings}


# ------------------------------------------------------------------ what nothing uses


def test_unused_hashes_are_one_finding() -> None:
    policy = f"script-src 'self' {sha('one()')} {sha('two()', 'sha512')} {sha('go()', 'sha384')}"
    finding = only(policy, "<script>go()</script>")
    assert (finding.name, finding.severity, finding.value) == ("unused-hash", "info", sha("one()"))
    assert finding.message == "2 of the 3 hashes in script-src match nothing in the page's HTML."
    assert fixed(policy, finding) == f"script-src 'self' {sha('go()', 'sha384')}"


@pytest.mark.parametrize(
    "body",
    [
        "<script>go()</script>",
        "<p onclick='go()'>",
        "<a href='javascript:go()'>x</a>",
        "<style>go()</style>",
        "<p style='go()'>",
        f"<script src=/x.js integrity='{sha('go()')[1:-1]}'></script>",
    ],
)
def test_hash_that_belongs_to_something(body: str) -> None:
    assert "unused-hash" not in [row[0] for row in reported(f"script-src 'self' {sha('go()')}", body)]
    assert "unused-hash" not in [row[0] for row in reported(f"style-src 'self' {sha('go()')}", body)]


def test_hash_of_a_data_block_is_not_needed() -> None:
    finding = only(f"script-src 'self' {sha('{}')}", "<p>\n<script type='application/ld+json'>{}</script>")
    assert finding.cause.startswith("It is the hash of the data block on line 2; browsers do not run")


@pytest.mark.parametrize("beside", ["'unsafe-inline'", "'strict-dynamic'"])
def test_last_hash_is_not_removed_if_a_keyword_depends_on_it(beside: str) -> None:
    finding = only(f"script-src 'self' {beside} {sha('x')}", "<p>")
    assert finding.name == "unused-hash"
    assert finding.fix is not None
    assert finding.fix.edits == ()


def test_page_that_was_not_read_whole_has_no_unused_hashes() -> None:
    body = "<style>a { background: url(/a.png) }" + "/**/" * 300_000 + "</style>"
    result = target(f"script-src 'self' {sha('x')}", body)
    assert result.limits
    assert result.findings == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<script src=/x.js></script>", [("unused-nonce", "info", "script-src", f"'nonce-{NONCE}'")]),
        (f"<script src=/x.js nonce='{NONCE}'></script>", []),
        (f"<style nonce='{NONCE}'>a {{}}</style>", []),
        # a script may put it on the tags it adds
        (f"<script src=/x.js data-nonce='{NONCE}'></script>", []),
        # reported as blocked instead
        ("<script>go()</script>", [(BLOCKS, "error", "script-src", f"'nonce-{NONCE}'")]),
        (f"<script nonce='{OTHER}'>go()</script>", [(BLOCKS, "error", "script-src", f"'nonce-{OTHER}'")]),
    ],
)
def test_unused_nonce(body: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert reported(f"script-src 'self' 'nonce-{NONCE}'", body) == expected


@pytest.mark.parametrize(
    ("policy", "body", "after"),
    [
        (f"script-src 'self' {A} *.b.example", "<p>", "script-src 'self'"),
        (f"frame-src {A} https://b.example", f"<iframe src='{A}/x'></iframe>", f"frame-src {A}"),
        (f"style-src {A}", "<p>", "style-src 'none'"),
    ],
)
def test_unused_sources(policy: str, body: str, after: str) -> None:
    finding = only(policy, body)
    assert (finding.name, finding.severity, finding.value) == ("unused-source", "info", finding.directive)
    assert fixed(policy, finding) == after


@pytest.mark.parametrize(
    ("policy", "body"),
    [
        (f"script-src 'self' {A}", "<script src=/x.js></script>"),  # it may load more
        (f"script-src 'self' 'unsafe-inline' {A}", "<p onclick='go()'>"),
        (f"style-src 'self' {A}", "<link rel=stylesheet href=/x.css>"),  # it may import more
        (f"img-src 'self' {A}", "<p>"),
        (f"default-src 'self' {A}", "<p>"),
        ("script-src 'self' https: *", "<p>"),
        (f"frame-src {A}", f"<iframe src='{A}/x'></iframe>"),
    ],
)
def test_sources_that_something_may_use(policy: str, body: str) -> None:
    assert reported(policy, body) == []


def test_what_the_vendor_needs_is_not_unused() -> None:
    findings = target(
        "script-src https://app-cdn.velaro.com; connect-src https://*.velaro.com", "<p>", packs=("velaro", "page")
    )
    assert [each for each in findings.findings if each.pack == "page"] == []


# ------------------------------------------------------------------ hostile pages


MOST_CALLS = 10_000_000
HOSTILE = [
    ("long list, many hosts", "img-src " + "https://x.example " * 5_000, "".join(f"<img src=//h{n}.example/>" for n in range(5_000))),
    ("paths", "img-src " + " ".join(f"a.example/{n}" for n in range(3_000)), "".join(f"<img src=//a.example/x{n}>" for n in range(5_000))),
    ("many policies", ", ".join(["img-src 'none'"] * 3_000), "".join(f"<img src=//h{n}.example/>" for n in range(3_000))),
    ("many kinds", "default-src 'none'", "<img src=/a><script>x</script><p onclick=x style=y><form></form>" * 2_000),
    ("nonces", f"script-src 'nonce-{NONCE}'", "".join(f"<script nonce=n{n}>{n}</script>" for n in range(4_000))),
    ("hashes", "script-src " + " ".join(sha(str(n)) for n in range(1_000)), "".join(f"<script>a{n}</script>" for n in range(3_000))),
]  # fmt: skip


def calls(function: Callable[[], object]) -> int:
    """The number of calls, of Python and of C, that a function makes: work, whatever else the machine does."""
    number = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize(("policy", "body"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_work_on_hostile_pages_is_limited(policy: str, body: str) -> None:
    found: list[Finding] = []
    assert calls(lambda: found.extend(target(policy, body, packs=("delivery", "page")).findings)) < MOST_CALLS
    assert len(found) <= 100


def test_verdicts_end_at_the_limit_of_comparisons() -> None:
    """A verdict on a URL compares it with each of the paths, and each URL needs a verdict of its own."""
    sources, images = 4_000, 120
    policy = "img-src " + " ".join(f"a.example/{number}" for number in range(sources))
    finding = only(policy, "".join(f"<img src=//a.example/x{number}>" for number in range(images)))
    assert MOST_COMPARISONS // (sources + 1) == 99
    assert finding.message == "img-src blocks 99 images from https://a.example."


ODD = [
    "<script src='https://[::1'></script><img src='http://%'><a href='javascript:%ff'>",
    "<img src='data:'><img src='blob:x'><img src='://'><iframe src='x:y'></iframe><form action='http://'></form>",
    "<script nonce=''>a</script><script nonce=\"'\">b</script><script integrity='sha256-' src=x></script>",
    "<p style='\ud800' onclick='\x00'><style>\x00@import url(</style>",
]


@pytest.mark.parametrize("body", ODD)
@pytest.mark.parametrize(
    "policy", ["default-src 'none'", STRICT, "script-src 'nonce-' 'sha256-AA'; img-src '' \x01", "default-src"]
)
def test_odd_pages_raise_nothing(policy: str, body: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    report = csplint.check_page(raw, [(CSP, policy)], url="https://shop.example/", packs=["delivery", "page"])
    assert report.targets[0].outcome == "checked"


def test_pack_has_what_it_is_known_for() -> None:
    assert [rule.name for rule in load_pack("page").rule] == [
        BLOCKS,
        "nonce-not-nonceable",
        INLINE,
        "unused-hash",
        "unused-nonce",
        "unused-source",
        "blocked-injected-script",
        "prerendered-without-nonce",
        "blocked-changing-text",
        "hash-of-other-text",
        "blocked-speculation-rules",
        "delayed-script-unchecked",
        "stale-integrity",
    ]
