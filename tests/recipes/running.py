"""
Real servers with a recipe pasted in, started on loopback.

A program that is not installed skips its tests with a reason; with TESTS_REQUIRE_SERVERS=1 they fail. Node's packages are those of
tests/recipes/node (TESTS_NODE names another folder), Django's are those of the Python in TESTS_DJANGO_PYTHON, or of this one.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from csplint.servers.recipes.registry import recipe
from csplint.servers.recipes.wanted import Block, Recipe
from tests.required import missing, program

NONCED = (
    "default-src 'self'; script-src 'self' 'nonce-{NONCE}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
PLAIN = """default-src 'self'; img-src 'self' https://a.example/x%20y/$b "q" https://c.example:*; report-uri /r?a={b}&c=%7Bd%7D#{e}"""
"""Each character that some server's configuration reads as something else."""

NODE = Path(os.environ.get("TESTS_NODE") or Path(__file__).parent / "node")


def page(tag: str, top: str = "") -> str:
    return f"{top}<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>Shop</title></head><body>{tag}1</script></body></html>\n"


def node(*packages: str) -> str:
    """The path of node, if these packages are installed for the tests."""
    found = program("node")
    for package in packages:
        if not (NODE / "node_modules" / package).is_dir():
            missing(f"the npm package {package} is not installed in {NODE}")
    return found


def django_python(*modules: str) -> str:
    python = os.environ.get("TESTS_DJANGO_PYTHON") or sys.executable
    code = f"import {', '.join(modules)}, django; assert django.VERSION >= (6,)"
    if subprocess.run([python, "-c", code], capture_output=True, check=False).returncode:
        missing(f"{python} has no Django 6 with {', '.join(modules)} (it needs Python 3.12)")
    return python


def block(made: Recipe, language: str, at: int = 0) -> str:
    return [each for each in made.blocks if each.language == language][at].text


def blocks(made: Recipe, language: str) -> list[Block]:
    return [each for each in made.blocks if each.language == language]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def started(command: Sequence[str], folder: Path, port: int, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Give the URL of a server while it runs."""
    log = folder / "output.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env={**os.environ, **(env or {})})
        try:
            _wait(server, port, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def fetched(url: str) -> tuple[list[tuple[str, str]], str]:
    """The headers and the page of one GET."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", f"/{path}", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.getheaders(), body


def values(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name.lower()]


def nonce_of(policy: str) -> str:
    (nonce,) = set(re.findall(r"'nonce-([^']*)'", policy))
    return str(nonce)


def assert_exact(url: str, policy: str, name: str = "Content-Security-Policy") -> None:
    """The server sends this policy once, character for character."""
    headers, _ = fetched(url)
    assert values(headers, name) == [policy]


def assert_nonced(
    url: str, *, no_store: str = "no-store", same: bool = True, name: str = "Content-Security-Policy"
) -> None:
    """Two fetches have two nonces of 128 bits, each in the header and in the tag; csplint finds no error."""
    seen = []
    for _ in range(2):
        headers, body = fetched(url)
        (policy,) = values(headers, name)
        nonce = nonce_of(policy)
        assert re.fullmatch(r"[A-Za-z0-9+/_-]{22,}={0,2}", nonce), nonce
        assert f'<script nonce="{nonce}"' in body or f' nonce="{nonce}"' in body
        assert not same or policy == NONCED.replace("{NONCE}", nonce)
        assert no_store in ", ".join(values(headers, "cache-control"))
        seen.append(nonce)
    assert seen[0] != seen[1]
    assert_no_error(url)


def assert_no_error(url: str) -> None:
    command = [sys.executable, "-m", "csplint", "check", url, "--vendor", "none", "--no-config", "--format", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    (target,) = json.loads(ran.stdout)["targets"]
    assert target["outcome"] == "checked", target
    assert [(each["name"], each["message"]) for each in target["findings"] if each["severity"] == "error"] == []


def nonced(name: str) -> Recipe:
    return recipe(name, NONCED)


def plain(name: str, *, report_only: bool = False) -> Recipe:
    return recipe(name, PLAIN, report_only=report_only)
