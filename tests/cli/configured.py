"""Configurations, and what `csplint check` makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from csplint.cli.entry import run
from tests.guide.pages import REST, TAG, Page
from tests.servers import Answer, Server

BAD = Page("bad", f"script-src 'self'; {REST}", TAG)
IGNORE = '[[ignore]]\nrule = "script-host-missing"\nreason = "TICKET-1"\n'


def write(repo: Path, text: str, name: str = "csplint.toml") -> Path:
    path = repo / name
    path.write_text(text, encoding="utf-8")
    return path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run(["check", "--format", "json", *arguments])
    streams = capsys.readouterr()
    assert [line for line in streams.err.splitlines() if " was found, not named, and sets " not in line] == []
    return code, json.loads(streams.out)


def shop(server: Server) -> str:
    return f'packs = ["velaro"]\n\n[[target]]\nname = "shop"\nurl = "{server.url("/")}"\n'


def answer(page: Page) -> Answer:
    return Answer(200, page.response_headers(), page.html().encode())


def names(target: Any, state: str = "new") -> list[str]:
    return [finding["name"] for finding in target["findings"] if finding["state"] == state]
