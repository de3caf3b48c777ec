"""
The report as SARIF 2.1.0, shaped for GitHub code scanning.

Sources: the OASIS standard "Static Analysis Results Interchange Format" and GitHub docs, "SARIF support for code
scanning". Baselined and suppressed findings are left out, because GitHub opens an alert even for a result with
`suppressions`.
"""

from __future__ import annotations

from collections.abc import Sequence

from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.json_report import json_text
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.sarif.descriptors import Json, descriptors
from csplint.report.sarif.fixes import FileFixes
from csplint.report.sarif.results import Indexes, answers, message, notifications, result, web_responses
from csplint.report.verdicts import causes_first

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 5_000
"""Results per run that GitHub shows."""
MOST_BYTES = 10_000_000
"""Compressed size above which GitHub rejects an upload."""


def write_sarif(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """Give the report as a SARIF log: the worst results first, of those the causes; a notification says how many are cut."""
    rules = descriptors(report, packs)
    responses, by_target = web_responses(report)
    indexes = Indexes({str(rule["id"]): number for number, rule in enumerate(rules)}, by_target)
    fixes = {id(target): FileFixes(target) for target in report.targets}
    found = causes_first(report)
    results = [result(target, finding, indexes, anchors, fixes[id(target)]) for target, finding, _ in found]
    run: Json = {
        "tool": {"driver": _driver(report, rules)},
        **_automation(anchors),
        "columnKind": "unicodeCodePoints",
        **({"webResponses": responses} if responses else {}),
        **({"properties": {"targets": targets}} if (targets := answers(report)) else {}),
    }
    return _fitting(run, results, report, notifications(report, anchors))


def _automation(anchors: Anchors) -> Json:
    """
    The run's category, which decides which alerts an upload may close.

    Left out if the settings have no name: GitHub's upload action sets its `category` (or one made of workflow, job and
    matrix) only for a run without one, and a constant would make all jobs overwrite each other.
    """
    return {"automationDetails": {"id": f"csplint/{anchors.config}/"}} if anchors.config else {}


def _driver(report: Report, rules: Sequence[Json]) -> Json:
    return {"name": "csplint", "version": report.tool.version, "rules": rules}


def _fitting(run: Json, results: Sequence[Json], report: Report, notes: Sequence[Json]) -> str:
    """The whole log, with as many results as fit the limits."""
    count = min(len(results), MOST_RESULTS)
    text = _log(run, results, count, report, notes)
    while count and _is_too_large(text):
        count //= 2
        text = _log(run, results, count, report, notes)
    return text


def _is_too_large(text: str) -> bool:
    if len(text) <= MOST_BYTES // 4:  # a character has at most four bytes
        return False
    import zlib  # noqa: PLC0415 - only for huge reports

    return len(zlib.compress(text.encode())) > MOST_BYTES


def _log(run: Json, results: Sequence[Json], count: int, report: Report, notes: Sequence[Json]) -> str:
    notes = list(notes)
    if count < len(results):
        text = f"{len(results) - count} of {len(results)} results are left out, the least severe: there are too many"
        notes.append({"level": "warning", "message": message(text)})
    whole = {**run, "invocations": [_invocation(report, notes)], "results": results[:count]}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [whole]})


def _invocation(report: Report, notes: Sequence[Json]) -> Json:
    """
    Whether any target was checked, and the notifications.

    If none was, a run without results would close every alert as fixed; GitHub's upload action refuses a run that says
    it was not successful.
    """
    checked = any(target.outcome == "checked" for target in report.targets)
    invocation: Json = {"executionSuccessful": checked, "exitCode": report.run.exit_code}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    return invocation
