"""What is predicted from a Caddyfile is what Caddy sends; what is written back, it accepts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.servers.caddy import SERVER
from csplint.servers.source import Response, Source, apply_edits
from tests.required import program
from tests.server_files.fault_cases import CADDY
from tests.started import Site, assert_sent, free_port, started

SITE = """\
{
	admin off
	auto_https off
}
(common) {
	header X-Common "common {args.0}"
}
(policy) {
	header {
		Content-Security-Policy "default-src 'self'; img-src {args.0}"
		X-Colon: colon
	}
}
# a comment { with a brace
http://127.0.0.1:%(port)s {
	root * site
	import common "an argument"
	import policy https://img.example
	import more.caddy
	header X-Quotes "say \\"hi\\" \\d `x`"
	header X-Back `a "b" \\c`
	header X-Lines "default-src 'self';
		img-src *;
	"
	header +X-Add 1
	header {
		+X-Add 2
		+X-Add 3
	}
	header X-Bare bare # a comment
	header X-Nonce "script-src 'nonce-{http.request.uuid}'"
	header ?X-Default "default"
	header ?X-Common "not this"
	header X-Later later {
		defer
	}
	header X-Gone gone
	header -X-Gone
	header X-Twice one
	header X-Twice two
	header X-Replace "a b a"
	header X-Replace a c
	header /shop* Content-Security-Policy "default-src 'none'"
	header /shop* X-Shop shop
	header /shop/in* X-Shop inner
	@two path /two* /zwei*
	header @two {
		X-Two two
		Content-Security-Policy "default-src *"
		defer
	}
	handle /in* {
		header X-In in
		header Content-Security-Policy "default-src in"
		respond "x"
	}
	handle /file* {
		file_server
	}
	handle /end* {
		respond "x"
	}
	route {
		header X-Route one
		header X-Route two
		respond "x"
	}
}
"""
INCLUDED = {"more.caddy": b"header X-More more\n"}

PATHS = [
    # scope, what is asked for
    ("", "/"),
    ("handle /end*", "/end"),
    ("header /shop*", "/shop"),
    ("header /shop/in*", "/shop/inner"),
    ("header @two", "/two"),
    ("handle /in*", "/inside"),
    ("handle /file*", "/file.html"),
    ("handle /file*", "/file-missing.html"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("caddy")
    (made / "site").mkdir()
    (made / "site/file.html").write_text("<p>a page")
    for name, data in INCLUDED.items():
        (made / name).write_bytes(data)
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    caddy, port = program("caddy"), free_port()
    (folder / "Caddyfile").write_text(SITE % {"port": port})
    env = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [caddy, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with started(command, folder, port, env) as running:
        yield running


@pytest.fixture(scope="module")
def source(site: Site, folder: Path) -> Source:
    return SERVER.read((folder / "Caddyfile").read_bytes(), INCLUDED.get)


def of(source: Source, scope: str) -> Response:
    (found,) = [
        each for each in source.responses if each.scope.startswith(f"{scope} in site http://127" if scope else "site")
    ]
    return found


@pytest.mark.parametrize(("scope", "asked"), PATHS)
def test_caddy_sends_what_was_predicted(site: Site, source: Source, scope: str, asked: str) -> None:
    error = "missing" in asked
    predicted = [each for each in of(source, scope).sent if each.always or not error]
    seen = [
        header for header in site.headers(asked) if header[0] != "X-Gone" or not error
    ]  # what is deferred is not done
    assert_sent(predicted, sorted(seen, key=lambda header: header[0].lower()))


def test_an_application_that_sends_its_own_policy(folder: Path) -> None:
    caddy, port, behind = program("caddy"), free_port(), free_port()
    text = (
        "{\n\tadmin off\n\tauto_https off\n}\n"
        f"http://127.0.0.1:{behind} {{\n\theader Content-Security-Policy theirs\n\trespond x\n}}\n"
        f"http://127.0.0.1:{port} {{\n\theader Content-Security-Policy ours\n\treverse_proxy 127.0.0.1:{behind}\n}}\n"
    )
    for expected in (["ours", "theirs"], ["ours"]):
        (folder / "Proxy").write_text(text)
        env = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        command = [caddy, "run", "--config", str(folder / "Proxy"), "--adapter", "caddyfile"]
        with started(command, folder, port, env) as running:
            assert sorted(value for name, value in running.headers("/") if "Security" in name) == expected
        faults = SERVER.read(text.encode(), INCLUDED.get).faults
        assert [fault.rule for fault in faults] == ["two-senders"] * (len(expected) - 1)
        text = apply_edits(text.encode(), [edit for fault in faults for edit in fault.edits]).decode()


def validate(folder: Path, text: bytes) -> str:
    """What `caddy validate` says; "" if it accepts the file."""
    (folder / "Tested").write_bytes(text)
    command = [program("caddy"), "validate", "--config", str(folder / "Tested"), "--adapter", "caddyfile"]
    env = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=env, cwd=folder)
    return "" if done.returncode == 0 else done.stderr


VALUES = ["default-src 'self'; img-src https://new.example", 'quoted "word"', "back\\slash", "short"]


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("written", ['"default-src \\"x\\""', "`it's`", "bare", '"a\n\tb"'])
def test_caddy_accepts_what_was_written(folder: Path, written: str, text: str) -> None:
    data = f"http://127.0.0.1:1 {{\n\theader Content-Security-Policy {written}\n}}\n".encode()
    (sent,) = SERVER.read(data, INCLUDED.get).responses[0].sent
    edits = SERVER.write(data, sent, text)
    if edits is None:
        assert (written, "\\" in text) == ("bare", True)
        return
    changed = apply_edits(data, edits)
    assert validate(folder, changed) == ""
    assert SERVER.read(changed, INCLUDED.get).responses[0].sent[0].value.text == text  # type: ignore[union-attr]


def test_caddy_accepts_a_file_that_csplint_mended(tmp_path: Path) -> None:
    path = tmp_path / CADDY.name
    path.write_text(CADDY.text)
    assert run(["fix", str(path), "--write", "--vendor", "none"]) == 0
    assert path.read_text() == CADDY.after
    command = [program("caddy"), "validate", "--config", str(path), "--adapter", "caddyfile"]
    env = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=env)
    assert done.returncode == 0, done.stderr
