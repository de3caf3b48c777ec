"""Noise is set apart with its reason; a vendor's addresses and a site's own failures never are."""

from __future__ import annotations

import pytest

from csplint.csp.url import Url
from csplint.engine.vendor_requests import VendorRequests
from csplint.messages.message import Message
from csplint.messages.noise import is_weak, noise
from csplint.packs.merge import load_packs

SHOP = "https://shop.example/"
VENDORS = VendorRequests(load_packs(()))


def report(blocked: str, source: str = "", page: str = SHOP, policy: str = "default-src 'self'") -> Message:
    return Message(
        kind="csp", directive="script-src-elem", blocked=blocked, source_file=source, page=page, policy=policy
    )


def kind(message: Message) -> str:
    found = noise(message, VENDORS.is_vendors)
    return found.kind if found else ""


CASES = [
    # what, blocked, source file, kind
    ("an extension's file", "chrome-extension://abcdef/inject.js", "", "extension"),
    ("only the scheme, as browsers report it", "chrome-extension", "", "extension"),
    ("in any letter case", "Moz-Extension://x/y", "", "extension"),
    ("caused by an extension", "inline", "moz-extension://1/content.js", "extension"),
    ("caused by Safari's", "https://x.example/a.js", "safari-web-extension://1/a.js", "extension"),
    ("caused by a masked one", "eval", "webkit-masked-url://hidden/", "extension"),
    ("the browser", "resource://gre/a.css", "", "browser"),
    ("an app", "webviewprogressproxy:///complete", "", "browser"),
    ("about:blank", "about", "", "browser"),
    ("an error page", "data:text/html,chromewebdata", "", "browser"),
    ("an injected host", "https://www.superfish.com/ws/sf_main.jsp", "", "injected"),
    ("below an injected host", "https://gc.kis.v2.scr.kaspersky-labs.com/x/main.js", "", "injected"),
    ("caused by an injected host", "inline", "https://injections.adguard.com/a.js", "injected"),
    ("a mobile proxy", "http://1.1.1.1/bmi/shop.example/a.js", "", "injected"),
    ("the rest of such a host", "http://1.1.1.1/dns", "", ""),
    ("a program on the machine", "http://127.0.0.1:1337/x", "", "loopback"),
    ("and by its name", "ws://localhost:9000/", "", "loopback"),
    ("without its scheme", "localhost:9000", "", "loopback"),
    ("an address without its scheme", "127.0.0.1", "", "loopback"),
    ("an ordinary host", "https://cdn.example/a.js", "", ""),
    ("a host that only ends alike", "https://notsuperfish.com/a.js", "", ""),
    ("inline", "inline", "", ""),
    ("eval", "eval", "", ""),
    ("data", "data", "", ""),
    ("blob", "blob", "", ""),
    ("Velaro's host", "https://app-cdn.velaro.com/a.js", "", ""),
    ("Velaro's host, caused by an extension", "https://app-cdn.velaro.com/a.js", "chrome-extension://a/b.js", ""),
    ("an earlier host of Velaro", "https://eastprodcdn.azureedge.net/a.js", "", ""),
    ("any host of Velaro", "https://anything.velaro.com/", "", ""),
    ("what Velaro needs of others", "https://fonts.gstatic.com/s/a.woff2", "", ""),
    ("what Velaro needs below a wildcard", "https://a.service.signalr.net/x", "", ""),
    ("code that Velaro's file runs", "inline", "https://app-cdn.velaro.com/a.js", ""),
]


@pytest.mark.parametrize(("blocked", "source", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_noise_by_what_was_blocked_and_what_caused_it(blocked: str, source: str, wanted: str) -> None:
    assert kind(report(blocked, source)) == wanted


PAGES = [
    ("about:blank", "https://x.example/", "document"),
    ("about", "inline", "document"),
    ("chrome-error://chromewebdata/", "inline", "document"),
    ("http://localhost:3000/", "http://localhost:8787/a.js", ""),
    ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/a.js", ""),
    ("", "http://127.0.0.1:9000/a.js", ""),
    ("about:blank", "https://app-cdn.velaro.com/a.js", ""),
]


@pytest.mark.parametrize(("page", "blocked", "wanted"), PAGES)
def test_noise_by_the_page(page: str, blocked: str, wanted: str) -> None:
    assert kind(report(blocked, page=page)) == wanted


def test_a_host_that_the_policy_names_is_the_sites() -> None:
    policy = "script-src 'self' https://www.superfish.com"
    assert kind(report("https://www.superfish.com/a.js", policy=policy)) == ""


def test_another_type_of_report_is_set_apart_as_what_it_is() -> None:
    found = noise(Message(kind="other", about="a network error"), VENDORS.is_vendors)
    assert found is not None
    assert (found.kind, found.text) == ("not-csp", "the report is not about CSP, but about a network error")


@pytest.mark.parametrize(
    ("blocked", "source", "weak"), [("inline", "", True), ("eval", SHOP, False), ("data", "", False)]
)
def test_code_without_a_file_is_weak(blocked: str, source: str, weak: bool) -> None:
    assert is_weak(report(blocked, source)) is weak


def test_every_host_of_every_pack_is_spared() -> None:
    packs = load_packs(())
    hosts = [host.origin for pack in packs.vendors for host in pack.host]
    needs = [each for pack in packs.vendors for r in pack.requirement for each in r.needs.split() if "://" in each]
    for each in (*hosts, *needs):
        address = each.replace("*", "any")
        scheme, _, host = address.partition("://")
        assert VENDORS.is_vendors(Url(f"{address}/", scheme, host, 443, "/")), each
