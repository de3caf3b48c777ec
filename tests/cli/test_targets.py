"""Targets with a name: their addresses for one run, variables in them, and one that is wrong among others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csplint.cli.config.variables import VariableError, expand
from csplint.cli.entry import run
from tests.cli.configured import BAD, IGNORE, answer, names, report, write
from tests.servers import Server, serve

TWO = '[[target]]\nname = "shop"\nurl = "https://shop.invalid/"\n[[target]]\nname = "a=b"\nurl = "{url}"\n'


def shown(found: Any) -> list[tuple[str, str]]:
    return [(target["name"], target["target"]) for target in found["targets"]]


# ---- --url


def two_targets(repo: Path, server: Server) -> Path:
    return write(repo, 'packs = ["velaro"]\n' + TWO.format(url=server.url("/blog")))


def test_url_replaces_the_address_of_a_target(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        path = two_targets(repo, server)
        path.write_text(path.read_text() + IGNORE + 'target = "shop"\n')
        code, found = report(capsys, "--url", f"shop={server.url('/preview?a=b')}")
    assert shown(found) == [("shop", server.url("/preview?a=b")), ("a=b", server.url("/blog"))]
    shop, blog = found["targets"]
    assert names(shop, "suppressed") == names(blog) == ["script-host-missing"]  # what is configured for a name applies
    assert code == 1


def test_the_last_url_of_a_name_applies_and_a_name_may_hold_an_equals_sign(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(answer(BAD)) as server:
        two_targets(repo, server)
        _, found = report(capsys, "--url", "a=b=https://x.invalid/", "--url", f"a=b={server.url('/1')}", "a=b")
    assert shown(found) == [("a=b", server.url("/1"))]


def test_url_defines_a_target_where_none_is_configured(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        _, found = report(capsys, "--url", f"shop={server.url('/1')}", "--url", f"blog={server.url('/2')}")
        assert shown(found) == [("shop", server.url("/1")), ("blog", server.url("/2"))]
        _, found = report(capsys, "blog", "--url", f"blog={server.url('/2')}")
        assert shown(found) == [("blog", server.url("/2"))]


WRONG_URLS = [
    # arguments, message
    (
        ["--url", "shpo=https://x.example/"],
        "--url: there is no target 'shpo' (the targets are shop, a=b); did you mean",
    ),
    (["--url", "https://x.example/?a=b"], "--url: write NAME=URL"),
    (["--url", "shop="], "--url: write NAME=URL"),
    (["--url", "=https://x.example/"], "--url: write NAME=URL"),
    (["--url", "shop"], "--url: write NAME=URL"),
    (["a=b", "--url", "shop=https://x.example/"], "--url: the target 'shop' is not checked in this run"),
    (["--policy", "x", "--url", "shop=https://x.example/"], "--url: the target 'shop' is not checked in this run"),
    (["shop", "--url", "shop=ftp://u:s3cr3t@x.example/"], "--url: csplint cannot fetch ftp: URLs"),
    (["shop", "--url", "shop=./saved.html"], "--url: the url of the target 'shop' is not a URL: './saved.html'"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_URLS)
def test_a_wrong_url_option(repo: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    write(repo, TWO.format(url="https://blog.invalid/"))
    assert run(["check", *arguments]) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert "s3cr3t" not in errors


def test_the_names_of_many_targets_are_not_all_listed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "".join(f'[[target]]\nname = "t{n}"\nurl = "https://t{n}.invalid/"\n' for n in range(100)))
    assert run(["check", "--url", "x=https://x.example/"]) == 2
    errors = capsys.readouterr().err
    assert "t0, t1, " in errors
    assert " and 80 more)" in errors


def test_a_variable_may_name_a_target_that_is_left_out(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CI job sets it once for all its steps."""
    with serve(answer(BAD)) as server:
        path = two_targets(repo, server)
        monkeypatch.setenv("CSPLINT_URL", f"shop={server.url('/1')}")
        assert shown(report(capsys, "a=b")[1]) == [("a=b", server.url("/blog"))]
        assert shown(report(capsys)[1])[0] == ("shop", server.url("/1"))
        assert run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"target shop: {server.url('/1')}  # environment (CSPLINT_URL)" in lines
    assert f"target a=b: {server.url('/blog')}  # {path}:5" in lines


@pytest.mark.parametrize("command", [["fix"], ["baseline", "-o", "known.json"]])
def test_other_commands_take_url(repo: Path, command: list[str]) -> None:
    with serve(answer(BAD)) as server:
        two_targets(repo, server)
        run([*command, "shop", "--url", f"shop={server.url('/preview')}"])
        assert {request.path for request in server.requests} == {"/preview"}


# ---- ${NAME}

EXPANDED = [
    ("https://x.example/", "https://x.example/"),
    ("https://${CSP_TEST_HOST}/${CSP_TEST_HOST}", "https://h.example/h.example"),
    ("$CSP_TEST_HOST $$ $1 {a}", "$CSP_TEST_HOST $$ $1 {a}"),
    ("$${CSP_TEST_HOST} $$${CSP_TEST_HOST}", "${CSP_TEST_HOST} $${CSP_TEST_HOST}"),
    ("[${CSP_TEST_EMPTY}]", "[]"),
    ("${CSP_TEST_NESTED}", "${CSP_TEST_HOST}"),
]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSP_TEST_HOST", "h.example")
    monkeypatch.setenv("CSP_TEST_EMPTY", "")
    monkeypatch.setenv("CSP_TEST_NESTED", "${CSP_TEST_HOST}")
    monkeypatch.delenv("CSP_TEST_UNSET", raising=False)


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize(("text", "value"), EXPANDED)
def test_expand(text: str, value: str) -> None:
    assert expand(text) == value


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize("text", ["${CSP_TEST_UNSET}", "${}", "${", "${1}", "${A-b}", "${CSP_TEST_HOST"])
def test_what_cannot_be_expanded(text: str) -> None:
    with pytest.raises(VariableError):
        expand(text)


def with_variables(server: Server) -> str:
    return (
        f'[[target]]\nname = "shop"\nurl = "{server.url("/")}${{CSP_TEST_PATH}}"\n'
        'headers = { Authorization = "Bearer ${CSP_TEST_TOKEN}", X-Price = "$${x}" }\n'
        '[[target]]\nname = "blog"\nurl = "https://${CSP_TEST_UNSET}/"\n\nheaders.X-A = "${CSP_TEST_UNSET_TOO}"\n'
    )


@pytest.fixture
def shop_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSP_TEST_PATH", "preview-7")
    monkeypatch.setenv("CSP_TEST_TOKEN", "s3cr3t")
    for name in ("CSP_TEST_UNSET", "CSP_TEST_UNSET_TOO"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("shop_variables")
def test_variables_in_a_url_and_in_headers(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        write(repo, with_variables(server))
        _, found = report(capsys, "shop", "--trust-config")  # what other targets need is not asked for
        [request] = server.requests
    assert shown(found) == [("shop", server.url("/preview-7"))]
    assert (request.header("Authorization"), request.header("X-Price")) == ("Bearer s3cr3t", "${x}")
    assert "s3cr3t" not in str(found)


@pytest.mark.usefixtures("shop_variables")
@pytest.mark.parametrize("command", [["check"], ["config"], ["baseline"], ["check", "blog"]])
def test_each_variable_that_is_not_set_has_a_line(
    repo: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with serve(answer(BAD)) as server:
        path = write(repo, with_variables(server))
        assert run(command) == 2
        assert server.requests == []
    first, second = capsys.readouterr().err.splitlines()
    assert first == (
        f"csplint: {path}:7: the environment variable CSP_TEST_UNSET is not set; set it, "
        "or write $${CSP_TEST_UNSET} for the text ${CSP_TEST_UNSET}"
    )
    assert second.startswith(f"csplint: {path}:9: the environment variable CSP_TEST_UNSET_TOO is not set")


@pytest.mark.usefixtures("shop_variables")
def test_an_address_from_the_command_line_needs_no_variable(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        write(repo, with_variables(server).replace("\n\nheaders.X-A", "\n\n#"))
        _, found = report(capsys, "--trust-config", "--url", f"blog={server.url('/${x}')}")
    assert shown(found)[1] == ("blog", server.url("/${x}"))  # the shell has had its turn: taken as it is


@pytest.mark.usefixtures("shop_variables")
def test_config_shows_no_value_of_a_variable(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, '[[target]]\nname = "shop"\nurl = "https://shop.example/?key=${CSP_TEST_TOKEN}"\n')
    assert run(["config"]) == 0
    shown = capsys.readouterr().out
    assert "target shop: https://shop.example/?key=${CSP_TEST_TOKEN}  #" in shown
    assert "s3cr3t" not in shown


# ---- one that is wrong among others

WRONG = ["https://shop.example:99999/", "ftp://alice:s3cr3t@shop.example/", "https://[bad", "", "x y"]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_target_does_not_stop_the_others(repo: Path, capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    with serve(answer(BAD)) as server:
        code, found = report(capsys, "--pack", "velaro", wrong, server.url("/"))
    failed, checked = found["targets"]
    assert code == found["run"]["exit_code"] == 3
    assert (failed["outcome"], failed["error"]["kind"], failed["kind"]) == ("failed", "url", "url")
    assert failed["target"]
    assert failed["error"]["message"]
    assert names(checked) == ["script-host-missing"]
    assert "s3cr3t" not in str(found)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_target_on_its_own_is_a_mistake(repo: Path, capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    assert run(["check", wrong]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("wrong", [*filter(None, WRONG), "./saved.html", "-"])
def test_a_wrong_url_in_the_configuration_does_not_stop_the_others(
    repo: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    with serve(answer(BAD)) as server:
        wrong_table = f'[[target]]\nname = "wrong"\nurl = "{wrong}"\n'
        path = write(repo, f'packs = ["velaro"]\n[[target]]\nname = "shop"\nurl = "{server.url("/")}"\n' + wrong_table)
        code, found = report(capsys)
        assert run(["config"]) == 2
        assert f"csplint: {path}:5: " in capsys.readouterr().err
        assert run(["check", "wrong"]) == 2
        assert f"csplint: {path}:5: " in capsys.readouterr().err
        assert run(["check", "--policy", "default-src *", "--select", "VEL001"]) == 0  # needs no target
    checked, failed = found["targets"]
    assert code == 3
    assert (failed["name"], failed["outcome"], failed["error"]["kind"]) == ("wrong", "failed", "url")
    assert failed["error"]["message"].startswith(f"{path}:5: ")
    assert names(checked) == ["script-host-missing"]
    assert "s3cr3t" not in str(found)
