"""
Which address a browser asks the policy about: http may have become https before that.

Seen in Chromium 156 and Firefox 153. On an https page Chromium upgrades a plain image before it asks, and asks about the
http address of everything else, which it then upgrades (media) or blocks as mixed content, whatever the policy says.
upgrade-insecure-requests upgrades most requests before the policy is asked, but not media, objects and icons. Firefox asks
about the http address of plain images too, and upgrades them after that.
"""

from __future__ import annotations

from msgspec import Struct

from csplint.csp.upgrade import UPGRADED, is_kept_insecure, is_loopback
from csplint.csp.url import Url, parse_url
from csplint.page.document import PageRequest

NAVIGATIONS = frozenset({"form", "base"})
"""What may be http on an https page: a form is a navigation, and a base URL is no request."""

_EARLY = UPGRADED | {"prefetch"}
NOT_UPGRADEABLE = frozenset({"icon", "image set"})
"""Roles of images that Chromium never upgrades as mixed content."""


class Asked(Struct, frozen=True):
    """
    What the policy is asked about.

    url: the address. insecure: it is http, and https in the page would be asked about as https and load.
    in_firefox: the address that Firefox asks about, where that is another one; "" where it is the same.
    """

    url: str
    insecure: bool = False
    in_firefox: str = ""


def asked(found: PageRequest, page: Url, *, upgrades: bool) -> Asked:
    """The address of a request; `upgrades`: an enforced policy has upgrade-insecure-requests."""
    url, kind = found.request.url, found.request.kind
    if not url.startswith("http:") or is_this_machine(url):
        return Asked(url)
    if upgrades and (kind == "form" or is_upgraded_early(found)):
        return Asked(https(url))
    if kind in NAVIGATIONS or (page.scheme != "https" and not upgrades):
        return Asked(url)
    if page.scheme == "https" and not upgrades and _is_plain_image(found):
        return Asked(https(url), in_firefox=url)
    return Asked(url, insecure=True)


def https(url: str) -> str:
    """The same address over https, on the default port where the http one is on its own."""
    parsed = parse_url(f"https:{url.removeprefix('http:')}")
    return parsed.href if parsed else url


def is_upgraded_early(found: PageRequest) -> bool:
    """Whether upgrade-insecure-requests changes the address before Chromium asks the policy."""
    return found.request.kind in _EARLY and found.role != "icon"


def _is_plain_image(found: PageRequest) -> bool:
    url = parse_url(found.request.url)
    plain = found.request.kind == "img" and found.role not in NOT_UPGRADEABLE
    return plain and url is not None and not is_kept_insecure(url.host)


def is_this_machine(url: str) -> bool:
    """Whether an address is on this machine, which browsers trust without https."""
    parsed = parse_url(url)
    return parsed is not None and is_loopback(parsed.host)
