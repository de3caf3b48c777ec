"""The pages that a page links to."""

from __future__ import annotations

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.fetch.redirects import origin, read_address
from csplint.page.html.parser import read_hrefs

_NO_PAGES = (
    *(".pdf", ".zip", ".gz", ".exe", ".dmg", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".css", ".js"),
    *(".json", ".xml", ".rss", ".mp3", ".mp4", ".webm", ".woff", ".woff2", ".csv", ".docx", ".xlsx", ".txt"),
)


def links(capture: Capture) -> tuple[str, ...]:
    """The addresses of the same origin, each once, without fragments, and without files that are no pages by their names."""
    try:
        hrefs, base = read_hrefs(capture.body, capture.target)
    except TargetError:
        return ()
    home, start = origin(capture.url), capture.url
    if base:
        start = _address(base, start) or start
    found = (_address(href, start) for href in hrefs)
    return tuple(dict.fromkeys(url for url in found if url and origin(url) == home and not _is_file(url)))


def _address(href: str, base: str) -> str:
    try:
        return read_address(href.strip(), base).url
    except ValueError:
        return ""


def _is_file(url: str) -> bool:
    return url.partition("?")[0].lower().endswith(_NO_PAGES)
