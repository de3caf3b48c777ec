"""A configuration file that csplint found by itself, in a folder that may be somebody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.page.target import looks_like_url
from tests.cli.configured import BAD, answer, write
from tests.cli.test_exit_codes import ended
from tests.servers import Server, serve

SECRET = "X-Token: s3cr3t"


def target(url: str, rest: str = "") -> str:
    return f'[[target]]\nname = "shop"\nurl = "{url}"\n{rest}'


# ---- what it sets is said


def test_network_settings_are_said(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as proxy:
        address = proxy.url(credentials="eve:pass@")
        path = write(
            repo, f'proxy = "{address}"\nuser-agent = "x"\n' + target("http://shop.example/", 'headers.X-A = "b"\n')
        )
        assert run(["check", "shop"]) == 1
        line = (
            f"csplint: {path} was found, not named, and sets proxy {proxy.url()}, user-agent, the url of shop, "
            "headers for shop (--trust-config accepts this)\n"
        )
        assert capsys.readouterr().err == line
        for trusted in (["--trust-config"], ["--config", str(path)], ["--no-config", "--proxy", proxy.url()]):
            assert run(["check", "http://shop.example/", *trusted]) == 1
            assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("repo")
def test_what_a_run_does_not_use_is_not_said(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, 'fail-on = "never"\nproxy = "http://127.0.0.1:1/"\n' + target("http://shop.example/"))
    assert run(["check", "--policy", "x"]) == 0
    assert capsys.readouterr().err == ""
    with serve(answer(BAD)) as server:
        write(repo, 'fail-on = "never"\n' + target("http://shop.example/"))
        assert run(["check", server.url()]) == 0
    assert capsys.readouterr().err == ""


# ---- secrets do not go where it leads


def own(server: Server) -> str:
    return server.url("/", credentials="alice:s3cr3t@")


LEAKS = [
    # the file, the arguments, what the message names
    ('proxy = "{theirs}"\n', ["{mine}", "-H", SECRET], "proxy in this file would get the secrets of --header"),
    ('proxy = "{theirs}"\n', ["{mine}", "--cookie-file", "cookies.txt"], "the secrets of --cookie-file"),
    ('proxy = "{theirs}"\n', ["{password}"], "the secrets of http://127.0.0.1:"),
    ('proxy = "{theirs}"\n', ["{mine}", "--header-for", "{mine}", SECRET], "the secrets of --header-for"),
    (
        'ca-bundle = "ca.pem"\n',
        ["{mine}", "-H", SECRET],
        "ca-bundle in this file would protect the secrets of --header",
    ),
    (target("{theirs}"), ["shop", "-H", SECRET], "the url in this file would get the secrets of --header"),
    (target("{theirs}"), ["-H", SECRET], "the url in this file would get the secrets of --header"),
    (target("{theirs}"), ["--cookie-file", "cookies.txt"], "the secrets of --cookie-file"),
    (target("{theirs}${{CSP_TEST_SECRET}}"), ["shop"], "uses environment variables"),
    (target("{theirs}", 'headers.X-A = "${{CSP_TEST_SECRET}}"\n'), ["shop"], "uses environment variables"),
]


@pytest.mark.parametrize(("text", "arguments", "named"), LEAKS)
@pytest.mark.parametrize("command", ["check", "fix", "baseline"])
def test_a_secret_does_not_go_where_a_found_file_sends_it(
    repo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    text: str,
    arguments: list[str],
    named: str,
) -> None:
    monkeypatch.setenv("CSP_TEST_SECRET", "s3cr3t")
    (repo / "deploy/cookies.txt").write_text("# Netscape HTTP Cookie File\n")
    with serve(answer(BAD)) as mine, serve(answer(BAD)) as theirs:
        words = {"mine": mine.url(), "theirs": theirs.url(), "password": own(mine)}
        path = write(repo, text.format(**words))
        given = [each.format(**words) for each in arguments]
        assert run([command, *given]) == 2
        assert mine.requests == theirs.requests == []
        errors = capsys.readouterr().err
        assert named in errors
        assert f"If you trust this file, add --trust-config, or name it: --config {path}" in errors
        assert "s3cr3t" not in errors
        if "ca-bundle" not in text:
            assert run([command, *given, "--trust-config"]) in {0, 1}
            assert run([command, *given, "--config", str(path)]) in {0, 1}
            assert theirs.requests


def test_a_variable_is_a_secret_and_trust_too(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(answer(BAD)) as server:
        write(repo, target(server.url()))
        monkeypatch.setenv("CSPLINT_HEADER", SECRET)
        assert run(["check"]) == 2
        assert "would get the secrets of environment (CSPLINT_HEADER)" in capsys.readouterr().err
        monkeypatch.setenv("CSPLINT_TRUST_CONFIG", "1")
        assert run(["check"]) == 1
        assert server.requests[0].header("X-Token") == "s3cr3t"


def test_what_the_user_chose_is_not_the_files(repo: Path) -> None:
    """An own proxy, an own address for a target, and an origin that is named."""
    with serve(answer(BAD)) as mine, serve(answer(BAD)) as theirs:
        write(repo, f'proxy = "{theirs.url()}"\n')
        assert run(["check", "http://shop.example/", "-H", SECRET, "--proxy", mine.url()]) == 1
        write(repo, target(theirs.url()))
        assert run(["check", "--url", f"shop={mine.url()}", "-H", SECRET]) == 1
        assert theirs.requests == []
        assert run(["check", "--header-for", theirs.url(), SECRET]) == 1
        assert {request.header("X-Token") for request in (*mine.requests, *theirs.requests)} == {"s3cr3t"}


@pytest.mark.parametrize("key", ["trust-config", "insecure", "header", "header-for", "cookie-file"])
def test_the_file_cannot_trust_itself(repo: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    write(repo, f"{key} = true\n")
    assert run(["check", "--policy", "x"]) == 2
    assert f"unknown key '{key}'" in capsys.readouterr().err


# ---- names


ADDRESSES = [
    "https://home/",
    "HTTP:home",
    "//home",
    "home.example",
    "home.example:8080/x",
    "localhost",
    "127.0.0.1",
    "[::1]",
]
ADDRESSES += ["user@home", "bücher.example", "ftp://home", "localhost:3000", "page.har"]
WORDS = ["shop", "my shop", "shop/checkout", "v1.2", "shop: staging", "shop (v2.0)", "a=b", "shop-2", "École", "./x y"]


@pytest.mark.parametrize(
    ("text", "expected"), [*((text, True) for text in ADDRESSES), *((text, False) for text in WORDS)]
)
def test_looks_like_url(text: str, expected: bool) -> None:
    assert looks_like_url(text) is expected


@pytest.mark.parametrize("name", ["https://home/", "home.example", "-"])
def test_a_name_cannot_take_over_an_address(repo: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = write(repo, f'[[target]]\nurl = "http://theirs.example/"\nname = "{name}"\n')
    assert run(["check", name, "-H", SECRET]) == 2
    assert f"csplint: {path}:3:1: the target's name {name!r}" in capsys.readouterr().err
    assert run(["check", "--no-config", "--url", f"{name.strip('/:')}=http://x.example/"]) == 2


# ---- limits are the same wherever a value comes from

LIMITS = [
    ("jobs", "0"),
    ("jobs", "-5"),
    ("jobs", "99999999"),
    ("retries", "100000"),
    ("retries", "-1"),
    ("max-redirects", "1000"),
    ("timeout", "nan"),
    ("timeout", "inf"),
    ("timeout", "-1.0"),
    ("timeout", "0.0"),
    ("accept-status", "7"),
    ("user-agent", "a\nX-B: c"),
    ("proxy", "http://a\x07b/"),
]


@pytest.mark.parametrize(("key", "value"), LIMITS)
@pytest.mark.parametrize("way", ["command line", "environment", "file"])
def test_limits(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, way: str, key: str, value: str
) -> None:
    arguments = ["check", "http://127.0.0.1:1/"]
    if way == "command line":
        arguments += [f"--{key}={value}"]
    elif way == "environment":
        monkeypatch.setenv(f"CSPLINT_{key.replace('-', '_').upper()}", value)
    else:
        text = (
            '"' + value.replace("\n", "\\n").replace("\x07", "\\u0007") + '"'
            if key in {"user-agent", "proxy"}
            else value
        )
        write(repo, f"{key} = {[int(value)] if key == 'accept-status' else text}\n")
    assert run(arguments) == 2
    assert key in capsys.readouterr().err.lower().replace("_", "-")


# ---- the current folder is gone


@pytest.mark.parametrize("arguments", [["check", "--policy", "x"], ["check", "http://127.0.0.1:1/"], ["config"]])
def test_the_current_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, _, errors = ended(*arguments)
    os.chdir(tmp_path)
    assert (code, errors) == (
        2,
        "csplint: the current folder does not exist any more; change to another folder, or use --no-config\n",
    )
