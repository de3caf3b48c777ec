"""Checks are chosen by facts; where the facts say that there is nothing to find, a look finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks import PAGE_CHECKS, POLICY_CHECKS
from csplint.checks.check import Check
from csplint.checks.context import Context
from csplint.checks.facts import Situation, facts
from csplint.checks.problem import Problem
from csplint.checks.table import Table
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.packs.merge import load_packs

CHECKS = {**POLICY_CHECKS, **PAGE_CHECKS}
NEEDS = {Situation.PAGE, Situation.ANSWER, Situation.DRY_RUN}
"""What a look may rely on to be there."""

SHOP = "https://shop.example/"
VELARO, SECURITY = load_packs(()).vendor, load_packs(("security",)).vendor
NAMES = [
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-attr", "img-src", "connect-src",
    "frame-ancestors", "base-uri", "form-action", "report-uri", "report-to", "sandbox", "require-trusted-types-for",
    "trusted-types", "upgrade-insecure-requests", "block-all-mixed-content", "plugin-types", "webrtc", "prefetch-src", "wat",
    "script-scr", "ümlaut", "default-src:", "content-security-policy:",
]  # fmt: skip
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
VALUES = [
    "'self'", "self", "'none'", "'unsafe-inline'", "unsafe-inline", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'",
    "'url-sha256-abcd'", "'eval-sha256-abcd'", "'strict-dynamic-url'", "'nonce-abc'", "'nonce-'", "nonce-abc", "'wat'", HASH, f"'unsafe-hashes' {HASH}", "'sha256-abc'", "*", "*:*", "http:", "https:",
    "data:", "data", "blob:", "a.example", "http://a.example", "http://a.example:8080", "a.example:80", "*.a.example", "*.com",
    ".a.example", "https://.velaro.com", "https://*.velaro.com", "10.0.0.1", "localhost", "127.0.0.1", "a.example/x?", "a.example/*",
    "a.example/../x", "a.example/lib", "ajax.googleapis.com", "img-src", "sandbox", "deny", "sameorigin", "allow-scripts",
    "allow-forms", "'script'", "script", "/csp", "http://r.example/csp", '"self"', "‘self’", "é", "{{x}}", ",", ";", "; ;",
]  # fmt: skip
POLICIES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(VALUES), max_size=4)).map(
        lambda each: " ".join([each[0], *each[1]])
    ),
    max_size=4,
).map("; ".join)


def contexts(enforced: str, others: str) -> list[Context]:
    """The policies as they are, and others as report-only ones beside them."""
    policies = PolicySet.read(SHOP, [Delivered(enforced)])
    more = PolicySet.read(SHOP, [Delivered(others)])
    found = [Context(policies, VELARO, sent=1), Context(policies, SECURITY, sent=1)]
    return [*found, Context(more, VELARO, others=policies.policies, dry_run=True)] if more.policies else found


def asked_of(context: Context) -> dict[str, Check]:
    """The checks of the context's pack; with the vendor's come all the others."""
    own = {rule.check for rule in context.pack.rule}
    return {name: check for name, check in CHECKS.items() if context.pack is VELARO or name in own}


def told(problems: list[Problem]) -> list[tuple[object, ...]]:
    return [(each.rule, each.severity, each.message, each.value, each.span, each.fix) for each in problems]


def kept_back(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """What the checks would find that the facts keep from looking."""
    known = facts(context)
    unasked = {
        name: check
        for name, check in asked_of(context).items()
        if not check.is_wanted(known) and check.all_of <= known and check.one_of.isdisjoint(NEEDS)
    }
    return {name: found for name, check in unasked.items() if (found := told(list(check.loaded()(context))))}


@pytest.mark.parametrize("name", NAMES)
def test_no_fact_keeps_a_finding_of_one_source_back(name: str) -> None:
    for value in VALUES:
        for context in contexts(f"{name} {value}", f"{name} {value}"):
            assert kept_back(context) == {}, value


@settings(max_examples=300, deadline=None)
@given(POLICIES, POLICIES)
def test_no_fact_keeps_a_finding_back(enforced: str, others: str) -> None:
    for context in contexts(enforced, others):
        assert kept_back(context) == {}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(POLICIES, POLICIES), min_size=1, max_size=3))
def test_a_table_finds_what_its_checks_find(policies: list[tuple[str, str]]) -> None:
    table = Table(CHECKS.values())
    for enforced, others in policies:
        for context in contexts(enforced, others):
            if context.pack is VELARO:
                one_by_one = [problem for check in CHECKS.values() for problem in Table([check]).problems(context)]
                assert told(table.problems(context)) == told(one_by_one)


@pytest.mark.parametrize("flag", ["allow-forms", "allow-scripts"])
def test_rules_of_scripts_want_scripts_to_run(flag: str) -> None:
    context, _ = contexts(f"script-src * 'unsafe-inline'; sandbox {flag}", "")
    assert (Situation.SCRIPTS_RUN in facts(context)) == (flag == "allow-scripts")
    assert bool(Table([CHECKS["script_wildcard"]]).problems(context)) == (flag == "allow-scripts")
