"""
GitLab's code quality report (GitLab docs, "Code Quality", "Code Quality report format").

Entries are told apart by their fingerprint alone: two of the same would be shown as one.
"""

from __future__ import annotations

import hashlib

from csplint.model import Report, Severity, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import visible
from csplint.report.json_text import json_text
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.new_findings import News, about, failed_targets, failure, new_findings

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def write_gitlab(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the report as a JSON array; `[]` if and only if every target was checked and has nothing new.

    The format has no word for "could not be checked", and an empty array would tell that all is well and every old
    entry mended: such a target is an entry of its own, critical.
    """
    entries = [_failed(target, anchors) for target in failed_targets(report)]
    entries += [_entry(news, anchors) for news in new_findings(report)]
    seen: dict[object, int] = {}
    for entry in entries:
        mark = entry["fingerprint"]
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] > 1:
            entry["fingerprint"] = hashlib.sha256(f"{mark} {seen[mark]}".encode("utf-8", "replace")).hexdigest()
    return json_text(entries)


def _entry(news: News, anchors: Anchors) -> dict[str, object]:
    target, finding = news
    what = f" [{found}]" if (found := about(finding)) else ""
    return {
        "description": visible(f"{finding.rule} {finding.name}: {finding.message}{what}"),
        "check_name": visible(finding.rule),
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(locate(target, finding, anchors)),
    }


def _failed(target: TargetReport, anchors: Anchors) -> dict[str, object]:
    mark = hashlib.sha256(f"not checked {target.target}".encode("utf-8", "replace")).hexdigest()
    return {
        "description": visible(f"{target.target} {failure(target)}"),
        "check_name": "not-checked",
        "fingerprint": mark,
        "severity": "critical",
        "location": _location(locate(target, None, anchors)),
    }


def _location(place: Location) -> dict[str, object]:
    return {"path": place.repository_path, "lines": {"begin": place.line}}
