"""Which entries of a baseline are gone: only those whose target and rule were checked."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from csplint.engine.baseline import gone_findings
from csplint.engine.suppressions import FindingSettings, Sieve
from csplint.model import KnownFinding, Skipped, TargetReport
from csplint.packs.merge import PackSet
from tests.report.ci_samples import PACKS, a_pack, a_rule, about
from tests.report.samples import CLEAN, ERROR, FAILED

ENTRY = KnownFinding(ERROR.fingerprint, ERROR.name, CLEAN.target, ERROR.message)
KNOWN = FindingSettings(baseline={ENTRY.fingerprint: ENTRY})
RUN = a_pack("run", a_rule("RUN001", "unused-ignore", "warning"))
WITH_RUN = PackSet((*PACKS.packs, RUN))
OWN = replace(ENTRY, rule="unused-ignore")

CASES: list[tuple[str, TargetReport, FindingSettings, PackSet, bool]] = [
    # the case, the target, the settings, the packs, whether the entry is gone
    ("the finding does not occur", CLEAN, KNOWN, PACKS, True),
    ("it occurs", replace(CLEAN, findings=(ERROR,)), KNOWN, PACKS, False),
    (
        "another finding of its rule occurs",
        replace(CLEAN, findings=(replace(ERROR, fingerprint="x"),)),
        KNOWN,
        PACKS,
        True,
    ),
    ("the target was not in the run", about(), KNOWN, PACKS, False),
    ("the target failed", replace(FAILED, target=CLEAN.target), KNOWN, PACKS, False),
    ("the target was read in part", replace(CLEAN, limits=("a sheet was left out",)), KNOWN, PACKS, False),
    ("the rule was skipped", replace(CLEAN, skipped=(Skipped(ERROR.rule, "no page"),)), KNOWN, PACKS, False),
    ("another rule was skipped", replace(CLEAN, skipped=(Skipped("SEC002", "no page"),)), KNOWN, PACKS, True),
    ("the rule is left out", CLEAN, replace(KNOWN, leave_out=frozenset({ERROR.name})), PACKS, False),
    ("the rule is not selected", CLEAN, replace(KNOWN, select=frozenset({"frame-open"})), PACKS, False),
    ("the rule is selected", CLEAN, replace(KNOWN, select=frozenset({ERROR.name})), PACKS, True),
    ("no pack has the rule", CLEAN, KNOWN, PackSet(PACKS.packs[1:]), False),
    ("it was about the settings", CLEAN, FindingSettings(baseline={"x": OWN}), WITH_RUN, False),
    ("there is no baseline", CLEAN, FindingSettings(), PACKS, False),
]


@pytest.mark.parametrize(
    ("target", "settings", "packs", "gone"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_gone_only_if_target_and_rule_were_checked(
    target: TargetReport, settings: FindingSettings, packs: PackSet, gone: bool
) -> None:
    sieve = Sieve(settings, seen={finding.fingerprint for finding in target.findings})
    assert gone_findings([target], sieve, packs) == ((ENTRY,) if gone else ())


def test_entries_keep_the_order_of_the_file() -> None:
    entries = [replace(ENTRY, fingerprint=mark) for mark in ("b", "c", "a")]
    settings = FindingSettings(baseline={entry.fingerprint: entry for entry in entries})
    assert gone_findings([CLEAN], Sieve(settings), PACKS) == tuple(entries)


def test_an_entry_of_a_repeated_target_is_listed_once() -> None:
    assert gone_findings([CLEAN, CLEAN], Sieve(KNOWN), PACKS) == (ENTRY,)
