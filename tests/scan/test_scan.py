"""`csplint scan`: the same targets as `csplint check`, as they are done."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from csplint.cli import app
from tests.scan.command import ENVIRONMENT, command, run, targets
from tests.scan.site import HTML, Answer, Page, site

EMBED = b"<!doctype html><title>shop</title><script>window.x=1</script><script src=/app.js></script><p>"


def pages(path: str) -> Answer:
    """Every third page has a policy that blocks its own inline script, every fifth is not there, every seventh redirects."""
    number = int("".join(filter(str.isdigit, path)) or 0)
    if number % 5 == 4:
        return Page(b"gone", status=404)
    if number % 7 == 3:
        return Page(b"", (("Location", f"/{number + 1000 - number % 5}"),), 302)
    policy = (("Content-Security-Policy", "script-src 'self'"),) if number % 3 == 0 else ()
    return Page(EMBED + b"text " * (number * 40), (HTML, *policy))


def test_each_line_is_a_target_of_the_report_of_check() -> None:
    with site(pages) as running:
        urls = [running.url(f"/{number}") for number in range(24)]
        scanned = run("scan", *urls, "--per-host", "8")
        checked = run("check", *urls, "--format", "json")
    expected = {each["target"]: each for each in json.loads(checked.stdout)["targets"]}
    assert targets(scanned.stdout) == expected
    assert (scanned.returncode, checked.returncode) == (3, 3)
    assert b"24 targets" in scanned.stderr


def test_a_page_is_fetched_again_only_where_a_hash_or_nonce_asks_for_it() -> None:
    with site(pages) as running:
        assert run("scan", running.url("/0"), running.url("/404")).returncode == 3
        plain = Page(
            b"<!doctype html><title>no script</title>", (HTML, ("Content-Security-Policy", "default-src 'self'"))
        )
        assert running.requests == {"/0": 2, "/404": 1}
    with site(lambda _path: plain) as running:
        run("scan", running.url("/a"), running.url("/b"))
        assert running.requests == {"/a": 1, "/b": 1}


def test_connections_are_kept_and_no_host_gets_more_than_its_share() -> None:
    plain = Page(b"<!doctype html><title>no script</title>")
    with site(lambda _path: plain) as running:
        done = run("scan", *(running.url(f"/{number}") for number in range(40)), "--per-host", "3", "--jobs", "20")
        assert len(targets(done.stdout)) == 40
        assert running.most <= 3
        assert running.connections <= 3


def test_a_busy_server_is_asked_again_after_the_pause_that_it_asks_for() -> None:
    seen: dict[str, int] = {}

    def busy(path: str) -> Answer:
        seen[path] = seen.get(path, 0) + 1
        if seen[path] < 3:
            return Page(b"later", (("Retry-After", "0"),), 429 if seen[path] == 1 else 503)
        return Page()

    with site(busy) as running:
        done = run("scan", running.url("/a"), running.url("/b"))
    assert [each["outcome"] for each in targets(done.stdout).values()] == ["checked", "checked"]
    assert seen == {"/a": 3, "/b": 3}


def test_a_server_that_stays_busy_is_a_failed_target() -> None:
    with site(lambda _path: Page(b"later", (("Retry-After", "0"),), 429)) as running:
        done = run("scan", running.url("/a"))
        assert running.requests == {"/a": 3}
    (each,) = targets(done.stdout).values()
    assert (each["error"]["kind"], done.returncode) == ("status", 3)


def test_no_line_of_a_list_is_lost(tmp_path: Path) -> None:
    saved = tmp_path / "saved.http"
    saved.write_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>a page")
    listed = tmp_path / "list.txt"
    with site(pages) as running:
        listed.write_text(
            f"# shops\n{running.url('/1')}\n\nnot a target\n{running.url('/1')}  \n{saved}\nnot a target\nftp://x/ # no\n"
        )
        done = run("scan", "--from", "list.txt", cwd=tmp_path)
    found = targets(done.stdout)
    assert set(found) == {running.url("/1"), str(saved), "list.txt:4", "list.txt:7", "list.txt:8"}
    assert "not a target" in found["list.txt:7"]["error"]["message"]


def test_csv_and_json_lines(tmp_path: Path) -> None:
    csv, lines = tmp_path / "shops.csv", tmp_path / "shops.jsonl"
    with site(pages) as running:
        csv.write_text(f'name,URL,owner\n"Shop, one",{running.url("/1")},x\nTwo,,y\nThree,{running.url("/2")},z\n')
        lines.write_text(
            f'{json.dumps({"url": running.url("/5")})}\n{{"id": 3}}\n{json.dumps({"target": running.url("/6")})}\n'
        )
        done = run("scan", "--from", "shops.csv", "--from", "shops.jsonl", cwd=tmp_path)
        names = {running.url(f"/{number}") for number in (1, 2, 5, 6)}
    assert set(targets(done.stdout)) == names | {"shops.csv:3", "shops.jsonl:2"}


def test_a_list_on_standard_input() -> None:
    with site(pages) as running:
        done = run("scan", "-", data=f"{running.url('/1')}\n{running.url('/2')}\n".encode())
        assert set(targets(done.stdout)) == {running.url("/1"), running.url("/2")}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["https://a.example", "--policy", "x"],
        ["https://a.example", "--resume"],
        ["https://a.example", "--header", "X: y"],
        ["https://a.example", "--output", "sarif=x"],
        ["--from", "-", "-"],
        ["https://a.example", "--from", "missing.txt"],
        ["https://a.example", "--crawl", "1", "--resume", "--output", "jsonl=x"],
        ["https://a.example", "--save", "x", "--replay", "y"],
    ],
)
def test_what_a_scan_cannot_do_is_said(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert app.run(["scan", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("csplint: ")


def test_text_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    with site(pages) as running:
        app.run(
            [
                "scan",
                running.url("/0"),
                running.url("/4"),
                "http://user:geheim@not a host/",
                "--format",
                "text",
                "--workers",
                "1",
            ]
        )
        out, err = capfd.readouterr()
    assert f"{running.url('/4')}  not checked: status" in out.splitlines()
    assert len(out.splitlines()) == 3
    assert "geheim" not in out + err
    assert "3 targets in" in err


def test_a_scan_ends_when_nobody_reads_it() -> None:
    with site(pages) as running:
        urls = [running.url(f"/{number}") for number in range(300)]
        with subprocess.Popen(
            command("scan", *urls, "--workers", "1"), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            errors = process.stderr.read()
        assert b"Traceback" not in errors
        assert sum(running.requests.values()) < 300


def test_targets_of_the_configuration_are_told_apart_by_their_names(tmp_path: Path) -> None:
    with site(pages) as running:
        table = '[[target]]\nname = "{}"\nurl = "{}"\n'
        text = table.format("one", running.url("/1")) + table.format("two", running.url("/1"))
        (tmp_path / "csplint.toml").write_text(text)
        arguments = ["scan", "--output", "jsonl=run.jsonl"]
        run(*arguments, cwd=tmp_path)
        lines = (tmp_path / "run.jsonl").read_bytes()
        assert sorted(json.loads(line)["name"] for line in lines.splitlines()) == ["one", "two"]
        run(*arguments, "--resume", cwd=tmp_path)
        assert (tmp_path / "run.jsonl").read_bytes() == lines
