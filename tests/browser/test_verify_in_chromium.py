"""
`csplint verify` on the guide's pages and the demo's in Chromium: the browser shows what csplint says, and with the corrected
policy every fault is gone.

The vendor is a stub on loopback that asks for one thing of each kind that the guide names.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from csplint.demo.pages import PAGES, DemoPage
from csplint.engine.browser_run import Verified, VerifyOptions
from csplint.engine.inputs import UrlInput
from tests.browser.verify_shop import VerifyShop, require, verify_shop
from tests.engine.deploy import Sent
from tests.guide.pages import FAULTY, NONCE, WORKING, Page

pytestmark = pytest.mark.browser

ANOTHER_HOST = "the page's own host is not the guide's"
"""Its widget would ask for other hosts than the stub does."""

ALLOWS_A_PART = {"path that covers the tag alone", "one host of the wildcard", "video without camera"}
"""csplint promises nothing about one URL, or judges what this visit does not use."""

GUIDE = [page for page in (*WORKING, *FAULTY) if page.id != ANOTHER_HOST]


def sent(page: Page) -> Sent:
    """The page with a new nonce in each response, as the guide asks for."""
    headers = tuple((name, value.replace(NONCE, "{NONCE}")) for name, value in page.response_headers())
    return Sent(headers, page.html().replace(NONCE, "{NONCE}"))


def demo(page: DemoPage) -> Sent:
    nonce = "c2FtZSBmb3IgZXZlcnlib2R5IQ==" if page.fixed_nonce else "{NONCE}"
    name = "Content-Security-Policy-Report-Only" if page.report_only else "Content-Security-Policy"
    headers = (("Content-Type", "text/html; charset=utf-8"), (name, page.policy.replace("{nonce}", nonce)))
    body = page.body.replace("{nonce}", nonce).replace("{other}", "{OTHER}")
    return Sent(headers, f"<!doctype html>\n<title>{page.title}</title>\n{body}\n")


@pytest.fixture(scope="module")
def shop() -> Iterator[VerifyShop]:
    require("chromium")
    with verify_shop() as running:
        yield running


@pytest.fixture(scope="module")
def verified(shop: VerifyShop) -> dict[str, Verified]:
    """Every page once, and those with a fault again with their correction; the widget uses what the page is asked about."""
    shop.features = ()
    plain = [page for page in GUIDE if not page.features]
    inputs = {page.id: shop.add(sent(page)) for page in plain} | {page.path: shop.add(demo(page)) for page in PAGES}
    found = _all(shop, {name: UrlInput(url, url) for name, url in inputs.items()})
    for page in GUIDE:
        if page.features:
            shop.features = page.features
            url = shop.add(sent(page))
            found |= _all(shop, {page.id: UrlInput(url, url, features=page.features)})
    return found


def _all(shop: VerifyShop, inputs: dict[str, UrlInput]) -> dict[str, Verified]:
    fixed = {page.id for page in FAULTY} | {page.path for page in PAGES if page.shows}
    found: dict[str, Verified] = {}
    for with_fix in (False, True):
        names = [name for name in inputs if (name in fixed) == with_fix]
        options = VerifyOptions(launch=shop.launch(), with_fix=with_fix)
        if names:
            found |= dict(zip(names, shop.verify([inputs[name] for name in names], options), strict=True))
    return found


@pytest.mark.parametrize("name", [*(page.id for page in GUIDE), *(page.path for page in PAGES)])
def test_the_browser_shows_what_csplint_says(verified: dict[str, Verified], name: str) -> None:
    page = verified[name].page
    assert page.error is None
    [vendor] = page.visits[0].vendors
    assert vendor.agrees
    if name not in ALLOWS_A_PART:
        assert vendor.state == vendor.predicted
    assert not [each for each in page.visits[0].sightings if each.agreement == "disagreed"]


@pytest.mark.parametrize("page", [page for page in WORKING if page.id != ANOTHER_HOST], ids=lambda page: page.id)
def test_a_page_that_works_is_fine(verified: dict[str, Verified], page: Page) -> None:
    [visit] = verified[page.id].page.visits
    assert visit.fine
    assert visit.vendors[0].chat == "seen"
    assert visit.marks == ("velaro:initializing (console)", "velaro:initialized (console)")


@pytest.mark.parametrize("name", [*(page.id for page in FAULTY), *(page.path for page in PAGES if page.shows)])
def test_every_fault_is_gone_with_the_correction(verified: dict[str, Verified], name: str) -> None:
    page = verified[name].page
    last = page.visits[-1]
    assert last.vendors[0].chat == "seen"
    assert last.vendors[0].state == "works"
    assert [each for each in last.sightings if each.disposition == "enforce"] == []
    assert last.fine
    assert len(page.visits) == 2 or page.visits[0].fine
