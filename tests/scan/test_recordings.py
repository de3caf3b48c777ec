"""`--save` and `--replay`: the same report without a network."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from csplint.cli import app
from tests.scan.command import targets
from tests.scan.site import HTML, Answer, Page, site

BODY = b"<!doctype html><title>shop</title><script>window.x=1</script>"


def pages(path: str) -> Answer:
    if path == "/old":
        return Page(b"", (("Location", "/new"),), 302)
    if path == "/gone":
        return Page(b"gone", status=404)
    if path == "/zip":
        policy = ("Content-Security-Policy", "script-src 'self'")
        return Page(gzip.compress(BODY), (HTML, policy, ("content-encoding", "gzip"), ("ETag", '"1"')))
    if path == "/odd":
        return Page(
            BODY, (HTML, ("X-Odd", "caf\xe9"), ("x-odd", ""), ("Content-Security-Policy", "script-src \xe9 'self'"))
        )
    return Page(BODY)


def test_check_and_scan_replay_what_check_has_saved(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    record = str(tmp_path / "run.warc.gz")
    with site(pages) as running:
        port = running.port
        urls = [running.url(path) for path in ("/old", "/gone", "/zip", "/odd", "/page")]
        app.run(["check", *urls, "--format", "json"])
        live = {each["target"]: each for each in json.loads(capfdbinary.readouterr().out)["targets"]}
        app.run(["check", *urls, "--save", record, "--format", "concise"])
        capfdbinary.readouterr()
    assert len(live) == 5  # nobody listens now
    app.run(["check", "--replay", record, "--format", "json"])
    assert {each["target"]: each for each in json.loads(capfdbinary.readouterr().out)["targets"]} == live
    app.run(["check", urls[2], f"http://127.0.0.1:{port}/other", "--replay", record, "--format", "json"])
    one, other = json.loads(capfdbinary.readouterr().out)["targets"]
    assert one == live[urls[2]]
    assert other["error"]["kind"] == "not-recorded"
    app.run(["scan", "--replay", record, "--workers", "1"])
    assert targets(capfdbinary.readouterr().out) == live
    app.run(["scan", "--from", record, "--workers", "1"])
    assert targets(capfdbinary.readouterr().out) == live


def test_scan_saves_what_it_replays(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    record = str(tmp_path / "run.warc.gz")
    with site(pages) as running:
        urls = [running.url(path) for path in ("/old", "/gone", "/zip", "/odd", "/page")]
        app.run(["scan", *urls, "--save", record, "--workers", "1"])
    live = targets(capfdbinary.readouterr().out)
    assert len(live) == 5
    app.run(["scan", "--replay", record, "--workers", "1"])
    assert targets(capfdbinary.readouterr().out) == live


def test_a_recording_has_no_secret(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    record = tmp_path / "run.warc.gz"
    with site(pages) as running:
        url = running.url("/page").replace("http://", "http://user:geheim@")
        app.run(["check", url, "--save", str(record), "--header", "Authorization: Bearer geheim"])
    stored = gzip.decompress(record.read_bytes())
    assert b"/page" in stored
    assert b"geheim" not in stored
    assert b"geheim" not in capfdbinary.readouterr().out


def test_a_recording_is_not_written_over(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    record = tmp_path / "run.warc.gz"
    record.write_bytes(b"precious")
    assert app.run(["check", "http://127.0.0.1:9/", "--save", str(record)]) == 2
    assert app.run(["scan", "http://127.0.0.1:9/", "--save", str(record)]) == 2
    assert app.run(["check", "--replay", str(record)]) == 2
    assert record.read_bytes() == b"precious"
    assert capfdbinary.readouterr().out == b""


def test_a_crawlers_file(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Chunks and codings are undone; what is no page is left out; an error page is a failed target."""
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(BODY, mtime=0)), gzip.compress(BODY, mtime=0))
    html = b"Content-Type: text/html\r\n"
    blocks = {
        "https://a.example/": b"HTTP/1.1 200 OK\r\n" + html + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "https://b.example/": b"HTTP/1.1 200 OK\r\n" + html + b"X-Crawl-Content-Encoding: gzip\r\n\r\n" + BODY,
        "https://c.example/x.png": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG",
        "https://d.example/": b"HTTP/1.1 404 Not Found\r\n" + html + b"\r\n" + BODY,
        "https://e.example/": b"HTTP/1.1 301 Moved\r\n" + html + b"Location: /x\r\n\r\n",
    }  # fmt: skip
    records = b"".join(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        b"WARC-Target-URI: %s\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (url.encode(), len(block), block)
        for url, block in blocks.items()
    )
    record = tmp_path / "crawl.warc"
    record.write_bytes(records)
    app.run(["scan", "--from", str(record), "--workers", "1"])
    found = targets(capfdbinary.readouterr().out)
    assert {target: each["outcome"] for target, each in found.items()} == {
        "https://a.example/": "checked",
        "https://b.example/": "checked",
        "https://d.example/": "failed",
    }
    del found["https://a.example/"]["final_url"], found["https://b.example/"]["final_url"]
    record.write_bytes(records[:-100])
    app.run(["scan", "--from", str(record), "--workers", "1"])
    cut = targets(capfdbinary.readouterr().out)
    assert {"https://a.example/", "https://b.example/"} <= set(cut)
