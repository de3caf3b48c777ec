"""A nonce that is written in a configuration file is one fault, and is reported once."""

from __future__ import annotations

import pytest

from csplint.engine.run import RunOptions, run_checks
from csplint.engine.sources import parts_of
from csplint.packs.merge import load_packs

PACKS = load_packs(())
HEADER = "Content-Security-Policy"


def nonce_rules(name: str, text: str) -> list[str]:
    report = run_checks(parts_of(name, "", text.encode()), PACKS, RunOptions(vendors=("none",)))
    return sorted(
        finding.name
        for target in report.targets
        for finding in target.findings
        if finding.name in {"literal-nonce", "weak-nonce", "nonce-placeholder", "nonce-short"}
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_headers", f"/*\n  {HEADER}: script-src 'nonce-abc123'; object-src 'none'\n"),
        ("nginx.conf", f"server {{ add_header {HEADER} \"script-src 'nonce-abc'\" always; }}"),
        ("nginx.conf", f"server {{ set $n abc; add_header {HEADER} \"script-src 'nonce-$n'\" always; }}"),
        ("Caddyfile", f"a.example {{\nheader {HEADER} \"script-src 'nonce-abc'\"\n}}\n"),
        (".htaccess", f"Header always set {HEADER} \"script-src 'nonce-abc'\"\n"),
    ],
)
def test_a_nonce_in_a_file(name: str, text: str) -> None:
    assert nonce_rules(name, text) == ["literal-nonce"]


def test_a_nonce_of_the_server() -> None:
    policy = "script-src 'nonce-$request_id'; style-src 'nonce-$request_id'"
    assert nonce_rules("nginx.conf", f'server {{ add_header {HEADER} "{policy}" always; }}') == ["weak-nonce"]


def test_two_nonces_are_two_faults() -> None:
    policy = "script-src 'nonce-$request_id' 'nonce-abc'"
    text = f'server {{ add_header {HEADER} "{policy}" always; }}'
    assert nonce_rules("nginx.conf", text) == ["literal-nonce", "weak-nonce"]
