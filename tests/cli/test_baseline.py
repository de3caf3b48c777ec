"""`csplint baseline`: what it writes, and what `check --baseline` makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.cli.configured import BAD, answer, names, report, shop, write
from tests.guide.pages import REST, TAG, Page
from tests.servers import Answer, serve


def test_the_environment_applies(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page behind a login needs no secret on the command line."""
    monkeypatch.setenv("CSPLINT_HEADER", "X-Token:t0ken")
    with serve(answer(BAD)) as server:
        assert run(["baseline", server.url("/"), "-o", "known.json"]) == 0
        assert [request.header("X-Token") for request in server.requests] == ["t0ken"]


def test_the_page_is_requested_as_by_check(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that check can only reach with options can be in a baseline too."""
    options = ["-H", "X-Token: to ken", "--user-agent", "Shop/1", "--accept-status", "404", "--retries", "0"]
    page = Answer(404, BAD.response_headers(), BAD.html().encode())
    with serve(page) as server:
        assert run(["baseline", server.url("/"), "-o", "known.json"]) == 3
        assert run(["baseline", server.url("/"), "-o", "known.json", *options]) == 0
        sent = server.requests[-1]
        assert (sent.header("X-Token"), sent.header("User-Agent")) == ("to ken", "Shop/1")
        capsys.readouterr()
        code, found = report(capsys, server.url("/"), "--baseline", "known.json", *options)
    assert code == 0
    assert "script-host-missing" in names(found["targets"][0], "baselined")


def test_options_about_the_report_are_not_taken(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "--policy", "x", "--format", "json"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_the_configuration_may_name_a_baseline_that_does_not_exist_yet(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(answer(BAD)) as server:
        write(repo / "deploy", shop(server).replace("\n", '\nbaseline = "known.json"\n', 1))
        assert run(["check"]) == 2
        assert "cannot read the baseline" in capsys.readouterr().err
        assert run(["baseline", "-o", "known.json"]) == 0
        capsys.readouterr()
        code, found = report(capsys)
    assert (code, names(found["targets"][0], "baselined")) == (0, ["script-host-missing"])


def test_known_findings_pass_and_new_ones_fail(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(
        [answer(BAD), answer(BAD), answer(Page("worse", f"script-src 'self'; {REST.replace('blob:', '')}", TAG))]
    ) as server:
        write(repo, shop(server))
        assert run(["baseline", "-o", "known.json"]) == 0
        assert "wrote 1 finding to known.json" in capsys.readouterr().err
        code, found = report(capsys, "--baseline", "known.json")
        assert (code, names(found["targets"][0], "baselined")) == (0, ["script-host-missing"])
        code, found = report(capsys, "--baseline", "known.json")
        assert (code, names(found["targets"][0])) == (1, ["missing-frame-blob"])
    assert found["summary"]["baselined"] == 1


def test_known_findings_survive_nonces_order_and_position(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Page("a", f"script-src 'nonce-aaaaaaaaaaaaaaaaaaaaaaaa'; {REST}", TAG)
    second = Page("b", f"img-src *; {REST}; script-src   'nonce-bbbbbbbbbbbbbbbbbbbbbbbb'", f"<p>\n\n{TAG}")
    with serve([answer(first), answer(first), answer(second), answer(second)]) as server:
        write(repo, shop(server))
        run(["baseline", "-o", "known.json"])
        capsys.readouterr()
        _, found = report(capsys, "--baseline", "known.json", "--select", "embed-nonce-missing")
    assert names(found["targets"][0], "baselined") == ["embed-nonce-missing"]


def test_a_broken_baseline(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo / "deploy", "{}", "known.json")
    assert run(["check", "--policy", "x", "--baseline", "known.json"]) == 2
    assert "known.json is not a csplint baseline" in capsys.readouterr().err
    assert run(["check", "--policy", "x", "--baseline", "nosuch.json"]) == 2


def test_nothing_is_written_if_a_target_fails(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "nosuch.har", "-o", "known.json"]) == 3
    assert not (repo / "deploy/known.json").exists()
