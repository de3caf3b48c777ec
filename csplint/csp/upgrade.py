"""
upgrade-insecure-requests: which URL a policy is checked against (W3C Upgrade Insecure Requests #upgrade-request).

By the specification, Fetch upgrades a request before the policy check. Chromium does so where it fetches; URLs that it
checks earlier, such as fetch()'s, are not upgraded yet. Firefox checks first, and in a policy that will upgrade the
request sources of both schemes match. Chromium leaves the machine's own addresses alone: `http://localhost` is as good as
https to it (W3C Secure Contexts #is-origin-trustworthy).

On an https: page, Chromium and WebKit upgrade images in any case (W3C Mixed Content #upgrade-algorithm).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from csplint.csp.browsers import Browser
from csplint.csp.match import Target
from csplint.csp.policy import Policy
from csplint.csp.request import Request
from csplint.csp.url import DEFAULT_PORTS, Url

DIRECTIVE = "upgrade-insecure-requests"

UPGRADED = frozenset({"script", "dynamic-script", "style", "img", "font", "frame", "eventsource"})
"""What Chromium 156 upgrades before it checks enforced policies; it checks report-only policies before that."""

_UPGRADED_FETCH_FIRST = UPGRADED - {"eventsource"} | {"connect"}
"""What WebKit upgrades before it checks any policy."""

_SECURE = {"http": "https", "ws": "wss"}


def will_upgrade(policies: Iterable[Policy]) -> bool:
    """Whether an enforced policy of the page upgrades its requests."""
    return any(DIRECTIVE in each.in_force and each.disposition == "enforce" for each in policies)


def is_mixed_image(request: Request, url: Url, page: Url, browser: Browser) -> bool:
    """Whether this is an http: image on an https: page that is upgraded whatever the policies say (Mixed Content)."""
    return (
        request.kind == "img"
        and request.upgradeable
        and url.scheme == "http"
        and page.scheme == "https"
        and browser.upgrades_mixed_images
        and not is_kept_insecure(url.host)
    )


def is_kept_insecure(host: str) -> bool:
    """Whether a host is an address, or this machine, which is trusted without https."""
    return host.endswith("]") or host.rpartition(".")[2].isdecimal() or f".{host}".endswith(".localhost")


def upgraded(target: Target, kind: str, policy: Policy) -> Target:
    """The target that this policy is checked against."""
    enforced = policy.disposition == "enforce"
    if (
        target.browser.upgrades_before_check
        and not target.browser.upgrades_fetch_first
        and is_loopback(target.url.host)
    ):
        return target
    if kind == "form" or (kind == "ws" and target.browser.upgrades_before_check):
        return replace(target, url=_secure(target.url))  # upgraded at the start, so for report-only policies too
    browser = target.browser
    if not browser.upgrades_before_check:
        return replace(target, upgraded=enforced and DIRECTIVE in policy.in_force)
    kinds = _UPGRADED_FETCH_FIRST if browser.upgrades_fetch_first else UPGRADED
    first = kind in kinds and (enforced or browser.upgrades_before_report_only)
    return replace(target, url=_secure(target.url)) if first else target


def is_loopback(host: str) -> bool:
    """Whether a host, as a parsed URL has it, is this machine by its name or address."""
    return host in {"localhost", "[::1]"} or host.endswith(".localhost") or _IPV4_LOOPBACK.fullmatch(host) is not None


_IPV4_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}")


def _secure(url: Url) -> Url:
    scheme = _SECURE[url.scheme]
    port = DEFAULT_PORTS[scheme] if url.port == DEFAULT_PORTS[url.scheme] else url.port
    return Url(url.href, scheme, url.host, port, url.path)
