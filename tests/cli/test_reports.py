"""`csplint reports`: files in, an answer and an exit code out."""

from __future__ import annotations

import gzip
import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csplint.cli.entry import run

SHOP = "https://shop.example/"
POLICY = "default-src 'self'; report-uri /r"


def report(directive: str, blocked: str, page: str = SHOP, **other: Any) -> str:
    body = {
        "document-uri": page,
        "referrer": "",
        "violated-directive": directive,
        "effective-directive": directive,
        "original-policy": POLICY,
        "disposition": "report",
        "blocked-uri": blocked,
        "status-code": 200,
        "script-sample": "",
        **other,
    }
    return json.dumps({"csp-report": body})


VELARO = report("script-src-elem", "https://app-cdn.velaro.com/a.js")
INLINE = report("script-src-elem", "inline")
NOISE = report("script-src-elem", "chrome-extension")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "reports.ndjson"


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["reports", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_what_is_needed_and_the_policy_to_send(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"2026-11-27 {VELARO}\n2026-11-28 {VELARO}\n{NOISE}\nbroken\n")
    assert run(["reports", str(file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("4 reports: 2 about the site, 1 noise and 1 not readable.\n")
    assert "✓ Ready to enforce: yes. 0 of 2 reports are left with this policy." in out
    assert "The reports cover only 1 page and 2 days (2026-11-27 to 2026-11-28)." in out
    assert "      script-src 'self' https://app-cdn.velaro.com" in out
    assert 'Widget does not load, console shows "Refused to execute script" (script-refused)' in " ".join(out.split())
    assert "a browser extension: what was blocked begins with chrome-extension: (first in line 3)" in " ".join(
        out.split()
    )
    assert "1  no JSON in it (first in line 4)" in out


def test_what_is_left_ends_with_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"{VELARO}\n{INLINE}\n")
    assert run(["reports", str(file)]) == 1
    out = capsys.readouterr().out
    assert "✗ Ready to enforce: no. 1 of 2 reports is left with this policy." in out
    assert out.index("What is left") < out.index("to do ") < out.index("What this policy allows") < out.index("ready ")
    assert "`csplint check https://shop.example/` prints" in " ".join(out.split())


@pytest.mark.parametrize(("policy", "code"), [("script-src https://app-cdn.velaro.com", 0), ("script-src 'self'", 1)])
def test_a_policy_to_try(file: Path, capsys: pytest.CaptureFixture[str], policy: str, code: int) -> None:
    file.write_text(VELARO)
    header = file.with_name("header.txt")
    header.write_text(f"Content-Security-Policy: {policy}\n")
    assert run(["reports", str(file), "--policy", policy]) == code
    assert run(["reports", str(file), "--policy-file", str(header)]) == code
    assert capsys.readouterr().out.count("The policy you gave:") == 2


def test_json_holds_everything(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"{VELARO}\n{NOISE}\n{{\n")
    code, found = as_json(capsys, str(file))
    assert (code, found["read"], found["grouped"], found["noise"], found["broken"]) == (0, 3, 1, 1, 1)
    assert found["schema"] == "csplint-reports-1"
    assert found["broken_lines"] == [{"file": 0, "line": 3, "reason": "not JSON"}]
    assert found["needs"][0]["row"]["id"] == "script-refused"
    assert found["groups"][0]["need"] == 0
    assert found["enforce"]["ready"] == "yes"


def test_several_files_one_of_them_compressed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"[{VELARO},{VELARO}]")
    packed = file.with_suffix(".gz")
    packed.write_bytes(gzip.compress(f"{VELARO}\n".encode()))
    code, found = as_json(capsys, str(file), str(packed))
    assert (code, found["grouped"]) == (0, 3)


def test_a_compressed_file_that_is_cut_off_is_said_to_be(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "\n".join([VELARO, *(report("img-src", f"https://a.example/{n * 7919 % 10007}") for n in range(2000))])
    file.write_bytes(gzip.compress(lines.encode())[:-2000])
    _, found = as_json(capsys, str(file))
    assert found["broken_reasons"] == {"the compressed file is cut off or damaged": 1}
    assert found["grouped"] > 100


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(VELARO.encode())))
    assert as_json(capsys, "-")[1]["grouped"] == 1


MISTAKES = [
    ([], 2, "no reports: give a FILE"),
    (["{file}", "--policy", "x", "--policy-file", "y"], 2, "--policy and --policy-file are two policies"),
    (["{file}", "--policy", " "], 2, "the policy to try has no directive"),
    (["{file}", "--policy", "img-src a.example, img-src b.example"], 2, "several policies, separated by a comma"),
    (["{file}", "--policy-file", "{file}.missing"], 2, "No such file"),
    (["-", "--policy-file", "-"], 2, "standard input cannot hold both"),
    (["{file}", "--keep", "3"], 2, "--keep is for --collect only"),
    (["{file}", "--collect", "127.0.0.1:0"], 2, "--collect reads no file"),
    (["--collect", "http://127.0.0.1:1"], 2, "is not a host: write 127.0.0.1:8787, without http://"),
    (["--collect", "127.0.0.1:99999"], 2, "is not an address"),
    (["--collect", "127.0.0.1:0", "--output", "/dev/null/x"], 2, "cannot write /dev/null/x"),
    (["{file}.missing"], 3, "No such file"),
    (["{file}"], 3, "no violation report in {file}: line 1: no JSON in it"),
    (["/dev/null"], 3, "no violation report in /dev/null: it is empty"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), MISTAKES)
def test_mistakes_are_named(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, text: str
) -> None:
    file.write_text("nothing")
    assert run(["reports", *(each.format(file=file) for each in arguments)]) == code
    assert text.format(file=file) in capsys.readouterr().err


def test_hostile_text_reaches_no_terminal_and_no_runner(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[2J\x07##vso[task.complete]\u202e"
    lines = [
        report("img-src", f"https://a.example/{evil}", page=f"https://shop.example/{evil}"),
        report(f"img-src {evil}", evil, page=evil),
        report("script-src-elem", "inline", page=f"https://shop.example/$(id)`;{evil}", **{"script-sample": evil}),
        f"::error::{evil}",
    ]
    file.write_text("\n".join(lines))
    run(["reports", str(file), "-v"])
    out = capsys.readouterr().out
    run(["reports", str(file), "--format", "json"])
    out += capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "##vso[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_the_text_fits_80_columns(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file.write_text(f"{VELARO}\n{INLINE}\n{NOISE}\nbroken\n{report('img-src', 'https://shop.example/a')}")
    run(["reports", str(file)])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_100_000_reports_a_tenth_of_them_broken_in_bounded_memory(file: Path) -> None:
    choose = random.Random(15)
    with file.open("w") as out:
        for number in range(100_000):
            line = report("img-src", f"https://pics.example/{number}.png?{number}", page=f"{SHOP}{number % 30_000}")
            cut = choose.randrange(1, len(line)) if number % 10 == 0 else len(line)
            out.write(f"2026-11-28T10:00:00Z {line[:cut]}\n")
    code = (  # not ru_maxrss, which begins with the size of the process that started this one
        "import sys; from csplint.cli.entry import run; code = run(sys.argv[1:]);"
        "[peak] = [each.split()[1] for each in open('/proc/self/status') if each.startswith('VmHWM')];"
        "sys.stderr.write(str(int(peak) // 1024))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "reports", str(file), "--format", "json"],
        capture_output=True,
        check=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert (found["read"], found["grouped"], found["noise"], found["broken"]) == (100_000, 90_000, 0, 10_000)
    assert sum(group["reports"] for group in found["groups"]) == 90_000
    assert found["replay"] == {"allowed": 90_000, "blocked": 0, "unknown": 0}
    assert int(done.stderr) < 150  # MB


def test_a_policy_that_is_not_utf_8_is_no_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The system gives bytes that are no UTF-8 as lone surrogates, which JSON cannot carry."""
    path = tmp_path / "r.json"
    path.write_text(
        '{"csp-report": {"document-uri": "https://a.example/", "violated-directive": "img-src", "blocked-uri": "data"}}'
    )
    run(["reports", str(path), "--policy", "img-src \udc82", "--format", "json"])
    assert "\ufffd" in json.loads(capsys.readouterr().out)["candidate"]["text"]
