"""`csplint why`: a line, a dump, a file or standard input in; text, JSON or one object a line out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from csplint.cli.entry import run
from csplint.demo.pages import SNIPPET, hash_of
from csplint.demo.server import shop

CDN = "https://app-cdn.velaro.com"
LINE = (
    f"Loading the script '{CDN}/embed.js' violates the following Content Security Policy directive: \"script-src 'self'\". "
    "The action has been blocked."
)
SAFARI = f"Refused to load {CDN}/embed.js because it does not appear in the script-src directive of the Content Security Policy."
REPORT = {
    "csp-report": {
        "document-uri": "https://shop.example/",
        "violated-directive": "img-src",
        "effective-directive": "img-src",
        "original-policy": "default-src 'self'; img-src 'self'; report-uri /csp",
        "disposition": "enforce",
        "blocked-uri": f"{CDN}/agent.png",
        "status-code": 200,
        "script-sample": "",
    }
}
KEYS = ("kind", "browser", "directive", "disposition", "blocked", "symptom")


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_line_as_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", LINE]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "✗ The Velaro live chat does not load.\n  script-src does not allow https://app-cdn.velaro.com/embed.js.\n"
    )
    assert "    +   https://app-cdn.velaro.com\n" in out
    assert 'Widget does not load, console shows "Refused to execute script"' in " ".join(out.split())


def test_batch_gives_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines"
    path.write_text("\n".join([LINE, json.dumps(REPORT), "hello", "", SAFARI, '{"broken": ']) + "\n", encoding="utf-8")
    assert run(["why", "--batch", str(path)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [tuple(each[key] for key in KEYS) for each in lines] == [
        ("csp", "chromium", "script-src-elem", "enforce", f"{CDN}/embed.js", "script-refused"),
        ("csp", "chromium", "img-src", "enforce", f"{CDN}/agent.png", "images-broken"),
        ("unknown", None, None, None, None, None),
        ("unknown", None, None, None, None, None),
        ("csp", "safari", "script-src-elem", "enforce", f"{CDN}/embed.js", "script-refused"),
        ("unknown", None, None, None, None, None),
    ]
    assert list(lines[0])[:6] == list(KEYS)


def test_a_report_brings_the_whole_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT, indent=2), encoding="utf-8")
    assert run(["why", str(path), "--format", "json"]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert found["policy"] == "whole"
    assert f"img-src 'self' {CDN} data:" in found["after"] or f"img-src 'self' data: {CDN}" in found["after"]
    assert "report-uri /csp" in found["after"]


def test_a_dump_on_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    connect = "Connecting to 'wss://api.velaro.com/hub' violates the following Content Security Policy directive: \"connect-src 'self'\"."
    stdin(
        monkeypatch,
        f"hello\n{connect}\n{LINE}\n    at x (a.js:1:2)\n{LINE}\nGET https://a.example/x net::ERR_BLOCKED_BY_CLIENT\n",
    )
    assert run(["why"]) == 1
    out = capsys.readouterr().out
    first, second, third = (
        out.index(each) for each in ("does not load. (2 messages)", "loads, messages fail", "an ad blocker")
    )
    assert first < out.index("Send these directives instead") < second < third
    assert "connect-src 'self'\n    +   https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net" in out
    assert out.count("Send th") == 1
    assert "1 other line left out" in out


@pytest.mark.parametrize(
    ("text", "code"), [("hello", 3), ("GET https://a.example/x net::ERR_BLOCKED_BY_CLIENT", 0), (SAFARI, 1)]
)
def test_exit_codes(text: str, code: int) -> None:
    assert run(["why", text]) == code


def test_a_report_only_policy_blocks_nothing() -> None:
    line = LINE.replace(
        "The action has been blocked.",
        "The policy is report-only, so the violation has been logged but no further action has been taken.",
    )
    assert run(["why", line]) == 0


def test_without_the_policy_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    run(["why", SAFARI])
    assert "Give the page (--page URL), or its policy (--policy TEXT)." in " ".join(capsys.readouterr().out.split())
    assert run(["why", SAFARI, "--policy", "default-src 'self'", "--format", "json"]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert f"script-src 'self' {CDN}" in found["after"]
    assert found["checked"] is True


def test_the_page_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    line = (
        "Executing inline script violates the following Content Security Policy directive 'script-src 'nonce-x' 'strict-dynamic''. "
        f"Either the 'unsafe-inline' keyword, a hash ({hash_of(SNIPPET)}), or a nonce ('nonce-...') is required to enable inline "
        "execution. The action has been blocked."
    )
    with shop() as address:
        assert run(["why", line, "--page", f"{address}/nonce-mismatch", "--format", "json"]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert (found["rule"], found["symptom"], found["line"]) == ("embed-nonce-mismatch", "shim-refused", 6)


def test_a_page_that_cannot_be_fetched_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", LINE, "--page", "http://127.0.0.1:9/"]) == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_no_nonce_is_printed_to_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    line = LINE.replace("script-src 'self'", "script-src 'nonce-c29tZSByYW5kb20gYnl0ZXM='").replace(
        "embed.js", "widgets/shim"
    )
    run(["why", line])
    out = capsys.readouterr().out
    assert "script-src 'nonce-{NONCE}'" in out
    assert "c29tZSByYW5kb20gYnl0ZXM=" not in out.partition("Send this")[2]


HOSTILE = "\x1b]0;owned\x07\x1b[2J::error::owned##vso[task.setvariable]x"


@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_text_is_harmless(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = LINE.replace("embed.js", f"embed{HOSTILE}.js")
    run(["why", line, f"{line}\n{HOSTILE}", "--format", form, "--color", "never"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert not any(each.lstrip().startswith(("::", "##vso")) for each in out.splitlines())


def test_hostile_lines_in_a_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"\xff\xfe\x00\n" + b"[" * 200_000 + b"\n" + b"a" * 1_000_000 + b"\n" + LINE.encode() + b"\n")
    assert run(["why", "--batch", str(path)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["kind"] for each in lines] == ["unknown", "unknown", "unknown", "csp"]
    assert all(len(each["text"]) <= 16 * 1024 for each in lines)


def test_mistakes_are_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["why", "https://shop.example/"]) == 2
    assert "csplint check https://shop.example/" in capsys.readouterr().err
    assert run(["why", "--batch", str(tmp_path / "missing")]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert run(["why", LINE, "--batch", "-"]) == 2
    assert "--batch reads the messages" in capsys.readouterr().err


NOT_MESSAGES = [
    ("empty.txt", b" \n", "is empty"),
    ("guide.pdf", b"%PDF-1.7\n", "is not a text"),
    ("shot.png", b"\x89PNG\r\n", "is not a text"),
    (
        "page.html",
        b"<!-- a -->\n<!DOCTYPE html><title>",
        "csplint check page.html; or csplint why MESSAGE --page page.html",
    ),
    ("page.har", b'{"log": {"entries": []}}', "csplint check page.har"),
    ("saved.txt", b"HTTP/1.1 200 OK\r\n\r\n", "--page saved.txt"),
]


@pytest.mark.parametrize(("name", "data", "words"), NOT_MESSAGES, ids=[each[0] for each in NOT_MESSAGES])
def test_a_file_without_messages_says_what_to_use(
    name: str,
    data: bytes,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(data)
    assert run(["why", name]) == 2
    assert words in capsys.readouterr().err


def test_nothing_or_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(monkeypatch, "")
    assert run(["why"]) == 2
    assert "standard input is empty" in capsys.readouterr().err
    assert run(["why", "nowhere.txt"]) == 2
    assert "there is no file nowhere.txt" in capsys.readouterr().err


def test_a_file_of_powershell_is_read(tmp_path: Path) -> None:
    path = tmp_path / "console.txt"
    path.write_bytes(f"{SAFARI}\r\n".encode("utf-16"))
    assert run(["why", str(path)]) == 1


def test_several_messages_say_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    connect = "Connecting to 'wss://api.velaro.com/hub' violates the following Content Security Policy directive: \"connect-src 'self'\"."
    run(["why", f"> {LINE}\n> {connect}\nUncaught (in promise) TypeError: Failed to fetch"])
    out = capsys.readouterr().out
    assert "to do" not in out
    assert out.count("Send these directives instead") == 1
    assert out.count("The directives above allow it.") == 1
    assert "Once the Velaro live chat loads, messages fail." in out
    assert "1 other line left out: what fails there follows from this." in out
    assert "\n\n\n" not in out
    run(["why", f"{LINE}\n{connect}", "--policy", "script-src 'self'; connect-src 'self'"])
    assert capsys.readouterr().out.count("The policy above allows it.") == 1


# ---------------------------------------------------------------- csplint check with what a browser said


@pytest.mark.parametrize("text", [LINE, SAFARI, json.dumps(REPORT)])
def test_check_explains_what_a_browser_said(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["why", text]) == 1
    explained = capsys.readouterr().out
    path = tmp_path / "console.txt"
    path.write_text(text, encoding="utf-8")
    assert run(["check", str(path)]) == 1
    assert capsys.readouterr().out == explained
    stdin(monkeypatch, text)
    assert run(["check", "-"]) == 1
    assert capsys.readouterr().out == explained
    if not text.startswith("{"):
        assert run(["check", text]) == 1
        assert capsys.readouterr().out == explained


def test_in_another_format_check_says_what_to_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "console.txt"
    path.write_text(LINE, encoding="utf-8")
    assert run(["check", str(path), "--format", "github"]) == 3
    assert "csplint why" in capsys.readouterr().out


def test_every_explanation_is_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "why"]) == 0
    schema = json.loads(capsys.readouterr().out)
    for text in (LINE, SAFARI, "hello", json.dumps(REPORT), "GET https://a.example/x net::ERR_BLOCKED_BY_CLIENT"):
        run(["why", text, "--format", "json"])
        jsonschema.validate(json.loads(capsys.readouterr().out), schema)
