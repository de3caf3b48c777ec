"""`csplint allows`: one question in words, thousands as JSON lines."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from csplint.cli.entry import run

SHOP = "https://shop.example/"
CDN = "https://cdn.example/a.js"

ANSWERS = [
    # arguments, exit code, part of the answer
    (["--policy", "script-src 'self'", "script", CDN], 1, "blocked by script-src-elem"),
    (["--policy", "script-src https://cdn.example", "script", CDN], 0, "allowed"),
    (["--policy", "img-src 'none'", "script", CDN], 0, "nothing restricts it"),
    (["--policy", "default-src https:", "script", CDN], 0, "default-src allows it by https:"),
    (["--report-only", "script-src 'self'", "script", CDN], 0, "would be reported for script-src-elem (report-only)"),
    (["--policy", "script-src 'nonce-abc'", "--nonce", "abc", "script", CDN], 0, "by 'nonce-abc'"),
    (["--policy", "script-src 'self'", "--content", "x()", "inline-script"], 1, "blocked by script-src-elem"),
    (["--policy", "script-src 'self'", "eval"], 1, "blocked by script-src"),
    (
        ["--policy", "script-src https://cdn.example/a.js", "--redirect-to", "https://cdn.example/b", "script", CDN],
        0,
        "allowed",
    ),
    (
        ["--policy", "script-src https://cdn.example", "--redirect-to", "https://evil.example/", "script", CDN],
        1,
        "blocked",
    ),
    (["--policy", "connect-src https://*.velaro.com", "ws", "wss://a.velaro.com/"], 1, "blocked by connect-src"),
    (
        ["--policy", "connect-src https://a.example:0443", "connect", "https://a.example/"],
        0,
        "firefox differs: blocked\n  in Firefox, https://a.example:0443 does not allow it: a port with leading zeros",
    ),
    (
        ["--policy", "img-src wss:", "img", "https://a.example/"],
        1,
        "safari differs: allowed\n  in Safari, wss: also matches https: addresses\n",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "part"), ANSWERS, ids=[" ".join(case[0]) for case in ANSWERS])
def test_one_question(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, part: str) -> None:
    assert run(["allows", "--page", SHOP, *arguments]) == code
    assert part in capsys.readouterr().out


MISTAKES = [
    ([], "no request: give a KIND"),
    (["scirpt", CDN], "'scirpt' is not a kind of request; did you mean 'script'?"),
    (["script"], "needs a URL"),
    (["script", "/relative"], "'/relative' is not an absolute URL"),
    (["--batch", "-", "script"], "do not give a KIND as well"),
    (["--batch", "nosuch.ndjson"], "cannot read nosuch.ndjson"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_mistakes_end_in_2(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(["allows", *arguments]) == 2
    streams = capsys.readouterr()
    assert message in streams.err
    assert streams.out == ""


ORACLE = Path(__file__).parents[1] / "csp/oracle/public-hard.ndjson"
TRUTH = {"blocked", "violated", "firefox", "webkit"}


def test_batch_agrees_with_the_browsers(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [json.loads(line) for line in ORACLE.read_text(encoding="utf-8").splitlines()]
    asked = [
        case | {"requests": [{k: v for k, v in each.items() if k not in TRUTH} for each in case["requests"]]}
        for case in cases
    ]
    file = tmp_path / "cases.ndjson"
    file.write_text("".join(json.dumps(case) + "\n" for case in asked), encoding="utf-8")
    assert run(["allows", "--batch", str(file)]) == 0
    answers = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(answers) == len(cases)
    differing = 0
    for case, question, answer in zip(cases, asked, answers, strict=True):
        assert {k: v for k, v in answer.items() if k != "requests"} == {
            k: v for k, v in question.items() if k != "requests"
        }
        for truth, request, decided in zip(case["requests"], question["requests"], answer["requests"], strict=True):
            chromium = {"blocked": truth["blocked"], "violated": truth["violated"]}
            assert {k: decided[k] for k in chromium} == chromium
            for name, key in (("firefox", "firefox"), ("safari", "webkit")):
                assert decided.get("browsers", {}).get(name, chromium) == truth.get(key, chromium)
            assert {k: decided[k] for k in request} == request
            differing += "firefox" in decided.get("browsers", {})
    assert differing == 65


BAD_LINES = [
    (b"not json", "malformed"),
    (b"", "truncated"),
    (b"[]", "Expected `object`"),
    (b'{"page": "https://a/", "policies": []}', "missing required field `requests`"),
    (b'{"page": "https://a/", "policies": [], "requests": [{"kind": "nosuch"}]}', "nosuch"),
    (b'{"page": "https://a/", "policies": [{"value": 1}], "requests": []}', "Expected `str`"),
    (
        b'{"page": "https://a/", "policies": [], "requests": [{"kind": "img", "url": "http://a:8000path"}]}',
        "not an absolute URL",
    ),
    (
        b'{"page": "https://a/", "policies": [], "requests": [{"kind": "img", "url": "https://a/", "redirect_to": "/b"}]}',
        "requests[0].redirect_to",
    ),
    (b"[" * 5000, ""),
    (b'{"page": "\\ud800", "policies": [], "requests": []}', ""),
    (b"\xff\xfe", ""),
    (b'{"policy": ["\x9b"]}', ""),
]


def test_bad_lines_are_answered_in_their_place(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    good = b'{"page": "https://a/", "policies": [], "requests": [{"kind": "eval"}], "mine": {"kept": 1}}'
    lines = [good, *(line for line, _ in BAD_LINES), good]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines) + b"\n")))
    assert run(["allows", "--batch", "-"]) == 2
    answers = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(answers) == len(lines)
    for number, (answer, (_, part)) in enumerate(zip(answers[1:-1], BAD_LINES, strict=True), start=2):
        assert answer["error"].startswith(f"line {number} is not a valid case: ")
        assert part in answer["error"]
    assert answers[0] == answers[-1]
    assert answers[0]["mine"] == {"kept": 1}
    assert answers[0]["requests"] == [{"kind": "eval", "blocked": False, "violated": []}]


def test_safari_is_reported_where_it_differs(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    case = {
        "page": SHOP,
        "policies": [{"value": "frame-src 'self'"}],
        "requests": [{"kind": "frame", "url": "blob:https://shop.example/1"}],
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(case).encode())))
    run(["allows", "--batch", "-"])
    [entry] = json.loads(capsysbinary.readouterr().out)["requests"]
    assert entry["blocked"] is True
    assert entry["browsers"] == {"safari": {"blocked": False, "violated": []}}


def test_verbose_explains_each_source(capsys: pytest.CaptureFixture[str]) -> None:
    policy = (
        "default-src 'none'; script-src 'self' https://cdn.example:8443 https://.cdn.example https://cdn.example/b/"
    )
    assert run(["allows", "-v", "--policy", policy, "--page", SHOP, "script", CDN]) == 1
    lines = [line.strip(" ├└─") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "blocked by script-src-elem"
    assert lines[2] == "script-src-elem: missing"
    reasons = dict(line.split(": ", 1) for line in lines[3:])
    assert reasons["'self'"] == "host cdn.example is not shop.example"
    assert reasons["https://cdn.example:8443"] == "port 443 is not 8443"
    assert reasons["https://.cdn.example"] == "invalid: a host cannot start with a dot"
    assert reasons["https://cdn.example/b/"] == "path /a.js is not under /b/"


def test_verbose_under_strict_dynamic(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "script-src 'nonce-abc' 'strict-dynamic' https://cdn.example"
    assert run(["allows", "-v", "--policy", policy, "--page", SHOP, "script", CDN]) == 1
    out = capsys.readouterr().out
    assert "https://cdn.example: ignored: the list has 'strict-dynamic'" in out


def test_a_sandbox_blocks_what_it_does_not_let_run(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    case = {
        "page": SHOP,
        "policies": [{"value": "sandbox allow-forms; script-src *"}],
        "requests": [{"kind": "script", "url": "https://a.example/"}, {"kind": "form", "url": "https://a.example/"}],
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(case).encode())))
    run(["allows", "--batch", "-"])
    answers = json.loads(capsysbinary.readouterr().out)["requests"]
    assert [(each["blocked"], each["violated"]) for each in answers] == [(True, []), (False, [])]
    assert run(["allows", "--policy", "sandbox; script-src *", "script", "https://a.example/"]) == 1
    assert capsysbinary.readouterr().out == b"blocked by sandbox: it lacks allow-scripts\n"
