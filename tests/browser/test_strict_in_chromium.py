"""
The strict policy in a real Chromium: sent as `fix --strict` prints it, with the nonce where it says, everything runs.

A loopback server sends the policy and the page, and puts a fresh nonce into the header and the listed tags. Hosts of
others are answered by the test; no request leaves the machine.
"""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from csplint.cli.entry import run
from tests.browser.chromium import browser  # noqa: F401 - a fixture
from tests.browser.test_guide_in_chromium import ASKS, CORS, WATCH, shim
from tests.guide.pages import CDN, INLINE, TAG
from tests.servers import Answer, Received, Server, serve

pytestmark = pytest.mark.browser

CSP = "Content-Security-Policy"
SENT = f"default-src 'self'; script-src 'self' 'unsafe-inline' {CDN}"
EMBED = f"const s = document.createElement('script'); s.src = '{CDN}/widgets/shim'; document.head.append(s);"
OWN = """<script>window.inlineRan = true</script>
<script src="/own.js"></script>
<script type="module" src="/module.js"></script>
<script>const late = document.createElement('script'); late.src = '/late.js'; document.head.append(late)</script>"""
FILES = {
    "/own.js": "window.ownRan = true",
    "/module.js": "window.moduleRan = true",
    "/late.js": "window.lateRan = true",
    "/injected.js": "window.injectedFileRan = true",
}
INJECTED = "<p><script>window.injectedRan = true</script><script src='/injected.js'></script>"
RAN = ("inlineRan", "ownRan", "moduleRan", "lateRan", "shimRan")


def html(body: str) -> str:
    return f"<!doctype html><html><head><title>Shop</title></head><body>\n{body}\n</body></html>"


class Shop:
    """A page whose policy and tags are changed as csplint says."""

    def __init__(self, body: str, *, more: tuple[tuple[str, str], ...] = ()) -> None:
        self.page, self.policy, self.more = html(body), SENT, more
        self.places: list[tuple[int, int]] = []
        self.injected = ""

    def answer(self, request: Received) -> Answer:
        if request.path in FILES:
            return Answer(200, [("Content-Type", "text/javascript")], FILES[request.path].encode())
        nonce = secrets.token_urlsafe(24)
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            *(self.more or [("Cache-Control", "private, no-store")]),
        ]
        headers.append((CSP, self.policy.replace("{NONCE}", nonce)))
        return Answer(200, headers, (self._with_nonce(nonce) + self.injected).encode())

    def _with_nonce(self, nonce: str) -> str:
        lines = self.page.split("\n")
        for line, column in sorted(self.places, reverse=True):
            text = lines[line - 1]
            end = column - 1 + len("<script")
            assert text[column - 1 : end] == "<script"
            lines[line - 1] = f'{text[:end]} nonce="{nonce}"{text[end:]}'
        return "\n".join(lines)

    def follow(self, corrected: dict[str, Any]) -> None:
        """Send what csplint prints."""
        [header] = corrected["headers"]
        self.policy = header["after"]
        self.places = [(tag["place"]["line"], tag["place"]["column"]) for tag in corrected["tags"]]


def fix(server: Server, *options: str) -> int:
    """The exit code; in a thread of its own, because Playwright's event loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run, ["fix", server.url("/"), "--strict", *options]).result()


def strict(server: Server, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = fix(server, "--as", "json")
    [target] = json.loads(capsys.readouterr().out)
    return code, target["corrected"]


def visit(browser: Any, server: Server) -> dict[str, Any]:  # noqa: F811
    """What ran, and the violations."""
    context = browser.new_context()
    try:
        tab = context.new_page()
        tab.add_init_script(WATCH)
        tab.route(lambda url: not url.startswith(server.url("/")), _elsewhere)
        tab.goto(server.url("/"), wait_until="load")
        for _ in range(400):  # wait_for_function() evaluates a string, which the policy blocks
            if tab.evaluate("window.asked === true"):
                break
            tab.wait_for_timeout(50)
        names = [*RAN, "injectedRan", "injectedFileRan", "asked"]
        ran = {name: tab.evaluate(f"window.{name} === true") for name in names}
        return {**ran, "violations": tab.evaluate("window.violations")}
    finally:
        context.close()


def _elsewhere(route: Any) -> None:
    url = route.request.url
    script = {f"{CDN}/embed.js": EMBED, f"{CDN}/widgets/shim": shim()}.get(url)
    kind = "text/html" if script is None else "text/javascript"
    route.fulfill(status=200, headers={"Content-Type": kind, **CORS}, body=script or "")


def needed(violations: list[list[str]]) -> list[list[str]]:
    """Without what the stub asks for that this page's widget does not need: fonts, sounds and Calendly are options."""
    options = {"style-fonts", "font-files", "media-sounds", "frame-calendly"}
    assert options <= set(ASKS)
    return [each for each in violations if each[0] not in options]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("embed", [INLINE, TAG], ids=["inline embed", "external embed"])
def test_everything_runs_with_the_nonce_and_injected_scripts_do_not(
    browser: Any,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    embed: str,
) -> None:
    shop = Shop(f"{OWN}\n{embed}")
    with serve(shop.answer) as server:
        code, corrected = strict(server, capsys)
        assert (code, corrected["proof"]["verdict"], corrected["proof"]["errors"]) == (1, "works", 0)
        shop.follow(corrected)
        seen = visit(browser, server)
        assert {name: seen[name] for name in (*RAN, "asked")} == dict.fromkeys((*RAN, "asked"), True)
        assert needed(seen["violations"]) == []
        shop.injected = INJECTED
        seen = visit(browser, server)
        assert (seen["shimRan"], seen["injectedRan"], seen["injectedFileRan"]) == (True, False, False)
        assert len([each for each in seen["violations"] if each[1] == "script-src-elem"]) == 2
        shop.injected = ""
        assert fix(server) == 0  # nothing is left to do


def test_a_tag_without_the_nonce_does_not_run(browser: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """What csplint lists is what is needed: leave one out, and its script is blocked."""
    shop = Shop(f"{OWN}\n{INLINE}")
    with serve(shop.answer) as server:
        _, corrected = strict(server, capsys)
        shop.follow(corrected)
        del shop.places[1]
        seen = visit(browser, server)
    assert (seen["inlineRan"], seen["ownRan"], seen["shimRan"]) == (True, False, True)


def test_a_page_from_a_cache_runs_by_hashes(browser: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """The loader goes where the first of the tags is that it replaces."""
    shop = Shop(f"{OWN}\n{TAG}", more=(("Cache-Control", "public, max-age=600"),))
    with serve(shop.answer) as server:
        code, corrected = strict(server, capsys)
        assert (code, corrected["tags"]) == (1, [])
        shop.follow(corrected)
        [step] = [each for each in corrected["steps"] if "<script>" in each]
        loader = step[step.index("<script>") : step.index("</script>") + len("</script>")]
        own, module = OWN.split("\n")[1:3]
        shop.page = shop.page.replace(own, loader).replace(module, "").replace(TAG, "")
        seen = visit(browser, server)
        assert {name: seen[name] for name in (*RAN, "asked")} == dict.fromkeys((*RAN, "asked"), True)
        assert needed(seen["violations"]) == []
        shop.injected = INJECTED
        seen = visit(browser, server)
        assert (seen["shimRan"], seen["injectedRan"], seen["injectedFileRan"]) == (True, False, False)
