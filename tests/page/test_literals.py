"""Addresses that inline scripts name in clear."""

from __future__ import annotations

import pytest

from csplint import check_page
from csplint.page.html.literals import literals

SHOP = "https://shop.example/"
CASES = [
    # script, the addresses found with their kind
    ("fetch('https://a.example/v1')", ["connect https://a.example/v1"]),
    ('await fetch( "https://a.example/" , {method: "POST"})', ["connect https://a.example/"]),
    ("window.fetch(`https://a.example/`)", ["connect https://a.example/"]),
    ("new WebSocket('wss://a.example/s')", ["ws wss://a.example/s"]),
    ("new EventSource('/events')", ["eventsource /events"]),
    ("navigator.sendBeacon('//a.example/b', x)", ["beacon //a.example/b"]),
    ("r.open('GET', 'https://a.example/')", ["connect https://a.example/"]),
    ("import('https://a.example/m.js').then(x)", ["dynamic-script https://a.example/m.js"]),
    ("new Worker('/w.js'); navigator.serviceWorker.register('/s.js')", ["worker /w.js", "worker /s.js"]),
    ("fetch(url)", []),
    ("fetch('https://a.example/' + id)", []),
    ("fetch(`https://a.example/${id}`)", []),
    ("fetch('api/v1')", []),
    ("// fetch('https://a.example/')\n/* new WebSocket('wss://b.example') */", []),
    ("x = 'https://a.example/'; fetch('https://b.example/')", ["connect https://b.example/"]),
    ("prefetch('https://a.example/'); shop.fetch('https://b.example/')", []),
    ("window.open('https://a.example/')", []),
    ("import x from 'https://a.example/'", []),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_addresses(script: str, expected: list[str]) -> None:
    found = list(literals(script))
    assert [f"{each.kind} {each.written}" for each in found] == expected
    assert [script[each.offset : each.offset + len(each.written)] for each in found] == [each.written for each in found]


def blocked(policy: str, body: str) -> list[tuple[str, str, int | None]]:
    report = check_page(f"<!doctype html>\n{body}".encode(), [("Content-Security-Policy", policy)], url=SHOP)
    return [
        (found.severity, found.message, found.place.line if found.place else None)
        for found in report.targets[0].findings
        if found.name == "page-blocks-own-resource"
    ]


SCRIPT = "<script>\n\n fetch('https://a.example/v1')</script>"


def test_what_the_policy_blocks_is_a_warning_at_the_address() -> None:
    [(severity, message, line)] = blocked("script-src 'unsafe-inline'; connect-src 'self'", SCRIPT)
    assert (severity, line) == ("warning", 4)
    assert message == ("connect-src blocks 1 request to https://a.example that the script at line 4 names (fetch).")


def test_what_the_policy_allows_is_not_reported() -> None:
    assert blocked("script-src 'unsafe-inline'; connect-src https://a.example", SCRIPT) == []


def test_the_vendors_own_addresses_are_the_vendors_findings() -> None:
    script = "<script>fetch('https://api-main-us-east.velaro.com/x')</script>"
    assert blocked("script-src 'unsafe-inline'; connect-src 'self'", script) == []


def test_data_blocks_name_nothing() -> None:
    assert blocked("connect-src 'none'", "<script type=text/plain>fetch('https://a.example/')</script>") == []
