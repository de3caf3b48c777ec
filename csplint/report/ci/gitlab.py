"""
GitLab's code quality report (GitLab docs, "Code Quality", "Code Quality report format").

GitLab identifies an entry by its fingerprint, so every entry needs its own.
"""

from __future__ import annotations

import hashlib

from csplint.model import Report, Severity, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import visible
from csplint.report.json_report import json_text
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.options import TargetFinding, failed_targets, new_findings
from csplint.report.phrases import directive_and_value, failure_line

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def write_gitlab(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the report as a JSON array; `[]` only if every target was checked and has no new finding.

    The format cannot say that a target could not be checked, and an empty array means that everything is fixed. So a
    failed target is an entry with the severity "critical".
    """
    entries = [_failed(target, anchors) for target in failed_targets(report)]
    entries += [_entry(pair, anchors) for pair in new_findings(report)]
    seen: dict[object, int] = {}
    for entry in entries:
        fingerprint = entry["fingerprint"]
        seen[fingerprint] = seen.get(fingerprint, 0) + 1
        if seen[fingerprint] > 1:
            entry["fingerprint"] = _sha256(f"{fingerprint} {seen[fingerprint]}")
    return json_text(entries)


def _entry(pair: TargetFinding, anchors: Anchors) -> dict[str, object]:
    target, finding = pair
    detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
    return {
        "description": visible(f"{finding.rule} {finding.name}: {finding.message}{detail}"),
        "check_name": visible(finding.rule),
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(locate(target, finding, anchors)),
    }


def _failed(target: TargetReport, anchors: Anchors) -> dict[str, object]:
    return {
        "description": visible(f"{target.target} {failure_line(target)}"),
        "check_name": "not-checked",
        "fingerprint": _sha256(f"not checked {target.target}"),
        "severity": "critical",
        "location": _location(locate(target, None, anchors)),
    }


def _location(place: Location) -> dict[str, object]:
    return {"path": place.repository_path, "lines": {"begin": place.line}}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
