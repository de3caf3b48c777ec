"""
What csplint says stops a page stops it in Chromium and in Firefox, and what csplint says nothing about does not.

Each row is a page that is stopped, the same page with one change so that it is not, and what shows that it runs: a request
that the page's script, frame or form makes. csplint must report the first page, not the second, and both browsers must agree.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

import csplint
from csplint.model import TargetReport
from tests.browser.chromium import missing
from tests.browser.firefox import find, firefox
from tests.browser.stops_site import SHOP, Headers, Page, StopsSite, ran, serving_stops

pytestmark = pytest.mark.browser

CSP, FRAMES = "Content-Security-Policy", "X-Frame-Options"
CDN = "https://app-cdn.velaro.com"
WIDGET = f'<script src="{CDN}/embed.js"></script>'
SNIPPET = f"""<script>var s = document.createElement('script'); s.src = '{CDN}/shim.js';
document.head.append(s); Velaro('boot', {{}})</script>"""
DEFAULT = "trustedTypes.createPolicy('default', {createScriptURL: text => text, createHTML: text => text})"
TYPES = "require-trusted-types-for 'script'"
SECRET = "Zk2p0Q9s7mVdX1yTqLr3Wg=="
SHARED = f"script-src 'self' 'nonce-{SECRET}'; img-src https://shop.example"


def sent(policy: str) -> Headers:
    return ((CSP, policy),)


def script(code: str, more: str = "") -> str:
    return f"<script {more}>{code}</script>"


def click(tag: str) -> str:
    return f"{tag}{script('document.getElementById(&quot;b&quot;).click()'.replace('&quot;', chr(34)))}"


def digest(name: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(ran(name).encode()).digest()).decode()


class Row(NamedTuple):
    """rule: reported for `stopped` and not for `runs`. shows: what a browser asks for when the page runs."""

    rule: str
    stopped: Page
    runs: Page
    shows: str


INTEGRITY = (("Integrity-Policy", "blocked-destinations=(script)"),)
ISOLATED = (("Cross-Origin-Embedder-Policy", "require-corp"),)
CREDENTIALLESS = (("Cross-Origin-Embedder-Policy", "credentialless"),)
OWN = f'<script src="/own.js" integrity="{digest("own")}"'
FORM = click('<form action="/to/form"><button id=b>Search</button></form>')
POPUP = click('<a id=b target=_blank href="/to/window">x</a>')
OPENS = script("window.open('/to/window')")
STORAGE = script(f"localStorage.a = 1; {ran('stored')}")
ASSIGNS = script(f"document.body.insertAdjacentHTML('beforeend', '<p>'); {ran('assigned')}")
JAVASCRIPT_URL = click(f'<a id=b href="javascript:void({ran("url")})">x</a>')
FRAME = f'<iframe srcdoc="{script(ran("inner")).replace(chr(34), "&quot;")}"></iframe>'
INNER_FILE = f'<iframe srcdoc="<script src={CDN}/chart.js></script>"></iframe>'
SHOWN = script(ran("shown"))

ROWS = {
    "sandbox without scripts": Row(
        "sandbox-blocks-scripts", Page(sent("sandbox"), SHOWN), Page(sent("sandbox allow-scripts"), SHOWN), "ran/shown"
    ),
    "sandbox with scripts in one of two policies": Row(
        "sandbox-blocks-scripts",
        Page(sent("sandbox allow-scripts, sandbox allow-forms"), SHOWN),
        Page(sent("sandbox allow-scripts, sandbox ALLOW-SCRIPTS"), SHOWN),
        "ran/shown",
    ),
    "sandbox and the widget": Row(
        "sandbox-blocks-widget",
        Page(sent("sandbox allow-forms allow-same-origin"), WIDGET),
        Page(sent("sandbox allow-scripts allow-same-origin"), WIDGET),
        "ran/embed",
    ),
    "sandbox without storage": Row(
        "sandbox-opaque-origin",
        Page(sent("sandbox allow-scripts"), STORAGE),
        Page(sent("sandbox allow-scripts allow-same-origin"), STORAGE),
        "ran/stored",
    ),
    "own module of a page with an opaque origin": Row(
        "sandbox-opaque-origin",
        Page(sent("sandbox allow-scripts"), '<script type=module src="/own.js"></script>'),
        Page(sent("sandbox allow-scripts allow-same-origin"), '<script type=module src="/own.js"></script>'),
        "ran/own",
    ),
    "sandbox without forms": Row(
        "sandbox-blocks-forms",
        Page(sent("sandbox allow-scripts"), FORM),
        Page(sent("sandbox allow-scripts allow-forms"), FORM),
        "to/form",
    ),
    "sandbox without new windows": Row(
        "sandbox-blocks-popups",
        Page(sent("sandbox allow-scripts"), POPUP),
        Page(sent("sandbox allow-scripts allow-popups"), POPUP),
        "to/window",
    ),
    "a script that opens a window": Row(
        "sandbox-blocks-popups",
        Page(sent("sandbox allow-scripts"), OPENS),
        Page(sent("sandbox allow-scripts allow-popups"), OPENS),
        "to/window",
    ),
    "sandbox in a report-only policy": Row(
        "sandbox-blocks-scripts",
        Page(sent("sandbox"), SHOWN),
        Page(((f"{CSP}-Report-Only", "sandbox"),), SHOWN),
        "ran/shown",
    ),
    "the snippet assigns src": Row(
        "trusted-types-block-widget", Page(sent(TYPES), SNIPPET), Page((), SNIPPET), "ran/shim"
    ),
    "a list without default": Row(
        "trusted-types-policy-refused",
        Page(sent(f"{TYPES}; trusted-types 'none'"), script(DEFAULT + ";" + ran("created"))),
        Page(sent(f"{TYPES}; trusted-types default"), script(DEFAULT + ";" + ran("created"))),
        "ran/created",
    ),
    "an element's HTML": Row(
        "trusted-types-block-script",
        Page(sent(TYPES), ASSIGNS),
        Page(sent(TYPES), script(DEFAULT) + ASSIGNS),
        "ran/assigned",
    ),
    "a javascript: URL": Row(
        "trusted-types-block-script", Page(sent(TYPES), JAVASCRIPT_URL), Page((), JAVASCRIPT_URL), "ran/url"
    ),
    "another site's script": Row(
        "embedder-policy-blocks-files",
        Page(ISOLATED, '<script src="https://cdn.example/app.js"></script>'),
        Page(ISOLATED, '<script src="https://cdn.example/app.js?cors" crossorigin></script>'),
        "ran/app",
    ),
    "a frame of another site": Row(
        "embedder-policy-blocks-files",
        Page(CREDENTIALLESS, '<iframe src="https://map.example/map.html"></iframe>'),
        Page((), '<iframe src="https://map.example/map.html"></iframe>'),
        "ran/frame",
    ),
    "the header twice is ignored": Row(
        "embedder-policy-blocks-files",
        Page(ISOLATED, '<script src="https://cdn.example/app.js"></script>'),
        Page(ISOLATED * 2, '<script src="https://cdn.example/app.js"></script>'),
        "ran/app",
    ),
    "the widget's files under require-corp": Row(
        "embedder-policy-may-block-widget", Page(ISOLATED, WIDGET), Page(CREDENTIALLESS, WIDGET), "ran/embed"
    ),
    "own script without integrity": Row(
        "integrity-policy-blocks-scripts",
        Page(INTEGRITY, '<script src="/own.js"></script>'),
        Page(INTEGRITY, f"{OWN} crossorigin></script>"),
        "ran/own",
    ),
    "integrity without CORS": Row(
        "integrity-policy-blocks-scripts",
        Page(INTEGRITY, f"{OWN}></script>"),
        Page(INTEGRITY, f"{OWN} type=module></script>"),
        "ran/own",
    ),
    "a malformed Integrity-Policy": Row(
        "integrity-policy-blocks-scripts",
        Page(INTEGRITY, '<script src="/own.js"></script>'),
        Page((("Integrity-Policy", "blocked-destinations=script"),), '<script src="/own.js"></script>'),
        "ran/own",
    ),
    "the widget's tag without integrity": Row(
        "integrity-policy-blocks-widget",
        Page(INTEGRITY, WIDGET),
        Page((("Integrity-Policy-Report-Only", INTEGRITY[0][1]),), WIDGET),
        "ran/embed",
    ),
    "the snippet's script has no integrity": Row(
        "integrity-policy-blocks-widget", Page(INTEGRITY, SNIPPET), Page((), SNIPPET), "ran/shim"
    ),
    "two values of X-Frame-Options": Row(
        "frame-options-conflict",
        Page(((FRAMES, "SAMEORIGIN"), (FRAMES, "DENY")), SHOWN, framed_by=SHOP),
        Page(((FRAMES, "SAMEORIGIN"), (FRAMES, "sameorigin")), SHOWN, framed_by=SHOP),
        "ran/shown",
    ),
    "an inline script in srcdoc": Row(
        "srcdoc-blocked",
        Page(sent(SHARED), FRAME),
        Page(sent(SHARED), FRAME.replace("<script ", f"<script nonce={SECRET} ")),
        "ran/inner",
    ),
    "a file in srcdoc": Row(
        "srcdoc-blocked",
        Page(sent("script-src 'self'"), INNER_FILE),
        Page(sent(f"script-src {CDN}; frame-src 'none'"), INNER_FILE),
        "ran/chart",
    ),
}

IGNORED = {
    "ALLOW-FROM": ("frame-options-ignored", Page(((FRAMES, "ALLOW-FROM https://partner.example/"),), SHOWN, "https://other.example/")),
    "ALLOWALL twice": ("frame-options-ignored", Page(((FRAMES, "ALLOWALL, ALLOWALL"),), SHOWN, "https://other.example/")),
    "frame-ancestors wins": (
        "frame-options-overridden",
        Page(((FRAMES, "DENY"), *sent("frame-ancestors https://other.example")), SHOWN, "https://other.example/"),
    ),
    "another spelling of require-corp": ("embedder-policy-ignored", Page((("Cross-Origin-Embedder-Policy", "Require-Corp"),), f"{SHOWN}{WIDGET}")),
    "an Integrity-Policy for sources that do not exist": (
        "integrity-policy-ignored",
        Page((("Integrity-Policy", "blocked-destinations=(script), sources=(other)"),), f'{SHOWN}<script src="/own.js"></script>'),
    ),
}  # fmt: skip
"""What csplint says browsers ignore: the page runs."""

Visit = Callable[[Page, str], bool]


def visiting(site: StopsSite, open_page: Callable[[str], None]) -> Visit:
    numbers = iter(range(10_000))

    def visit(page: Page, shows: str) -> bool:
        site.page, site.asked = page, set()
        path = "framing" if page.framed_by else "page"
        open_page(f"{page.framed_by or SHOP}{path}?visit={next(numbers)}")
        return site.watch(shows)

    return visit


@pytest.fixture(scope="module")
def chromium() -> Iterator[tuple[StopsSite, Any]]:
    """The site, and a browser context that sees nothing else."""
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency

        from tests.browser.live_chromium import arguments  # noqa: PLC0415
    except ImportError:
        missing("the playwright package is not installed")
    with serving_stops() as site, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments(site))
        yield site, running.new_context(ignore_https_errors=True)
        running.close()


@pytest.fixture(scope="module")
def in_chromium(chromium: tuple[StopsSite, Any]) -> Visit:
    site, context = chromium

    def open_page(url: str) -> None:
        for old in context.pages:
            old.close()
        context.new_page().goto(url, wait_until="load")

    return visiting(site, open_page)


@pytest.fixture(scope="module")
def in_firefox() -> Iterator[Visit]:
    path = find()
    if path is None:
        pytest.skip("there is no Firefox; see CONTRIBUTING.md")
    with serving_stops() as site, firefox(path, site) as asker:

        def open_page(url: str) -> None:
            # Firefox calls a page whose frame or script was blocked a failed navigation, and runs nothing in a sandbox
            with contextlib.suppress(RuntimeError):
                asker.run(url, "Promise.resolve('1')")

        yield visiting(site, open_page)


@pytest.fixture(params=["chromium", "firefox"])
def visit(request: pytest.FixtureRequest) -> Visit:
    found: Visit = request.getfixturevalue(f"in_{request.param}")
    return found


def checked(page: Page) -> TargetReport:
    headers = [("Content-Type", "text/html; charset=utf-8"), *page.headers]
    packs = ["page", "syntax", "delivery", "security"]
    if page.body in {WIDGET, SNIPPET}:  # the vendor's rules speak for the general ones
        packs.append("velaro")
    return csplint.check_page(page.html(), headers, url=SHOP, packs=packs).targets[0]


def enforced(target: TargetReport) -> set[str]:
    return {each.name for each in target.findings if not each.message.startswith("Nothing is blocked yet")}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_is_reported_is_stopped_and_nothing_else(visit: Visit, row: Row) -> None:
    stopped, runs = checked(row.stopped), checked(row.runs)
    assert row.rule in enforced(stopped)
    assert row.rule not in enforced(runs)
    if row.stopped.body in {WIDGET, SNIPPET}:
        assert stopped.verdict is not None
        assert stopped.verdict.state == ("unknown" if "may" in row.rule else "broken")
        assert runs.verdict is not None
        assert runs.verdict.state == "works"
        rows = {each.id: each.state for each in stopped.requirements}
        assert rows["script"] == ("unknown" if "may" in row.rule else "unmet")
    assert (visit(row.stopped, row.shows), visit(row.runs, row.shows)) == (False, True)


@pytest.mark.parametrize(("rule", "page"), IGNORED.values(), ids=IGNORED)
def test_what_is_ignored_stops_nothing(visit: Visit, rule: str, page: Page) -> None:
    assert rule in enforced(checked(page))
    assert visit(page, "ran/shown")


def test_a_sandbox_without_downloads_saves_no_file(chromium: tuple[StopsSite, Any]) -> None:
    """The file is requested, and only the download is refused; Firefox 153 was seen to do the same."""
    site, context = chromium
    link = click('<a id=b download href="/to/catalogue.pdf">x</a>')
    seen = {}
    for flags in ("allow-scripts", "allow-scripts allow-downloads"):
        site.page = Page(sent(f"sandbox {flags}"), link)
        assert ("sandbox-blocks-downloads" in enforced(checked(site.page))) == ("downloads" not in flags)
        tab = context.new_page()
        saved: list[object] = []
        tab.on("download", lambda download, saved=saved: saved.append(download))
        tab.goto(f"{SHOP}page", wait_until="commit")
        tab.wait_for_timeout(500)
        seen[flags] = len(saved)
    assert seen == {"allow-scripts": 0, "allow-scripts allow-downloads": 1}
