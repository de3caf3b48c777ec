"""Wildcards over domains of many owners, and WebSocket sources in directives that do not decide about them."""

from __future__ import annotations

import pytest

from csplint.model import Finding
from tests.checks.test_security import ALONE, judge, mended, named

REST = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; connect-src 'self'"
WEAK = {"script-wildcard", "script-bypass-host", "script-shared-domain"}


def weak(policy: str) -> list[Finding]:
    return [each for each in judge(policy).findings if each.name in WEAK]


WIDE = ["*.github.io", "*.co.uk", "*.azureedge.net", "*.cloudfront.net", "https://*.com", "*.gov.uk", "*.wixsite.com"]
WIDE += ["*.ck", "*.sch.uk", "https://*.xn--p1ai", "*.fra1.digitaloceanspaces.com:443", "https://*.GITHUB.IO/lib/"]


@pytest.mark.parametrize("more", ["", " 'unsafe-inline'", " 'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"])
@pytest.mark.parametrize("source", WIDE)
def test_wildcard_over_a_public_suffix_is_a_warning_at_least(source: str, more: str) -> None:
    [finding] = weak(f"script-src 'self' {source}{more}; {REST}")
    assert finding.severity in {"warning", "error"}
    assert finding.value == source


FINE = ["*.shop.github.io", "*.bbc.co.uk", "*.www.ck", "https://*.example.com", "*.corp.internal", "shop.wixsite.com"]
FINE += ["*.velaro.com", "*.internal"]


@pytest.mark.parametrize("source", FINE)
def test_wildcard_over_one_owners_names_is_not(source: str) -> None:
    assert weak(f"script-src 'self' {source}; {REST}") == []


def test_shared_domain_counts_only_where_a_file_from_it_would_load() -> None:
    assert weak(f"script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' 'strict-dynamic' *.wixsite.com; {REST}") == []
    assert weak(f"style-src *.wixsite.com; script-src 'self'; {REST}") == []
    both = judge(f"script-src *.wixsite.com; {REST}", f"script-src 'self'; {REST}")
    assert [each for each in both.findings if each.name in WEAK] == []
    assert [each.name for each in weak(f"script-src * *.wixsite.com; {REST}")] == ["script-wildcard"]


def test_thousands_of_shared_domains_are_reported_in_part() -> None:
    found = weak("script-src " + " ".join(f"*.a{number}.digitaloceanspaces.com" for number in range(2000)))
    assert [each.name for each in found] == ["script-shared-domain"] * 21


# ------------------------------------------------------------------ WebSockets

MISPLACED = "websocket-source-misplaced"


@pytest.mark.parametrize(
    ("policy", "severity", "after"),
    [
        (
            "script-src 'self' wss://chat.example; connect-src 'self'",
            "warning",
            "script-src 'self'; connect-src 'self' wss://chat.example",
        ),
        (
            "default-src 'none'; img-src ws://a.example wss://*.b.example:8443",
            "warning",
            "default-src 'none'; img-src 'none'; connect-src ws://a.example wss://*.b.example:8443",
        ),
        (
            "script-src 'self' wss://chat.example; connect-src wss://chat.example",
            "info",
            "script-src 'self'; connect-src wss://chat.example",
        ),
        ("script-src 'self' wss://chat.example", "info", "script-src 'self'"),
    ],
)
def test_websocket_source_moves_to_connect_src(policy: str, severity: str, after: str) -> None:
    target = judge(policy)
    finding = named(target, MISPLACED)
    assert finding.severity == severity
    assert mended(target, finding) == after


def test_any_websocket_host_is_not_allowed_unasked() -> None:
    finding = named(judge("script-src 'self' wss:; connect-src 'self'"), MISPLACED)
    assert finding.severity == "warning"
    assert finding.fix is not None
    assert finding.fix.edits == ()


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'self' wss://chat.example",
        "script-src 'self'; connect-src wss://chat.example",
        "script-src 'self' https://wss.example; connect-src 'self'",
        "report-uri wss://chat.example",
    ],
)
def test_websocket_source_where_it_counts(policy: str) -> None:
    assert MISPLACED not in {each.name for each in judge(policy).findings}


def test_pack_has_the_rules() -> None:
    assert {MISPLACED, "script-shared-domain", "page-nonce-not-renewed", "cacheable-nonce"} <= set(ALONE.rules)
