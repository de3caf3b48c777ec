"""A header of the user's is for one origin."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.cli.configured import BAD, answer, write
from tests.servers import redirect, serve

SECRET = "X-Token: s3cr3t"


def test_one_header_does_not_go_to_two_origins(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as one, serve(answer(BAD)) as two:
        assert run(["check", one.url(), two.url(), "-H", SECRET]) == 2
        assert one.requests == two.requests == []
        errors = capsys.readouterr().err
        assert (
            f"--header: a header is for one origin, and the targets have 2: {one.url('')}, {two.url('')}; use "
            in errors
        )
        assert "--header-for ORIGIN 'NAME: VALUE'" in errors
        assert "s3cr3t" not in errors
        assert run(["check", one.url("/a"), one.url("/b"), "-H", SECRET]) == 1
        assert {request.header("X-Token") for request in one.requests} == {"s3cr3t"}


def test_a_header_for_an_origin(repo: Path) -> None:
    write(repo / "deploy", "default-src 'self'", "saved.txt")
    with serve(answer(BAD)) as one, serve(answer(BAD)) as two:
        given = [
            "--header-for",
            one.url(),
            "X-A: 1",
            "--header-for",
            two.url(""),
            "X-A: 2",
            "--header-for",
            one.url(),
            "X-B: 3",
        ]
        assert run(["check", one.url("/a"), two.url("/b"), "saved.txt", *given]) in {1, 3}
        assert {(request.header("X-A"), request.header("X-B")) for request in one.requests} == {("1", "3")}
        assert {(request.header("X-A"), request.header("X-B")) for request in two.requests} == {("2", None)}


def test_a_redirect_to_another_origin_drops_it(repo: Path) -> None:
    with serve(answer(BAD)) as two, serve(redirect(two.url("/x"))) as one:
        assert run(["check", one.url(), "--header-for", one.url(), SECRET]) == 1
        assert run(["check", one.url(), "-H", SECRET]) == 1
        assert {request.header("X-Token") for request in one.requests} == {"s3cr3t"}
        assert {request.header("X-Token") for request in two.requests} == {None}


def test_the_variable_has_one_per_line(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And may name origins that a run does not check."""
    with serve(answer(BAD)) as server:
        monkeypatch.setenv("CSPLINT_HEADER_FOR", f"{server.url()} X-A: b c\nhttps://other.example X-A: d\n")
        assert run(["check", server.url()]) == 1
        assert {request.header("X-A") for request in server.requests} == {"b c"}


WRONG = [
    (["--header-for", "http://127.0.0.1:1/path", SECRET], "--header-for: write the origin of a target"),
    (["--header-for", "http://u:p@127.0.0.1:1/", SECRET], "--header-for: write the origin of a target"),
    (["--header-for", "ftp://127.0.0.1", SECRET], "--header-for: write the origin of a target"),
    (["--header-for", "", SECRET], "--header-for: write the origin of a target"),
    (["--header-for", "http://127.0.0.1:1", "s3cr3t"], "--header-for takes 'Name: value'"),
    (["--header-for", "http://127.0.0.1:1", "X-A: s3cr3t\nX-B: c"], "--header-for must not contain line breaks"),
    (
        ["--header-for", "shop.example", SECRET],
        "no target has the origin https://shop.example (the targets have http://127",
    ),
    (["--header-for", SECRET], "--header-for"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_wrong_header_for(repo: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(["check", "http://127.0.0.1:1/", *arguments]) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert "s3cr3t" not in errors
