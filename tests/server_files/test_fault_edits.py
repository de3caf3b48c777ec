"""What is wrong in a file itself: in the report with edits that are proved, and written by `csplint fix --write`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from csplint.cli.entry import run
from csplint.engine.inputs import Input, SourceInput
from csplint.engine.run import RunOptions, run_checks
from csplint.engine.source_edits import write_corrections
from csplint.engine.source_proofs import PACK
from csplint.engine.sources import parts_of
from csplint.model import Edit, Finding, Region, TargetReport
from csplint.packs.merge import load_packs
from csplint.report.phrases import fix_label
from csplint.servers.source import FileEdit
from tests.server_files.fault_cases import CASES, HEADERS, NESTED, POLICY, Case

PACKS = load_packs(())
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.name}-{case.rule}" for case in CASES])


def judge(parts: Sequence[Input]) -> tuple[TargetReport, ...]:
    return run_checks(parts, PACKS, RunOptions(vendors=("none",))).targets


def judge_only(parts: Sequence[Input]) -> tuple[TargetReport, ...]:
    return run_checks(parts, PACKS, RunOptions(vendors=("none",), proves_edits=False)).targets


def fault(case: Case, text: str = "") -> Finding:
    reports = judge(parts_of(case.name, "", (text or case.text).encode()))
    found = [each for report in reports for each in report.findings if each.pack == PACK and each.name == case.rule]
    assert len(found) == 1
    return found[0]


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits at lines and columns."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    for edit in sorted(
        edits, key=lambda each: each.region.line if isinstance(each.region, Region) else 0, reverse=True
    ):
        at = edit.region
        assert isinstance(at, Region)
        assert at.column is not None
        assert at.end_column is not None
        text = (
            text[: starts[at.line - 1] + at.column - 1]
            + edit.text
            + text[starts[at.end_line - 1] + at.end_column - 1 :]
        )
    return text


@each_case
def test_edits_are_at_the_true_line_and_column(case: Case) -> None:
    fix = fault(case).fix
    assert fix is not None
    assert {edit.kind for edit in fix.edits} == {"file"}
    assert applied(case.text, fix.edits) == case.after
    assert fix_label(fix) in {"ready", "check first"}


@each_case
def test_what_is_written(case: Case) -> None:
    made = write_corrections(parts_of(case.name, "", case.text.encode()), judge)
    assert made.after.decode() == case.after
    assert made.left == ()


@each_case
def test_nothing_is_left_to_write(case: Case) -> None:
    made = write_corrections(parts_of(case.name, "", case.after.encode()), judge)
    assert made.after.decode() == case.after
    assert made.left == ()


def test_only_what_changes_nothing_else_is_ready() -> None:
    labels = {case.rule: fix_label(fix) for case in CASES if (fix := fault(case).fix)}
    assert {rule for rule, label in labels.items() if label == "ready"} == {
        "duplicate-header",
        "framework-refuses",
        "percent-in-value",
        "value-with-comment",
    }


UNPROVED = NESTED.text.replace("default-src 'self'", "default-src 'self'; script-src 'nonce-$request_id'")


def test_an_edit_that_brings_a_warning_to_another_part_is_words_only() -> None:
    fix = fault(NESTED, UNPROVED).fix
    assert fix is not None
    assert [edit.kind for edit in fix.edits] == ["server"]
    assert fix_label(fix) == "to do"
    made = write_corrections(parts_of(NESTED.name, "", UNPROVED.encode()), judge)
    assert made.after == made.before
    [left] = [each for each in made.left if "add_header_inherit" in each]
    assert left.startswith("line 8: location /shop/ in server does not send Content-Security-Policy")
    assert left.endswith("This was not written, because it could not be proved.")


@pytest.mark.parametrize("text", ["\0", "}", "X" * 5000, "add_header Content-Security-Policy 'scriptt-src x' always; "])
def test_an_edit_that_breaks_the_file_is_not_proved(text: str) -> None:
    def broken(each: SourceInput) -> SourceInput:
        assert each.part is not None
        faults = tuple(
            replace(
                placed, fault=replace(placed.fault, edits=(FileEdit(placed.fault.start, placed.fault.start, text),))
            )
            for placed in each.part.faults
        )
        return replace(each, part=replace(each.part, faults=faults))

    parts = [broken(each) for each in parts_of(NESTED.name, "", NESTED.text.encode())]
    [report] = judge(parts)
    assert not any(edit.kind == "file" for each in report.findings if each.fix for edit in each.fix.edits)


def test_faults_and_policies_are_written_together() -> None:
    text = NESTED.text.replace("'none'\" always;  #", "'none'; img-scr 'self'\";  #")
    made = write_corrections(parts_of(NESTED.name, "", text.encode()), judge)
    assert made.after.decode() == NESTED.after.replace("object-src 'none'", "object-src 'none'; img-src 'self'")
    assert made.left == ()


def test_many_parts_that_lost_a_header() -> None:
    """What is copied into each part is mended first."""
    parts = "".join(f"  location /{number}/ {{ add_header X-A b always; }}\n" for number in range(45))
    text = f'events {{}}\nhttp {{ server {{\n  add_header Content-Security-Policy "{POLICY}";\n{parts}}} }}\n'
    made = write_corrections(parts_of("nginx.conf", "", text.encode()), judge_only)
    assert made.left == ()
    assert made.after.decode().count(f'add_header Content-Security-Policy "{POLICY}" always;') == 46


def test_a_comment_goes_as_a_whole() -> None:
    text = HEADERS.text.replace("# the shop", "; # scriptt-src 'self'")
    made = write_corrections(parts_of(HEADERS.name, "", text.encode()), judge)
    assert made.left == ()
    assert POLICY in made.after.decode()
    assert "#" not in made.after.decode()


def sarif(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    run(["check", str(path), "--format", "sarif", "--vendor", "none", "--fail-on", "never"])
    results: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    return results


def test_sarif_has_the_replacement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / NESTED.name
    path.write_text(NESTED.text)
    [found] = [each for each in sarif(path, capsys) if each["ruleId"] == "SRV005"]
    [change] = found["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 7, "endLine": 8, "endColumn": 7},
            "insertedContent": {"text": f'add_header Content-Security-Policy "{POLICY}" always;\n      '},
        }
    ]
    assert found["fixes"][0]["description"]["text"].startswith("Repeat the add_header")


def test_sarif_inserts_no_control_character(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / NESTED.name
    path.write_text(NESTED.text.replace("'none'\"", "'none'; report-to \x1b[2J\""))
    [found] = [each for each in sarif(path, capsys) if each["ruleId"] == "SRV005"]
    assert "fixes" not in found


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_reports_say_what_to_insert(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / NESTED.name
    path.write_text(NESTED.text)
    run(["check", str(path), "--format", form, "--vendor", "none", "--fail-on", "never", "-v"])
    out = capsys.readouterr().out
    assert "check first" in out
    assert form == "markdown" or "line 8, column 7: insert" in out


def test_a_fault_that_is_ignored_stays(tmp_path: Path) -> None:
    path = tmp_path / NESTED.name
    path.write_text(NESTED.text)
    assert run(["fix", str(path), "--write", "--vendor", "none", "--ignore", "SRV005"]) == 0
    assert path.read_text() == NESTED.text


def test_an_error_of_the_file_that_only_words_fix_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "_headers"
    path.write_text("/*\n  Content-Security-Policy: script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg=='\n")
    assert run(["fix", str(path), "--write", "--vendor", "none", "--ignore", "SEC"]) == 1
    assert "line 2: " in capsys.readouterr().err
