"""What a finding's reader is given to send, and whose names and causes come first."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from csplint.model import Corrected, HeaderChange, TargetReport
from csplint.report.escape import guard_runner
from csplint.report.json_report import json_text
from csplint.report.to_send import corrected_directive, fix_lines
from csplint.report.verdicts import unique_names
from tests.report.ci_samples import ANSWERED
from tests.report.samples import ERROR, INFO, POLICY, WARNING

OWN = ["connect-src 'self' https://*.velaro.com wss://*.velaro.com"]


def corrected(after: str | None, before: str = POLICY) -> TargetReport:
    header = HeaderChange("replace", "Content-Security-Policy", before, after, 0)
    assert ANSWERED.corrected is not None
    correction: Corrected = replace(ANSWERED.corrected, headers=(header,), metas=())
    return replace(ANSWERED, corrected=correction)


DIRECTIVES = [
    ("connect-src x", "connect-src x"),
    ("default-src a; Connect-Src  x  y; connect-src z", "Connect-Src x y"),  # the first is in force
    ("connect-src 'nonce-abc'", "connect-src 'nonce-{NONCE}'"),
    ("connect-src 'self' https://*.velaro.com", ""),  # as it is now
    ("img-src a", ""),
    ("connect-src x, img-src y, img-src z", ""),  # unclear which of them takes its place
    (None, ""),
]


@pytest.mark.parametrize(("after", "directive"), DIRECTIVES)
def test_the_directive_of_the_corrected_policy(after: str | None, directive: str) -> None:
    assert corrected_directive(corrected(after), ERROR) == directive
    assert fix_lines(corrected(after), ERROR) == ([directive] if directive else OWN)


def test_in_a_joined_header_the_policy_is_the_one_at_its_place() -> None:
    target = corrected("connect-src x, connect-src y", f"{POLICY}, img-src a")
    assert corrected_directive(target, ERROR) == "connect-src x"


def test_what_the_correction_leaves_has_only_its_own_fix() -> None:
    assert corrected_directive(ANSWERED, WARNING) == ""
    assert fix_lines(ANSWERED, WARNING) == [
        "script-src 'self' 'nonce-{NONCE}' 'strict-dynamic' https://app-cdn.velaro.com"
    ]
    assert fix_lines(ANSWERED, INFO) == ["X-Frame-Options: SAMEORIGIN"]
    assert fix_lines(ANSWERED, replace(INFO, fix=None)) == []


def test_no_name_is_given_twice() -> None:
    assert unique_names(["a", "a (2)", "a", "b", "a"]) == ["a", "a (2)", "a (3)", "b", "a (4)"]


@pytest.mark.parametrize("command", ["##[error]x", "##vso[task.complete]x", "##teamcity[x]"])
def test_no_runner_reads_a_command(command: str) -> None:
    assert guard_runner(f"a {command}") == f"a ##\\{command[2:]}"
    assert command not in json_text(command)
