"""What browsers print on the demo's pages leads to the row of the vendor's table that the check of the page gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from csplint import check_page
from csplint.demo.pages import PAGES, DemoPage
from csplint.engine.why import explain
from csplint.messages.read import read_text
from tests.browser.bidi import Bidi
from tests.browser.chromium import missing
from tests.browser.firefox import _port, find, preferences
from tests.browser.live_chromium import arguments
from tests.browser.widget_shop import WATCH, WidgetShop, widget_shop
from tests.engine.deploy import PACKS, Sent

pytestmark = pytest.mark.browser

Lines = Callable[[str], list[str]]
"""What a browser prints in its console on the page at a URL."""

BLOCKED = [page for page in PAGES if page.shows not in {"", "nonce-static"}]
"""Pages on which something is blocked; on the page with a static nonce nothing is."""


@pytest.fixture(scope="module")
def shop() -> Iterator[WidgetShop]:
    with widget_shop() as running:
        yield running


@pytest.fixture(scope="module")
def chromium_prints(shop: WidgetShop) -> Iterator[Lines]:
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency
    except ImportError:
        missing("the playwright package is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments(shop))
        tab = running.new_context(ignore_https_errors=True).new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))

        def printed(url: str) -> list[str]:
            said.clear()
            tab.goto(url)
            tab.evaluate(WATCH)
            return list(said)

        yield printed
        running.close()


@pytest.fixture(scope="module")
def firefox_prints(shop: WidgetShop) -> Iterator[Lines]:
    path = find()
    if path is None:
        missing("there is no Firefox")
    with tempfile.TemporaryDirectory(prefix="csplint-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences(shop).items()]
        (Path(profile) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            session = Bidi(_port(Path(profile)))
            yield _prints(session)
            session.close()
            running.terminate()


def _prints(session: Bidi) -> Lines:
    session.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
    session.command("session.subscribe", events=["log.entryAdded"])
    tab = session.command("browsingContext.getTree", maxDepth=0)["contexts"][0]["context"]

    def printed(url: str) -> list[str]:
        session.events.clear()
        session.command("browsingContext.navigate", context=tab, url=url, wait="complete")
        session.command("script.evaluate", expression=WATCH, target={"context": tab}, awaitPromise=True)
        return [str(each["params"].get("text")) for each in session.events]

    return printed


def sent(page: DemoPage) -> Sent:
    """The demo's page, as the shop sends it over TLS and under a host name."""
    name = "Content-Security-Policy-Report-Only" if page.report_only else "Content-Security-Policy"
    html = f"<!doctype html>{page.body}"
    filled = [each.replace("{nonce}", "{NONCE}").replace("{other}", "{OTHER}") for each in (page.policy, html)]
    return Sent(((name, filled[0]), ("Content-Type", "text/html")), filled[1])


def rows_of_check(page: Sent, url: str) -> set[str]:
    """The rows of every error and warning about the widget that the check finds."""
    headers, html = page.response()
    [target] = check_page(html, headers, url=url).targets
    found = [each for each in target.findings if each.severity != "info" and each.pack == "velaro"]
    return {part.symptom for each in found for part in each.parts or (each,) if part.symptom}


def assert_rows_agree(prints: Lines, shop: WidgetShop, page: DemoPage) -> None:
    served = sent(page)
    url = shop.add(served)
    messages = list(read_text("\n".join(prints(url))))
    explained = [explain(each, PACKS) for each in messages]
    about = [each for each in explained if each.kind == "csp" and each.disposition]
    assert about, messages
    assert {each.disposition for each in about} == {"report" if page.report_only else "enforce"}
    rows: set[Any] = {each.symptom for each in about if each.symptom}
    assert rows == (rows_of_check(served, url) or {"script-refused"})


@pytest.mark.parametrize("page", BLOCKED, ids=lambda page: page.path)
def test_the_row_of_what_chromium_prints(chromium_prints: Lines, shop: WidgetShop, page: DemoPage) -> None:
    assert_rows_agree(chromium_prints, shop, page)


@pytest.mark.parametrize("page", BLOCKED, ids=lambda page: page.path)
def test_the_row_of_what_firefox_prints(firefox_prints: Lines, shop: WidgetShop, page: DemoPage) -> None:
    assert_rows_agree(firefox_prints, shop, page)


def test_pages_without_a_fault_print_nothing_about_a_policy(chromium_prints: Lines, shop: WidgetShop) -> None:
    page = next(each for each in PAGES if each.path == "/works-nonce")
    printed = chromium_prints(shop.add(sent(page)))
    assert not [each for each in read_text("\n".join(printed)) if each.kind == "csp"]
