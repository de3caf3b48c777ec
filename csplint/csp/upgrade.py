"""
upgrade-insecure-requests: which URL a policy is asked about (W3C Upgrade Insecure Requests #upgrade-request).

Fetch upgrades a request before it is asked about. Chromium does so where it
fetches, and asks about URLs it sees earlier, such as fetch()'s, as they are.
Firefox asks first, and lets the policy that will upgrade match both schemes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from csplint.csp.match import Target
from csplint.csp.policy import Policy
from csplint.csp.url import DEFAULT_PORTS, Url

DIRECTIVE = "upgrade-insecure-requests"

_UPGRADED = frozenset({"script", "dynamic-script", "style", "img", "font", "frame", "eventsource"})
"""What Chromium 156 upgrades before it asks enforced policies; report-only ones it asks before that."""

_SECURE = {"http": "https", "ws": "wss"}


def will_upgrade(policies: Iterable[Policy]) -> bool:
    """Whether an enforced policy of the page upgrades what it asks for."""
    return any(DIRECTIVE in each.in_force and each.disposition == "enforce" for each in policies)


def upgraded(target: Target, kind: str, policy: Policy) -> Target:
    """The target as this policy sees it."""
    enforced = policy.disposition == "enforce"
    if kind == "form" or (kind == "ws" and target.browser.upgrades_before_asking):
        return replace(target, url=_secure(target.url))  # upgraded where it starts: report-only policies see it, too
    if not target.browser.upgrades_before_asking:
        return replace(target, upgraded=enforced and DIRECTIVE in policy.in_force)
    return replace(target, url=_secure(target.url)) if enforced and kind in _UPGRADED else target


def _secure(url: Url) -> Url:
    scheme = _SECURE[url.scheme]
    port = DEFAULT_PORTS[scheme] if url.port == DEFAULT_PORTS[url.scheme] else url.port
    return Url(url.href, scheme, url.host, port, url.path)
