"""Entries of a baseline that no longer occur are reported, if the run looked for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csplint.cli.entry import run
from csplint.engine.baseline import load_baseline
from csplint.report.phrases import counted
from tests.cli.terminal import plain_environment
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.servers import Answer, serve

BAD = f"script-src 'self'; {REST}"
GOOD = f"{HOSTED}; {REST}"
KNOWN = "known.json"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def answer(policy: str) -> Answer:
    page = Page("page", policy, TAG)
    return Answer(200, page.response_headers(), page.html().encode())


def save(name: str, policy: str) -> str:
    """A saved response with this policy."""
    Path(name).write_bytes(answer(policy).to_bytes())
    return name


def write_baseline(*targets: str) -> None:
    """Write the baseline of these targets, only for the vendor's pack."""
    Path("csplint.toml").write_text('packs = ["velaro"]\n', encoding="utf-8")
    assert run(["baseline", *targets, "-o", KNOWN]) == 0


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[dict[str, str]]]:
    """Exit code, the lines of standard error, and what the JSON report says is gone."""
    capsys.readouterr()
    code = run(["check", "--baseline", KNOWN, "--format", "json", *arguments])
    streams = capsys.readouterr()
    return code, streams.err.splitlines(), json.loads(streams.out)["gone"]


def test_a_fixed_finding_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with serve([answer(BAD), answer(GOOD)]) as server:
        url = server.url("/")
        write_baseline(url)
        (entry,) = load_baseline(KNOWN).findings
        code, errors, gone = checked(capsys, url)
    assert code == 0
    assert entry.rule == "script-host-missing"
    assert gone == [{"fingerprint": entry.fingerprint, "rule": entry.rule, "target": url, "message": entry.message}]
    assert errors == [
        f"csplint: {KNOWN}: 1 known finding does not occur any more",
        f"  {url}: script-host-missing: {entry.message}",
        "Run `csplint baseline` again with all its targets; until then they would be accepted if they reappear.",
    ]


def test_nothing_is_reported_while_the_finding_occurs(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline(save("a.txt", BAD))
    assert checked(capsys, "a.txt") == (0, [], [])


def test_a_new_baseline_ends_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline(save("a.txt", BAD))
    save("a.txt", GOOD)
    assert checked(capsys, "a.txt")[1] != []
    write_baseline("a.txt")
    assert checked(capsys, "a.txt") == (0, [], [])


NOT_LOOKED_FOR: list[tuple[str, list[str], int]] = [
    ("another target", ["b.txt"], 0),
    ("rules that were not selected", ["a.txt", "--select", "VEL02"], 0),
    ("a rule that was left out", ["a.txt", "--ignore", "script-host-missing"], 0),
    ("a pack that was not used", ["a.txt", "--no-config", "--pack", "syntax"], 0),
    ("a target that failed", ["nosuch.txt"], 3),
]


@pytest.mark.parametrize(("arguments", "code"), [c[1:] for c in NOT_LOOKED_FOR], ids=[c[0] for c in NOT_LOOKED_FOR])
def test_nothing_is_reported_that_the_run_did_not_look_for(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    save("nosuch.txt", BAD)
    write_baseline(save("a.txt", BAD), "nosuch.txt")
    save("a.txt", GOOD)
    save("b.txt", GOOD)
    Path("nosuch.txt").unlink()
    assert checked(capsys, *arguments) == (code, [], [])
    assert len(checked(capsys, "a.txt")[2]) == 1


HIDDEN = [
    ("by an ignore", '[[ignore]]\nrule = "script-host-missing"\nreason = "r"\n', []),
    ("by its level", '[severity]\nscript-host-missing = "info"\n', ["--min-severity", "warning"]),
]


@pytest.mark.parametrize(("config", "arguments"), [case[1:] for case in HIDDEN], ids=[case[0] for case in HIDDEN])
def test_a_hidden_finding_still_occurs(capsys: pytest.CaptureFixture[str], config: str, arguments: list[str]) -> None:
    write_baseline(save("a.txt", BAD))
    Path("csplint.toml").write_text(f'packs = ["velaro"]\n{config}', encoding="utf-8")
    assert checked(capsys, "a.txt", *arguments) == (0, [], [])


def test_many_entries_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline(save("a.txt", "default-src 'none'"))
    known = load_baseline(KNOWN).findings
    assert len(known) > 6
    save("a.txt", GOOD)
    _, errors, gone = checked(capsys, "a.txt")
    assert errors[0] == f"csplint: {KNOWN}: {len(known)} known findings do not occur any more"
    assert errors[1:6] == [f"  a.txt: {entry.rule}: {entry.message}" for entry in known[:5]]
    assert errors[6] == f"  and {len(known) - 5} more"
    assert [entry["fingerprint"] for entry in gone] == [entry.fingerprint for entry in known]


def test_quiet_leaves_them_to_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline(save("a.txt", BAD))
    save("a.txt", GOOD)
    _, errors, gone = checked(capsys, "a.txt", "-q")
    assert errors == []
    assert len(gone) == 1


def test_nothing_in_a_baseline_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline(save("a.txt", BAD))
    save("a.txt", GOOD)
    content: dict[str, Any] = json.loads(Path(KNOWN).read_bytes())
    content["findings"][0]["message"] = "a\x1b[2J ##[error]b\n::error::c"
    Path(KNOWN).write_text(json.dumps(content), encoding="utf-8")
    assert checked(capsys, "a.txt")[1][1].endswith("missing: a\\x1b[2J ##\\[error]b\\x0a::error::c")


def test_a_closed_standard_error_changes_nothing_about_the_result() -> None:
    write_baseline(save("a.txt", BAD))
    save("a.txt", BAD.replace("blob:", "").replace("'self'; ", "'self' https://app-cdn.velaro.com; "))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "csplint", "check", "a.txt", "--baseline", KNOWN, "--format", "concise"],
            stdout=subprocess.PIPE,
            stderr=closed,
            env=plain_environment(),
            timeout=60,
            check=False,
        )
    assert b"missing-frame-blob" in done.stdout
    assert done.returncode == 1


UNUSED = '[[ignore]]\nrule = "missing-img-cdn"\nreason = "r"\n'
ACCEPTED = '[[ignore]]\nrule = "script-host-missing"\nreason = "r"\n'


@pytest.mark.parametrize(("config", "rules"), [(UNUSED, ["script-host-missing"]), (ACCEPTED, [])])
def test_a_baseline_holds_what_no_ignore_accepts_and_nothing_about_settings(
    capsys: pytest.CaptureFixture[str], config: str, rules: list[str]
) -> None:
    Path("csplint.toml").write_text(f'packs = ["velaro"]\n{config}', encoding="utf-8")
    assert run(["baseline", save("a.txt", BAD), "-o", KNOWN]) == 0
    assert [entry.rule for entry in load_baseline(KNOWN).findings] == rules
    assert capsys.readouterr().err == f"wrote {counted(len(rules), 'finding')} to {KNOWN}\n"
