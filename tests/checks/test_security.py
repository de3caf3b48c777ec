"""What the security pack says of policies: each case with every severity, the token, its place, and the policy after the fix."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from csplint.checks.nonces.value import is_words
from csplint.csp.edit import Replacement, apply
from csplint.csp.unlisted import EXAMPLE
from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject, read_visits
from csplint.model import Finding, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits

ALONE = load_packs(["security"])
ALL = load_packs([])
SHOP = "https://shop.example/"
N = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
H = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
ANY = "'sha256-" + base64.b64encode(hashlib.sha256(EXAMPLE.encode()).digest()).decode() + "'"
STRICT = f"object-src 'none'; script-src {N} 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'"
LOCKED = "object-src 'none'; base-uri 'none'; form-action 'self'"


def judge(*policies: str, page: str = SHOP, report_only: tuple[str, ...] = ()) -> TargetReport:
    return check_subject(policy_subject("policy", page, list(policies), list(report_only)), ALONE, {})


def answer(html: str, *headers: tuple[str, str], status: int | None = 200) -> TargetReport:
    raw = tuple((name.encode(), value.encode()) for name, value in (("Content-Type", "text/html"), *headers))
    capture = Capture(target=SHOP, url=SHOP, status=status, headers=raw, body=f"<!doctype html>{html}".encode())
    return check_subject(read_visits(Visits(capture)), ALONE, {})


def told(target: TargetReport) -> list[str]:
    """Every finding as "severity name directive value", in the report's order."""
    return [" ".join(filter(None, (each.severity, each.name, each.directive, each.value))) for each in target.findings]


def named(target: TargetReport, name: str) -> Finding:
    [found] = [each for each in target.findings if each.name == name]
    return found


def text_of(target: TargetReport, finding: Finding) -> str:
    """What stands at the finding's span."""
    assert finding.policy is not None
    assert finding.span is not None
    return target.policies[finding.policy].value[finding.span.start : finding.span.end]


def mended(target: TargetReport, finding: Finding) -> str:
    """The finding's policy after its edits."""
    assert finding.fix is not None
    edits = [each for each in finding.fix.edits if each.kind == "policy"]
    assert edits
    assert {each.policy for each in edits} == {finding.policy}
    assert finding.policy is not None
    changes = [Replacement(each.start or 0, each.end or 0, each.text) for each in edits]
    return apply(target.policies[finding.policy].value, changes)


FORM = "info form-action-missing form-action"
OBJECT = "info object-src-missing object-src"
TYPES = "info trusted-types-missing require-trusted-types-for"

JUDGED = [
    # what other checkers get wrong, and what is right
    pytest.param("script-src 'self'; object-src; base-uri 'none'", [FORM], id="an empty list allows nothing"),
    pytest.param(
        "script-src https://*:443; object-src 'none'",
        ["warning script-wildcard script-src https://*:443", FORM],
        id="wildcard with a port",
    ),
    pytest.param(
        "script-src https://*/; object-src 'none'",
        ["warning script-wildcard script-src https://*/", FORM],
        id="wildcard with a slash",
    ),
    pytest.param(
        "script-src http://*:8080/; object-src 'none'",
        [
            "warning script-wildcard script-src http://*:8080/",
            FORM,
        ],
        id="wildcard of one port",
    ),
    pytest.param(
        f"frame-ancestors 'none', object-src 'none', script-src 'self' {H}",
        [FORM],
        id="three policies separated by commas",
    ),
    pytest.param(
        "script-src http://10.1.2.3; object-src 'none'",
        [
            FORM,
            "info allowlist-script script-src",
            "info insecure-source script-src http://10.1.2.3",
            "info ip-source script-src http://10.1.2.3",
        ],
        id="browsers load from an IP address",
    ),
    pytest.param(
        f"script-src 'unsafe-inline' {H.replace('sha256', 'SHA256')}; {LOCKED}", [], id="an upper-case hash counts"
    ),
    pytest.param(f"{STRICT}; form-action 'self'", [TYPES], id="Google's strict policy"),
    pytest.param(
        "default-src 'none'; script-src 'strict-dynamic'; base-uri 'none'; form-action 'none'",
        ["error strict-dynamic-alone script-src 'strict-dynamic'"],
        id="strict-dynamic alone blocks all scripts",
    ),
    pytest.param(
        f"script-src {N} 'strict-dynamic' data: blob:; {LOCKED}", [TYPES], id="strict-dynamic switches schemes off"
    ),
    pytest.param(
        "default-src 'self' *; form-action 'self'",
        ["warning script-wildcard default-src *", OBJECT],
        id="a wildcard beside 'self'",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; {LOCKED}",
        ["warning script-unsafe-eval script-src 'unsafe-eval'"],
        id="unsafe-eval beside wasm-unsafe-eval",
    ),
    pytest.param(f"script-src 'unsafe-inline' 'sha256-abc'; {LOCKED}", [], id="a hash that matches nothing counts too"),
    pytest.param(f"script-src 'self'; style-src 'self' 'unsafe-eval'; {LOCKED}", [], id="unsafe-eval for styles"),
    pytest.param(
        "default-src 'none'; script-src 'self', default-src 'none'; script-src 'self'", [FORM], id="sent twice"
    ),
    # nothing is said of a policy that other rules speak of
    pytest.param("script-src ‘self’; img-src 'self'", [], id="curly quotes are another rule's"),
    pytest.param("script-src 'strict-dynamic' 'nonce-{{x}}'; object-src 'none'", [FORM], id="nonce nobody filled in"),
    pytest.param(";", [], id="no policy"),
    # scripts that nothing restricts
    pytest.param("frame-ancestors 'none'", ["info script-unrestricted"], id="a policy of another purpose"),
    pytest.param("upgrade-insecure-requests", ["info script-unrestricted"], id="upgrade alone"),
    pytest.param(LOCKED, ["info script-unrestricted"], id="locks alone"),
    pytest.param("img-src 'self'", ["warning script-unrestricted"], id="images alone"),
    pytest.param("img-src 'self', no-such-thing", ["warning script-unrestricted"], id="images, and nothing"),
    pytest.param("no-such-thing", [], id="nothing in force"),
    pytest.param("upgrade-insecure-requests default-src 'self'", [], id="a semicolon missing before default-src"),
    pytest.param("img-src 'self' script-src: 'self'", [], id="a semicolon missing before script-src"),
    pytest.param("frame-ancestors 'none', img-src 'self'", ["warning script-unrestricted"], id="of two policies"),
    pytest.param("sandbox allow-forms; img-src 'self'", [], id="a sandbox without scripts"),
    pytest.param("sandbox allow-scripts; img-src 'self'", ["warning script-unrestricted"], id="a sandbox with scripts"),
    pytest.param(
        "SANDBOX Allow-Scripts; img-src 'self'", ["warning script-unrestricted"], id="flags in any letter case"
    ),
    pytest.param("script-src-attr 'none'", ["warning script-unrestricted"], id="handlers alone"),
    pytest.param(
        f"script-src-elem 'self'; {LOCKED}", ["warning script-unrestricted script-src-elem"], id="elements alone"
    ),
    # a host that nobody wrote
    pytest.param(
        f"script-src * 'unsafe-inline'; {LOCKED}",
        ["error script-wildcard script-src *", "warning script-unsafe-inline script-src 'unsafe-inline'"],
        id="nothing is kept out",
    ),
    pytest.param(
        f"script-src *:* https: http://*; {LOCKED}",
        ["warning script-wildcard script-src *:*"],
        id="the first of several",
    ),
    pytest.param(
        f"script-src https://*/x.js; {LOCKED}", ["warning script-wildcard script-src https://*/x.js"], id="path"
    ),
    pytest.param(f"script-src *.uk; {LOCKED}", ["warning script-wildcard script-src *.uk"], id="a country"),
    pytest.param(
        f"script-src {N} https:; {LOCKED}", ["warning script-wildcard script-src https:"], id="beside a nonce"
    ),
    pytest.param(f"script-src *.intranet ftp:; {LOCKED}", [], id="no registry, no scripts"),
    pytest.param(f"script-src-elem 'self'; script-src *; {LOCKED}", [], id="script-src-elem counts for elements"),
    # the set decides
    pytest.param(
        f"script-src * 'unsafe-inline' 'unsafe-eval' data:, script-src 'self'; {LOCKED}", [], id="the other prevents it"
    ),
    pytest.param(
        f"script-src https: 'unsafe-inline'; {LOCKED}, default-src * 'unsafe-inline'",
        [
            "error script-wildcard script-src https:",
            "warning script-unsafe-inline script-src 'unsafe-inline'",
            "info style-unsafe-inline default-src 'unsafe-inline'",
        ],
        id="told once, of the one with a list of its own",
    ),
    pytest.param(
        "script-src 'self', object-src 'none', base-uri 'none', form-action 'none'", [], id="locks in other policies"
    ),
    pytest.param(
        f"script-src 'unsafe-inline'; {LOCKED}, script-src 'unsafe-eval'", [], id="nothing that both of them allow"
    ),
    # schemes
    pytest.param(
        f"script-src data: http: blob: filesystem:; {LOCKED}",
        [
            "warning script-scheme script-src data:",
            "warning script-scheme script-src http:",
            "info script-scheme script-src blob:",
            "info script-scheme script-src filesystem:",
        ],
        id="each scheme once",
    ),
    pytest.param(f"script-src 'self'; img-src data: blob:; {LOCKED}", [], id="schemes for images"),
    # keywords
    pytest.param(
        f"script-src-elem 'self'; script-src 'unsafe-inline'; {LOCKED}",
        ["warning script-unsafe-inline script-src 'unsafe-inline'"],
        id="handlers by script-src",
    ),
    pytest.param(
        f"script-src 'self' 'UNSAFE-INLINE'; {LOCKED}",
        ["warning script-unsafe-inline script-src 'UNSAFE-INLINE'"],
        id="letter case",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-eval'; {LOCKED}; require-trusted-types-for 'script'",
        ["info script-unsafe-eval script-src 'unsafe-eval'"],
        id="eval under Trusted Types",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-hashes' {H}; {LOCKED}",
        ["info script-unsafe-hashes script-src 'unsafe-hashes'"],
        id="unsafe-hashes",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-hashes' {H}; {LOCKED}, script-src 'self' 'unsafe-hashes' {H}",
        ["info script-unsafe-hashes script-src 'unsafe-hashes'"],
        id="unsafe-hashes in both",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-hashes' {H}; {LOCKED}, script-src 'self'", [], id="unsafe-hashes in one alone"
    ),
    pytest.param(
        f"script-src 'self'; style-src 'unsafe-inline'; {LOCKED}",
        ["info style-unsafe-inline style-src 'unsafe-inline'"],
        id="inline styles",
    ),
    pytest.param(f"script-src {ANY}; {LOCKED}", [], id="the hash of the very text that is asked about"),
    # locks
    pytest.param(
        f"script-src {N}; object-src 'none'; form-action 'self'", ["warning base-uri-missing base-uri"], id="base"
    ),
    pytest.param(
        f"script-src {N}; object-src 'none'; form-action 'self'; base-uri *",
        ["warning base-uri-missing base-uri"],
        id="base anywhere",
    ),
    pytest.param(
        f"script-src {H} 'strict-dynamic'; object-src 'none'; form-action 'self'",
        ["info base-uri-missing base-uri"],
        id="base with hashes and strict-dynamic",
    ),
    pytest.param(f"script-src {H}; object-src 'none'; form-action 'self'", [], id="base with hashes alone"),
    pytest.param(
        f"script-src {N}; object-src 'none'; form-action 'self', script-src 'self'", [], id="base where hosts count too"
    ),
    pytest.param("script-src 'self'; object-src *; form-action 'self'", [OBJECT], id="object-src *"),
    pytest.param(
        "default-src 'none'; script-src 'self'; object-src *; form-action 'self'",
        [OBJECT],
        id="Firefox does not ask frame-src",
    ),
    pytest.param("script-src 'self'; object-src 'self'; form-action *", [FORM], id="form-action *"),
    # what an https page makes of http
    pytest.param(
        f"script-src 'self'; connect-src ws://a.example wss://b.example http://localhost:3000; {LOCKED}",
        ["info insecure-source connect-src ws://a.example"],
        id="web sockets",
    ),
    pytest.param(
        f"script-src {N} 'strict-dynamic' http://a.example http://b.example:8080 10.1.2.3; {LOCKED}",
        [TYPES],
        id="what strict-dynamic switches off",
    ),
    pytest.param(f"script-src 'self'; form-action http://pay.example; {LOCKED}", [], id="forms may go to http"),
    # trust
    pytest.param(
        f"script-src 'self' https://cdn.shop.example; {LOCKED}", ["info allowlist-script script-src"], id="hosts"
    ),
    pytest.param(f"script-src self none; {LOCKED}", [], id="lost quotes are another rule's"),
    pytest.param(
        f"script-src 'self' https://cdn.shop.example; {LOCKED}, script-src 'self'", [], id="hosts in one alone"
    ),
    pytest.param(
        f"script-src {N} 'strict-dynamic'; {LOCKED}; require-trusted-types-for 'script'", [], id="nothing is left"
    ),
    pytest.param(
        f"script-src {N} https://cdn.example; {LOCKED}", ["info allowlist-script script-src"], id="N and a host"
    ),
    pytest.param(
        f"script-src {H} https://cdn.example; {LOCKED}", ["info allowlist-script script-src"], id="H and a host"
    ),
    pytest.param(f"script-src 'self' https://shop.example; {LOCKED}", [], id="the page's own origin, written out"),
    pytest.param(
        f"script-src 'self' https://*.com.br; {LOCKED}",
        ["warning script-wildcard script-src https://*.com.br"],
        id="br",
    ),
    pytest.param(
        f"script-src 'self' http://localhost:8000; {LOCKED}",
        ["info loopback-script script-src http://localhost:8000"],
        id="localhost",
    ),
    # a sandbox that runs no scripts, or sends no forms
    pytest.param(
        "sandbox; default-src 'self' 'unsafe-inline'; form-action *",
        ["info style-unsafe-inline default-src 'unsafe-inline'"],
        id="sandbox",
    ),
    pytest.param(
        "sandbox allow-forms; script-src 'self' 'unsafe-inline' 'unsafe-eval' *; form-action 'self'",
        [],
        id="no scripts",
    ),
    pytest.param("sandbox allow-forms; script-src 'strict-dynamic'; form-action 'self'", [], id="no scripts, strict"),
    pytest.param(f"sandbox; script-src {N} 'self' https://unpkg.com data:", [], id="no scripts, no forms"),
    pytest.param("default-src 'none'; frame-ancestors 'none'; sandbox", [], id="for files of visitors"),
    pytest.param("sandbox allow-scripts allow-forms; script-src 'self'", [FORM, OBJECT], id="a sandbox with both"),
    # what a base element could move
    pytest.param(
        f"script-src {H} https:; object-src 'none'; form-action 'self'",
        ["warning script-wildcard script-src https:"],
        id="H https:",
    ),
    pytest.param(
        f"script-src {N} https:; object-src 'none'; form-action 'self'",
        ["warning script-wildcard script-src https:"],
        id="N https:",
    ),
    pytest.param(
        f"script-src {N} 'strict-dynamic'; object-src 'none'; base-uri https:; form-action 'self'",
        ["warning base-uri-missing base-uri"],
        id="base https:",
    ),
    # one fault, told once
    pytest.param(
        f"script-src 'self' http: https:; {LOCKED}",
        ["warning script-wildcard script-src https:"],
        id="http: and https:",
    ),
    pytest.param(
        f"script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: https://unpkg.com https://cdnjs.cloudflare.com; {LOCKED}",
        [
            "warning script-unsafe-inline script-src 'unsafe-inline'",
            "info script-unsafe-eval script-src 'unsafe-eval'",
            "info script-bypass-host script-src https://unpkg.com",
        ],
        id="inline scripts run: hosts are a note",
    ),
    pytest.param(
        f"script-src nonce-3TmVbQn7LkHsYw2RzXcAfg== 'strict-dynamic'; {LOCKED}", [], id="a nonce without quotes"
    ),
    pytest.param("script-src 'self' object-src 'none'; base-uri 'none'; form-action 'self'", [], id="swallowed"),
    # restricted in part
    pytest.param(
        f"script-src-elem {N} 'strict-dynamic'; script-src-attr 'none'; {LOCKED}",
        ["warning script-unrestricted script-src-elem"],
        id="eval",
    ),
    pytest.param("default_src 'self'", [], id="misspelt default-src"),
    pytest.param("default-src:'self'", [], id="default-src:"),
    pytest.param("Content-Security-Policy: default-src 'self'; form-action 'self'", [], id="the header's name"),
    pytest.param("default-src\u00a0'self'; img-src *", [], id="no-break space"),
    # frames
    pytest.param(
        f"script-src 'self'; frame-ancestors *; {LOCKED}",
        ["info frame-ancestors-missing frame-ancestors *"],
        id="any frame",
    ),
    pytest.param(
        f"script-src 'self'; frame-ancestors http: https:; {LOCKED}",
        ["info frame-ancestors-missing frame-ancestors http: https:"],
        id="any frame by scheme",
    ),
    pytest.param(
        f"script-src 'self'; frame-ancestors *; {LOCKED}, frame-ancestors 'self'",
        [],
        id="any frame but for the other policy",
    ),
    pytest.param(
        "script-src * 'unsafe-inline'; frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'self'",
        ["warning script-wildcard script-src *", "warning script-unsafe-inline script-src 'unsafe-inline'"],
        id="frames are kept out",
    ),
    # ports
    pytest.param(
        f"script-src 'self'; img-src https://img.example:80; {LOCKED}",
        ["warning insecure-source img-src https://img.example:80"],
        id="port 80",
    ),
    pytest.param(
        f"script-src 'self'; img-src 10.0.0.1 10.0.0.2; {LOCKED}",
        ["info ip-source img-src 10.0.0.1"],
        id="addresses, once",
    ),
    # nonces
    pytest.param(
        f"script-src 'nonce-9f86d081884c7d659a2feaa0' 'strict-dynamic'; {LOCKED}; require-trusted-types-for 'script'",
        ["info nonce-short script-src 'nonce-9f86d081884c7d659a2feaa0'"],
        id="hex",
    ),
    pytest.param(
        f"script-src 'nonce-9f86d081884c7d659a2feaa0' 'strict-dynamic'; {LOCKED}",
        ["info nonce-short script-src 'nonce-9f86d081884c7d659a2feaa0'"],
        id="Trusted Types are for where the nonce is in order",
    ),
    # who may frame the page
    pytest.param(
        f"script-src 'self'; frame-ancestors 'self' *.com; {LOCKED}",
        ["info frame-ancestors-missing frame-ancestors 'self' *.com"],
        id="any frame under a domain for anyone",
    ),
    pytest.param(
        f"script-src 'self'; frame-ancestors 'self' *.shop.example; {LOCKED}",
        [],
        id="frames under a domain of one's own",
    ),
    pytest.param(
        f"script-src 'self'; frame-ancestors http://*.com:8080; {LOCKED}, frame-ancestors *.com *.org, frame-ancestors *.org",
        [],
        id="any frame but for the other policies",
    ),
]

PLACEHOLDERS = """
    YOUR_RANDOM_NONCE_VALUE_HERE replace-me-with-a-real-nonce __CSP_NONCE__ NGINX_NONCE NONCE_PLACEHOLDER random-base64-value
    SomeRandomNonce generated-nonce CSP_NONCE rAnd0m123 n0nc3 rAnd0mV4luE undefined null None NaN true FALSE nonce nonce-1
    416d1177-4d12-4e3b-b7c9-f6c409789fb8 8IBTHwOdqNKAWeKl7plt8g== AAAAAAAAAAAAAAAAAAAAAA==
"""
NOT_PLACEHOLDERS = """
    3TmVbQn7LkHsYw2RzXcAfg== csp-3TmVbQn7LkHsYw2RzXcAfg my-nonce-3TmVbQn7LkHsYw2RzXcAfg n0nceThatNeverChangesAtAll
    nonce3TmVbQn7LkHsYw2RzXcAfg 3b241101-e2bb-4255-8caf-4136c566a962 theValueOfAPageTokenHere
"""


@pytest.mark.parametrize("nonce", PLACEHOLDERS.split())
def test_nonce_that_is_words_or_stands_in_a_document(nonce: str) -> None:
    policy = f"script-src 'nonce-{nonce}' 'strict-dynamic'; {LOCKED}"
    assert told(judge(policy)) == [f"error nonce-placeholder script-src 'nonce-{nonce}'"]


@pytest.mark.parametrize("nonce", NOT_PLACEHOLDERS.split())
def test_nonce_that_may_be_one(nonce: str) -> None:
    assert "nonce-placeholder" not in {each.name for each in judge(f"script-src 'nonce-{nonce}'").findings}


def test_no_random_nonce_is_taken_for_words() -> None:
    chance = random.Random(7)
    made = (base64.urlsafe_b64encode(chance.randbytes(size)).decode() for size in (6, 9, 16, 32) for _ in range(3000))
    assert [nonce for nonce in made if is_words(nonce)] == []


def test_long_nonce_is_not_looked_at_for_words() -> None:
    assert is_words("nonce" * 12)
    assert not is_words("nonce" * 100_000)


@pytest.mark.parametrize(
    ("ancestors", "after"),
    [
        ("'self' *.com", "'self'"),
        ("*.com", "'self'"),
        ("https://*.co.uk *.shop.example *.COM", "*.shop.example"),
    ],
)
def test_frames_of_any_site_under_a_suffix(ancestors: str, after: str) -> None:
    target = judge(f"script-src 'self'; frame-ancestors {ancestors}; {LOCKED}")
    found = named(target, "frame-ancestors-missing")
    assert " lets any site under ." in found.message
    assert "a public suffix, show the page in a frame" in found.message
    assert mended(target, found) == f"script-src 'self'; frame-ancestors {after}; {LOCKED}"


def test_an_older_header_that_no_longer_counts_is_told() -> None:
    target = answer("<p>", (CSP, "script-src 'self'; frame-ancestors *"), ("X-Frame-Options", "DENY"))
    found = named(target, "frame-ancestors-missing")
    assert (found.severity, "Browsers ignore X-Frame-Options: 'DENY'" in found.cause) == ("warning", True)


def test_a_bare_policy_that_says_who_may_frame_was_asked() -> None:
    assert "SEC011" in judge("script-src 'self'; frame-ancestors 'none'").passed
    assert "SEC011" in {each.rule for each in judge("script-src 'self'").skipped}


@pytest.mark.parametrize(("policy", "expected"), JUDGED)
def test_policy_gets_just_these_findings(policy: str, expected: list[str]) -> None:
    assert sorted(told(judge(policy))) == sorted(expected)


def test_an_http_page_is_not_told_of_http_sources() -> None:
    assert told(judge(f"script-src 'self'; img-src http://img.example; {LOCKED}", page="http://shop.example/")) == []


def test_no_rule_of_any_pack_warns_of_the_strict_policy() -> None:
    target = check_subject(policy_subject("policy", SHOP, [STRICT], []), ALL, {})
    assert [each.name for each in target.findings if each.severity != "info"] == []


def test_what_the_widget_needs_is_no_finding() -> None:
    policy = f"{STRICT}; form-action 'self'; style-src 'unsafe-inline'"
    assert "style-unsafe-inline" not in {
        each.name for each in check_subject(policy_subject("policy", SHOP, [policy], []), ALL, {}).findings
    }
    hosts = f"script-src 'self' https://app-cdn.velaro.com; {LOCKED}"
    names = {each.name for each in check_subject(policy_subject("policy", SHOP, [hosts], []), ALL, {}).findings}
    assert "allowlist-script" not in names
    more = hosts.replace("'self'", "'self' https://cdn.shop.example", 1)
    names = {each.name for each in check_subject(policy_subject("policy", SHOP, [more], []), ALL, {}).findings}
    assert "allowlist-script" in names


FIXES = [
    # policy, rule, what the span holds, the policy after the fix
    (f"script-src 'self' * https:; {LOCKED}", "script-wildcard", "*", f"script-src 'self'; {LOCKED}"),
    (f"script-src https:; {LOCKED}", "script-wildcard", "https:", f"script-src 'self'; {LOCKED}"),
    (
        f"default-src 'self' https:; {LOCKED}",
        "script-wildcard",
        "https:",
        f"default-src 'self' https:; {LOCKED}; script-src 'self'",
    ),
    (
        f"default-src https:; {LOCKED};",
        "script-wildcard",
        "https:",
        f"default-src https:; {LOCKED}; script-src 'self'",
    ),
    (f"script-src 'self' data: 'self'; {LOCKED}", "script-scheme", "data:", f"script-src 'self' 'self'; {LOCKED}"),
    (
        f"script-src 'self' 'Unsafe-Inline' 'unsafe-inline'; {LOCKED}",
        "script-unsafe-inline",
        "'Unsafe-Inline'",
        f"script-src 'self'; {LOCKED}",
    ),
    (
        f"script-src-elem 'self' 'unsafe-inline'; script-src-attr 'unsafe-inline'; script-src 'self'; {LOCKED}",
        "script-unsafe-inline",
        "'unsafe-inline'",
        f"script-src-elem 'self'; script-src-attr 'none'; script-src 'self'; {LOCKED}",
    ),
    (
        f"script-src 'self' 'unsafe-eval'; {LOCKED}",
        "script-unsafe-eval",
        "'unsafe-eval'",
        f"script-src 'self'; {LOCKED}",
    ),
    (
        f"script-src 'self' 'unsafe-hashes' {H}; {LOCKED}",
        "script-unsafe-hashes",
        "'unsafe-hashes'",
        f"script-src 'self' {H}; {LOCKED}",
    ),
    (
        f"script-src 'self'; style-src 'self' 'unsafe-inline'; {LOCKED}",
        "style-unsafe-inline",
        "'unsafe-inline'",
        f"script-src 'self'; style-src 'self'; {LOCKED}",
    ),
    (
        "script-src 'self'; object-src https:; form-action 'self'",
        "object-src-missing",
        "object-src",
        "script-src 'self'; object-src 'none'; form-action 'self'",
    ),
    (
        "script-src 'self' 'strict-dynamic'; object-src 'none'",
        "strict-dynamic-alone",
        "'strict-dynamic'",
        "script-src 'self'; object-src 'none'",
    ),
    (
        "script-src-elem 'self'; object-src 'none'",
        "script-unrestricted",
        "script-src-elem",
        "script-src 'self'; object-src 'none'",
    ),
    (
        "script-src 'self'; img-src http://a.example https://a.example http://b.example:80/x HTTP:; media-src http://a.example",
        "insecure-source",
        "http://a.example",
        "script-src 'self'; img-src https://a.example https://b.example/x https:; media-src https://a.example",
    ),
]


@pytest.mark.parametrize(("policy", "rule", "at", "after"), FIXES)
def test_place_and_fix(policy: str, rule: str, at: str, after: str) -> None:
    target = judge(policy)
    finding = named(target, rule)
    assert text_of(target, finding) == at
    assert mended(target, finding) == after
    assert rule not in {each.name for each in judge(after).findings}


ADDED = [
    ("script-src 'self'", "object-src-missing", "; object-src 'none'"),
    ("script-src 'self';", "object-src-missing", " object-src 'none'"),
    ("script-src 'self'", "form-action-missing", "; form-action 'self'"),
    (f"script-src {N}", "base-uri-missing", "; base-uri 'none'"),
]


@pytest.mark.parametrize(("policy", "rule", "added"), ADDED)
def test_what_is_missing_is_added_at_the_end(policy: str, rule: str, added: str) -> None:
    target = judge(policy)
    assert mended(target, named(target, rule)) == policy + added


def test_an_edit_goes_into_the_policy_that_restricts_scripts() -> None:
    target = judge("img-src 'self'", f"default-src *; {LOCKED}", "script-src https:")
    finding = named(target, "script-wildcard")
    assert (finding.policy, finding.value) == (2, "https:")
    assert mended(target, finding) == "script-src 'self'"


WORDS = [
    ("script-src * 'unsafe-inline'", "script-wildcard", "the policy stops no script"),
    ("script-src https://*:8443/lib/", "script-wildcard", "any host on port 8443 that serves /lib/"),
    (
        "script-src *.com",
        "script-wildcard",
        "any host under .com, a public suffix, whose names belong to different owners",
    ),
    ("default-src 'unsafe-inline'", "script-unsafe-inline", "every inline script and every event handler"),
    (
        "script-src-elem 'self'; script-src 'unsafe-inline'",
        "script-unsafe-inline",
        "in script-src allows every event handler",
    ),
    ("default-src data:", "script-scheme", "default-src (there is no script-src)"),
    (f"script-src {H} 'strict-dynamic'", "base-uri-missing", "what a script with a hash loads"),
    (
        "frame-ancestors 'none'",
        "script-unrestricted",
        "The policy (frame-ancestors) does not restrict which scripts run.",
    ),
]


@pytest.mark.parametrize(("policy", "rule", "words"), WORDS)
def test_words(policy: str, rule: str, words: str) -> None:
    assert words in named(judge(policy), rule).message


def test_report_only_joins_what_is_enforced() -> None:
    """A report-only policy is judged as it would be beside the enforced one, and its gaps are not told twice."""
    types = judge(f"script-src 'self'; {LOCKED}", report_only=("require-trusted-types-for 'script'",))
    assert told(types) == []
    prevented = judge(f"script-src 'self'; {LOCKED}", report_only=("script-src * 'unsafe-inline'",))
    assert told(prevented) == []
    lax = judge(f"script-src *; {LOCKED}", report_only=("script-src https:",))
    assert [(each.policy, each.value) for each in lax.findings if each.name == "script-wildcard"] == [
        (0, "*"),
        (1, "https:"),
    ]


def test_report_only_hides_nothing_of_what_is_enforced() -> None:
    assert told(judge("script-src 'self'", report_only=(f"script-src 'self'; {LOCKED}",))) == [OBJECT, FORM]
    other = judge("img-src 'self'", report_only=("frame-ancestors 'none'",))
    assert told(other) == ["warning script-unrestricted"]


def test_unsafe_hashes_is_told_of_the_policy_where_it_counts() -> None:
    target = judge("script-src 'unsafe-inline' 'unsafe-hashes'", f"script-src 'unsafe-hashes' {H}; {LOCKED}")
    assert named(target, "script-unsafe-hashes").policy == 1


def test_report_only_alone_is_judged_whole() -> None:
    target = judge(report_only=("script-src 'self' 'unsafe-inline' *",))
    assert told(target) == [
        "warning script-unsafe-inline script-src 'unsafe-inline'",
        "warning script-wildcard script-src *",
        OBJECT,
        FORM,
    ]


CSP = "Content-Security-Policy"
FRAMED = [
    pytest.param([(CSP, "script-src 'self'")], True, id="neither"),
    pytest.param([(CSP, "script-src 'self'"), ("X-Frame-Options", "DENY")], False, id="deny"),
    pytest.param([(CSP, "script-src 'self'"), ("x-frame-options", " SameOrigin ")], False, id="sameorigin"),
    pytest.param([(CSP, "script-src 'self'"), ("X-Frame-Options", "DENY, SAMEORIGIN")], False, id="both block"),
    pytest.param([(CSP, "script-src 'self'"), ("X-Frame-Options", "ALLOW-FROM https://a.example")], True, id="ignored"),
    pytest.param([(CSP, "script-src 'self'"), ("X-Frame-Options", "ALLOWALL")], True, id="allowall"),
    pytest.param([(CSP, "script-src 'self'"), (CSP, "frame-ancestors *")], True, id="open, in a second policy"),
    pytest.param([(CSP + "-Report-Only", "frame-ancestors 'none'"), (CSP, "img-src *")], True, id="report-only"),
    pytest.param([], False, id="no policy at all"),
]


@pytest.mark.parametrize(("headers", "fires"), FRAMED)
def test_frame_ancestors(headers: list[tuple[str, str]], fires: bool) -> None:
    assert ("frame-ancestors-missing" in {each.name for each in answer("<p>", *headers).findings}) is fires


def test_frame_ancestors_is_added_to_a_header() -> None:
    target = answer("<p>", (CSP, "img-src 'self'"))
    finding = named(target, "frame-ancestors-missing")
    assert finding.severity == "info"
    assert mended(target, finding) == "img-src 'self'; frame-ancestors 'self'"


def test_frame_ancestors_in_a_meta_element_does_not_count_and_is_not_suggested() -> None:
    meta = "<head><meta http-equiv=Content-Security-Policy content=\"img-src 'self'; frame-ancestors 'none'\"></head>"
    finding = named(answer(meta), "frame-ancestors-missing")
    assert finding.fix is not None
    assert [each.kind for each in finding.fix.edits] == ["server"]
    assert "in a header" in finding.fix.summary


def test_frame_ancestors_is_not_asked_where_headers_are_unknown() -> None:
    meta = "<head><meta http-equiv=Content-Security-Policy content=\"img-src 'self'\"></head>"
    assert "frame-ancestors-missing" not in {each.name for each in answer(meta, status=None).findings}


BASES = [
    pytest.param("<script nonce=3TmVbQn7LkHsYw2RzXcAfg== src=app.js></script>", "warning", "'none'", id="relative"),
    pytest.param("<script src=//cdn.example/a.js></script>", "info", "'none'", id="with a host"),
    pytest.param("<script src=https://cdn.example/a.js></script>", "info", "'none'", id="with a scheme"),
    pytest.param("<script>1</script>", "info", "'none'", id="inline"),
    pytest.param("<base href=/x/><script src=/app.js></script>", "warning", "'self'", id="the page's own base"),
]


@pytest.mark.parametrize(("html", "severity", "value"), BASES)
def test_base_uri_looks_at_the_page(html: str, severity: str, value: str) -> None:
    policy = f"script-src {N}; object-src 'none'; form-action 'self'"
    target = answer(html, (CSP, policy))
    finding = named(target, "base-uri-missing")
    assert finding.severity == severity
    assert mended(target, finding) == f"{policy}; base-uri {value}"


def test_base_uri_with_hashes_needs_a_script_to_move() -> None:
    policy = f"script-src {H} 'strict-dynamic'; object-src 'none'; form-action 'self'"
    names = {each.name for each in answer("<script>1</script>", (CSP, policy)).findings}
    assert "base-uri-missing" not in names


def test_form_action_names_where_the_forms_go() -> None:
    html = (
        "<form action=https://pay.example/x></form><form action=/y></form>"
        "<form action='https://a;script-src/'></form><form action=mailto:a@b.example></form>"
    )
    target = answer(html, (CSP, "script-src 'self'"))
    after = mended(target, named(target, "form-action-missing"))
    assert after == "script-src 'self'; form-action 'self' https://pay.example"


def test_a_meta_policy_can_hold_what_is_missing() -> None:
    meta = "<head><meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"></head><p>"
    target = answer(meta)
    assert mended(target, named(target, "object-src-missing")) == "script-src 'self'; object-src 'none'"
