"""The folder that a command runs in."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's folder; the current folder is one in it."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "deploy"
    inner.mkdir()
    monkeypatch.chdir(inner)
    return tmp_path
