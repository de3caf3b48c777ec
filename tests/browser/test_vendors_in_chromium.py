"""
Pages with five and more vendors in a real Chromium: some of what they need is blocked before the correction, nothing after it.

Each vendor's script is a stub that asks for all that its pack lists; `vendor_stubs` makes it, `vendor_shop` serves it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from csplint import check_page
from csplint.checks.edits import add_sources
from csplint.csp.edit import apply
from csplint.csp.policy import Delivered, parse_policies
from csplint.model import Corrected, TargetReport
from csplint.packs.read import load_pack
from tests.browser.chromium import missing
from tests.browser.live_chromium import arguments
from tests.browser.vendor_shop import VendorPage, VendorShop, has_script, vendor_shop
from tests.browser.vendor_stubs import UNSEEN, WATCH
from tests.engine.deploy import Sent, deployed

pytestmark = pytest.mark.browser

PAGES = [
    VendorPage(
        id="a shop with a chat, a tag manager, payments and a check for bots",
        vendors=(
            "velaro",
            "google-tag-manager",
            "google-analytics",
            "google-fonts",
            "stripe",
            "cloudflare-turnstile",
        ),
        policy="default-src 'self'",
    ),
    VendorPage(
        id="a start-up with analytics",
        vendors=("intercom", "segment", "hotjar", "youtube", "meta-pixel", "sentry"),
        policy="default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
    ),
    VendorPage(
        id="a shop by WordPress with a list of hosts",
        vendors=("recaptcha", "google-maps", "paypal", "hubspot", "google-fonts"),
        policy="default-src 'self'; script-src 'self' 'unsafe-inline' https://www.google.com; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: https:; font-src 'self'; object-src 'none'; base-uri 'self'",
    ),
    VendorPage(
        id="nonces on some of the tags",
        vendors=("velaro", "google-tag-manager", "crisp", "calendly", "hcaptcha", "cloudflare-insights"),
        nonced=("google-tag-manager", "velaro"),
        policy="default-src 'self'; script-src 'self' 'nonce-{NONCE}'; style-src 'self' 'nonce-{NONCE}'; img-src 'self'",
        own='<style nonce="{NONCE}">h1 { color: green }</style>',
    ),
    VendorPage(
        id="nonces and 'strict-dynamic'",
        vendors=("zendesk", "google-tag-manager", "google-ads", "contentsquare", "tawk", "youtube-player-api"),
        nonced=("zendesk", "google-tag-manager", "tawk"),
        policy="default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic' https:; style-src 'self' 'nonce-{NONCE}'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'",
        own='<style nonce="{NONCE}">h1 { color: green }</style>',
    ),
]


class Seen(Struct):
    """What happened in the browser: the vendors whose stubs ran, and what was blocked."""

    ran: set[str]
    blocked: list[list[str]]


@pytest.fixture(scope="module")
def shop() -> Iterator[VendorShop]:
    with vendor_shop() as running:
        yield running


@pytest.fixture(scope="module")
def browser(shop: VendorShop) -> Iterator[Any]:
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency
    except ImportError:
        missing("the playwright package is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments(shop))
        yield running
        running.close()


def opened(browser: Any, url: str, vendors: set[str]) -> Seen:
    """The page in Chromium, once its stubs have asked for everything, or none starts any more."""
    context = browser.new_context(ignore_https_errors=True)
    try:
        context.add_init_script(WATCH)
        tab = context.new_page()
        tab.goto(url, wait_until="load")
        for _ in range(200):  # wait_for_function() evaluates a string, which the policies block
            if tab.evaluate("window.pending === 0") and vendors <= set(tab.evaluate("window.ran")):
                break
            tab.wait_for_timeout(25)
        tab.wait_for_timeout(500)
        return Seen(set(tab.evaluate("window.ran")), tab.evaluate("window.violations"))
    finally:
        context.close()


def reported(sent: Sent, url: str) -> TargetReport:
    """What csplint makes of one response."""
    headers, html = sent.response()
    [target] = check_page(html, headers, url=url).targets
    return target


ONE_OF = re.compile(r"Add the one that your account uses to ([a-z-]+): (.*)\.")


def chosen(corrected: Corrected, vendors: tuple[str, ...]) -> dict[str, str]:
    """The last of the alternatives of each requirement of which the correction leaves the choice to the shop."""
    listed = {found[2] for step in corrected.steps if (found := ONE_OF.fullmatch(step))}
    left = [
        each
        for vendor in vendors
        for each in load_pack(vendor).requirement
        if each.any_of and ", ".join(each.any_of) in listed
    ]
    assert len({each.any_of for each in left}) == len(listed)
    return {each.id: each.any_of[-1] for each in left}


def by_hand(sent: Sent, corrected: Corrected, vendors: tuple[str, ...]) -> Sent:
    """The shop's answer with what the correction's steps say to add."""
    choice = chosen(corrected, vendors)
    for vendor in vendors:
        for each in load_pack(vendor).requirement:
            if each.id in choice:
                sent = replace(
                    sent, headers=tuple(_added(pair, each.directive, choice[each.id]) for pair in sent.headers)
                )
    return sent


def _added(header: tuple[str, str], directive: str, sources: str) -> tuple[str, str]:
    name, value = header
    if name != "Content-Security-Policy":
        return header
    [policy] = parse_policies([Delivered(value, "header", "enforce")])
    return name, apply(value, add_sources(policy, directive, sources.split()))


def scripted(page: VendorPage) -> set[str]:
    """The vendors of a page that have a script of their own."""
    return {each for each in page.vendors if has_script(each)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_everything_works_after_the_correction(browser: Any, shop: VendorShop, page: VendorPage) -> None:
    sent = page.sent()
    url = shop.serve(page, sent, {})
    before = opened(browser, url, set())
    assert before.blocked, "the page has no fault"

    target = reported(sent, url)
    assert target.verdict is not None
    assert target.corrected is not None
    assert set(page.vendors) <= {each.vendor for each in target.verdict.vendors if each.state != "absent"}

    instead = by_hand(deployed(sent, target), target.corrected, page.vendors)
    url = shop.serve(page, instead, chosen(target.corrected, page.vendors))
    after = opened(browser, url, scripted(page))
    assert after.blocked == []
    assert after.ran == scripted(page)
    assert all(shop.is_loaded(vendor) for vendor in page.vendors)
    asked = [each for vendor in page.vendors for each in shop.wanted(vendor) if each.kind not in UNSEEN]
    urls = {each.url.replace("wss://", "https://") for each in asked if re.match(r"(https|wss)://", each.url)}
    assert urls <= set(shop.seen), sorted(urls - set(shop.seen))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_nothing_is_left_of_the_corrected_page_but_the_choices(shop: VendorShop, page: VendorPage) -> None:
    sent = page.sent()
    target = reported(sent, shop.serve(page, sent, {}))
    assert target.corrected is not None
    instead = by_hand(deployed(sent, target), target.corrected, page.vendors)
    again = reported(instead, shop.serve(page, instead, {}))
    assert [each.message for each in again.findings if each.severity == "error"] == []
    assert again.verdict is not None
    assert {each.if_added or each.state for each in again.verdict.vendors} == {"works"}
