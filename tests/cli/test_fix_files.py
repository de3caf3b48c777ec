"""`csplint fix --write` and `--diff`: policies corrected in the files that send them, every other byte as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from csplint.cli.entry import run

NGINX = """events {}
http {
  server {
    server_name shop.example;  # the shop
    add_header Content-Security-Policy "default-src 'self'; script-src 'self' 'nonce-$request_id'; img-scr 'self'" always;
    location / { root /srv; }
    location /assets/ { expires 1y; }
  }
}
"""
HEADERS = (
    "/*\r\n  Content-Security-Policy: default-src 'self'; script-src 'self' https://app-cdn.velaro.com\r\n  X-A: b\r\n"
)
WORKS = "default-src *; style-src * 'unsafe-inline'; img-src * data:; frame-src * blob: 'self'; connect-src * wss:"


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_a_mistyped_directive_in_nginx(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "nginx.conf", NGINX)
    path.chmod(0o640)
    assert run(["fix", str(path), "--write", "--vendor", "none"]) == 0
    assert path.read_text() == NGINX.replace("img-scr", "img-src")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "wrote" in capsys.readouterr().err


def test_what_the_widget_needs_and_the_server_s_own_nonce_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "nginx.conf", NGINX)
    assert run(["fix", str(path), "--write"]) == 0
    text = path.read_text()
    assert "'nonce-$request_id' https://app-cdn.velaro.com;" in text
    assert text.partition("add_header")[0] == NGINX.partition("add_header")[0]
    assert text.partition(" always;")[2] == NGINX.partition(" always;")[2]
    assert run(["check", str(path)]) == 0


def test_line_ends_stay(tmp_path: Path) -> None:
    path = written(tmp_path / "_headers", HEADERS)
    assert run(["fix", str(path), "--write"]) == 0
    lines = path.read_bytes().split(b"\r\n")
    assert [lines[0], *lines[2:]] == [b"/*", b"  X-A: b", b""]
    assert b"connect-src 'self' https://*.velaro.com" in lines[1]


def test_a_diff_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "nginx.conf", NGINX)
    assert run(["fix", str(path), "--diff", "--vendor", "none"]) == 1
    assert path.read_text() == NGINX
    lines = capsys.readouterr().out.splitlines()
    assert [line[:60].split("add_header")[0] for line in lines if line[:2] in {"- ", "+ "}] == ["-    ", "+    "]


def test_nothing_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "_headers", f"/*\n  Content-Security-Policy: {WORKS}\n")
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert run(["fix", str(path), "--write", "--ignore", "SEC", "--ignore", "VEL06"]) == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert "wrote" not in capsys.readouterr().err


def test_only_configuration_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "--policy", "img-src *", "--write"]) == 2
    assert "need configuration files" in capsys.readouterr().err


def test_a_broken_file_is_said_and_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "http { server { add_header Content-Security-Policy \"default-src 'self';\n"
    path = written(tmp_path / "nginx.conf", text)
    assert run(["fix", str(path), "--write"]) == 3
    assert path.read_text() == text
    assert "nginx.conf" in capsys.readouterr().err


def test_findings_point_into_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "nginx.conf", NGINX)
    assert run(["check", str(path), "--format", "concise", "--vendor", "none", "--select", "SYN"]) == 1
    [line] = [each for each in capsys.readouterr().out.splitlines() if "unknown-directive" in each]
    column = NGINX.splitlines()[4].index("img-scr") + 1
    assert line.startswith(f"{path}:5:{column}: error[SYN001]")
