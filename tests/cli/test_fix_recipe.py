"""`csplint fix --as nginx`: what to paste into a server."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from csplint.cli.entry import run
from csplint.cli.fix import As
from csplint.servers.recipes.registry import SERVERS
from tests.servers import HTML, Answer, serve

POLICY = "default-src 'self'; script-src 'self' https://app-cdn.velaro.com"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["fix", *arguments])
    return code, capsys.readouterr().out


def test_the_option_knows_every_server() -> None:
    assert set(get_args(As)) == {"diff", "header", "json", "server"} | set(SERVERS)


def test_a_server_gets_the_corrected_policy(capsys: pytest.CaptureFixture[str]) -> None:
    _, header = printed(capsys, "--policy", POLICY, "--as", "header")
    value = header.splitlines()[1].removeprefix("Content-Security-Policy: ")
    code, out = printed(capsys, "--policy", POLICY, "--as", "nginx")
    assert f'add_header Content-Security-Policy "{value}" always;' in out.splitlines()
    assert out.startswith("# policy\n# for nginx\n")
    assert code == 0


def test_report_only(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = printed(capsys, "--policy", POLICY, "--as", "apache", "--as-report-only")
    assert "Header always set Content-Security-Policy-Report-Only" in out
    assert "# note: Report-only blocks nothing" in out


@pytest.mark.parametrize("arguments", [[], ["--as", "json"], ["--as", "header"]])
def test_report_only_is_for_a_server(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["fix", "--policy", POLICY, "--as-report-only", *arguments]) == 2
    assert "--as-report-only is for a server" in capsys.readouterr().err


def test_the_server_is_chosen_by_the_response(capsys: pytest.CaptureFixture[str]) -> None:
    headers = [HTML, ("Server", "nginx/1.28"), ("X-Powered-By", "PHP/8.4"), ("Content-Security-Policy", POLICY)]
    with serve(Answer(headers=headers, body=b"<!doctype html><title>a</title>")) as server:
        _, out = printed(capsys, server.url("/"), "--as", "server")
    assert out.splitlines()[1].startswith("# for PHP: ")
    assert "(or --as nginx)" in out.splitlines()[1]
    assert "header('Content-Security-Policy: default-src" in out


def test_without_a_mark_the_server_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = printed(capsys, "--policy", POLICY, "--as", "server")
    assert code == 1
    assert "name yours with --as: nginx, apache" in out


def test_a_policy_that_the_server_cannot_hold_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = printed(capsys, "--policy", "default-src 'self'; img-src {$A}", "--as", "caddy")
    assert code == 1
    assert "no recipe for Caddy" in out


def test_nothing_hostile_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = printed(capsys, "--policy", "default-src 'self'; img-src 'self' \x1b[31m \u202ex", "--as", "nginx")
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_no_nonce_of_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    for name in set(SERVERS) - {"meta"}:
        _, out = printed(capsys, "--policy", f"script-src 'nonce-{nonce}'; object-src 'none'", "--as", name)
        assert nonce not in out


def test_a_recipe_that_makes_the_nonce_leaves_no_step_for_that(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'"
    _, header = printed(capsys, "--policy", policy, "--as", "header")
    _, recipe = printed(capsys, "--policy", policy, "--as", "express")
    assert "Make at least 16 random bytes" in header
    assert "random bytes" not in recipe
    assert "randomBytes(16)" in recipe
    assert "# to do: Add base-uri 'none'." in recipe.splitlines()


def test_a_file_with_a_weak_nonce_gets_a_recipe_without_that_step(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.conf").write_text(
        "server { add_header Content-Security-Policy \"script-src 'nonce-$request_id' 'strict-dynamic'\" always; }"
    )
    _, recipe = printed(capsys, "a.conf", "--as", "php")
    assert "Let the application make the nonce" not in recipe
    assert "random_bytes(16)" in recipe
