"""
Where a finding points, for formats that were made for files.

A page that was fetched has no path and no line, so a finding points, first that applies:

1. to the saved page or response, if the target is a file, and to the finding's region in it, if it has one;
2. to the line of the repository that the settings name for the target (its anchor);
3. to `host/path`: a relative path that stands for the page and is the same in every run.

Never to the URL itself: GitHub reads a relative URI as a path in the repository, and refuses a whole upload for an
absolute one whose scheme is not the checkout's (GitHub docs, "SARIF support for code scanning", "Root location").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, field

from csplint.model import DirectiveReport, Finding, TargetReport
from csplint.report.relative_uri import file_uri, inside, page_uri


class Anchors(Struct, frozen=True):
    """
    What the settings say about places in the repository.

    places: for a target, as the report names it, "path:line" or a path alone. config: the name of the settings, which
    keeps two runs over one commit apart (SARIF's automationDetails).
    """

    places: Mapping[str, str] = field(default_factory=dict)
    config: str = ""


NO_ANCHORS = Anchors()


class Location(Struct, frozen=True):
    """
    A place to point to.

    path: of a file, as it was given but with slashes; or `host/path`, percent-encoded. line, last_line: from 1; 0 for
    a last line that is the first. columns: the first, and the one after the last on the last line; None where they
    are not known. is_real: whether it is a file's path.
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
        """The path as one inside the repository: relative and without dot segments."""
        return inside(self.path) if self.is_real else self.path

    @property
    def uri(self) -> str:
        """The path as a relative URI reference."""
        return file_uri(inside(self.path)) if self.is_real else self.path


def locate(target: TargetReport, finding: Finding | None, anchors: Anchors = NO_ANCHORS) -> Location:
    """Give the place to point to for a finding or, without one, for the target as a whole."""
    if target.kind == "file":
        return _in_file(target, finding)
    if anchor := anchors.places.get(target.target):
        return _at_anchor(anchor)
    return Location(page_uri(target.target), columns=(1, _length(target, finding) + 1))


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


def directive_of(target: TargetReport, finding: Finding) -> DirectiveReport | None:
    """The directive the finding's span stands in or, without a span, the first of that name, which is the one in force."""
    policy = next((each for each in target.policies if each.index == finding.policy), None)
    span, name = finding.span, (finding.directive or "").lower()
    for each in policy.directives if policy else ():
        if each.span.start <= span.start and span.end <= each.span.end if span else each.name.lower() == name:
            return each
    return None


def _length(target: TargetReport, finding: Finding | None) -> int:
    """Characters of the directive a finding is about; one where it is about none."""
    directive = directive_of(target, finding) if finding else None
    return max(directive.span.end - directive.span.start, 1) if directive else 1
