"""The command as its users run it: streams, exit codes, targets, mistakes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csplint.cli.entry import run
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.servers import Answer, redirect, serve, unused_port

GOOD = Page("good", f"{HOSTED}; {REST}", TAG)
BAD = Page("bad", f"script-src 'self'; {REST}", TAG)
HTML = ("Content-Type", "text/html")


def answer(page: Page) -> Answer:
    return Answer(200, page.response_headers(), page.html().encode())


def command(
    *arguments: str, env: dict[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """A real process, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "csplint", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})},
        timeout=60,
        check=False,
    )


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """Exit code, the JSON report under the vendor's pack only, and what standard error got."""
    code = run(["check", "--format", "json", "--pack", "velaro", *arguments])
    streams = capsys.readouterr()
    return code, json.loads(streams.out) if streams.out else None, streams.err


def test_clean_page_ends_in_0(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(GOOD)) as server:
        code, report, errors = checked(capsys, server.url("/"))
    assert (code, errors) == (0, "")
    assert report["summary"]["error"] == 0
    assert report["targets"][0]["widgets"] == [
        {
            "vendor": "velaro",
            "embed": "tag",
            "where": "external",
            "hosts": ["https://app-cdn.velaro.com"],
            "place": {"line": 2, "column": 1},
        }
    ]


def test_findings_end_in_1(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        code, report, _ = checked(capsys, server.url("/"))
    assert code == report["run"]["exit_code"] == 1
    [finding] = report["targets"][0]["findings"]
    assert finding["name"] == "script-host-missing"
    assert finding["symptom"] == "script-refused"
    assert finding["fix"]["edits"] == [
        {
            "kind": "policy",
            "policy": 0,
            "start": 17,
            "end": 17,
            "name": None,
            "text": " https://app-cdn.velaro.com",
            "place": None,
        }
    ]


FAIL_ON = [("error", 1), ("warning", 1), ("info", 1), ("never", 0)]


@pytest.mark.parametrize(("level", "code"), FAIL_ON)
def test_fail_on(capsys: pytest.CaptureFixture[str], level: str, code: int) -> None:
    assert checked(capsys, "--policy", "script-src 'self'", "--fail-on", level)[0] == code


def test_warning_does_not_fail_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    policy = f"{HOSTED} 'unsafe-eval'; {REST}"
    assert checked(capsys, "--policy", policy)[0] == 0
    assert checked(capsys, "--policy", policy, "--fail-on", "warning")[0] == 1


def test_target_that_cannot_be_checked_ends_in_3_and_the_others_are_reported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serve(answer(BAD)) as server:
        refused = f"http://127.0.0.1:{unused_port()}/"
        code, report, _ = checked(capsys, refused, server.url("/"))
    assert code == 3
    failed, judged = report["targets"]
    assert (failed["target"], failed["outcome"], failed["error"]["kind"]) == (refused, "failed", "refused")
    assert failed["findings"] == []
    assert judged["findings"][0]["name"] == "script-host-missing"
    assert report["summary"]["targets_failed"] == 1


def test_redirects_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with serve([redirect("/there", 301), answer(GOOD)]) as server:
        _, report, _ = checked(capsys, server.url("/here"))
        [target] = report["targets"]
        assert target["final_url"] == server.url("/there")
        assert target["redirects"] == [{"url": server.url("/here"), "status": 301, "location": server.url("/there")}]


def test_saved_responses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    curl = tmp_path / "saved.txt"
    curl.write_bytes(answer(BAD).to_bytes())
    html = tmp_path / "page.html"
    html.write_text(BAD.html())
    code, report, _ = checked(capsys, str(curl), str(html), "--page", "https://shop.example/")
    assert code == 3
    assert [target["outcome"] for target in report["targets"]] == ["checked", "failed"]
    assert [finding["name"] for finding in report["targets"][0]["findings"]] == ["script-host-missing"]
    without_headers = report["targets"][1]
    assert without_headers["error"]["kind"] == "no-headers"
    assert (without_headers["verdict"]["state"], without_headers["requirements"]) == ("unknown", [])


def test_a_har_with_several_pages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The report says which page was checked; --page chooses another."""
    path = tmp_path / "shop.har"
    pages = [("https://a.example/", BAD), ("https://b.example/", GOOD)]
    entries = [
        {
            "request": {"url": url},
            "response": {
                "status": 200,
                "headers": [{"name": name, "value": value} for name, value in page.response_headers()],
                "content": {"text": page.html()},
            },
        }
        for url, page in pages
    ]
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    code, report, _ = checked(capsys, str(path))
    [target] = report["targets"]
    assert (code, target["final_url"]) == (1, "https://a.example/")
    [note] = target["limits"]
    assert "checked the first, 'https://a.example/'" in note
    code, report, _ = checked(capsys, str(path), "--page", "https://b.example/")
    [target] = report["targets"]
    assert (code, target["final_url"], target["limits"]) == (0, "https://b.example/", [])
    code, report, _ = checked(capsys, str(path), "--page", "https://c.example/")
    assert code == 3
    assert "'https://a.example/', 'https://b.example/'" in report["targets"][0]["error"]["message"]


def test_missing_file_is_a_failed_target(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, report, _ = checked(capsys, str(tmp_path / "nosuch.har"))
    assert code == 3
    assert report["targets"][0]["error"]["kind"] == "file"


def test_standard_input() -> None:
    done = command("check", "--format", "json", "-", stdin=answer(BAD).to_bytes())
    assert done.returncode == 1
    assert json.loads(done.stdout)["targets"][0]["target"] == "standard input"


def test_several_policies_are_an_intersection(capsys: pytest.CaptureFixture[str]) -> None:
    good = f"{HOSTED}; {REST}"
    assert checked(capsys, "--policy", good, "--policy", good)[0] == 0
    code, report, _ = checked(capsys, "--policy", good, "--policy", "img-src data:")
    assert code == 1
    assert [(each["name"], each["policy"]) for each in report["targets"][0]["findings"]] == [("missing-img-cdn", 1)]


def test_page_decides_what_self_is(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "connect-src 'self' https://*.service.signalr.net"
    _, report, _ = checked(capsys, "--policy", policy, "--page", "https://app-cdn.velaro.com/")
    states = {row["id"]: row["state"] for row in report["targets"][0]["requirements"]}
    assert states["connect-cdn"] == "met"


def test_report_only_option(capsys: pytest.CaptureFixture[str]) -> None:
    code, report, _ = checked(capsys, "--report-only", "script-src 'self'")
    assert code == 0
    names = [(each["name"], each["severity"]) for each in report["targets"][0]["findings"]]
    assert names == [("report-only-not-ready", "warning"), ("script-host-missing", "warning")]
    assert report["targets"][0]["findings"][1]["message"].startswith("Nothing is blocked yet")


def test_features(capsys: pytest.CaptureFixture[str]) -> None:
    policy = f"{HOSTED}; {REST}; media-src 'self'"
    assert checked(capsys, "--policy", policy)[0] == 0
    code, report, _ = checked(capsys, "--policy", policy, "--feature", "sounds", "--feature", "fonts")
    assert code == 1
    assert "missing-media-sounds" in [each["name"] for each in report["targets"][0]["findings"]]


MISTAKES = [
    ([], "nothing to check"),
    (["shop.example", "--policy", "x"], "not both"),
    (["ftp://shop.example/"], "ftp"),
    (["-", "-"], "only once"),
    (["--policy", "x", "--page", "http://"], "--page 'http://' is not a URL"),
    (["--policy", "x", "--pack", "nosuch"], "there is no pack 'nosuch'; built in are calendly"),
    (["https://shop.example/", "--header", "nocolon"], "--header takes 'Name: value'"),
    (["--policy", "x", "--fail-on", "sometimes"], "'sometimes' is not one of"),
    (["--nosuch"], "No such option"),
    (
        ["--policy", "x", "--feature", "snouds"],
        "--feature: there is no feature 'snouds' (the packs have velaro.sounds, velaro.calendly, velaro.video, velaro.fonts); did you mean 'sounds'?",
    ),
    (["--policy", "x", "--pack", "syntax", "--feature", "sounds"], "the packs have no features"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_mistakes_end_in_2_with_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["check", *arguments]) == 2
    streams = capsys.readouterr()
    assert message in streams.err
    assert streams.out == ""
    assert "Traceback" not in streams.err


def test_same_input_same_bytes_but_for_run(capsys: pytest.CaptureFixture[str]) -> None:
    reports = [checked(capsys, "--policy", "default-src 'self'")[1] for _ in range(2)]
    for report in reports:
        report["run"]["started_at"] = report["run"]["duration_ms"] = None
    assert reports[0] == reports[1]


def test_secrets_are_never_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        url = server.url("/", credentials="alice:s3cr3t-word@")
        arguments = [url, "--header", "X-Token: t0ken-value"]
        assert run(["check", *arguments]) == 1
        text = capsys.readouterr()
        _, report, errors = checked(capsys, *arguments)
        assert server.requests[0].header("Authorization") == "Basic YWxpY2U6czNjcjN0LXdvcmQ="
        assert server.requests[0].header("X-Token") == "t0ken-value"
    output = text.out + text.err + json.dumps(report) + errors
    assert "s3cr3t-word" not in output
    assert "t0ken-value" not in output


def test_broken_pipe_is_silent() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "csplint", "check", "--policy", "script-src 'self'"],
            stdout=closed,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            timeout=60,
            check=False,
        )
    assert done.stderr == b""
    assert done.returncode == 1


def test_colour(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--policy", "script-src 'self'"]
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    run(arguments)
    assert "\x1b[" not in capsys.readouterr().out
    run([*arguments, "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(arguments)
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run(arguments)
    assert "\x1b[" not in capsys.readouterr().out


def test_environment_gives_options(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CSPLINT_FORMAT", "json")
    monkeypatch.setenv("CSPLINT_FAIL_ON", "never")
    assert run(["check", "--policy", "script-src 'self'"]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["fail_on"] == "never"


def test_version_and_schema(capsys: pytest.CaptureFixture[str]) -> None:
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, b"csplint 0.1.0\n")
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_bug_is_70_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import csplint.__main__ as entry  # noqa: PLC0415
    import csplint.cli.entry as application  # noqa: PLC0415

    def fails(_: list[str]) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(application, "run", fails)
    monkeypatch.setattr(sys, "argv", ["csplint", "check"])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 70
    errors = capsys.readouterr().err
    assert "bug in csplint (ZeroDivisionError)" in errors
    assert "Traceback" not in errors


def test_text_goes_only_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "-v", "--policy", "script-src 'self'"]) == 1
    streams = capsys.readouterr()
    assert "error[VEL001] script-host-missing" in streams.out
    assert "^^^^^^^^^^" in streams.out
    assert "symptom  script-refused: Widget does not load, console shows" in streams.out
    assert "1 error" in streams.out
    assert streams.err == ""


def test_stdin_is_read_as_bytes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(answer(GOOD).to_bytes())))
    code, report, _ = checked(capsys, "-", "--page", "https://shop.example/")
    assert code == 0
    assert report["targets"][0]["policies"][0]["delivery"] == "header"
