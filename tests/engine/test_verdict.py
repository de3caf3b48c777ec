"""The verdict: the source lists decide, and whatever else decides is never called working."""

from __future__ import annotations

import pytest

from csplint import check_page, check_policy
from csplint.model import Verdict
from tests.guide.pages import TAG

SHOP = "https://shop.example/"
WORKS = "script-src https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"


def verdict(policy: str, body: str = TAG, **headers: str) -> Verdict:
    sent = [("Content-Security-Policy", policy), *((name.replace("_", "-"), value) for name, value in headers.items())]
    report = check_page(f"<!doctype html><title>Shop</title>{body}".encode(), sent, url=SHOP)
    found = report.targets[0].verdict
    assert found is not None
    return found


CASES = [
    # policy, state, what the sentence says
    (WORKS, "works", "The Velaro live chat works: every need that was checked is met."),
    (f"{WORKS}; connect-src 'none'", "partly", "The Velaro live chat loads, but parts of it fail."),
    ("script-src 'none'", "broken", "The Velaro live chat does not load."),
    (f"{WORKS}; sandbox", "broken", "no script runs"),
    (f"{WORKS}; sandbox allow-scripts allow-forms", "unknown", "allow-same-origin"),
    (f"{WORKS}; sandbox allow-scripts allow-same-origin", "works", "every need"),
    (f"{WORKS}; require-trusted-types-for 'script'", "unknown", "Trusted Types"),
    ("script-src 'none'; require-trusted-types-for 'script'", "broken", "does not load"),
]


@pytest.mark.parametrize(("policy", "state", "says"), CASES)
def test_state_and_sentence(policy: str, state: str, says: str) -> None:
    found = verdict(policy)
    assert found.state == state
    assert says in found.text


def test_an_embedder_policy_is_not_called_working() -> None:
    assert verdict(WORKS, Cross_Origin_Embedder_Policy="require-corp").state == "unknown"
    assert verdict(WORKS, Cross_Origin_Embedder_Policy="unsafe-none").state == "works"


def test_an_absent_widget_is_judged_as_if_it_were_there() -> None:
    found = verdict("script-src 'none'", body="<p>no chat")
    assert (found.state, found.if_added) == ("absent", "broken")
    assert "it would not load" in found.text
    assert found.causes


def test_causes_are_the_errors_that_explain_it() -> None:
    [target] = check_policy("default-src 'self", page=SHOP).targets
    assert target.verdict is not None
    assert target.verdict.causes[0] == next(
        each.fingerprint for each in target.findings if each.name == "unquoted-keyword"
    )
    [target] = check_policy(WORKS, page=SHOP).targets
    assert target.verdict is not None
    assert target.verdict.causes == ()


def test_a_browser_that_differs_is_named() -> None:
    """In WebKit, img-src * matches data: too (csp/browsers.py)."""
    found = verdict(f"{WORKS}; img-src *")
    assert found.state == "partly"
    assert found.browsers == {"safari": "works"}


def test_the_reason_is_what_blocks_the_widget_and_not_a_fault_beside_it() -> None:
    """With its quotes, 'self' does not allow the embed either."""
    [target] = check_policy("default-src 'self", "script-src self https://a.example").targets
    assert target.verdict
    assert target.findings[0].name == "unquoted-keyword"
    assert "https://app-cdn.velaro.com" in target.verdict.because


def test_a_fault_that_hides_what_blocks_the_widget_is_the_reason() -> None:
    [target] = check_policy("default-src 'self'; script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' strict-dynamic").targets
    assert target.verdict
    assert "nonce-without-strict-dynamic" not in {name for each in target.findings for name in each.names}
    assert target.verdict.because == target.findings[0].message
    assert target.findings[0].name == "unquoted-keyword"
