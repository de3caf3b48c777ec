"""Hostile answers through the whole command, in a process of its own with a lid on its memory."""

from __future__ import annotations

import gzip
import json
import os
import re
import resource
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Answer, Drip, Replies, redirect, serve

HTML = ("Content-Type", "text/html; charset=utf-8")
GIB = 1024**3
POLICY = ("Content-Security-Policy", "script-src 'self'")


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 * GIB, 2 * GIB))


def command(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CSPLINT_")}
    return subprocess.run(
        [sys.executable, "-m", "csplint", "check", "--timeout", "8", *arguments],
        capture_output=True,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=60,  # far above what any of these takes; without its guard each goes on or grows
        check=False,
        preexec_fn=limit_memory,
    )


def bomb() -> bytes:
    """1 GiB of zeros in under 2 kB: gzip of gzip."""
    inner = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(inner.compress(bytes(2**20)) for _ in range(1024)) + inner.flush()
    return gzip.compress(packed, 9)


def page(body: bytes, *headers: tuple[str | bytes, str | bytes]) -> Answer:
    return Answer(200, [HTML, *headers], body)


TRUNCATED = gzip.compress(b"<!doctype html><p>" + os.urandom(5000))[:-500]

FAILS: list[tuple[str, Replies, str, str]] = [
    # what it is, what the server sends, the error's kind, a word of its sentence
    ("truncated gzip", page(TRUNCATED, ("Content-Encoding", "gzip")), "encoding", "gzip"),
    ("gzip, gzip bomb", page(bomb(), ("Content-Encoding", "gzip, gzip")), "too-large", "10 MB"),
    ("header of 1 MB", page(b"<p>", ("Content-Security-Policy", "x" * 2**20)), "too-large", "header"),
    ("attribute-merge flood", page(b"".join(b"<body a%d=1>" % n for n in range(40_000))), "too-complex", "body"),
    ("formatting flood", page(b"".join(b"<p><b class=x%d>" % n for n in range(20_000))), "too-complex", "formatting"),
    ("a byte a second", Drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", b"x", 1.0), "timeout", "8"),
    ("a header byte a second", Drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"x", 1.0), "timeout", "8"),
    ("redirect loop", redirect("/"), "redirect", "redirect"),
    ("empty body", page(b""), "empty", "no body"),
    ("not HTTP", b"\x00\x01\x02 nothing of the kind\r\n\r\n", "protocol", ""),
    ("not HTML", Answer(200, [("Content-Type", "image/png")], b"\x89PNG"), "not-html", "image/png"),
    ("only NULs", page(bytes(100_000), POLICY), "not-html", "no markup"),
    ("refused by status", Answer(403, [HTML, POLICY], b"<p>no"), "status", "403"),
]


@pytest.mark.parametrize(("reply", "kind", "word"), [case[1:] for case in FAILS], ids=[case[0] for case in FAILS])
def test_what_cannot_be_checked_fails_with_a_sentence(reply: Replies, kind: str, word: str) -> None:
    with serve(reply) as server:
        done = command("--format", "json", server.url("/"))
    assert done.stderr == b""
    [target] = json.loads(done.stdout)["targets"]
    assert (done.returncode, target["outcome"], target["error"]["kind"]) == (3, "failed", kind)
    assert word in target["error"]["message"]
    assert target["findings"] == target["requirements"] == []


READS: list[tuple[str, Answer]] = [
    ("100,000 nested tags", page(b"<div>" * 100_000 + b"<script src=https://app-cdn.velaro.com/e.js>", POLICY)),
    ("binary as HTML", page(bytes(range(256)) * 4000, POLICY)),
    ("lone surrogates", page(b"<script>\xed\xa0\x80</script><p title=\xed\xb0\x80>", POLICY)),
    ("UTF-16 without a mark", page("<script>x</script>".encode("utf-16-le"), POLICY)),
    ("unclosed everything", page(b"<script><style><!--<svg><![CDATA[<math>", POLICY)),
]


@pytest.mark.parametrize("answer", [answer for _, answer in READS], ids=[name for name, _ in READS])
def test_what_browsers_read_is_read(answer: Answer) -> None:
    with serve(answer) as server:
        done = command("--format", "json", server.url("/"))
    assert done.stderr == b""
    [target] = json.loads(done.stdout)["targets"]
    assert (done.returncode, target["outcome"]) == (1, "checked")
    assert "script-host-missing" in [finding["name"] for finding in target["findings"]]


EVIL = (
    b"script-src 'self' [link=https://evil.example]ok[/link]; media-src \x1b]0;pwned\x07; connect-src \x1b[31m'none' "
    b"::error::x ##[error]y; img-src https://\xe2\x80\xaeevil.example \xff\xfe; style-src [bold]x[/bold] <script>alert(1)</script>"
)
SAFE_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_from_the_page_reaches_the_terminal(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    body = b"<script src='https://app-cdn.velaro.com/\x1b[2J::warning::'></script><p>\n::error::page"
    with serve(page(body, ("Content-Security-Policy", EVIL), ("Server", b"nginx\x1b[31m"))) as server:
        done = command("--format", form, server.url("/"))
    assert done.returncode == 1
    assert SAFE_CONTROL.search(done.stdout) is None
    text = done.stdout.decode("utf-8")
    assert "\u202e" not in text
    assert "##[" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    if form == "text":
        assert "[link=https://evil.example]ok[/link]" in text  # shown, as it stands


def test_spans_survive_hostile_text() -> None:
    with serve(page(b"<p>", ("Content-Security-Policy", EVIL))) as server:
        done = command("--format", "json", server.url("/"))
    [target] = json.loads(done.stdout)["targets"]
    [policy] = target["policies"]
    for directive in policy["directives"]:
        span = directive["span"]
        assert policy["value"][span["start"] : span["end"]].lower().startswith(directive["name"])


def test_interrupt_ends_in_130(tmp_path: Path) -> None:
    with serve(Drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", b"x", 0.1)) as server:
        script = f"import signal, sys; sys.argv = ['csplint', 'check', {server.url('/')!r}]; signal.alarm(2);"
        script += "signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT));"
        script += "from csplint.__main__ import main; main()"
        done: subprocess.CompletedProcess[Any] = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            timeout=30,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 130
    assert b"Traceback" not in done.stderr
