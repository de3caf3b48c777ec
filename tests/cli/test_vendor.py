"""`--vendor`: which values are valid, and what reaches the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.check_request import check_request
from csplint.cli.completion import complete_vendor
from csplint.cli.config.settings import COMMAND_LINE, Value, read_settings
from csplint.cli.entry import run
from csplint.packs.vendor_index import vendor_index
from tests.cli.configured import write


def vendors(*words: str) -> tuple[str, ...]:
    return check_request(read_settings({"vendors": Value(list(words), COMMAND_LINE)})).vendors


def test_values_reach_the_request_once_and_in_order(repo: Path) -> None:
    assert vendors() == ()
    assert vendors("auto", "velaro", "auto") == ("auto", "velaro")
    assert vendors("none") == ("none",)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["velaroo"],
            "there is no vendor 'velaroo' (valid values: velaro, auto, none and what `csplint vendors` lists); did you mean 'velaro'?",
        ),
        (["page"], "there is no vendor 'page'"),  # a pack, but not of a vendor
        (["none", "velaro"], "'none' cannot be combined with other vendors"),
    ],
)
def test_other_values_are_mistakes(
    repo: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    options = [part for word in words for part in ("--vendor", word)]
    assert run(["check", "--policy", "x", *options]) == 2
    assert f"csplint: --vendor: {message}" in capsys.readouterr().err


def test_only_vendors_of_the_loaded_packs_are_valid(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "x", "--pack", "syntax", "--vendor", "velaro"]) == 2
    assert "(valid values: auto, none)" in capsys.readouterr().err


def test_the_file_and_the_environment_set_vendors(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(repo, '\nvendors = ["auto"]\n')
    assert check_request(read_settings({})).vendors == ("auto",)
    monkeypatch.setenv("CSPLINT_VENDOR", "velaro auto")
    assert run(["config"]) == 0
    assert "vendors = velaro, auto  # environment (CSPLINT_VENDOR)\n" in capsys.readouterr().out
    monkeypatch.delenv("CSPLINT_VENDOR")
    write(repo, '\nvendors = ["nosuch"]\n')
    assert run(["check", "--policy", "x"]) == 2
    assert f"csplint: {path}:2: there is no vendor 'nosuch'" in capsys.readouterr().err


def test_completion() -> None:
    assert complete_vendor("") == ["velaro", *(each.id for each in vendor_index()), "auto", "none"]
    assert complete_vendor("aut") == ["auto"]
