"""Ignores: when they expire, and when one counts as unused."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from csplint.engine.suppressions import FindingSettings, Ignore, apply_settings
from csplint.model import TargetReport
from csplint.packs.merge import PackSet
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


def applied(ignore: Ignore, *targets: TargetReport, today: datetime.date | None = DAY) -> list[list[tuple[str, str]]]:
    """For each target, the name and the state of its findings."""
    reports = apply_settings(targets, FindingSettings(ignores=(ignore,), today=today), WITH_RUN)
    return [[(finding.name, finding.state) for finding in report.findings] for report in reports]


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
    ("it names no target of the run", replace(IGNORE, target="https://nosuch.example/"), (CLEAN, OTHER), [0]),
    ("its target is in the run twice", replace(IGNORE, target=CLEAN.target), (CLEAN, CLEAN), [0, 1]),
    ("its target failed", replace(IGNORE, target=FAILED.target), (FAILED, CLEAN), []),
    ("another target failed", replace(IGNORE, target=CLEAN.target), (CLEAN, FAILED), []),
]


@pytest.mark.parametrize(("ignore", "targets", "unused"), [c[1:] for c in UNUSED], ids=[c[0] for c in UNUSED])
def test_an_ignore_is_unused_only_if_every_target_was_checked(
    ignore: Ignore, targets: tuple[TargetReport, ...], unused: list[int]
) -> None:
    found = [[name for name, _ in findings if name == "unused-ignore"] for findings in applied(ignore, *targets)]
    assert found == [["unused-ignore"] if number in unused else [] for number in range(len(targets))]


def test_the_finding_says_where_the_ignore_is_and_why_it_was_made() -> None:
    [report] = apply_settings((CLEAN,), FindingSettings(ignores=(IGNORE,)), WITH_RUN)
    assert [(each.message, each.cause, each.fingerprint) for each in report.findings] == [
        (
            f"The ignore for {ERROR.name} (csplint.toml:3) matches no finding; remove it.",
            "Its reason was: the vendor knows",
            "RUN001:csplint.toml:3",
        )
    ]


def test_no_targets_have_no_findings() -> None:
    assert applied(IGNORE) == []
