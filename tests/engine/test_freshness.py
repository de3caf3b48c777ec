"""Vendors whose facts were read more than a year ago: advice, for those that are on the page or asked for, on the day that is given."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from csplint.engine.inputs import PolicyInput
from csplint.engine.run import RunOptions, run_checks
from csplint.engine.suppressions import FindingSettings, Ignore
from csplint.model import Finding, Report
from csplint.packs.merge import load_packs
from csplint.packs.vendor_index import indexed
from tests.engine.test_detect import INTERCOM, PACKS, capture

YEAR = datetime.timedelta(days=365)
ENTRY = indexed("intercom")
assert ENTRY is not None
CHECKED = ENTRY.checked
LATE = CHECKED + YEAR + datetime.timedelta(days=1)


def outdated(html: str, *vendors: str, settings: FindingSettings) -> tuple[Report, list[Finding]]:
    report = run_checks([capture(html)], PACKS, RunOptions(vendors=vendors, findings=settings))
    return report, [each for each in report.targets[0].findings if each.name == "pack-outdated"]


def test_a_vendor_of_the_page_whose_facts_are_old_is_said() -> None:
    report, [finding] = outdated(INTERCOM, "auto", settings=FindingSettings(today=LATE))
    assert finding.message == (
        f"The facts about Intercom Messenger were read on {CHECKED}; the vendor may have changed them."
    )
    assert (finding.severity, finding.rule, finding.pack) == ("info", "RUN003", "run")
    assert "RUN003" not in report.targets[0].passed


@pytest.mark.parametrize(
    ("html", "vendors", "today"),
    [
        (INTERCOM, ("auto",), None),
        (INTERCOM, ("auto",), CHECKED + YEAR),
        ("<p>a shop", ("auto",), LATE),
        ("<p>a shop", (), LATE),
        (INTERCOM, ("none",), LATE),
    ],
)
def test_no_advice(html: str, vendors: tuple[str, ...], today: datetime.date | None) -> None:
    _, findings = outdated(html, *vendors, settings=FindingSettings(today=today))
    assert findings == []


def test_a_vendor_that_is_asked_for_is_said_though_the_page_does_not_show_it() -> None:
    _, findings = outdated("<p>a shop", "velaro", settings=FindingSettings(today=LATE + YEAR))
    assert [each.value for each in findings] == ["velaro"]


def test_the_users_settings_hold_for_it() -> None:
    settings = FindingSettings(today=LATE)
    _, ignored = outdated(INTERCOM, "auto", settings=replace(settings, leave_out=frozenset({"pack-outdated"})))
    _, severe = outdated(INTERCOM, "auto", settings=replace(settings, min_severity="error"))
    assert ignored == severe == []
    accepted = replace(settings, ignores=(Ignore("pack-outdated", "we read it", "csplint.toml:1"),), every_target=True)
    report, [finding] = outdated(INTERCOM, "auto", settings=accepted)
    assert finding.state == "suppressed"
    assert not [each for each in report.targets[0].findings if each.name == "unused-ignore"]


def test_a_bare_policy_is_judged_for_the_packs_that_are_named() -> None:
    options = RunOptions(findings=FindingSettings(today=LATE))
    [target] = run_checks([PolicyInput("", ("img-src *",), ())], load_packs(["intercom"]), options).targets
    assert [each.value for each in target.findings if each.name == "pack-outdated"] == ["intercom"]
