"""A cause goes before what follows from it, and no fix copies what the cause corrects."""

from __future__ import annotations

import pytest

from csplint import check_policy
from csplint.model import Finding, TargetReport

SHOP = "https://shop.example/"


def check(*policies: str) -> TargetReport:
    [target] = check_policy(*policies, page=SHOP).targets
    return target


def errors(target: TargetReport) -> list[str]:
    return [each.name for each in target.findings if each.severity == "error"]


def edits(finding: Finding) -> list[str]:
    return [each.text for each in finding.fix.edits] if finding.fix else []


def test_a_lost_quote_is_one_error_with_one_edit_and_below_it_what_is_still_missing() -> None:
    target = check("default-src 'self")
    cause, *others = [each for each in target.findings if each.severity == "error"]
    assert (cause.name, edits(cause)) == ("unquoted-keyword", ["'self'"])
    assert [each.name for each in others] == errors(check("default-src 'self'"))
    for each in others:
        assert all("'self'" in text and "'self " not in text for text in edits(each)), each.name


CASES = [
    # policy, the cause, a need that only looks unmet because of it
    ("frame-src 'self blob:", "unquoted-keyword", "missing-frame-self"),
    ("frame-src self blob:", "unquoted-keyword", "missing-frame-self"),
    ("style-src 'self' unsafe-inline", "unquoted-keyword", "missing-style-inline"),
]


@pytest.mark.parametrize(("policy", "cause", "consequence"), CASES)
def test_a_need_that_the_cause_explains_is_neither_reported_nor_passed(
    policy: str, cause: str, consequence: str
) -> None:
    target = check(policy)
    assert cause in errors(target)
    assert consequence not in errors(target)
    assert {"missing-frame-self": "VEL035", "missing-style-inline": "VEL030"}[consequence] not in target.passed


def test_what_a_cause_does_not_explain_stays() -> None:
    target = check("frame-src 'self", "frame-src data:")
    assert "missing-frame-self" in errors(target)
