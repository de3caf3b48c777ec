"""Sources that lost the spaces between them, and texts that got one after each letter."""

from __future__ import annotations

import pytest

import csplint
from csplint.csp.edit import Replacement, apply
from csplint.model import Finding

NONCE = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def found(policy: str) -> list[Finding]:
    return list(csplint.check_policy(policy, packs=["syntax"]).targets[0].findings)


def fixed(policy: str, finding: Finding) -> str:
    assert finding.fix is not None
    return apply(policy, [Replacement(each.start or 0, each.end or 0, each.text) for each in finding.fix.edits])


LETTERS = [
    ("default-src ' s e l f '", "default-src 'self'"),
    ("script-src ' n o n e '; img-src *", "script-src 'none'; img-src *"),
    ("script-src ' s e l f ' ' u n s a f e - i n l i n e '", "script-src 'self' 'unsafe-inline'"),
    ("script-src ' s e l f '   h t t p s : / / a . e x a m p l e", "script-src 'self' https://a.example"),
    ("img-src 'self' h t t p s : / / a . e x a m p l e", "img-src 'self' https://a.example"),
    ("img-src h t t p s : / / a . e x a m p l e data:", "img-src https://a.example data:"),
    ("style-src s e l f", "style-src 'self'"),
    ("d e f a u l t - s r c   ' s e l f ' ;   i m g - s r c   *", "default-src 'self'; img-src *"),
]


@pytest.mark.parametrize(("policy", "meant"), LETTERS)
def test_a_text_split_into_letters_is_one_finding(policy: str, meant: str) -> None:
    [finding] = found(policy)
    assert (finding.name, finding.severity) == ("split-into-letters", "error")
    assert fixed(policy, finding) == meant


@pytest.mark.parametrize("policy", ["img-src a b c", "img-src *", "default-src 'self'; img-src x y", "d"])
def test_a_few_short_hosts_are_no_text(policy: str) -> None:
    assert "split-into-letters" not in {each.name for each in found(policy)}


def test_a_long_text_of_letters_is_read_once() -> None:
    policy = "default-src " + " ".join("x" * 20_000)
    assert [each.name for each in found(policy)].count("split-into-letters") == 1


GLUED = [
    # policy, severity, what it is once the space is there
    (f"script-src {NONCE}'self'", "error", f"script-src {NONCE} 'self'"),
    (f"script-src {NONCE}'self' https://a.example", "error", f"script-src {NONCE} 'self' https://a.example"),
    (f"script-src {NONCE}https://a.example", "error", f"script-src {NONCE} https://a.example"),
    (f"script-src {NONCE}unsafe-eval'", "error", f"script-src {NONCE} 'unsafe-eval'"),
    (f"script-src 'self'{NONCE}", "error", f"script-src 'self' {NONCE}"),
    (f"script-src {HASH}'self' https://a.example", "error", f"script-src {HASH} 'self' https://a.example"),
    ("script-src 'self''unsafe-inline''unsafe-eval'", "error", "script-src 'self' 'unsafe-inline' 'unsafe-eval'"),
    ("img-src data: https://a.example'self'", "warning", "img-src data: https://a.example 'self'"),
]


@pytest.mark.parametrize(("policy", "severity", "meant"), GLUED)
def test_a_space_that_is_missing_is_said(policy: str, severity: str, meant: str) -> None:
    [finding] = [each for each in found(policy) if each.name == "invalid-source"]
    assert finding.severity == severity
    assert "a space is missing in it" in finding.message
    assert fixed(policy, finding) == meant


def test_no_nonce_is_written_out_to_be_copied() -> None:
    [finding] = found(f"script-src {NONCE}'self'")
    assert finding.fix is not None
    assert finding.fix.summary == "Write a space before 'self'."


def test_what_a_nonce_stuck_to_a_word_blocks_is_its_consequence() -> None:
    policy = f"script-src {NONCE}'self'; object-src 'none'; base-uri 'none'"
    body = b"<script nonce='3TmVbQn7LkHsYw2RzXcAfg=='>go()</script><script src=/a.js></script>"
    report = csplint.check_page(
        body, [("Content-Security-Policy", policy)], url="https://shop.example/", packs=["syntax", "page"]
    )
    assert [each.name for each in report.targets[0].findings if each.severity == "error"] == ["invalid-source"]


def test_commas_between_directives_are_the_cause_of_what_they_block() -> None:
    policy = "default-src 'self', script-src 'self' https://cdn.example, style-src 'self' 'unsafe-inline'"
    body = b"<script src=https://cdn.example/a.js></script><style>p{}</style>"
    report = csplint.check_page(
        body, [("Content-Security-Policy", policy)], url="https://shop.example/", packs=["syntax", "page"]
    )
    [finding] = [each for each in report.targets[0].findings if each.severity != "info"]
    assert (finding.name, finding.severity) == ("comma-in-policy", "error")
    assert "so they are three policies, and the page must satisfy all" in finding.message
    corrected = report.targets[0].corrected
    assert corrected is not None
    assert corrected.headers[0].after == policy.replace(", ", "; ")
