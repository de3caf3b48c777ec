"""Shell completion: the scripts that shells source, and the answers they get."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.cli.terminal import plain_environment

FORMATS = ["text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"]

ANSWERS: list[tuple[str, list[str]]] = [
    # the line so far, the words that can complete it
    ("csplint ch", ["check"]),
    ("csplint check --show-s", ["--show-suppressed"]),
    ("csplint check --se", ["--select", "--severity"]),
    ("csplint check --extend-select VEL001", ["VEL001"]),
    ("csplint check --select SEC001,VEL001", ["SEC001,VEL001"]),
    ("csplint check --ignore missing-img", ["missing-img-cdn", "missing-img-data"]),
    ("csplint explain missing-img", ["missing-img-cdn", "missing-img-data"]),
    ("csplint check --links ", ["auto", "always", "never"]),
    ("csplint check --format ", FORMATS),
    ("csplint check --feature ", ["sounds", "calendly", "video", "fonts"]),
    ("csplint check --feature so", ["sounds"]),
    ("csplint check --pack de", ["delivery"]),
    ("csplint check --pack ./own", []),  # a file: the shell's own business
    ("csplint fix --as ng", ["nginx"]),
    ("csplint fix --as django", ["django", "django-csp"]),
    ("csplint allows inline-s", ["inline-script", "inline-style"]),
    ("csplint check --nosuch", []),
]


def words(line: str) -> tuple[str, str]:
    """The words as bash hands them over, and the number of the one that is completed."""
    return line, str(len(line.split(" ")) - 1)


@pytest.mark.parametrize(("line", "answers"), ANSWERS, ids=[line for line, _ in ANSWERS])
def test_bash_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, answers: list[str]
) -> None:
    typed, number = words(line)
    for name, value in (("_CSPLINT_COMPLETE", "complete_bash"), ("COMP_WORDS", typed), ("COMP_CWORD", number)):
        monkeypatch.setenv(name, value)
    assert run([]) == 0
    assert capsys.readouterr().out.split() == answers


OTHERS = [
    ("zsh", {}, '"--select":"Check only these rules'),
    ("fish", {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}, "--select\tCheck only these rules"),
]


@pytest.mark.parametrize(("shell", "more", "answer"), OTHERS, ids=["zsh", "fish"])
def test_zsh_and_fish_are_answered_with_the_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str, more: dict[str, str], answer: str
) -> None:
    asked = {"_CSPLINT_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "csplint check --sel", **more}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    assert run([]) == 0
    assert answer in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    monkeypatch.setenv("_CSPLINT_COMPLETE", f"source_{shell}")
    assert run([]) == 0
    assert f"_CSPLINT_COMPLETE=complete_{shell}" in capsys.readouterr().out


@pytest.fixture
def bash(tmp_path: Path) -> Path:
    """A home with the command on the way to it, for a bash that reads nothing of the user's."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    command = tmp_path / "bin/csplint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m csplint "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


def typed_in_bash(home: Path, script: str) -> str:
    path = f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", f"{script}\ntrue"],  # not its last command: that would take its place
        capture_output=True,
        text=True,
        env=plain_environment(HOME=str(home), PATH=path),
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


ASK = """
COMP_WORDS=(csplint check --show-s); COMP_CWORD=2
_csplint_completion csplint
printf '%s\\n' "${COMPREPLY[@]}"
"""


def test_bash_completes_after_show_completion(bash: Path) -> None:
    assert typed_in_bash(bash, f'eval "$(csplint --show-completion)"\n{ASK}') == "--show-suppressed\n"


def test_bash_completes_after_install_completion(bash: Path) -> None:
    typed_in_bash(bash, "csplint --install-completion")
    assert typed_in_bash(bash, f"source ~/.bashrc\n{ASK}") == "--show-suppressed\n"
