"""
Pages with several faults in real browsers: the widget does not work before the correction, and works after it.

The widget is a stub of the vendor's, served from loopback under the vendor's host names.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from csplint import check_page
from csplint.model import TargetReport
from tests.browser.chromium import missing
from tests.browser.firefox import find, firefox
from tests.browser.widget_shop import WATCH, WidgetShop, widget_shop
from tests.engine.deploy import Sent, deployed
from tests.engine.faulty_pages import ALL, Faulty

pytestmark = pytest.mark.browser

Runner = Callable[[str, str], Any]
IDS = {
    "WordPress: an inline embed under a list of hosts",
    "default-src 'self' and nothing else",
    "default-src 'none' and nothing else",
    "everything right but images",
    "a host limited to a path",
    "wss where https belongs",
    "lost quotes",
    "the guide without its asterisks",
    "missing semicolons",
    "one missing semicolon",
    "commas for semicolons",
    "a character that is not ASCII",
    "nonce right, the rest missing",
    "nonce on the theme and not on the embed",
    "'strict-dynamic' with hosts",
    "a nonce glued to a keyword",
    "a nonce without its quotes",
    "{nonce} never filled in",
    "a hash for a script with src",
    "script-src-elem in play",
    "nginx and the application fight over the nonce",
    "a meta element and a header",
    "two meta elements",
}
PAGES = [page for page in ALL if page.id in IDS]


def test_every_page_is_there() -> None:
    assert {page.id for page in PAGES} == IDS


@pytest.fixture(scope="module")
def shop() -> Iterator[WidgetShop]:
    with widget_shop() as running:
        yield running


@pytest.fixture(scope="module")
def in_chromium(shop: WidgetShop) -> Iterator[Runner]:
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency

        from tests.browser.live_chromium import chromium  # noqa: PLC0415
    except ImportError:
        missing("the playwright package is not installed")
    with sync_playwright() as playwright, chromium(playwright, path, shop) as asker:
        yield asker.run


@pytest.fixture(scope="module")
def in_firefox(shop: WidgetShop) -> Iterator[Runner]:
    path = find()
    if path is None:
        missing("there is no Firefox")
    with firefox(path, shop) as asker:
        yield asker.run


def reported(sent: Sent, url: str) -> TargetReport:
    """What csplint makes of one response."""
    headers, html = sent.response()
    [target] = check_page(html, headers, url=url).targets
    return target


def assert_it_works_after_the_correction(run: Runner, shop: WidgetShop, page: Faulty) -> None:
    sent = page.sent()
    url = shop.add(sent)
    before = run(url, WATCH)
    assert not before["ran"] or before["blocked"], "the page has no fault"

    target = reported(sent, url)
    instead = deployed(sent, target)
    if page.by_hand and target.corrected is not None:
        instead = page.by_hand(instead, next(each for each in target.corrected.steps if page.step in each))
    after = run(shop.add(instead), WATCH)
    assert after == {"ran": True, "blocked": []}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_the_widget_works_in_chromium(in_chromium: Runner, shop: WidgetShop, page: Faulty) -> None:
    assert_it_works_after_the_correction(in_chromium, shop, page)


@pytest.mark.parametrize("page", PAGES[::2], ids=lambda page: page.id)
def test_the_widget_works_in_firefox(in_firefox: Runner, shop: WidgetShop, page: Faulty) -> None:
    assert_it_works_after_the_correction(in_firefox, shop, page)
