"""Where the installed browsers are."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

from csplint.browser.visit import NoBrowserError

_NAMES = {
    "chromium": ("chromium", "chromium-browser"),
    "chrome": ("google-chrome", "google-chrome-stable", "chrome"),
    "msedge": ("microsoft-edge", "microsoft-edge-stable", "msedge"),
    "firefox": ("firefox-esr", "firefox"),
}
"""Names on the PATH."""

_MAC = {
    "chromium": "Chromium.app/Contents/MacOS/Chromium",
    "chrome": "Google Chrome.app/Contents/MacOS/Google Chrome",
    "msedge": "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "firefox": "Firefox.app/Contents/MacOS/firefox",
}
_WINDOWS = {
    "chromium": r"Chromium\Application\chrome.exe",
    "chrome": r"Google\Chrome\Application\chrome.exe",
    "msedge": r"Microsoft\Edge\Application\msedge.exe",
    "firefox": r"Mozilla Firefox\firefox.exe",
}
_TITLES = {"chromium": "Chromium", "chrome": "Chrome", "msedge": "Edge", "firefox": "Firefox"}


def find_browser(product: str = "", path: str = "") -> tuple[str, str]:
    """
    The product and the path of its program.

    product: "" for the first that is installed. Raises NoBrowserError if there is none.
    """
    if path:
        if shutil.which(path) is None:
            raise NoBrowserError(f"--executable-path: there is no program {path}")
        return product or ("firefox" if "firefox" in os.path.basename(path).lower() else "chromium"), path  # noqa: PTH119
    for each in (product,) if product else tuple(_NAMES):
        if found := next(_places(each), ""):
            return each, found
    what = _TITLES[product] if product else "Chromium, Chrome, Edge or Firefox"
    raise NoBrowserError(
        f"there is no {what} on this computer: install one, or name its program with --executable-path "
        "(csplint downloads no browser)"
    )


def _places(product: str) -> Iterator[str]:
    for name in _NAMES[product]:
        if found := shutil.which(name):
            yield found
    folders, name = _folders(product)
    for folder in folders:
        if found := shutil.which(os.path.join(os.path.expanduser(folder), name)):  # noqa: PTH111, PTH118
            yield found


def _folders(product: str) -> tuple[tuple[str, ...], str]:
    """Where installers put programs, and the program's path in there; nowhere on Linux, where they are on the PATH."""
    if sys.platform == "darwin":
        return ("/Applications", "~/Applications"), _MAC[product]
    if sys.platform == "win32":
        return ("C:\\Program Files", "C:\\Program Files (x86)", "~\\AppData\\Local"), _WINDOWS[product]
    return (), ""
