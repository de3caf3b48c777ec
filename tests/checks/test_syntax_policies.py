"""Whole policies: those that other checkers misjudge, sound ones, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.context import Context, Vendor
from csplint.checks.prefilter import LONGEST_EDITED
from csplint.checks.registry import MOST_FINDINGS, Selection, all_checks
from csplint.checks.syntax.length import LONGEST
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.packs.merge import load_packs
from csplint.packs.read import load_pack
from tests.checks.test_syntax import EMPTY, NONCE, SHOP, check, mended

SYNTAX = load_packs(["syntax"])


def names(*policies: str) -> list[str]:
    return [each.name for each in check(*policies).findings]


MISJUDGED = [
    # policy, each finding's rule and value
    ("connect-src https://api.example.com:99999; img-src https://", [("invalid-source", "https://api.example.com:99999"), ("invalid-source", "https://")]),
    ("script-src https://%CDN%/a.js <%= host %>", [("invalid-source", "https://%CDN%/a.js"), ("invalid-source", "<%=")]),
    ("script-src https://a|b.com https://[::1", [("invalid-source", "https://a|b.com"), ("invalid-source", "https://[::1")]),
    ("script-src 1.2.3.4.5 http://10.1.2.3", []),  # hosts by the grammar; browsers do load from addresses
    ("default-src ‘self’; script-src ‘self’ ‘unsafe-inline’", [("non-ascii-directive", "‘self’")]),
    ("script-src\u00a0'none'; object-src 'none'", [("non-ascii-directive", "script-src\u00a0'none'")]),
    ("script-src\x0c'none'", []),  # a form feed does separate
    ('default-src "self"; object-src "none"; script-src "self"', [("unquoted-keyword", '"self"'), ("unquoted-keyword", '"none"')]),
    ("script-src https://.example.com *.*.example.org example.* https://www.*.net", [
        ("invalid-source", text) for text in ("https://.example.com", "*.*.example.org", "example.*", "https://www.*.net")]),
    (f"script-src 'unsafe-inline' 'SHA256-{EMPTY}'", []),  # the prefix has no letter case
    ("default-src self; object-src none", [("unquoted-keyword", "self"), ("unquoted-keyword", "none")]),
    (f"script-src 'sha256-{EMPTY.replace('+', '-').replace('/', '_')}'", []),  # both alphabets count
    ("script-src 'unsafe-inline' 'sha256-abc'", [("invalid-hash", "'sha256-abc'")]),
    ("scrpit-src 'self'; object-src 'none' base-uri 'none'", [("unknown-directive", "scrpit-src"), ("missing-semicolon", "base-uri")]),
    ("plugin-types a/b; block-all-mixed-content; navigate-to 'self'; require-sri-for script", [
        ("removed-directive", "navigate-to"), ("removed-directive", "require-sri-for"),
        ("removed-directive", "plugin-types"), ("deprecated-directive", "block-all-mixed-content")]),
    ("script-src 'self' 'trusted-types-eval' 'report-sha256'; fenced-frame-src 'none'", []),
    ("connect-src 'self' 'unsafe-webtransport-hashes'; webrtc 'block'", [
        ("unsupported", "'unsafe-webtransport-hashes'"), ("unsupported", "webrtc")]),
    ("treat-as-public-address; script-src 'self'", []),  # Chromium knows it
    ("sandbox allow-script; frame-ancestors 'unsafe-inline'; report-to https://r.example", [
        ("sandbox-flag", "allow-script"), ("frame-ancestors-source", "'unsafe-inline'"), ("report-to-token", "https://r.example")]),
    ("script-src 'self' 'ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs='", []),
    ("DEFAULT-SRC 'none'; SCRIPT-SRC 'self'", []),
    (";", []),
    ("script-src 'self'; object-src; base-uri 'none'", []),  # an empty list allows nothing, and that is what it says
    ("frame-ancestors 'none', object-src 'none', script-src 'self'", []),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "expected"), MISJUDGED, ids=[ascii(case[0])[:60] for case in MISJUDGED])
def test_policies_that_others_misjudge(policy: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.value) for each in check(policy).findings] == expected


SOUND = [
    f"object-src 'none'; script-src {NONCE} 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'",
    f"default-src 'none'; script-src {NONCE} 'strict-dynamic' 'report-sample'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self' wss://api.example:8443; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types default my-policy#1 'allow-duplicates'; upgrade-insecure-requests; "
    "report-uri https://r.example/csp?id=1; report-to csp-endpoint",
    "default-src 'self'; script-src 'self' https://www.googletagmanager.com/gtag/js https://www.youtube.com/iframe_api; "
    "sandbox allow-scripts allow-same-origin allow-downloads; frame-src 'self' blob: https://calendly.com",
    "img-src http://a.example https://a.example *.a.example a.example localhost:* [::1]".removesuffix(" [::1]"),
    "script-src 'none' 'report-sample'; worker-src 'none'",
    "img-src sandbox referrer",  # hosts of an intranet; no directive's name, for want of a hyphen
    f"script-src {NONCE} 'strict-dynamic' https: https://a.example",  # for browsers without 'strict-dynamic'
    "img-src https://a.example/%E9/ https://a.example/%C3%A9/b",  # the same path in Chromium alone
]  # fmt: skip


@pytest.mark.parametrize("policy", SOUND, ids=range(len(SOUND)))
def test_sound_policies_get_nothing(policy: str) -> None:
    assert names(policy) == []


def test_what_the_guide_lists_is_not_called_redundant() -> None:
    guide = "connect-src https://*.velaro.com wss://*.velaro.com https://app-cdn.velaro.com https://api-main.velaro.com"
    assert names(guide) == ["redundant-source"]
    velaro = load_packs(["velaro", "syntax"])
    context = Context(PolicySet.read(SHOP, [Delivered(guide)]), (Vendor(velaro.vendors[0]),))
    assert Selection([all_checks()["redundant_source"]]).problems(context) == []


def test_separate_headers_are_not_a_comma() -> None:
    assert names("script-src 'self'", "object-src 'none'") == []
    assert names("script-src 'self', object-src 'none',") == []


def test_report_only_header_between_two_is_no_comma() -> None:
    delivered = [
        Delivered("img-src 'self'"),
        Delivered("img-src *", disposition="report"),
        Delivered("a.example data:"),
    ]
    policies = PolicySet.read(SHOP, delivered)
    enforced = Context(policies.only(*(each for each in policies.policies if each.disposition == "enforce")))
    assert [each.value for each in Selection([all_checks()["unknown_directive"]]).problems(enforced)] == ["a.example"]
    assert Selection([all_checks()["comma_in_policy"]]).problems(enforced) == []


def test_report_uri_is_not_proposed_for_a_meta_element() -> None:
    policies = PolicySet.read(SHOP, [Delivered("report-to https://r.example", "meta", order=1)])
    [problem] = Selection([all_checks()["report_to_token"]]).problems(Context(policies))
    assert problem.edits == ()


def test_length_is_that_of_all_headers() -> None:
    half = "img-src " + " ".join(f"https://h{number}.example" for number in range(230))
    assert LONGEST / 2 < len(half) < LONGEST
    assert names(half) == []
    [finding] = check(half, half.replace("img-src", "font-src")).findings
    assert finding.name == "policy-too-long"
    assert (
        f"{len(half) + 1:,} bytes; the 2 policies of the response have {2 * len(half) + 1:,} in total"
        in finding.message
    )


FLOODS = [
    "".join(f"script-sr{number} a;" for number in range(20_000)),
    "img-src " + " ".join(f"https://.h{number}.example" for number in range(20_000)),
    "img-src " + " ".join(f"https://h.example/p{number}/" for number in range(20_000)),
    "img-src " + " ".join(f"https://h.example/{number}/assets" for number in range(20_000)),
    "img-src *" + ".*" * 200_000,
    "img-src " + "' " * 100_000,
    "img-src " + "a" * 400_000 + "://",
    "script-src " + "img-src " * 40_000,
    "img-src a.example," + ",".join(f"https://h{number}.example" for number in range(20_000)),
    "img-src %" + "a" * 400_000,
    "é;" * 100_000,
    "".join(f"report-uri /r?{number},x{number}y;" for number in range(10_000)),
    "report-uri /r?0" + "".join(f",{number}" for number in range(1, 20_000)),
    "img-src " + "a." * 200_000 + ":/b",
    "img-src " + " ".join(f"https://h{number}.example/{'../' * 20}" for number in range(5_000)),
]


@pytest.mark.parametrize("policy", FLOODS, ids=range(len(FLOODS)))
def test_floods_end_and_are_not_reported_one_by_one(policy: str) -> None:
    target = check(policy)
    counts = [sum(each.name == rule for each in target.findings) for rule in load_pack("syntax").rules]
    assert max(counts) <= MOST_FINDINGS + 1
    assert not any(each.fix and each.fix.edits for each in target.findings)
    if max(counts) > MOST_FINDINGS:
        assert "There are more findings of this kind; the first 20 are listed." in [
            each.message for each in target.findings
        ]


def test_long_policies_get_words_and_no_edits() -> None:
    padding = " ".join(f"https://h{number}.example" for number in range(LONGEST_EDITED // 16))
    [finding] = [each for each in check(f"img-src self {padding}").findings if each.name == "unquoted-keyword"]
    assert finding.fix is not None
    assert (finding.fix.summary, finding.fix.edits) == ("Write 'self'.", ())


PIECES = st.sampled_from(
    ["script-src", "img-src", "sandbox", "report-to", "frame-ancestors", "trusted-types", "'self'", "self", "'none'", "none", NONCE,
     f"'sha256-{EMPTY}'", "'sha256-", "'nonce-", "https://", "http//", "*", "*.", ".", "a.example", ":443", ":*", "/", "/b", "?", "#",
     "%", "{{", "}}", "$x", "&#39", '"', "'", "`", "‘", "é", "\u00a0", "\x0b", "\x00", "\ud800", "content-security-policy:", "0", "\\"]
)  # fmt: skip
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", " ", ";", "; ", ","])), max_size=24).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_nothing_raises_and_spans_lie_in_the_policy(text: str) -> None:
    policies = PolicySet.read(SHOP, [Delivered(text)])
    context = Context(policies)
    rules = load_pack("syntax").rules
    for name in {rule.check for rule in rules.values()}:
        for problem in Selection([all_checks()[name]]).problems(context):
            assert problem.rule in rules
            assert problem.policy in policies.policies
            if problem.span and problem.policy:
                assert 0 <= problem.span.start < problem.span.end <= len(problem.policy.text)
            for edit in problem.made_edits():
                own = policies.policies[edit.policy or 0]
                assert 0 <= (edit.start or 0) <= (edit.end or 0) <= len(own.text)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_edits_that_are_shown_hold(text: str) -> None:
    """Made by the test's own hand: the finding, as rule and value, is gone from the policy as mended."""
    target = check(text)
    for finding in target.findings[:3]:
        after = mended(target, finding)
        if after is not None and len(target.policies) == 1:
            assert (finding.name, finding.value) not in [(each.name, each.value) for each in check(after).findings]


@pytest.mark.parametrize(
    ("first", "later", "stricter"),
    [
        ("*", "'self'", True),
        ("https: 'self'", "https://a.example", True),
        ("a.example/A b.example", "a.example/A", True),
        ("a.example/A b.example", "a.example/a", False),  # paths have letter case
        ("A.example b.example", "a.EXAMPLE", True),
        ("'self'", "* 'self'", False),
        ("'self'", "'self'", False),
        ("'strict-dynamic' 'nonce-abc' https:", "'nonce-abc' https:", False),
    ],
)
def test_a_second_directive_that_allows_less_is_stricter(first: str, later: str, stricter: bool) -> None:
    [finding] = [
        each
        for each in check(f"script-src {first}; script-src {later}").findings
        if "occurs twice" in each.message and each.name == "duplicate-directive"
    ]
    assert ("stricter" in f"{finding.cause} {finding.message}") == stricter, finding.cause


def test_what_stands_twice_is_told_where_it_stands_first() -> None:
    policy = "frame-ancestors 'self' a.example/x b.example a.example/x"
    [finding] = [each for each in check(policy).findings if each.name == "frame-ancestors-source"]
    assert finding.span is not None
    assert finding.span.start == policy.index("a.example/x")
