"""`csplint verify` on the command line: what it refuses, what it says without a browser, and what it prints with one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from csplint.cli.entry import run
from tests.browser.verify_shop import SHOP, VerifyShop, require, verify_shop
from tests.guide.pages import CDN, CONNECT, FRAME, STYLE, TAG

GOOD = f"script-src 'self' {CDN}; {CONNECT}; {STYLE}; {FRAME}; img-src 'self' data: {CDN}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report-only", SHOP], "add --with-fix or --policy-file FILE"),
        (["page.html"], "it takes URLs"),
        (["--policy-file", "missing.txt", SHOP], "cannot read missing.txt"),
        (["--policy-file", "empty.txt", SHOP], "empty.txt has no policy"),
        ([], "nothing to check"),
        (["--browser", "lynx", SHOP], "lynx"),
    ],
)
def test_misuse(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>x", encoding="utf-8")
    assert run(["verify", "--no-config", *arguments]) == 2
    out = capsys.readouterr()
    assert message in out.err
    assert out.out == ""


def test_no_such_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--executable-path", "/nowhere/chromium", f"{SHOP}/"]) == 3
    assert capsys.readouterr().err == "csplint: --executable-path: there is no program /nowhere/chromium\n"


@pytest.mark.parametrize("product", ["chromium", "firefox"])
def test_no_installed_browser(tmp_path: Path, product: str) -> None:
    done = in_python("", "--browser", product, f"{SHOP}/", PATH=str(tmp_path))
    assert done.returncode == 3
    assert f"there is no {product.capitalize()} on this computer" in done.stderr
    assert "--executable-path" in done.stderr


def test_without_playwright_the_line_says_how_to_install_it(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    done = in_python("sys.modules['playwright'] = None", "--executable-path", str(program), f"{SHOP}/")
    assert done.returncode == 3
    assert "the playwright package, which is not installed: pip install 'csplint-cli[browser]'" in done.stderr
    assert done.stdout == ""


def test_a_program_that_is_no_browser(tmp_path: Path) -> None:
    require("chromium")
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    done = in_python("", "--executable-path", str(program), f"{SHOP}/")
    assert done.returncode == 3
    assert "does not start" in done.stderr


def in_python(before: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        command(before, *arguments), capture_output=True, text=True, timeout=120, env=_env(environment), check=False
    )


def command(before: str, *arguments: str) -> list[str]:
    script = f"import sys\n{before}\nfrom csplint.cli.entry import run\nsys.exit(run(['verify', '--no-config', *sys.argv[1:]]))"
    return [sys.executable, "-c", script, *arguments]


def _env(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


# ------------------------------------------------------------------ with a browser


@pytest.fixture(scope="module")
def shop() -> Iterator[VerifyShop]:
    require("chromium")
    with verify_shop() as running:
        yield running


def verify(shop: VerifyShop, *arguments: str) -> int:
    return run(["verify", "--no-config", "--browser", "chromium", "--proxy", shop.proxy, "--insecure", *arguments])


@pytest.mark.browser
def test_text(shop: VerifyShop, capsys: pytest.CaptureFixture[str]) -> None:
    url = shop.page(GOOD.replace(f" {CDN}; connect", "; connect"), TAG)
    assert verify(shop, "--with-fix", url) == 0
    out = capsys.readouterr().out
    before, after = out.split("With the corrected policy in place of the page's")
    assert "✗ Velaro live chat: the chat was not seen to load: script-src-elem blocked" in before
    assert "csplint says of this response: it does not load." in before
    assert f"To allow it, add {CDN} to script-src." in " ".join(before.split())
    assert "with this policy the chat loads: seen (velaro:initialized" in after
    assert verify(shop, url) == 1
    assert "0 of 1 page fine." in capsys.readouterr().out


@pytest.mark.browser
def test_json_with_pictures_and_a_page_that_does_not_open(
    shop: VerifyShop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shop.answers["/gone"] = lambda _path: ([(":status", "302 Found"), ("Location", "/gone")], b"")
    folder = tmp_path / "pictures"
    code = verify(shop, "--format", "json", "--screenshot", str(folder), shop.page(GOOD, TAG), f"{SHOP}/gone")
    assert code == 3
    report = json.loads(capsys.readouterr().out)
    assert run(["schema", "verify"]) == 0
    jsonschema.Draft202012Validator(json.loads(capsys.readouterr().out)).validate(report)
    assert (report["format"], report["exit_code"], report["browser"]["name"]) == ("csplint-verify", 3, "chromium")
    good, bad = report["pages"]
    assert good["visits"][0]["fine"]
    picture = Path(good["visits"][0]["picture"])
    assert picture.parent == folder
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert bad["error"]["kind"] == "redirect"
    assert bad["visits"] == []


@pytest.mark.browser
def test_html_has_the_pictures_inside(shop: VerifyShop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    evil = "<script src='https://x.example/\x1b[31m\"><img src=y onerror=z>'></script>"
    candidate = tmp_path / "policy.txt"
    candidate.write_text(f"Content-Security-Policy: {GOOD}\n", encoding="utf-8")
    assert (
        verify(shop, "--format", "html", "--policy-file", str(candidate), shop.page("script-src 'self'", evil + TAG))
        == 1
    )
    out = capsys.readouterr().out
    assert out.count('<img src="data:image/png;base64,iVBOR') == 2
    assert "\x1b" not in out
    assert "<img src=y" not in out
    assert "img-src data:" in out


@pytest.mark.browser
def test_nothing_of_a_hostile_page_reaches_the_terminal(shop: VerifyShop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.answers["/evil.js"] = lambda _path: (
        [("Content-Type", "text/javascript")],
        b"console.log('\\x1b]0;owned\\x07'); document.title = '\\x1b[2J';"
        b"fetch('https://x.example/' + '\\u202e::error::' + '##[error]').catch(() => 0);",
    )
    assert verify(shop, "--vendor", "none", shop.page("default-src 'self'", "<script src=/evil.js></script>")) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.browser
def test_an_interrupt_ends_the_browser_too(shop: VerifyShop) -> None:
    shop.answers["/poll.js"] = lambda _path: (
        [("Content-Type", "text/javascript")],
        b"setInterval(() => fetch('/poll'), 50);",
    )
    url = shop.page("default-src 'self'", "<script src=/poll.js></script>")
    arguments = ["--browser", "chromium", "--proxy", shop.proxy, "--insecure", "--timeout", "100", url]
    with subprocess.Popen(
        command("", *arguments), env=_env({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        for _ in range(600):
            if "/poll" in shop.asked:
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130, stderr
    for _ in range(100):
        asked = len(shop.asked)
        time.sleep(0.3)
        if len(shop.asked) == asked:
            return
    pytest.fail("the browser still asks")
