"""
Where a finding points, for formats that were made for files.

A fetched page has no path and no line, so a finding points to the first of these that exists:

1. the saved page or response, if the target is a file, and the finding's region in it;
2. the line of the repository that the settings name for the target (its anchor);
3. `host/path`, a relative path made from the page's URL, the same in every run.

Never to the URL itself: GitHub reads a relative URI as a path in the repository, and rejects an upload with an
absolute URI whose scheme is not the checkout's (GitHub docs, "SARIF support for code scanning", "Root location").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct, field

from csplint.model import Finding, TargetReport
from csplint.report.policy_facts import find_directive, find_policy


class Anchors(Struct, frozen=True):
    """
    Places in the repository, from the settings.

    places: by target, as the report names it: "path:line", or a path. config: the name of the settings, which keeps
    two runs over one commit apart (SARIF's automationDetails).
    """

    places: Mapping[str, str] = field(default_factory=dict)
    config: str = ""


NO_ANCHORS = Anchors()


class Location(Struct, frozen=True):
    """
    A place to point to.

    path: a file's path as given but with slashes, or `host/path`, percent-encoded. line, last_line: from 1; last_line is
    0 if it is the first line. columns: the first, and the one after the last on the last line; None if unknown.
    is_real: whether path is a file's path.
    """

    path: str
    line: int = 1
    columns: tuple[int, int] | None = None
    is_real: bool = False
    last_line: int = 0

    @property
    def end_line(self) -> int:
        """The last line."""
        return max(self.last_line, self.line)

    @property
    def repository_path(self) -> str:
        """The path inside the repository: relative and without dot segments."""
        return path_in_repository(self.path) if self.is_real else self.path

    @property
    def uri(self) -> str:
        """The path as a relative URI reference."""
        return "/".join(map(_encoded, path_in_repository(self.path).split("/"))) if self.is_real else self.path


def locate(target: TargetReport, finding: Finding | None, anchors: Anchors = NO_ANCHORS) -> Location:
    """Give the location of a finding or, if None, of the target as a whole."""
    if target.kind == "file":
        return _in_file(target, finding)
    if anchor := anchors.places.get(target.target):
        return _at_anchor(anchor)
    return Location(page_path(target.target), columns=(1, _directive_length(target, finding) + 1))


def _in_file(target: TargetReport, finding: Finding | None) -> Location:
    path = target.target.replace("\\", "/").removeprefix("./")
    region = finding.region if finding else None
    if region is None:
        return Location(path, is_real=True)
    line = max(region.line, 1)
    last = region.end_line if region.end_line > line else 0
    if region.column is None or region.end_column is None:
        return Location(path, line, is_real=True, last_line=last)
    first = max(region.column, 1)
    end = max(region.end_column, 1 if last else first + 1)
    return Location(path, line, (first, end), is_real=True, last_line=last)


def _at_anchor(anchor: str) -> Location:
    found = re.fullmatch(r"(.*):([0-9]{1,9})", anchor, re.DOTALL)
    path, line = (found[1], int(found[2])) if found else (anchor, 1)
    return Location(path.replace("\\", "/"), max(line, 1), is_real=True)


def _directive_length(target: TargetReport, finding: Finding | None) -> int:
    """Characters of the directive that a finding is about; 1 if there is none."""
    directive = find_directive(find_policy(target.policies, finding), finding) if finding else None
    return max(directive.span.end - directive.span.start, 1) if directive else 1


# ------------------------------------------------------------------ relative URI references

_ADDRESS = re.compile(r"(?:https?:)?[/\\]*(?:[^/\\?#]*@)?([^/\\?#]*)([^?#]*)", re.IGNORECASE | re.DOTALL)
"""Host with port, and path, of an address as people type it; credentials are skipped."""

_PLACEHOLDER = "target"
"""Used for a name that is all slashes or dots: GitHub rejects an empty URI ("expected artifact location")."""


def page_path(address: str) -> str:
    """
    Give `host_port/path` for a URL: a relative URI reference, never empty, without query, fragment or dot segments.

    The last segment is "index" where the path names a folder. The port's colon becomes an underscore, because
    `localhost:8000/x` would be a URI with the scheme `localhost`.
    """
    found = _ADDRESS.match(address)
    host, path = found.groups() if found else ("", "")
    host = re.sub(r":(\d*)$", r"_\1", host.lower()).removesuffix("_")
    segments = _without_dots(path)
    if not segments or path[-1] in "/\\":
        segments.append("index")
    stray_percent = re.compile(r"%(?![0-9A-Fa-f]{2})")
    parts = (_PLACEHOLDER if _is_dots(host) else host, *segments)
    return "/".join(_encoded(stray_percent.sub("%25", part), safe="%") for part in parts)


def path_in_repository(path: str) -> str:
    """Give a file's path without drive, leading slash and dot segments."""
    return "/".join(_without_dots(re.sub(r"^[A-Za-z]:(?=[/\\])", "", path))) or _PLACEHOLDER


def _without_dots(path: str) -> list[str]:
    """The segments of a path, with "." and ".." (percent-encoded too) resolved, never above the top."""
    segments: list[str] = []
    for segment in re.split(r"[/\\]", path):
        if _dots_decoded(segment) == "..":
            del segments[-1:]
        elif not _is_dots(segment):
            segments.append(segment)
    return segments


def _is_dots(segment: str) -> bool:
    return _dots_decoded(segment) in {"", ".", ".."}


def _dots_decoded(segment: str) -> str:
    return re.sub("%2e", ".", segment, flags=re.IGNORECASE)


def _encoded(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="replace")
