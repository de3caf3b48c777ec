"""The fast path of `csplint check --policy` gives what typer gives, and leaves to typer what it does not know."""

from __future__ import annotations

import re

import pytest

from csplint.cli import app
from csplint.cli.entry import run
from csplint.cli.fast_path import fast_request

FAST = [
    ["--policy", "script-src 'self'"],
    ["--policy=script-src 'self'", "--format=json"],
    [
        "--policy",
        "script-src 'self'",
        "--report-only",
        "img-src 'none'",
        "--page",
        "https://shop.example/",
        "--format",
        "json",
    ],
    ["--report-only", "img-src 'none'", "--fail-on", "warning"],
    ["--policy", "media-src 'none'", "--feature", "sounds", "--feature=fonts", "--color", "always"],
    ["--policy", "x", "--page", "http://"],
    ["--policy", "", "--format", "json"],
    ["--policy", "a=b; script-src 'nonce-x='"],
]


@pytest.mark.parametrize("arguments", FAST, ids=" ".join)
def test_the_fast_path_does_what_typer_does(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert fast_request(["check", *arguments]) is not None
    ways = []
    for way in (run, app.run):
        code = way(["check", *arguments])
        streams = capsys.readouterr()
        ways.append((code, re.sub(r'"(started_at|duration_ms)": [^,]+', "", streams.out), streams.err))
    assert ways[0] == ways[1]


OTHERS = [
    ["--policy"],
    ["--policy", "x", "-q"],
    ["--policy", "x", "--links", "always"],
    ["--policy", "x", "--show-suppressed"],
    ["--policy", "x", "--extend-select", "VEL"],
    ["--policy", "x", "--format", "nosuch"],
    ["--policy", "x", "--feature", "nosuch"],
    ["--polic", "x"],
    ["shop.example"],
    ["--policy", "x", "shop.example"],
    ["--help"],
    [],
]


@pytest.mark.parametrize("arguments", OTHERS, ids=" ".join)
def test_the_fast_path_leaves_the_rest_to_typer(arguments: list[str]) -> None:
    assert fast_request(["check", *arguments]) is None


def test_the_fast_path_leaves_the_environment_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSPLINT_FORMAT", "json")
    assert fast_request(["check", "--policy", "x"]) is None
