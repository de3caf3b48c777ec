"""
Corrected directives as SARIF `fix` objects, for saved pages and responses.

A `fix` replaces a range of a file, and a report has only the ranges that its findings point to. Where the directive as a whole
begins and ends is worked out from them, and only where the file must have the policy's text unchanged in between. Where that
is not certain (escapes, several lines, bytes of another encoding) there is no fix: the result's message and properties say
what to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.model import DirectiveReport, Finding, PolicyReport, Region, TargetReport
from csplint.report.location import locate
from csplint.report.policy_facts import find_directive, find_policy
from csplint.report.sarif.descriptors import Json
from csplint.report.to_send import corrected_directive, corrected_policy

_INSERTABLE = re.compile(r"[!#-\[\]-~ ]+")
"""Printable ASCII without the quote and the backslash, which JSON (a HAR file) and HTML write differently."""

Position = tuple[int, int]
"""Line and column of the file, from 1."""


class FileFixes:
    """The fixes of one target's findings. No two of them overlap: a directive is corrected by the first finding that it fixes."""

    def __init__(self, target: TargetReport) -> None:
        self._target = target
        self._points = {policy.index: _points(target, policy) for policy in target.policies}
        self._used: set[tuple[int, str]] = set()

    def of(self, finding: Finding) -> Json | None:
        """Give the artifact change that corrects a finding's directive, or its file; None if there is none that is certain."""
        if replacements := list(_of_file(finding)):
            return self._change(replacements)
        directive = corrected_directive(self._target, finding)
        policy = find_policy(self._target.policies, finding)
        if not directive or policy is None or self._target.kind != "file":
            return None
        name = directive.split(" ", 1)[0].lower()
        if (policy.index, name) in self._used or "'nonce-" in directive.lower():
            return None
        made = self._replacement(policy, finding, directive)
        if made is None:
            return None
        self._used.add((policy.index, name))
        return self._change([made])

    def _change(self, replacements: list[Json]) -> Json:
        return {"artifactLocation": {"uri": locate(self._target, None).uri}, "replacements": replacements}

    def _replacement(self, policy: PolicyReport, finding: Finding, directive: str) -> Json | None:
        """Replace the directive that is corrected or, if it is a new one, insert it after the one that applied so far."""
        anchor, is_new = self._anchor(policy, finding, directive)
        if anchor is None:
            return None
        start, end = self._at(policy, anchor.span.start), self._at(policy, anchor.span.end)
        if start is None or end is None or start[0] != end[0]:
            return None
        written = policy.value[anchor.span.start : anchor.span.end]
        text = _as_written(f"; {directive}" if is_new else directive, policy, written)
        if text is None or end[1] - start[1] != len(written):
            return None
        first = end if is_new else start
        region = {"startLine": first[0], "startColumn": first[1], "endLine": end[0], "endColumn": end[1]}
        return {"deletedRegion": region, "insertedContent": {"text": text}}

    def _anchor(self, policy: PolicyReport, finding: Finding, directive: str) -> tuple[DirectiveReport | None, bool]:
        """The directive to replace, or the one to insert after, and whether to insert."""
        name = directive.split(" ", 1)[0].lower()
        after = {each.split(" ", 1)[0].lower() for each in corrected_policy(self._target, finding)}
        for each in policy.directives:
            if each.name.lower() == name:
                return each, False
        found = find_directive(policy, finding)
        return found, found is not None and found.name.lower() in after  # one that goes was misspelt: replace it

    def _at(self, policy: PolicyReport, offset: int) -> Position | None:
        """
        Where the policy's character at `offset` is in the file.

        Certain between two known points of one line that are as far apart in the file as in the policy: no character takes
        less than one place, so each takes exactly one.
        """
        found = {
            (line, offset + shift)
            for (line, shift), (first, last) in self._points[policy.index].items()
            if first <= offset <= last
        }
        return found.pop() if len(found) == 1 else None


def _of_file(finding: Finding) -> Iterator[Json]:
    """The replacements of a finding's edits of its file; none if their text has characters that no editor should insert."""
    edits = [edit for edit in (finding.fix.edits if finding.fix else ()) if edit.kind == "file"]
    if not all(all(each.isprintable() or each in "\r\n\t" for each in edit.text) for edit in edits):
        return
    for edit in edits:
        at = edit.region
        if isinstance(at, Region) and at.column is not None and at.end_column is not None:
            region = {
                "startLine": at.line,
                "startColumn": at.column,
                "endLine": at.end_line,
                "endColumn": at.end_column,
            }
            yield {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _points(target: TargetReport, policy: PolicyReport) -> dict[tuple[int, int], tuple[int, int]]:
    """
    What the regions of a policy's findings tell: for a line and the distance from offset to column, the first and last offset.
    """
    made: dict[tuple[int, int], tuple[int, int]] = {}
    for offset, (line, column) in _known(target, policy):
        first, last = made.get((line, column - offset), (offset, offset))
        made[line, column - offset] = min(first, offset), max(last, offset)
    return made


def _known(target: TargetReport, policy: PolicyReport) -> Iterator[tuple[int, Position]]:
    for finding in target.findings:
        region = finding.region
        if finding.policy != policy.index or region is None or region.column is None or region.end_column is None:
            continue
        start, end = _offsets(policy, finding)
        yield start, (region.line, region.column)
        yield end, (region.end_line, region.end_column)


def _offsets(policy: PolicyReport, finding: Finding) -> tuple[int, int]:
    """The range of the policy that a finding's region shows: its span, the directive of an empty span, or the whole policy."""
    span = finding.span
    if span is not None and span.start == span.end:
        directive = find_directive(policy, finding)
        span = directive.span if directive else None
    return (span.start, span.end) if span else (0, len(policy.value))


def _as_written(text: str, policy: PolicyReport, written: str) -> str | None:
    """
    The text as the file needs it; None if that is not certain. `written` is a part of the policy as the file has it.

    A meta element's attribute is quoted if there is a space in it, and not by single quotes if there is one in it.
    """
    if not _INSERTABLE.fullmatch(text):
        return None
    if policy.delivery != "meta":
        return text
    if " " not in written:
        return None
    text = text.replace("&", "&amp;")
    return text if "'" in written else text.replace("'", "&#39;")
