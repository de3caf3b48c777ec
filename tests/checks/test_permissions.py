"""Permissions-Policy: what browsers ignore in it, and that every fix keeps what the site wrote."""

from __future__ import annotations

import pytest

import csplint
from csplint.checks.delivery.permissions_header import meant_permissions, read_permissions, write_permissions
from csplint.model import Finding, TargetReport

CSP = "Content-Security-Policy"
HEADER = "Permissions-Policy"
OPEN = "default-src https: wss: data: blob: 'self' 'unsafe-inline'"
EMBED = "<script src='https://app-cdn.velaro.com/embed.js'></script>"


def judged(*headers: str, body: str = "<p>a shop", vendor: bool = False, feature: str = "") -> TargetReport:
    pairs = [("Content-Type", "text/html"), (CSP, OPEN), *((HEADER, each) for each in headers)]
    packs = ["velaro", "delivery"] if vendor else ["delivery"]
    features = [feature] if feature else []
    return csplint.check_page(
        body.encode(), pairs, url="https://shop.example/", packs=packs, features=features
    ).targets[0]


def about(target: TargetReport) -> list[Finding]:
    return [each for each in target.findings if each.directive in {HEADER, "Feature-Policy"}]


def edited(finding: Finding) -> str | None:
    assert finding.fix is not None
    return next((each.text for each in finding.fix.edits if each.kind == "header"), None)


def corrected(target: TargetReport) -> list[str | None]:
    assert target.corrected is not None
    return [each.after for each in target.corrected.headers if each.name == HEADER]


MALFORMED, SEMICOLON, ITEM = "permissions-policy-malformed", "permissions-policy-semicolon", "permissions-policy-item"
FAULTS = [
    # what is sent, the rule, the header that says what was meant
    (
        "geolocation 'self' 'none';fullscreen 'self';camera 'none'",
        MALFORMED,
        "geolocation=(self), fullscreen=(self), camera=()",
    ),
    ("camera *; microphone https://a.example 'self'", MALFORMED, 'camera=*, microphone=("https://a.example" self)'),
    ("camera; microphone 'none'", MALFORMED, "camera=(self), microphone=()"),
    ("accelerometer=self;camera=();microphone=()", MALFORMED, "accelerometer=(self), camera=(), microphone=()"),
    ("camera=self;microphone=self", SEMICOLON, "camera=(self), microphone=(self)"),
    ('camera=(self);microphone=self;report-to="x y"', SEMICOLON, None),  # the parameter is not a token
    ("camera=(self https://meet.example), usb=()", ITEM, 'camera=(self "https://meet.example"), usb=()'),
    ("camera=(self meet.example *.b.example)", ITEM, 'camera=(self "https://meet.example" "https://*.b.example")'),
    ('camera=("self"), usb=(self)', ITEM, "camera=(self), usb=(self)"),
    ("camera=none", ITEM, "camera=()"),
    ("camera=(none), usb=(self);report-to=main", ITEM, "camera=(), usb=(self);report-to=main"),
    ('camera=(self, "https://a.example")', MALFORMED, 'camera=(self "https://a.example")'),
    ("camera='none'", MALFORMED, "camera=()"),
    ("Camera=(self)", MALFORMED, "camera=(self)"),
    ("camera = ()", MALFORMED, "camera=()"),
    ("camera=(),", MALFORMED, "camera=()"),
    ("camera=(), microphone 'none'", MALFORMED, "camera=(), microphone=()"),
    # what is unclear is not guessed
    ("camera", ITEM, None),
    ("camera=?0", ITEM, None),
    ("camera=(src)", ITEM, None),
    ("camera=()microphone=()", MALFORMED, None),
    ("camera: 'none'", MALFORMED, None),
    ("=()", MALFORMED, None),
    ('camera=("', MALFORMED, None),
]


@pytest.mark.parametrize(("sent", "rule", "meant"), FAULTS, ids=[each[0] for each in FAULTS])
def test_faults_and_what_was_meant(sent: str, rule: str, meant: str | None) -> None:
    target = judged(sent)
    [finding] = about(target)
    assert (finding.name, edited(finding)) == (rule, meant)
    if meant and finding.severity == "warning":
        assert corrected(target) == [meant]
        assert about(judged(meant)) == []


FINE = [
    "camera=()",
    "camera=self",
    'camera=(self "https://a.example"), usb=*',
    "camera=();report-to=main",
    'usb="https://a.example"',
]


@pytest.mark.parametrize("sent", FINE)
def test_what_browsers_read_is_not_reported(sent: str) -> None:
    assert about(judged(sent)) == []


def test_several_headers_are_one_and_replaced_by_one() -> None:
    target = judged("camera=(self https://a.example)", "usb=(self)")
    assert corrected(target) == ['camera=(self "https://a.example"), usb=(self)']


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("camera 'none'; usb 'self'", "it has the syntax of the former Feature-Policy header."),
        ("camera=self;usb=()", "semicolons separate its features, and browsers expect commas."),
        ("camera=()usb=()", "'camera' has trailing characters after the value"),
    ],
)
def test_message_names_the_reason(sent: str, said: str) -> None:
    [finding] = about(judged(sent))
    assert said in finding.message


def test_none_as_a_word_is_advice_because_it_has_the_effect_that_it_means() -> None:
    assert [each.severity for each in about(judged("camera=(none)"))] == ["info"]
    assert [each.severity for each in about(judged("camera=(none), usb=(src)"))] == ["warning"]


def test_correction_that_switches_features_off_says_so() -> None:
    off, kept = judged("camera 'none'"), judged("camera=(self https://meet.example)")
    assert off.corrected is not None
    assert kept.corrected is not None
    assert not off.corrected.proof.still_allowed
    assert kept.corrected.proof.still_allowed


# ------------------------------------------------------------------ beside a widget


def test_needed_features_join_what_the_site_wrote() -> None:
    sent = 'camera=("https://meet.example"), sync-xhr=(), geolocation=(self), payment=(), microphone=()'
    target = judged(sent, body=EMBED, vendor=True, feature="video")
    [finding] = about(target)
    wanted = 'camera=(self "https://meet.example"), sync-xhr=(), geolocation=(self), payment=(), microphone=(self)'
    assert (finding.name, edited(finding)) == ("video-not-permitted", wanted)


def test_advice_adds_to_what_the_site_wrote() -> None:
    [finding] = about(judged("camera=(self), sync-xhr=()", body=EMBED, vendor=True))
    wanted = "camera=(self), sync-xhr=(), microphone=(), geolocation=(), payment=()"
    assert (finding.name, edited(finding)) == ("permissions-not-restricted", wanted)
    assert finding.fix is not None
    assert "camera=()" not in finding.fix.summary


def test_advice_keeps_what_a_malformed_header_means() -> None:
    found = about(judged("camera 'self'; usb 'none'", body=EMBED, vendor=True))
    [advice] = [each for each in found if each.name == "permissions-not-restricted"]
    assert edited(advice) == "camera=(self), usb=(), microphone=(), geolocation=(), payment=()"


def test_malformed_header_is_kept_by_meaning_and_the_widget_gets_its_features() -> None:
    sent = "camera 'none'; usb 'none'; geolocation 'none'; payment 'none'; microphone 'self'"
    target = judged(sent, body=EMBED, vendor=True, feature="video")
    wanted = "camera=(self), usb=(), geolocation=(), payment=(), microphone=(self)"
    assert corrected(target) == [wanted]


# ------------------------------------------------------------------ Feature-Policy


@pytest.mark.parametrize(
    ("former", "current", "text"),
    [
        (
            "camera 'none'; usb 'self' https://a.example",
            "",
            'Permissions-Policy: camera=(), usb=(self "https://a.example")',
        ),
        ("camera", "", "Permissions-Policy: camera=(self)"),
        ("camera 'none'; usb 'none'", "camera=(self)", "Permissions-Policy: camera=(self), usb=()"),
        ("camera 'none'", "camera=(self)", "Remove Feature-Policy."),
        ("camera 'none'", "camera 'none'", "Remove Feature-Policy."),
        ("camera <%= x %>", "", "Write Permissions-Policy as a list of name=(allowlist) members"),
    ],
)
def test_feature_policy_is_translated(former: str, current: str, text: str) -> None:
    pairs = [("Content-Type", "text/html"), (CSP, OPEN), ("Feature-Policy", former)]
    pairs += [(HEADER, current)] if current else []
    target = csplint.check_page(b"<p>", pairs, url="https://shop.example/", packs=["delivery"]).targets[0]
    [finding] = [each for each in target.findings if each.name == "feature-policy-header"]
    assert finding.fix is not None
    assert [edit.text for edit in finding.fix.edits] == [text] or finding.fix.edits[0].text.startswith(text)


# ------------------------------------------------------------------ hostile headers


@pytest.mark.parametrize(
    "sent",
    [
        "(" * 9000,
        '"' * 9001,
        "a" + " " * 16_000 + "b",
        ";" * 16_000,
        "camera=(" + "x " * 8000,
        "a=1;" * 4000,
        "a 'self';" * 1800,
    ],
)
def test_long_headers_are_read_in_bounded_work(sent: str) -> None:
    fields, _ = read_permissions(sent.encode())
    meant = meant_permissions(sent)
    assert isinstance(write_permissions(meant or {}), str)
    assert isinstance(write_permissions(fields), str)


def test_a_header_of_another_charset_is_not_guessed() -> None:
    assert meant_permissions("camera=(https://\xe4.example)") is None
