"""What every machine format promises: pure, found by name, the same bytes again, and no commands."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from msgspec.structs import replace

from csplint.model import Report
from csplint.report.json_report import encode
from csplint.report.writers import WRITERS, writers
from tests.report.arbitrary import hostile_reports
from tests.report.ci_samples import ANCHORS, FEW_EXAMPLES, PACKS, REPORTS
from tests.report.runner import commands
from tests.report.test_hostile import CONTROLS

ALL = ["concise", "github", "gitlab", "json", "junit", "markdown", "sarif"]
ANCHORED = {"sarif": "deploy/nginx/csp%2C%20100%25.conf", "gitlab": "csp, 100%.conf", "github": "csp%2C 100%25.conf"}


def test_the_table_has_every_machine_format() -> None:
    assert sorted(WRITERS) == ALL
    assert sorted(writers(ANCHORS)) == ALL


@pytest.mark.parametrize("form", ALL)
def test_the_settings_anchors_reach_the_formats_that_point_to_files(form: str) -> None:
    written = writers(ANCHORS)[form](REPORTS["error"], PACKS)
    assert (ANCHORED[form] in written) if form in ANCHORED else (written == WRITERS[form](REPORTS["error"], PACKS))


def test_json_is_the_json_report() -> None:
    assert WRITERS["json"](REPORTS["several"], PACKS).encode() == encode(REPORTS["several"])


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("name", list(REPORTS))
def test_the_same_report_gives_the_same_text_and_ends_its_last_line(form: str, name: str) -> None:
    written = WRITERS[form](REPORTS[name], PACKS)
    assert written == WRITERS[form](REPORTS[name], PACKS)
    assert written.endswith("\n")
    assert not written.endswith("\n\n")


@pytest.mark.parametrize("form", [form for form in ALL if form not in {"json", "junit"}])
def test_the_time_of_the_run_is_not_told(form: str) -> None:
    report = REPORTS["several"]
    later = replace(report, run=replace(report.run, started_at="2030-01-01T00:00:00Z", duration_ms=7))
    assert WRITERS[form](later, PACKS) == WRITERS[form](report, PACKS)


@pytest.mark.parametrize("form", ALL)
@FEW_EXAMPLES
@given(report=hostile_reports())
def test_whatever_a_report_holds_is_written_and_nobody_obeys_it(form: str, report: Report) -> None:
    written = WRITERS[form](report, PACKS)
    assert not CONTROLS.findall(written)
    assert written.encode()
    if form != "github":  # whose commands are its own: see test_github.py
        assert [line for line in written.split("\n") if commands(line)] == []


@pytest.mark.parametrize("form", ALL)
def test_a_format_loads_nothing_heavy(form: str) -> None:
    code = (
        "import sys; from csplint.report.writers import WRITERS; from csplint.packs.merge import PackSet;"
        "from csplint.model import Report, Run, Summary, Tool;"
        "report = Report(tool=Tool('1', ()), run=Run('', 0, 0, 'error'), targets=(), summary=Summary(0, 0, 0, 0, 0, 0, 0));"
        f"WRITERS[{form!r}](report, PackSet(()));"
        "print([name for name in ('rich', 'httpx', 'ada_url', 'xml', 'dataclasses', 'email') if name in sys.modules],"
        " [name for name in sys.modules if name.startswith('csplint.report.sarif')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy, sarif = ran.stdout.strip().split("] [")
    assert heavy == "["
    assert ("csplint.report.sarif.report" in sarif) is (form == "sarif")
