"""Policies meant to break the security checks: nothing raises, and work grows no faster than the policy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.context import Context
from csplint.checks.registry import Selection, all_checks
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from tests.checks import caches

CHECKS = [check for check in all_checks().values() if check.module.startswith("security.") and check.of == "policies"]
SIZE = 600
"""More sources, or policies, than the largest number of questions that a check asks of one policy set."""

GROWTH = 2.4
"""How much the work may grow when a policy gets twice as long: 2, and some more for rounding; a square grows by 4."""

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


LONG: dict[str, Callable[[int], str]] = {
    "hosts": lambda size: "script-src " + " ".join(f"h{number}.example.com" for number in range(size)),
    "wildcards": lambda size: "script-src " + " ".join(f"https://*:{number + 1}/p{number}" for number in range(size)),
    "known hosts": lambda size: (
        "script-src " + " ".join(f"https://*.googleapis.com/p{number}/" for number in range(size))
    ),
    "words that look fresh": lambda size: "script-src " + " ".join(f"any{number}" for number in range(size)),
    "insecure": lambda size: "img-src " + " ".join(f"http://h{number}.example" for number in range(size)),
    "addresses": lambda size: "img-src " + " ".join(f"10.0.{number // 256}.{number % 256}" for number in range(size)),
    "nonces": lambda size: "script-src " + " ".join(f"'nonce-abc{number}'" for number in range(size)),
    "hashes": lambda size: (
        "script-src 'unsafe-hashes' " + " ".join(f"'sha256-{number:043d}='" for number in range(size))
    ),
    "policies": lambda size: (
        ",".join(["script-src *.googleapis.com https: http: 'unsafe-inline' *"] * size) + ",script-src 'none'"
    ),
    "strict policies": lambda size: ",".join(
        ["default-src 'strict-dynamic' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; base-uri *"] * size
    ),
    "machines": lambda size: ",".join(["script-src localhost"] * size),
    "words used for questions": lambda size: (
        "script-src " + " ".join(f"0-{number}-7.example" for number in range(size))
    ),
}


def calls(policy: str) -> int:
    """How many functions are called to check a policy, enforced and as a report-only one."""
    number = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    caches.clear()
    sys.setprofile(count)
    try:
        findings(policy, "script-src 'self'")
        findings("script-src 'self'", policy)
    finally:
        sys.setprofile(None)
    return number


@pytest.mark.parametrize("name", LONG)
def test_twice_the_policy_is_twice_the_work(name: str) -> None:
    assert calls(LONG[name](2 * SIZE)) < GROWTH * calls(LONG[name](SIZE))


@pytest.mark.parametrize("name", LONG)
def test_a_very_long_policy(name: str) -> None:
    findings(LONG[name](6_000), "script-src 'self'")
    findings("script-src 'self'", LONG[name](6_000))
