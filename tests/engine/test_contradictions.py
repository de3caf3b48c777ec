"""What one vendor needs against what the page or another vendor has: said in a sentence, and corrected so that both are served."""

from __future__ import annotations

import pytest

from csplint import check_page, check_policy
from csplint.engine.corrected import STYLES_WITHOUT_NONCE
from csplint.model import Finding, TargetReport
from tests.browser.vendor_shop import snippet

NONCE = "3TmVbQn7LkHsYw2RzXcAfg=="


def checked(policy: str, *vendors: str, own: str = "") -> TargetReport:
    html = own + "".join(snippet(each, with_nonce=True).replace("{NONCE}", NONCE) for each in vendors)
    headers = [("Content-Security-Policy", policy)]
    [target] = check_page(f"<!doctype html>{html}".encode(), headers, url="https://shop.example/").targets
    return target


def policy_of(target: TargetReport) -> dict[str, str]:
    """The corrected policy's directives."""
    assert target.corrected is not None
    [header] = target.corrected.headers
    texts = (each.strip().partition(" ") for each in str(header.after or header.before).split(";"))
    return {name: value for name, _, value in texts}


def found(target: TargetReport, rule: str) -> Finding:
    return next(each for each in target.findings if rule in each.names)


STYLES = (
    f"script-src 'nonce-{NONCE}' 'strict-dynamic'; frame-src https://calendly.com; style-src 'self' 'nonce-{NONCE}'"
)


def of_one(policy: str) -> TargetReport:
    [target] = check_policy(policy, packs=["calendly"]).targets
    return target


def test_style_attributes_get_a_directive_of_their_own_and_the_nonce_stays() -> None:
    target = of_one(STYLES)
    finding = found(target, "missing-calendly-style-inline")
    assert finding.fix is not None
    assert finding.fix.summary == (
        "Add style-src-attr 'unsafe-inline'. It serves both: the nonces and hashes stay for style elements."
    )
    assert finding.fix.edits
    assert finding.fix.safety == "safe"
    assert finding.cause == "style-src has a nonce or hash, and browsers ignore 'unsafe-inline' beside one."
    assert policy_of(target)["style-src"] == "'self' 'nonce-{NONCE}'"
    assert policy_of(target)["style-src-attr"] == "'unsafe-inline'"
    assert target.corrected is not None
    assert target.corrected.proof.still_allowed


def test_without_a_nonce_style_attributes_need_no_directive_of_their_own() -> None:
    target = of_one(
        STYLES.replace(f" 'nonce-{NONCE}'", "", 2).replace("script-src 'strict-dynamic'", "script-src https:")
    )
    assert policy_of(target)["style-src"] == "'self' 'unsafe-inline'"


def test_style_elements_of_a_vendor_take_the_place_of_the_nonce() -> None:
    own = f"<style nonce='{NONCE}'>h1 {{ color: green }}</style>"
    target = checked(STYLES, "crisp", "calendly", own=own)
    finding = next(
        each for each in target.findings if each.name == "missing-crisp-style" and "unsafe" in str(each.value)
    )
    assert finding.fix is not None
    assert "It serves both: inline styles with a nonce or hash are allowed then too." in finding.fix.summary
    assert finding.fix.safety == "unsafe"
    styles = policy_of(target)["style-src"].split()
    assert "'unsafe-inline'" in styles
    assert not [each for each in styles if "nonce" in each]
    assert target.corrected is not None
    assert STYLES_WITHOUT_NONCE in target.corrected.steps
    assert not target.corrected.proof.still_allowed


def test_a_style_sheet_that_had_the_nonce_gets_its_host() -> None:
    own = f"<link rel=stylesheet href=https://cdn.shop.example/all.css nonce='{NONCE}'>"
    target = checked(STYLES, "crisp", own=own)
    assert "https://cdn.shop.example" in policy_of(target)["style-src"]


def test_a_bare_policy_keeps_its_nonce_and_says_what_to_do() -> None:
    [target] = check_policy("style-src 'self' 'nonce-3TmVbQn7LkHsYw2RzXcAfg=='", packs=["crisp"]).targets
    assert target.corrected is not None
    assert any(each.startswith("Remove the nonces and hashes from style-src") for each in target.corrected.steps)


@pytest.mark.parametrize("vendor", ["google-tag-manager", "stripe", "tawk", "hcaptcha"])
def test_hosts_under_strict_dynamic_are_ignored_and_the_nonce_serves_both(vendor: str) -> None:
    policy = f"script-src 'nonce-{NONCE}' 'strict-dynamic' https://www.googletagmanager.com https://js.stripe.com https://js.hcaptcha.com"
    html = snippet(vendor, with_nonce=False)
    headers = [("Content-Security-Policy", policy)]
    [target] = check_page(
        f"<!doctype html>{html}".encode(), headers, url="https://shop.example/", packs=[vendor]
    ).targets
    finding = next(each for each in target.findings if each.severity == "error")
    assert finding.name == f"missing-{vendor}-script"
    assert "nonce" in finding.message
    assert target.corrected is not None
    assert [each.attribute for each in target.corrected.tags] == ["nonce"]
    assert target.corrected.proof.verdict == "works"
