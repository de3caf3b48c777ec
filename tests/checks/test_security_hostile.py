"""Policies meant to break the checks: nothing raises, and a long one takes no more than a moment."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.context import Context
from csplint.checks.registry import Selection, all_checks
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered

CHECKS = [check for check in all_checks().values() if check.module.startswith("security.") and check.of == "policies"]
MOMENT = 10.0
"""Seconds for all checks, with much to spare: a square of the length would take minutes."""

WORDS = [
    "script-src", "script-src-elem", "script-src-attr", "default-src", "style-src", "object-src", "base-uri",
    "form-action", "sandbox", "require-trusted-types-for", "'script'", "*", "https:", "http:", "data:", "blob:",
    "'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'", "'nonce-abc'",
    "'sha256-abc'", "https://*:443/", "*.com", "*.googleapis.com", "unpkg.com", "http://a.example:8080/x", "1.2.3.4",
    "any0", "ANY00", ";", ",", "‘self’", "ws:", "//", "https://[::1]", "a" * 300,
]  # fmt: skip


def findings(policy: str, report_only: str = "", page: str = "https://shop.example/") -> int:
    enforced = PolicySet.read(page, [Delivered(policy)] if policy else [])
    others = PolicySet.read(page, [Delivered(report_only)] if report_only else []).policies
    number = 0
    for judged_as_report_only in (False, True):
        context = Context(enforced, others=others, report_only=judged_as_report_only)
        number += len(Selection(CHECKS).problems(context))
    return number


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)), st.sampled_from(["https://a.example/", "x"]))
def test_any_mixture_of_words(enforced: list[str], report_only: list[str], page: str) -> None:
    findings(" ".join(enforced), " ".join(report_only), page)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    findings(text)
    findings(f"script-src {text}")


LONG = {
    "hosts": "script-src " + " ".join(f"h{number}.example.com" for number in range(20_000)),
    "wildcards": "script-src " + " ".join(f"https://*:{number % 30_000 + 1}/p{number}" for number in range(20_000)),
    "known hosts": "script-src " + " ".join(f"https://*.googleapis.com/p{number}/" for number in range(12_000)),
    "words that look fresh": "script-src " + " ".join(f"any{number}" for number in range(40_000)),
    "insecure": "img-src " + " ".join(f"http://h{number}.example" for number in range(20_000)),
    "addresses": "img-src " + " ".join(f"10.0.{number // 256 % 256}.{number % 256}" for number in range(20_000)),
    "nonces": "script-src " + " ".join(f"'nonce-abc{number}'" for number in range(20_000)),
    "hashes": "script-src 'unsafe-hashes' " + " ".join(f"'sha256-{number:043d}='" for number in range(20_000)),
    "policies": ",".join(["script-src *.googleapis.com https: http: 'unsafe-inline' *"] * 3_000) + ",script-src 'none'",
    "strict policies": ",".join(
        ["default-src 'strict-dynamic' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; base-uri *"] * 5000
    ),
    "machines": ",".join(["script-src localhost"] * 4000),
    "unwritten words": "script-src " + " ".join(f"0-{number}-7.example" for number in range(20_000)),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_policy_takes_a_moment(name: str) -> None:
    started = time.monotonic()
    findings(LONG[name], "script-src 'self'")
    findings("script-src 'self'", LONG[name])
    assert time.monotonic() - started < MOMENT
