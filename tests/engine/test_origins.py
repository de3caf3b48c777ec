"""`--source`: which file sends which policy, what another sender adds, and what got lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.servers import Answer, serve

CSP = "Content-Security-Policy"
HTML = ("Content-Type", "text/html")
NGINX = """server {
  server_name shop.example;
  add_header Content-Security-Policy "default-src 'self'; script-src 'self' 'nonce-$request_id'" always;
  location /shop/ {
    add_header Content-Security-Policy "default-src 'none'" always;
  }
}
"""
OTHER = "img-src *"


def lines(capsys: pytest.CaptureFixture[str], nginx: Path, *policies: str) -> list[str]:
    answer = Answer(200, [HTML, *((CSP, policy) for policy in policies)], b"<!doctype html><p>a shop")
    with serve(answer) as server:
        run(["check", server.url("/"), "--source", str(nginx), "--format", "concise", "--vendor", "none"])
    return [each.partition("note: ")[2] for each in capsys.readouterr().out.splitlines() if "note: " in each]


@pytest.fixture
def nginx(tmp_path: Path) -> Path:
    path = tmp_path / "nginx.conf"
    path.write_text(NGINX)
    return path


def test_the_file_that_sends_it(nginx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In another order, with the nonce that the server made."""
    found = lines(capsys, nginx, "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8g==' 'self'; default-src 'self'")
    assert found == [
        f"Policy 1 comes from {nginx}, line 3 (server shop.example).",
        f"The policy of {nginx}, line 5 (location /shop/ in server shop.example) did not arrive with this response.",
    ]


def test_another_sender_and_what_is_changed_on_the_way(nginx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lines(capsys, nginx, "default-src 'self'; script-src 'self'", OTHER)
    assert [each[:38] for each in found[:2]] == [
        "No file of --source has policy 1: anot",
        "No file of --source has policy 2: anot",
    ]
    assert len([each for each in found if "did not arrive" in each]) == 2


def test_a_file_that_sends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing")
    assert run(["check", "--policy", "img-src *", "--source", str(path)]) == 2
    assert f"--source {path}" in capsys.readouterr().err
