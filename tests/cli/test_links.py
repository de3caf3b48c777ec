"""Links to documents: for a person at a terminal, or on request, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csplint.packs.merge import load_packs
from tests.cli.terminal import on_terminal

POLICY = ["check", "--policy", "script-src 'self'", "--select", "script-host-missing"]
LINK = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\")
DOCUMENT = load_packs(()).docs("script-host-missing")

CASES: list[tuple[str, list[str], list[str], dict[str, str], bool]] = [
    # where, options, the streams that are a terminal, environment, whether there are links
    ("a terminal", [], ["stdout"], {}, True),
    ("a pipe", [], ["stderr"], {}, False),
    ("a pipe, always", ["--links", "always"], ["stderr"], {}, True),
    ("a terminal, never", ["--links", "never"], ["stdout"], {}, False),
    ("a dumb terminal", [], ["stdout"], {"TERM": "dumb"}, False),
    ("a dumb terminal, always", ["--links", "always"], ["stdout"], {"TERM": "dumb"}, True),
    ("CI", [], ["stdout"], {"CI": "1"}, False),
    ("GitHub", [], ["stdout"], {"GITHUB_ACTIONS": "true"}, False),
    ("never by the environment", [], ["stdout"], {"CSPLINT_LINKS": "never"}, False),
    ("always by the environment", [], ["stderr"], {"CSPLINT_LINKS": "always"}, True),
    ("without colour", ["--color", "never"], ["stdout"], {}, True),
    ("NO_COLOR", [], ["stdout"], {"NO_COLOR": "1"}, True),
    ("NO_COLOR in a pipe", [], ["stderr"], {"NO_COLOR": "1"}, False),
    ("NO_COLOR, always", ["--links", "always"], ["stderr"], {"NO_COLOR": "1"}, True),
    ("FORCE_COLOR in a pipe", [], ["stderr"], {"FORCE_COLOR": "1"}, False),
    ("FORCE_COLOR in CI", [], ["stdout"], {"FORCE_COLOR": "1", "CI": "true"}, False),
    ("FORCE_COLOR on a dumb terminal", [], ["stdout"], {"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ("colour always", ["--color", "always"], ["stderr"], {}, False),
]


@pytest.mark.parametrize(
    ("options", "terminal", "environment", "linked"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_links(options: list[str], terminal: list[str], environment: dict[str, str], linked: bool) -> None:
    ran = on_terminal(*POLICY, *options, terminal=terminal, environment=environment)
    assert ran.code == 1
    # The rule's name, and the end of its link.
    assert LINK.findall(ran.shown + ran.piped) == ([DOCUMENT, ""] if linked else [])


COLOURS: list[tuple[str, list[str], list[str], dict[str, str], bool]] = [
    ("a terminal", [], ["stdout"], {}, True),
    ("a pipe", [], ["stderr"], {}, False),
    ("a dumb terminal", [], ["stdout"], {"TERM": "dumb"}, False),
    ("a dumb terminal, always", ["--color", "always"], ["stdout"], {"TERM": "dumb"}, True),
    ("FORCE_COLOR on a dumb terminal", [], ["stdout"], {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ("NO_COLOR", [], ["stdout"], {"NO_COLOR": "1"}, False),
    ("NO_COLOR, empty", [], ["stdout"], {"NO_COLOR": ""}, True),
    ("NO_COLOR and FORCE_COLOR", [], ["stdout"], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ("NO_COLOR, always", ["--color", "always"], ["stdout"], {"NO_COLOR": "1"}, True),
    ("FORCE_COLOR in a pipe", [], ["stderr"], {"FORCE_COLOR": "1"}, True),
    ("CI with a terminal", [], ["stdout"], {"CI": "true"}, True),
]


@pytest.mark.parametrize(
    ("options", "terminal", "environment", "coloured"),
    [case[1:] for case in COLOURS],
    ids=[case[0] for case in COLOURS],
)
def test_colours(options: list[str], terminal: list[str], environment: dict[str, str], coloured: bool) -> None:
    ran = on_terminal(*POLICY, *options, terminal=terminal, environment=environment)
    assert ("\x1b[" in ran.shown + ran.piped) is coloured


def test_nothing_but_text_on_a_dumb_terminal(tmp_path: Path) -> None:
    files = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]  # two targets, as progress is for several
    assert "\x1b" not in on_terminal("check", *files, environment={"TERM": "dumb"}).shown


def test_the_fast_path_links_like_typer() -> None:
    fast = on_terminal(*POLICY)
    assert fast.shown == on_terminal(*POLICY, environment={"CSPLINT_LINKS": "auto"}).shown
    assert DOCUMENT in LINK.findall(fast.shown)


def test_a_page_makes_no_link() -> None:
    evil = "connect-src 'none'; script-src https://evil.example/\x1b]8;;https://evil.example/\x1b\\x [link=https://evil.example]y[/link]"
    ran = on_terminal("check", "--policy", evil, "--links", "always", "--report-only", evil)
    targets = set(LINK.findall(ran.shown))
    assert DOCUMENT in targets
    assert not [target for target in targets if "evil" in target]


def test_a_file_has_no_links(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    ran = on_terminal(*POLICY, "--links", "always", "--output", f"text={file}")
    assert LINK.search(ran.shown)
    assert "\x1b" not in file.read_text(encoding="utf-8")
