"""Counts and exit codes: only new findings count, and what was not checked wins."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from csplint.engine.summary import exit_code, summarise
from csplint.model import FailOn, Finding, Summary, TargetReport
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, WARNING


def target(*findings: Finding) -> TargetReport:
    return replace(CLEAN, findings=findings)


OLD_ERROR = replace(ERROR, state="baselined")
HIDDEN_ERROR = replace(ERROR, state="suppressed")

CODES: list[tuple[tuple[TargetReport, ...], FailOn, int]] = [
    ((), "info", 0),
    ((CLEAN,), "info", 0),
    ((target(ERROR),), "error", 1),
    ((target(WARNING, INFO),), "error", 0),
    ((target(WARNING),), "warning", 1),
    ((target(INFO),), "warning", 0),
    ((target(INFO),), "info", 1),
    ((CLEAN, target(ERROR)), "error", 1),
    ((target(ERROR),), "never", 0),
    ((target(OLD_ERROR, HIDDEN_ERROR),), "info", 0),
    ((target(ERROR), FAILED), "error", 3),
    ((CLEAN, FAILED), "never", 3),
]


@pytest.mark.parametrize(("targets", "fail_on", "code"), CODES)
def test_exit_code(targets: tuple[TargetReport, ...], fail_on: FailOn, code: int) -> None:
    assert exit_code(targets, fail_on) == code


def test_summarise() -> None:
    targets = (target(ERROR, WARNING, OLD_ERROR), FAILED, target(ERROR, INFO, HIDDEN_ERROR))
    assert summarise(targets) == Summary(
        error=2, warning=1, info=1, suppressed=1, baselined=1, targets=3, targets_failed=1
    )


def test_summarise_nothing() -> None:
    assert summarise(()) == Summary(0, 0, 0, 0, 0, 0, 0)
