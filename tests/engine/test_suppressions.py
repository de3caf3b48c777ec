"""Ignores: when they expire, and when one counts as unused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from csplint.checks.problem import Problem
from csplint.engine.evaluate import Outcome
from csplint.engine.findings import check_subject
from csplint.engine.inputs import PolicyInput
from csplint.engine.reported import Reported
from csplint.engine.run import RunOptions, run_checks
from csplint.engine.subject import policy_subject
from csplint.engine.suppressions import FindingSettings, Ignore, Sieve, Target, with_ignores
from csplint.model import Skipped, TargetReport
from csplint.packs.merge import PackSet, load_packs
from tests.report.ci_samples import PACKS, a_pack, a_rule
from tests.report.samples import CLEAN, ERROR, FAILED

ABOUT_IGNORES = a_pack(
    "run", a_rule("RUN001", "unused-ignore", "warning"), a_rule("RUN002", "expired-ignore", "warning")
)
WITH_RUN = PackSet((*PACKS.packs, ABOUT_IGNORES))
FAULTY = replace(CLEAN, findings=(ERROR,))
OTHER = replace(CLEAN, target="https://other.example/")
DAY = datetime.date(2026, 3, 1)
IGNORE = Ignore(ERROR.name, "the vendor knows", "csplint.toml:3")


def applied(
    ignore: Ignore, *targets: TargetReport, today: datetime.date | None = DAY, every_target: bool | None = None
) -> list[list[tuple[str, str]]]:
    """For each target, the name and the state of its findings."""
    settings = FindingSettings(ignores=(ignore,), today=today, every_target=every_target)
    sieve = Sieve(settings)
    states = [list(reported(sieve, target)) for target in targets]
    reports = with_ignores(tuple(replace(each, findings=()) for each in targets), settings, sieve.used, WITH_RUN)
    return [
        [*state, *((finding.name, finding.state) for finding in report.findings)]
        for state, report in zip(states, reports, strict=True)
    ]


def reported(sieve: Sieve, target: TargetReport) -> Iterator[tuple[str, str]]:
    for finding in target.findings:
        outcome = Outcome(Problem(rule=finding.name, message=finding.message), report_only=False)
        each = Reported(outcome=outcome, fingerprint="1", effect="page", severity=finding.severity)
        result = sieve.reports(each, finding.name, Target(target.target, target.name))
        if result is not None:
            yield finding.name, result.state


EXPIRY = [
    # what today is, and whether the ignore still counts
    ("the day before", DAY - datetime.timedelta(days=1), True),
    ("the day itself", DAY, False),
    ("the day after", DAY + datetime.timedelta(days=1), False),
    ("unknown", None, True),
]


@pytest.mark.parametrize(("today", "counts"), [case[1:] for case in EXPIRY], ids=[case[0] for case in EXPIRY])
def test_an_ignore_expires_on_its_day(today: datetime.date | None, counts: bool) -> None:
    [findings] = applied(replace(IGNORE, expires=DAY), FAULTY, today=today)
    assert findings == ([(ERROR.name, "suppressed")] if counts else [(ERROR.name, "new"), ("expired-ignore", "new")])


def test_an_expired_ignore_without_a_finding_is_expired_and_not_unused() -> None:
    assert applied(replace(IGNORE, expires=DAY), CLEAN) == [[("expired-ignore", "new")]]


UNUSED = [
    # the targets, and which of them has the finding about the ignore
    ("it matches nothing", IGNORE, (CLEAN, OTHER), [0]),
    ("it matches a finding of one target", IGNORE, (FAULTY, OTHER), []),
    ("it names the second target", replace(IGNORE, target=OTHER.target), (CLEAN, OTHER), [1]),
    ("it names no target of the run", replace(IGNORE, target="https://nosuch.example/"), (CLEAN, OTHER), []),
    ("its target is in the run twice", replace(IGNORE, target=CLEAN.target), (CLEAN, CLEAN), [0, 1]),
    ("its target failed", replace(IGNORE, target=FAILED.target), (FAILED, CLEAN), []),
    ("its rule was skipped", IGNORE, (replace(CLEAN, skipped=(Skipped(ERROR.rule, "no page"),)),), []),
    ("it names a target by its name", replace(IGNORE, target="shop"), (CLEAN, replace(OTHER, name="shop")), [1]),
    ("another target failed", replace(IGNORE, target=CLEAN.target), (CLEAN, FAILED), [0]),
]


@pytest.mark.parametrize(("ignore", "targets", "unused"), [c[1:] for c in UNUSED], ids=[c[0] for c in UNUSED])
def test_an_ignore_is_unused_only_if_every_target_that_it_is_about_was_checked(
    ignore: Ignore, targets: tuple[TargetReport, ...], unused: list[int]
) -> None:
    found = [[name for name, _ in findings if name == "unused-ignore"] for findings in applied(ignore, *targets)]
    assert found == [["unused-ignore"] if number in unused else [] for number in range(len(targets))]


def test_a_run_over_some_targets_does_not_know_whether_an_ignore_for_all_is_unused() -> None:
    assert applied(IGNORE, CLEAN, every_target=False) == [[]]
    assert applied(replace(IGNORE, target=CLEAN.target), CLEAN, every_target=False) == [[("unused-ignore", "new")]]


def test_an_ignore_for_a_target_that_the_configuration_does_not_have_is_unused() -> None:
    ignore = replace(IGNORE, target="blgo")
    assert applied(ignore, CLEAN, every_target=True) == [[("unused-ignore", "new")]]
    assert applied(ignore, CLEAN, every_target=False) == [[]]


def test_an_ignore_for_a_rule_that_is_not_selected_is_not_unused() -> None:
    settings = FindingSettings(ignores=(IGNORE,), leave_out=frozenset({ERROR.name}))
    [report] = with_ignores((CLEAN,), settings, frozenset(), WITH_RUN)
    assert report.findings == ()


def test_the_finding_says_where_the_ignore_is_and_why_it_was_made() -> None:
    [report] = with_ignores((CLEAN,), FindingSettings(ignores=(IGNORE,)), frozenset(), WITH_RUN)
    assert [(each.message, each.cause, each.fingerprint) for each in report.findings] == [
        (
            f"The ignore for {ERROR.name} (csplint.toml:3) matches no finding; remove it.",
            "Its reason was: the vendor knows",
            "RUN001:csplint.toml:3",
        )
    ]


def test_no_targets_have_no_findings() -> None:
    assert applied(IGNORE) == []


def test_a_rule_that_is_left_out_hides_no_other_rule() -> None:
    """VEL060 reports 'unsafe-eval' for the widget's pages in place of SEC005."""
    policy = PolicyInput("https://shop.example/", ("script-src 'self' 'unsafe-eval'",), ())
    with_vendor, without = (
        {
            finding.rule
            for finding in run_checks([policy], load_packs(()), RunOptions(findings=settings)).targets[0].findings
        }
        for settings in (FindingSettings(), FindingSettings(leave_out=frozenset({"unsafe-eval-not-needed"})))
    )
    assert "VEL060" in with_vendor
    assert "SEC005" not in with_vendor
    assert "SEC005" in without


def test_a_target_with_a_name_is_the_same_on_another_host() -> None:
    """What baselines know of a target survives a preview's address."""
    policy = policy_subject("https://shop.example/", "https://shop.example/", ["default-src 'self'"], [])
    preview = replace(policy, target="https://preview-7.example/")
    named = [check_subject(each, load_packs(()), {}, name="shop").findings for each in (policy, preview)]
    unnamed = [check_subject(each, load_packs(()), {}).findings for each in (policy, preview)]
    assert [each.fingerprint for each in named[0]] == [each.fingerprint for each in named[1]]
    assert [each.fingerprint for each in unnamed[0]] != [each.fingerprint for each in unnamed[1]]
