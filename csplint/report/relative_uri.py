"""Relative URI references for what a finding points to: never absolute, never empty, no query, no dot segments."""

from __future__ import annotations

import re
from urllib.parse import quote

_ADDRESS = re.compile(r"(?:https?:)?[/\\]*(?:[^/\\?#]*@)?([^/\\?#]*)([^?#]*)", re.IGNORECASE | re.DOTALL)
"""Host with port, and path, of an address as people type it; what is left of credentials is passed over."""

_NOWHERE = "target"
"""Stands for a name that is all slashes or dots: an empty URI is refused ("expected artifact location")."""


def page_uri(address: str) -> str:
    """
    Give `host_port/path` for a URL.

    Without query and fragment; "index" where the path names a folder. The port's colon has to go: `localhost:8000/x`
    would be a URI of the scheme `localhost`.
    """
    found = _ADDRESS.match(address)
    host, path = found.groups() if found else ("", "")
    host = re.sub(r":(\d*)$", r"_\1", host.lower()).removesuffix("_")
    segments = without_dots(path)
    if not segments or path[-1] in "/\\":
        segments.append("index")
    stray = re.compile(r"%(?![0-9A-Fa-f]{2})")  # one that begins no escape
    return "/".join(
        _encoded(stray.sub("%25", part), keep="%") for part in (_NOWHERE if _is_dots(host) else host, *segments)
    )


def file_uri(path: str) -> str:
    """Give the URI of a path that `inside` made."""
    return "/".join(map(_encoded, path.split("/")))


def inside(path: str) -> str:
    """Give a file's path as one inside the repository: no drive, no leading slash, no dot segments."""
    return "/".join(without_dots(re.sub(r"^[A-Za-z]:(?=[/\\])", "", path))) or _NOWHERE


def without_dots(path: str) -> list[str]:
    """The segments of a path, "." and ".." (also when percent-encoded) worked out, never above the top."""
    kept: list[str] = []
    for segment in re.split(r"[/\\]", path):
        if _plain(segment) == "..":
            del kept[-1:]
        elif not _is_dots(segment):
            kept.append(segment)
    return kept


def _is_dots(segment: str) -> bool:
    """Whether a segment says nothing, or where to go from here."""
    return _plain(segment) in {"", ".", ".."}


def _plain(segment: str) -> str:
    return re.sub("%2e", ".", segment, flags=re.IGNORECASE)


def _encoded(text: str, keep: str = "") -> str:
    return quote(text, safe=keep, errors="replace")
