"""`csplint scan --since`: this scan beside an earlier one; `--inventory`: the scripts of each page."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scan.command import run
from tests.scan.site import HTML, Answer, Page, site

CDN = "https://app-cdn.velaro.com"
NEEDS = (
    "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data: {CDN}; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
WORKS = f"script-src 'self' {CDN}; {NEEDS}"
EMBED = f"<!doctype html><title>shop</title><script src='{CDN}/embed.js'></script>".encode()
BEFORE = {
    "/same": WORKS,
    "/breaks": WORKS,
    "/mends": f"script-src 'self'; {NEEDS}",
    "/looser": WORKS,
    "/gone": WORKS,
    "/policy": WORKS,
}
AFTER = {
    "/same": WORKS,
    "/breaks": f"script-src 'self'; {NEEDS}",
    "/mends": WORKS,
    "/looser": WORKS.replace("img-src 'self'", "img-src *"),
    "/policy": "",
    "/new": WORKS,
}


def answers(policies: dict[str, str], body: bytes = EMBED) -> dict[str, Answer]:
    return {
        path: Page(body, (HTML, ("Content-Security-Policy", text)) if text else (HTML,))
        for path, text in policies.items()
    }


def test_what_became_of_each_target(tmp_path: Path) -> None:
    previous, changes = tmp_path / "previous.jsonl", tmp_path / "changes.jsonl"
    now = dict(answers(BEFORE))
    with site(lambda path: now[path]) as running:
        first = run("scan", *(running.url(path) for path in BEFORE), "--output", f"jsonl={previous}")
        now = answers(AFTER)
        paths = [running.url(path) for path in AFTER]
        second = run("scan", *paths, "--since", str(previous), "--output", f"changes={changes}", "--exit-zero")
        where = running.url("")
    assert first.returncode == 1
    assert second.returncode == 1, "an alert"
    found = {each["target"].removeprefix(where): each for each in map(json.loads, changes.read_text().splitlines())}
    assert set(found) == {"/breaks", "/mends", "/looser", "/gone", "/policy", "/new"}
    assert (found["/breaks"]["before"], found["/breaks"]["after"]) == ("works", "broken")
    assert found["/mends"]["is_better"]
    assert {"effective": "img-src", "source": "*"} in found["/looser"]["looser"]
    assert found["/policy"]["policy_gone"]
    assert (found["/new"]["before"], found["/gone"]["after"]) == ("new", "gone")
    said = second.stderr.decode()
    for line in (
        "1  broken",
        "1  fixed",
        "1  without a policy now",
        "1  new",
        "1  gone",
        "was works, is broken",
        "img-src allows * now",
    ):
        assert line in said


def test_nothing_changed(tmp_path: Path) -> None:
    previous = tmp_path / "previous.jsonl"
    with site(lambda _path: answers({"/": WORKS})["/"]) as running:
        assert run("scan", running.url("/"), "--output", f"jsonl={previous}").returncode == 0
        again = run("scan", running.url("/"), "--since", str(previous))
    assert again.returncode == 0
    assert b"nothing changed" in again.stderr


def test_a_new_script_is_an_alert(tmp_path: Path) -> None:
    previous = tmp_path / "previous.jsonl"
    body = EMBED
    with site(lambda _path: answers({"/": WORKS}, body)["/"]) as running:
        first = run("scan", running.url("/"), "--inventory", "--output", f"jsonl={previous}")
        body += b"<script src=/own.js></script>"
        again = run("scan", running.url("/"), "--inventory", "--since", str(previous))
        url = running.url("/own.js")
    assert first.returncode == 0
    assert [each["url"] for each in json.loads(previous.read_text())["scripts"]] == [f"{CDN}/embed.js"]
    assert again.returncode == 1
    assert f"new script {url}" in again.stderr.decode()


def test_mistakes(tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("[1]\n", encoding="utf-8")
    for options, words in (
        (["--since", str(tmp_path / "missing")], b"cannot read"),
        (["--since", str(other)], b"not the JSON lines of an earlier csplint scan"),
        (["--output", f"changes={tmp_path / 'c'}"], b"needs --since"),
        (["--since", str(other), "--resume", "--output", f"jsonl={tmp_path / 'o'}"], b"without --resume"),
    ):
        done = run("scan", "http://127.0.0.1:9/", *options)
        assert done.returncode == 2
        assert words in done.stderr
