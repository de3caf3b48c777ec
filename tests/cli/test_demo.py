"""The demo shows what it promises, page by page."""

from __future__ import annotations

import json

import pytest

from csplint.cli.entry import run
from csplint.demo.pages import PAGES


def test_every_page_of_the_demo_shows_its_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--format", "json"]) == 0
    streams = capsys.readouterr()
    targets = json.loads(streams.out)["targets"]
    assert len(targets) == len(PAGES)
    for page, target in zip(PAGES, targets, strict=True):
        assert target["target"].endswith(page.path)
        assert target["outcome"] == "checked"
        names = [
            part["name"]
            for finding in target["findings"]
            if finding["severity"] != "info"
            for part in finding["parts"] or [finding]
        ]
        assert page.shows in names if page.shows else names == [], page.path
    assert "csplint check https://your-shop.example/" in streams.err


def test_demo_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    text = capsys.readouterr().out
    assert text.count("✓ The Velaro live chat works: all 10 needs are met.\n") == 5
    assert "✗ The Velaro live chat does not load.\n" in text
    assert "inline-embed-under-allow-list" in text
