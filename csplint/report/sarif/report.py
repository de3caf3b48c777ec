"""
The report as SARIF 2.1.0, shaped for GitHub code scanning.

After the OASIS standard "Static Analysis Results Interchange Format" and GitHub docs, "SARIF support for code
scanning". Baselined and suppressed findings are left out, because GitHub opens an alert even for a result that carries
`suppressions`.
"""

from __future__ import annotations

from collections.abc import Sequence

from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.json_text import json_text
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.new_findings import new_findings
from csplint.report.sarif.results import Indexes, message, notifications, result, web_responses
from csplint.report.sarif.rules import Json, descriptors

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 5_000
"""Results of a run that GitHub shows."""
MOST_BYTES = 10_000_000
"""Of an upload, compressed; GitHub rejects a larger one whole."""


def write_sarif(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """Give the report as a SARIF log, the worst results first; where the limits cut it, a notification says so."""
    rules = descriptors(report, packs)
    answers, by_target = web_responses(report)
    indexes = Indexes({str(rule["id"]): number for number, rule in enumerate(rules)}, by_target)
    results = [result(news, indexes, anchors) for news in new_findings(report)]
    run: Json = {
        "tool": {"driver": _driver(report, rules)},
        **_automation(anchors),
        "columnKind": "unicodeCodePoints",
        **({"webResponses": answers} if answers else {}),
    }
    return _fitting(run, results, report, notifications(report, anchors))


def _automation(anchors: Anchors) -> Json:
    """
    The run's category, by which GitHub tells which alerts an upload may close.

    Without a name of the settings it is left to whoever uploads: GitHub's upload action sets its `category` (or one
    made of workflow, job and matrix) only where a run has none, so a constant would make all jobs overwrite each other.
    """
    return {"automationDetails": {"id": f"csplint/{anchors.config}/"}} if anchors.config else {}


def _driver(report: Report, rules: Sequence[Json]) -> Json:
    return {"name": "csplint", "version": report.tool.version, "rules": rules}


def _fitting(run: Json, results: Sequence[Json], report: Report, notes: Sequence[Json]) -> str:
    """The whole log, with as many results as the limits allow."""
    kept = min(len(results), MOST_RESULTS)
    text = _log(run, results, kept, report, notes)
    while kept and _is_too_large(text):
        kept //= 2
        text = _log(run, results, kept, report, notes)
    return text


def _is_too_large(text: str) -> bool:
    if len(text) <= MOST_BYTES // 4:  # a character is four bytes at most
        return False
    import zlib  # noqa: PLC0415 - for huge reports alone

    return len(zlib.compress(text.encode())) > MOST_BYTES


def _log(run: Json, results: Sequence[Json], kept: int, report: Report, notes: Sequence[Json]) -> str:
    said = list(notes)
    if kept < len(results):
        text = f"{len(results) - kept} of {len(results)} results are left out, the least severe: there are too many"
        said.append({"level": "warning", "message": message(text)})
    whole = {**run, "invocations": [_invocation(report, said)], "results": results[:kept]}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [whole]})


def _invocation(report: Report, said: Sequence[Json]) -> Json:
    """
    Whether anything was checked at all.

    Where nothing was, a run without results would close every alert as fixed; GitHub's upload action expects such a
    run to be refused if it says that it was not successful.
    """
    checked = any(target.outcome == "checked" for target in report.targets)
    made: Json = {"executionSuccessful": checked, "exitCode": report.run.exit_code}
    if said:
        made["toolExecutionNotifications"] = said
    return made
