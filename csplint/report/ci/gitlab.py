"""
GitLab's code quality report (GitLab docs, "Code Quality", "Code Quality report format").

GitLab identifies an entry by its fingerprint, so every entry needs its own. Of an entry's text it shows the description only,
not Code Climate's `content`, so the description carries the verdict and the directive to send.
"""

from __future__ import annotations

import hashlib

from csplint.model import Finding, Report, Severity, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import visible
from csplint.report.json_report import json_text
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.options import failed_targets
from csplint.report.phrases import directive_and_value, failure_line, fix_label
from csplint.report.to_send import corrected_directive, fix_lines
from csplint.report.verdicts import causes_first, display, with_part

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


_MOST_LINES = 5
"""Lines to send in one description."""
_LONGEST = 4000
"""Characters of a description."""


def write_gitlab(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the report as a JSON array; `[]` only if every target was checked and has no new finding.

    The format cannot say that a target could not be checked, and an empty array means that everything is fixed. So a
    failed target is an entry with the severity "critical".
    """
    entries = [_failed(target, anchors) for target in failed_targets(report)]
    entries += [_entry(*found, anchors) for found in causes_first(report)]
    seen: dict[object, int] = {}
    for entry in entries:
        fingerprint = entry["fingerprint"]
        seen[fingerprint] = seen.get(fingerprint, 0) + 1
        if seen[fingerprint] > 1:
            entry["fingerprint"] = _sha256(f"{fingerprint} {seen[fingerprint]}")
    return json_text(entries)


def _entry(target: TargetReport, finding: Finding, verdict: str, anchors: Anchors) -> dict[str, object]:
    """An entry; verdict: the target's if this is its first entry, or ""."""
    detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
    message = with_part(target, f"{finding.message}{detail}")
    text = f"{verdict} {finding.rule} {finding.name}: {message}".lstrip()
    if lines := fix_lines(target, finding)[:_MOST_LINES]:
        is_unproved = finding.fix is not None and fix_label(finding.fix) == "check first"
        label = "Check first" if is_unproved and not corrected_directive(target, finding) else "Send"
        text = f"{text if text.endswith(('.', ']', ')')) else f'{text}.'} {label}: {' | '.join(lines)}"
    return {
        "description": visible(text, _LONGEST)[:_LONGEST],
        "check_name": visible(finding.rule),
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(locate(target, finding, anchors)),
    }


def _failed(target: TargetReport, anchors: Anchors) -> dict[str, object]:
    return {
        "description": visible(f"{display(target)} {failure_line(target)}"),
        "check_name": "not-checked",
        "fingerprint": _sha256(f"not checked {target.target}"),
        "severity": "critical",
        "location": _location(locate(target, None, anchors)),
    }


def _location(place: Location) -> dict[str, object]:
    return {"path": place.repository_path, "lines": {"begin": place.line}}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
