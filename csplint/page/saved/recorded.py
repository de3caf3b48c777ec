"""
What a page requested while a HAR was recorded, as requests that policies are asked about.

A HAR lists the requests of frames too, and frames have policies of their own. A request is the page's if the HAR says so: by
its Referer or Origin, by what made it, or because the HAR has no frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ada_url import URL
from msgspec import Struct

from csplint.csp.request import Kind, Request

MAX_RECORDED = 2000
"""Requests of one page that are read."""

# Chromium's `_resourceType`, and the values of Sec-Fetch-Dest (Fetch #concept-request-destination).
_KINDS: dict[str, Kind] = {
    "script": "dynamic-script",
    "stylesheet": "style",
    "style": "style",
    "image": "img",
    "font": "font",
    "media": "media",
    "audio": "media",
    "video": "media",
    "track": "media",
    "texttrack": "media",
    "xhr": "connect",
    "fetch": "connect",
    "empty": "connect",
    "eventsource": "eventsource",
    "websocket": "ws",
    "ping": "beacon",
    "manifest": "manifest",
    "iframe": "frame",
    "frame": "frame",
    "object": "object",
    "embed": "object",
    "worker": "worker",
    "sharedworker": "worker",
    "serviceworker": "worker",
}
_TYPES: tuple[tuple[str, Kind], ...] = (
    ("image/", "img"),
    ("font/", "font"),
    ("application/font", "font"),
    ("audio/", "media"),
    ("video/", "media"),
    ("text/css", "style"),
    ("text/javascript", "dynamic-script"),
    ("application/javascript", "dynamic-script"),
    ("application/x-javascript", "dynamic-script"),
    ("application/json", "connect"),
)


class Recorded(Struct, frozen=True, kw_only=True):
    """
    One entry of a HAR that is not the page itself.

    method: upper case. headers: those of the request, names in lower case. resource: Chromium's `_resourceType`, "" in other
    browsers' files. made_by: the URL that the initiator names, "" for none. media_type: of the response. location: where a
    redirect leads, "" for none.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    resource: str
    made_by: str
    media_type: str
    location: str


def page_requests(page: str, entries: Sequence[Recorded], *, has_frames: bool) -> tuple[tuple[Request, ...], int]:
    """
    The requests of the page, each once, at most MAX_RECORDED; and how many were left out, as they may be those of a frame.

    entries: those after the page, of the same page load.
    """
    found: dict[Request, None] = {}
    reached = {entry.location for entry in entries if entry.location}
    left_out = 0
    for entry in entries:
        kind = _kind(entry)
        if kind is None or entry.url in reached or entry.url == page or len(found) >= MAX_RECORDED:
            continue
        if has_frames and not _is_of_page(entry, page):
            left_out += 1
            continue
        found[Request(kind, entry.url, redirect_to=entry.location)] = None
    return tuple(found), left_out


def _kind(entry: Recorded) -> Kind | None:
    """The kind of request; None for what policies do not govern, and for what is not known."""
    scheme = entry.url.partition(":")[0]
    if scheme not in ("http", "https", "ws", "wss") or entry.method == "OPTIONS":
        return None
    if scheme in ("ws", "wss"):
        return "ws"
    if entry.resource in ("document", "preflight", "cspviolationreport", "prefetch"):
        return "frame" if entry.headers.get("sec-fetch-dest") in ("iframe", "frame") else None
    for word in (entry.resource, entry.headers.get("sec-fetch-dest", "")):
        if word in _KINDS:
            return _KINDS[word]
    return next((kind for start, kind in _TYPES if entry.media_type.startswith(start)), None)


def _is_of_page(entry: Recorded, page: str) -> bool:
    """Whether the browser says that the page itself made a request, and no frame of another origin."""
    own = _origin(page)
    named = [entry.headers.get("referer", ""), entry.headers.get("origin", "")]
    named = [each for each in named if each and each != "null"] or [entry.made_by]
    return all(_origin(each) == own for each in named)


def _origin(url: str) -> str:
    try:
        return URL(url).origin
    except ValueError:
        return ""


def request_headers(raw: object) -> dict[str, str]:
    """The headers of a HAR's request by name, lower case; what is not a header is left out."""
    return dict(_pairs(raw))


def _pairs(raw: object) -> Iterator[tuple[str, str]]:
    for each in raw if isinstance(raw, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str) and isinstance(each.get("value"), str):
            yield each["name"].lower(), each["value"]
