"""
Where browsers depart from CSP Level 3, or from one another.

Each field is one rule; its text says what was seen, in which version. The
reference is Chromium: what `blocked` means without a browser's name. The
specification gives way wherever a browser was asked and decided otherwise.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

BrowserName = Literal["chromium", "firefox", "safari"]


class Browser(Struct, frozen=True):
    """
    One browser's rules, as far as they differ. Seen in Chromium 156 and Firefox ESR 153.

    splits_meta_at_commas: a comma in a meta element's content starts another policy.
        Chromium splits; Firefox takes the content as one policy, as HTML says.
    unpadded_hashes_match: 'sha256-…' without its = matches what it is the digest of.
        In Firefox it never matches, and still switches 'unsafe-inline' off.
    padded_ports_match: a port with leading zeros (:0443) is the number it denotes. In Firefox it matches nothing.
    star_takes_path: `*/path` and `https://*/` are sources. Firefox drops them: only a port may follow a lone *.
    port_80_is_443: port 80 in a source matches 443 under any scheme. Chromium asks for an upgraded scheme too.
    upgrade_keeps_port: a source that matches by an upgraded scheme may name the very port, http://a:8443 for
        https://a:8443. Chromium wants port 80, or, for what is no navigation, 443.
    """

    name: BrowserName
    splits_meta_at_commas: bool
    unpadded_hashes_match: bool
    padded_ports_match: bool
    star_takes_path: bool
    port_80_is_443: bool
    upgrade_keeps_port: bool


CHROMIUM = Browser(
    "chromium",
    splits_meta_at_commas=True,
    unpadded_hashes_match=True,
    padded_ports_match=True,
    star_takes_path=True,
    port_80_is_443=False,
    upgrade_keeps_port=False,
)
FIREFOX = Browser(
    "firefox",
    splits_meta_at_commas=False,
    unpadded_hashes_match=False,
    padded_ports_match=False,
    star_takes_path=False,
    port_80_is_443=True,
    upgrade_keeps_port=True,
)
BROWSERS = (CHROMIUM, FIREFOX)
BY_NAME: dict[BrowserName, Browser] = {browser.name: browser for browser in BROWSERS}
