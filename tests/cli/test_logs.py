"""
Whatever stands in an argument, a file's name, a policy, a pack or a configuration: no reader of a log finds a command.

All commands write through the real streams; `tests.report.runner` reads what they write as the CI services do.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csplint.__main__ as entry
import csplint.cli.entry as application
from csplint.cli.entry import run
from csplint.cli.streams import guarded
from csplint.report.escape import harmless, harmless_json, is_hidden
from tests.cli.terminal import plain_environment
from tests.report.runner import commands, log_lines

EVIL = (
    "\n::error::a\n  ::set-output name=x::b\r::add-mask::c\x0b::stop-commands::d\n##[error]e ##[group]f "
    "##vso[task.setvariable variable=x]g ##vso ##teamcity[message text='h']\nsection_start:1:i\r\x1b[0K"
    "\x1b]0;j\x07\x9b31m\u202ek\u200bl\u2028::error::m\x85::error::n\ufeff\u00ad::error::o\U000e0041"
)
NASTY = [
    "::error::x", "::", ":", "#", "##[", "##vso[a.b]", "##teamcity[x 'y']", "[", "]", "\n", "\r", "\x1b[0K", "\x1b[31m",
    "section_end:1:x", "\u202e", "\u200b", "\x9b", " ", "\t", "\u3000", "vso", "\u2028", "\ud800", "日本", "'self'", ";",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(NASTY), max_size=12).map("".join)
FORMATS = ["text", "concise", "json", "sarif", "junit", "gitlab", "markdown", "html"]
URL = "https://shop.example/"


def command_lines(evil: str) -> list[list[str]]:
    """Each command and each place of a command line that takes text."""
    return [
        *(["check", "--format", form, "--policy", f"script-src {evil}; {evil}"] for form in FORMATS),
        *(["check", "--format", form, f"{evil}.html"] for form in FORMATS),
        ["check", "-v", "--color", "always", "--links", "always", "--policy", f"script-src {evil}", "--page", URL],
        *(["check", "--policy", "x", option, evil] for option in ("--page", "--select", "--pack", "--feature")),
        *(["check", "--policy", "x", option, evil] for option in ("--output", "--config", "--baseline", "--format")),
        ["check", "--policy", "x", "--output", f"json=no-such-folder/{evil}"],
        ["check", f"--{evil}"],
        ["check", f"--jobs={evil}", "x"],
        [evil],
        ["fix", "--policy", f"script-src {evil}"],
        *(["fix", "--policy", f"script-src {evil}", "--as", form] for form in ("diff", "header", "meta", "json")),
        ["allows", "-v", "--policy", f"script-src {evil}", "script", URL],
        ["allows", "--policy", f"script-src {evil}", evil, evil],
        ["allows", "--policy", "x", "script", evil],
        ["allows", "--batch", "batch.jsonl"],
        ["allows", "--batch", evil],
        ["explain", evil],
        ["explain", "x", f"--{evil}"],
        ["rules", "--format", evil],
        ["rules", "--pack", evil],
        ["config", "--config", evil],
        ["config", evil],
        ["pack", "check", evil],
        ["pack", evil],
        ["baseline", "--policy", "x", "--out", f"no-such-folder/{evil}"],
        ["demo", "--format", evil],
        ["schema", evil],
    ]


def obeyed(text: str) -> list[str]:
    """What a reader of this log obeys."""
    hidden = sorted({repr(char) for char in text if is_hidden(char) and char not in "\n\t"})
    return [found for line in log_lines(text) for found in commands(line)] + hidden


OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https://[!-~]+)?\x1b\\")


def output(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    run(arguments)
    streams = capsys.readouterr()
    out = OWN_COLOURS.sub("", streams.out) if "--color" in arguments else streams.out
    return f"{out}\n{streams.err}"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    case = {"page": URL, "policies": [{"value": EVIL}], "requests": [{"kind": "script", "url": URL}], EVIL: EVIL}
    lines = [json.dumps(case, ensure_ascii=False), json.dumps({EVIL: 1}, ensure_ascii=False), EVIL]
    (tmp_path / "batch.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("arguments", command_lines(EVIL), ids=lambda words: " ".join(words)[:40].encode().hex()[:24])
def test_no_command_writes_a_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert obeyed(output(arguments, capsys)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(evil=HOSTILE.filter(bool), choice=st.data())
def test_no_text_becomes_a_command(evil: str, choice: st.DataObject, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = choice.draw(st.sampled_from(command_lines(evil)))
    assert obeyed(output(arguments, capsys)) == []


@pytest.mark.parametrize("arguments", [["config"], ["check"], ["check", "--policy", "x"], ["baseline"]])
def test_no_configuration_is_obeyed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    evil = json.dumps(EVIL)
    for text in (
        f"{evil} = 1\n",
        f"user-agent = {evil}\n",
        f"[[target]]\nname = {evil}\nurl = {evil}\n",
        f"x = {EVIL}",
    ):
        Path("csplint.toml").write_text(text, encoding="utf-8")
        assert obeyed(output(arguments, capsys)) == []


def test_a_file_with_such_a_name_is_written_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    name = EVIL.replace("/", "")
    assert "wrote " in output(["baseline", "--policy", "script-src 'self'", "--out", name], capsys).replace("\\", "")
    assert Path(name).exists()
    Path("link").symlink_to(name)
    assert obeyed(output(["check", "--policy", "x", "--output", "json=link"], capsys)) == []


def test_of_an_annotation_only_its_own_command_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(["check", "--format", "github", "--policy", f"script-src {EVIL}; {EVIL}"], capsys)
    found = [line for line in log_lines(text) if commands(line)]
    assert found
    for line in found:
        assert re.match(r"::(error|warning|notice) title=csplint ", line)
        assert set(commands(line)) == {line}


@pytest.mark.parametrize("form", ["text", "github", "concise", "markdown"])
def test_a_file_is_as_harmless_as_standard_output(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--policy", f"script-src {EVIL}", "--output", f"{form}=out"])
    capsys.readouterr()
    text = Path("out").read_text(encoding="utf-8")
    assert [each for each in obeyed(text) if not each.startswith(("::error ", "::warning ", "::notice "))] == []


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_bug_writes_no_command(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: list[str]) -> int:
        raise ValueError(EVIL)

    monkeypatch.setattr(application, "run", fails)
    monkeypatch.setattr(sys, "argv", ["csplint", "check"])
    monkeypatch.setenv("CSPLINT_DEBUG", debug)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 70
    errors = capsys.readouterr().err
    assert obeyed(errors) == []
    assert ("Traceback" in errors) is bool(debug)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_plain_stream_is_no_way_around(encoding: str) -> None:
    """The command-line library opens a stream of ASCII again, behind the guard, if it can."""
    for arguments in (["::error::x ##[error]é\u202e"], ["check", "--é##vso[task.x]"]):
        done = subprocess.run(
            [sys.executable, "-m", "csplint", *arguments],
            capture_output=True,
            env={**plain_environment(), "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding},
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert obeyed(done.stderr.decode(encoding)) == []


def test_a_shell_that_asks_for_words_gets_no_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "csplint check --select ##vso[task.x],VEL001"
    for name, value in (("_CSPLINT_COMPLETE", "complete_bash"), ("COMP_WORDS", line), ("COMP_CWORD", "3")):
        monkeypatch.setenv(name, value)
    run([])
    out = capsys.readouterr().out
    assert "VEL001" in out
    assert obeyed(out) == []


@given(st.lists(HOSTILE, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_command_in_pieces_is_found(pieces: list[str], flushed: list[bool]) -> None:
    before, sys.stdout = sys.stdout, io.StringIO()
    try:
        with guarded():
            for piece, is_flushed in zip(pieces, flushed, strict=False):
                sys.stdout.write(piece)
                if is_flushed:
                    sys.stdout.flush()
        text = sys.stdout.getvalue()
    finally:
        sys.stdout = before
    assert obeyed(text) == []


@given(st.one_of(HOSTILE, st.text()))
def test_what_is_harmless_stays_and_json_stays_the_same_value(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
    written = json.dumps([text, {text: 1}], ensure_ascii=False, indent=1)
    assert json.loads(harmless_json(written)) == [text, {text: 1}]
    assert obeyed(harmless_json(written)) == []


def test_ordinary_output_is_unchanged() -> None:
    for text in (
        "✓ ready — «x» …\n\tb\n",
        "a::b ## c #[d]",
        "日本 e\u0301 \u00a0\n",
        "".join(traceback.format_stack()),
    ):
        assert harmless(text) == text


def test_nothing_is_written_around_the_guard() -> None:
    """Only the writers of reports and the progress write what they mean as a command."""
    root = Path(application.__file__).parents[1]
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"\bown\(|std(out|err)\.buffer|__std(out|err)__", path.read_text(encoding="utf-8"))
    }
    assert users == {"cli/streams.py", "cli/write.py", "cli/progress.py"}
