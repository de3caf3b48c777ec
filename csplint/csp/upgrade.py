"""
upgrade-insecure-requests: which URL a policy is checked against (W3C Upgrade Insecure Requests #upgrade-request).

By the specification, Fetch upgrades a request before the policy check. Chromium does so where it fetches; URLs that it
checks earlier, such as fetch()'s, are not upgraded yet. Firefox checks first, and in a policy that will upgrade the
request sources of both schemes match. Chromium leaves the machine's own addresses alone: `http://localhost` is as good as
https to it (W3C Secure Contexts #is-origin-trustworthy).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from csplint.csp.match import Target
from csplint.csp.policy import Policy
from csplint.csp.url import DEFAULT_PORTS, Url

DIRECTIVE = "upgrade-insecure-requests"

UPGRADED = frozenset({"script", "dynamic-script", "style", "img", "font", "frame", "eventsource"})
"""What Chromium 156 upgrades before it checks enforced policies; it checks report-only policies before that."""

_SECURE = {"http": "https", "ws": "wss"}


def will_upgrade(policies: Iterable[Policy]) -> bool:
    """Whether an enforced policy of the page upgrades its requests."""
    return any(DIRECTIVE in each.in_force and each.disposition == "enforce" for each in policies)


def upgraded(target: Target, kind: str, policy: Policy) -> Target:
    """The target that this policy is checked against."""
    enforced = policy.disposition == "enforce"
    if target.browser.upgrades_before_check and is_loopback(target.url.host):
        return target
    if kind == "form" or (kind == "ws" and target.browser.upgrades_before_check):
        return replace(target, url=_secure(target.url))  # upgraded at the start, so for report-only policies too
    if not target.browser.upgrades_before_check:
        return replace(target, upgraded=enforced and DIRECTIVE in policy.in_force)
    return replace(target, url=_secure(target.url)) if enforced and kind in UPGRADED else target


def is_loopback(host: str) -> bool:
    """Whether a host, as a parsed URL has it, is this machine by its name or address."""
    return host in {"localhost", "[::1]"} or host.endswith(".localhost") or _IPV4_LOOPBACK.fullmatch(host) is not None


_IPV4_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}")


def _secure(url: Url) -> Url:
    scheme = _SECURE[url.scheme]
    port = DEFAULT_PORTS[scheme] if url.port == DEFAULT_PORTS[url.scheme] else url.port
    return Url(url.href, scheme, url.host, port, url.path)
