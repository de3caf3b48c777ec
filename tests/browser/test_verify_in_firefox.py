"""`csplint verify` in Firefox: verdicts, violation events and the console, and the correction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from csplint.engine.browser_run import Verified, VerifyOptions
from csplint.engine.inputs import UrlInput
from tests.browser.test_verify_in_chromium import sent
from tests.browser.verify_shop import VerifyShop, require, verify_shop
from tests.guide.pages import FAULTY, WORKING

pytestmark = pytest.mark.browser

STATES = {
    "full nonce set-up": "works",
    "full allow-list with an external tag": "works",
    "policy in a meta element": "works",
    "host missing": "broken",
    "inline under a host allow-list": "broken",
    "nonce without strict-dynamic": "broken",
    "unrendered template": "broken",
    "connect-src 'self' alone": "partly",
    "no frames": "partly",
}
PAGES = {page.id: page for page in (*WORKING, *FAULTY) if page.id in STATES}


@pytest.fixture(scope="module")
def shop() -> Iterator[VerifyShop]:
    require("firefox")
    with verify_shop() as running:
        running.answers["/run.js"] = lambda _path: (
            [("Content-Type", "text/javascript")],
            b"fetch('https://stats.example/hit').catch(() => console.log('no hit'));",
        )
        yield running


@pytest.fixture(scope="module")
def verified(shop: VerifyShop) -> dict[str, Verified]:
    urls = {name: shop.add(sent(PAGES[name])) for name in STATES}
    urls["run time"] = shop.page("default-src 'none'; script-src 'self'", "<script src=/run.js></script>")
    options = VerifyOptions(launch=shop.launch("firefox"), with_fix=True)
    found = shop.verify([UrlInput(url, url) for url in urls.values()], options)
    return dict(zip(urls, found, strict=True))


@pytest.mark.parametrize("name", STATES)
def test_firefox_shows_what_csplint_says(verified: dict[str, Verified], name: str) -> None:
    page = verified[name].page
    assert page.error is None
    [vendor] = page.visits[0].vendors
    assert (vendor.state, vendor.predicted, vendor.agrees) == (STATES[name], STATES[name], True)
    assert {each.agreement for each in page.visits[0].sightings} <= {"agreed", "predicted-only"}


@pytest.mark.parametrize("name", STATES)
def test_every_fault_is_gone_with_the_correction_in_firefox(verified: dict[str, Verified], name: str) -> None:
    last = verified[name].page.visits[-1]
    assert last.fine
    assert last.vendors[0].chat == "seen"


def test_firefox_gives_events_console_and_headers(verified: dict[str, Verified]) -> None:
    visit = verified["host missing"].page.visits[0]
    assert [(each.directive, each.blocked, each.times) for each in visit.sightings if each.times] == [
        ("script-src-elem", "https://app-cdn.velaro.com/embed.js", 1)
    ]
    assert any("Content-Security-Policy: " in line.text and "embed.js" in line.text for line in visit.console)
    assert [header.name.lower() for header in visit.headers] == ["content-security-policy"]
    works = verified["full nonce set-up"].page.visits[0]
    assert "velaro:initialized (console)" in works.marks


def test_a_request_at_run_time_is_explained_in_firefox(verified: dict[str, Verified]) -> None:
    [seen] = [each for each in verified["run time"].page.visits[0].sightings if "stats" in each.blocked]
    assert (seen.agreement, seen.directive, seen.add) == ("browser-only", "connect-src", "https://stats.example")
    assert "/run.js:1" in seen.why
