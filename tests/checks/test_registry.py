"""Which checks there are, and that no fact keeps a finding back: where the facts say there is nothing, a check finds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.context import Context, Vendor
from csplint.checks.index import scan
from csplint.checks.prefilter import facts
from csplint.checks.problem import Problem
from csplint.checks.registry import Check, Selection, all_checks
from csplint.checks.syntax.known_names import INSTEAD
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.policy import Delivered
from csplint.engine.evaluate import vendor_context
from csplint.packs.merge import load_packs

CHECKS = all_checks()
NEEDS = {"page", "answer", "headers", "second answer", "nonce and second answer", "report-only", "folder"}
"""Facts that a check may rely on."""

SHOP = "https://shop.example/"
VELARO = Vendor(load_packs(()).vendors[0])
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
    """The policies as they are, and others as report-only ones beside them; for a vendor's checks and for all others."""
    policies = PolicySet.read(SHOP, [Delivered(enforced)])
    more = PolicySet.read(SHOP, [Delivered(others)])
    found = [Context(policies, (VELARO,), sent=1), Context(policies, sent=1)]
    if more.policies:
        found.append(Context(more, (VELARO,), others=policies.policies, report_only=True))
    return found


def problems(check: Check, context: Context) -> list[tuple[object, ...]]:
    """What a check finds, whatever the facts say."""
    if not check.is_vendors:
        return shown(check.generator(context))
    return [each for vendor in context.vendors for each in shown(check.generator(vendor_context(context, vendor)))]


def shown(found: Iterable[Problem]) -> list[tuple[object, ...]]:
    return [(each.rule, each.severity, each.message, each.value, each.span, each.fix) for each in found]


def kept_back(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """What the checks would find that the facts keep from starting."""
    known = facts(context)
    skipped = {
        name: check
        for name, check in CHECKS.items()
        if not check.is_worth_it(known)
        and check.only_if in {"", *known}
        and NEEDS.isdisjoint({*check.needs, *check.when})
    }
    return {name: found for name, check in skipped.items() if (found := problems(check, context))}


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
def test_a_selection_finds_what_its_checks_find(policies: list[tuple[str, str]]) -> None:
    """The choice for some facts is kept for the next policy with the same ones."""
    general = [check for check in CHECKS.values() if not check.is_vendors]
    selection = Selection(general)
    for enforced, others in policies:
        for context in contexts(enforced, others):
            one_by_one = [problem for check in general for problem in Selection([check]).problems(context)]
            assert shown(selection.problems(context)) == shown(one_by_one)


@pytest.mark.parametrize("flag", ["allow-forms", "allow-scripts"])
def test_rules_about_scripts_need_scripts_to_run(flag: str) -> None:
    context, *_ = contexts(f"script-src * 'unsafe-inline'; sandbox {flag}", "")
    assert ("scripts run" in facts(context)) == (flag == "allow-scripts")
    assert bool(Selection([CHECKS["script_wildcard"]]).problems(context)) == (flag == "allow-scripts")


FOLDER = Path(import_module("csplint.checks").__path__[0])
MODULES = sorted(
    "csplint.checks." + ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if path.name != "__init__.py"
)
EVERY_MODULE = """
from csplint.checks.prefilter import _PREDICATES
from csplint.checks.registry import all_checks
all_checks()
before = {{kind: list(each) for kind, each in _PREDICATES.items()}}
for name in {modules!r}:
    __import__(name)
assert before == _PREDICATES
"""


def test_every_predicate_is_registered_before_the_first_token_is_read() -> None:
    """A module that is imported later must register none: what was found out about a token is kept."""
    assert len(MODULES) > 40
    subprocess.run([sys.executable, "-c", EVERY_MODULE.format(modules=MODULES)], check=True, timeout=60)


def test_every_check_is_the_function_that_the_index_names() -> None:
    """Names are unique, and the function is where the index says; a module of a vendor's checks is asked once a vendor."""
    listed = scan(str(FOLDER))["checks"]
    assert len({each["name"] for each in listed}) == len(listed) > 50
    for check in CHECKS.values():
        assert check.generator.__name__ == check.name
        assert check.generator.__module__ == f"csplint.checks.{check.module}"
        assert check.generator.__doc__


def test_an_argument_that_the_index_cannot_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text('@check(when=(any_token(is_x), "page"), capped=True)\ndef own(context): ...\n')
    assert scan(str(tmp_path))["checks"] == [
        {"name": "own", "module": "own", "when": ["token is_x", "page"], "capped": True}
    ]
    (tmp_path / "own.py").write_text("@check(capped=SOME_CONSTANT)\ndef own(context): ...\n")
    with pytest.raises(ValueError, match="malformed"):
        scan(str(tmp_path))


def test_every_rule_has_a_check_and_every_check_a_rule() -> None:
    rules = load_packs(()).rules.values()
    assert {rule.check for rule in rules} == {*CHECKS, "settings"}
    named = {rule.reports for rule in rules}
    for check in CHECKS.values():
        assert {*check.reports} - {"*"} <= named


@pytest.mark.parametrize("directive", sorted(INSTEAD))
def test_removed_directives_are_the_tables(directive: str) -> None:
    assert DIRECTIVES[directive].status == "removed"
