"""Findings as SARIF results, failures as notifications, and the policy headers as web responses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from csplint.model import Corrected, Finding, Report, TargetReport
from csplint.report.escape import visible
from csplint.report.location import Anchors, locate
from csplint.report.options import TargetFinding
from csplint.report.phrases import failure_line, fix_label
from csplint.report.policy_facts import header_name
from csplint.report.sarif.descriptors import LEVELS, Json
from csplint.report.sarif.fixes import FileFixes
from csplint.report.to_send import fix_lines, to_send
from csplint.report.verdicts import display, is_cause, with_part

_LONGEST_HEADER = 16_000
"""Characters of the longest header shown; servers refuse longer ones, and the result names the directive anyway."""

_MOST_LINES = 5
"""Lines to send in one message; the JSON report has more."""

_WEB = re.compile(r"https?:", re.IGNORECASE)


class Indexes(Struct, frozen=True):
    """Positions in the run's tables: of rules, by id, and of web responses, by target."""

    rules: Mapping[str, int]
    responses: Mapping[str, int]


def result(target: TargetReport, finding: Finding, indexes: Indexes, anchors: Anchors, fixes: FileFixes) -> Json:
    """Give a finding as a `result`; GitHub's alert title is the first sentence of its message."""
    made: Json = {
        "ruleId": finding.rule,
        "ruleIndex": indexes.rules[finding.rule],
        "level": LEVELS[finding.severity],
        "message": message(_text(target, finding)),
        "locations": [_location((target, finding), anchors)],
        "partialFingerprints": {
            "csplintFinding/v1": finding.fingerprint,
            "primaryLocationLineHash": finding.fingerprint,
        },
    }
    if target.target in indexes.responses:
        made["webResponse"] = {"index": indexes.responses[target.target]}
    if change := fixes.of(finding):
        made["fixes"] = [{"description": message(_described(target, finding)), "artifactChanges": [change]}]
    if properties := _properties(target, finding):
        made["properties"] = properties
    return made


def _text(target: TargetReport, finding: Finding) -> str:
    """The message, its fix, and what to send."""
    parts = [with_part(target, finding.message.rstrip(". ")) if target.scope else finding.message]
    if finding.fix:
        parts.append(f"Fix ({fix_label(finding.fix)}): {finding.fix.summary}")
    if sent := _sent(target, finding):
        parts.append(sent)
    return f"{'. '.join(part.rstrip('. ') for part in parts[:-1])}. {parts[-1]}" if parts[1:] else parts[0]


def _described(target: TargetReport, finding: Finding) -> str:
    """What a fix does: what to send or, for an edit of a configuration file, its summary."""
    edits = finding.fix.edits if finding.fix else ()
    if finding.fix and any(edit.kind == "file" for edit in edits):
        return finding.fix.summary
    return _sent(target, finding)


def _sent(target: TargetReport, finding: Finding) -> str:
    lines = fix_lines(target, finding)[:_MOST_LINES]
    return f"Send: {' | '.join(lines)}" if lines else ""


def _properties(target: TargetReport, finding: Finding) -> Json:
    """The page's URL, whether the finding is a cause of the verdict, and its edits of policies, positions as in the JSON report."""
    made: Json = {"pageUrl": url} if (url := page_url(target)) else {}
    if is_cause(target, finding):
        made["causeOfVerdict"] = True
    edits = [
        {
            "policy": edit.policy,
            "start": edit.start,
            "end": edit.end,
            "text": visible(to_send(edit.text), _LONGEST_HEADER),
        }
        for edit in (finding.fix.edits if finding.fix else ())
        if edit.kind == "policy"
    ]
    if edits:
        made["policyEdits"] = edits
    return made


def answers(report: Report) -> list[Json]:
    """Give each target's verdict, and the headers and meta elements to send instead."""
    made = []
    for target in report.targets:
        if target.verdict is None and target.corrected is None:
            continue
        answer: Json = {"target": visible(display(target))}
        if target.verdict is not None:
            answer |= {"verdict": target.verdict.state, "text": visible(target.verdict.text)}
        if target.corrected is not None:
            answer["corrected"] = _corrected(target.corrected)
        made.append(answer)
    return made


def _corrected(corrected: Corrected) -> list[Json]:
    """What changes: the action, the name of the header ("meta" for a meta element), and its new value."""
    headers = [(each.action, each.name, each.after) for each in corrected.headers]
    metas = [(each.action, "meta", each.after) for each in corrected.metas]
    return [
        {"action": action, "name": visible(name), "value": visible(to_send(after or ""), _LONGEST_HEADER)}
        for action, name, after in (*headers, *metas)
        if action != "keep"
    ]


def message(text: str) -> Json:
    """
    Give a plain text message.

    Braces are doubled, because single ones are placeholders (SARIF "Messages with placeholders"). `](` gets a space,
    because a page could make a link with it ("Messages with embedded links").
    """
    shown = visible(" ".join(text.split()), _LONGEST_HEADER).replace("](", "] (")
    return {"text": shown.replace("{", "{{").replace("}", "}}") or "-"}


def page_url(target: TargetReport) -> str:
    """Give the URL of the page; "" for a file or a policy without one."""
    if target.final_url or target.kind != "url":
        return target.final_url or ""
    return target.target if _WEB.match(target.target) else f"https://{target.target}"


def _location(pair: TargetFinding, anchors: Anchors) -> Json:
    target, finding = pair
    url = page_url(target) or target.target or "-"
    fragment = [] if finding.policy is None else ["csp", str(finding.policy)]
    fragment += [finding.directive] if finding.directive else []
    qualified = f"{url.partition('#')[0]}#{'/'.join(fragment)}" if fragment else url
    return {
        **_physical(target, finding, anchors),
        "logicalLocations": [{"kind": "resource", "name": url, "fullyQualifiedName": qualified}],
    }


def _physical(target: TargetReport, finding: Finding | None, anchors: Anchors) -> Json:
    """
    The location with all four numbers of its region, which GitHub requires.

    If the columns are unknown, they are those of the line's first character.
    """
    place = locate(target, finding, anchors)
    first, end, last = (*place.columns, place.end_line) if place.columns else (1, 2, place.line)
    region = {"startLine": place.line, "startColumn": first, "endLine": last, "endColumn": end}
    return {"physicalLocation": {"artifactLocation": {"uri": place.uri}, "region": region}}


def notification(
    target: TargetReport, text: str, level: Literal["error", "warning"], anchors: Anchors, kind: str = ""
) -> Json:
    """Give a notification about a target."""
    made: Json = {"level": level, "message": message(f"{target.target}: {text}")}
    made["locations"] = [_physical(target, None, anchors)]
    if kind:
        made["properties"] = {"kind": kind}
    return made


def notifications(report: Report, anchors: Anchors) -> list[Json]:
    """Give notifications for targets that could not be checked, and for what could not be read of the others."""
    made = []
    for target in report.targets:
        if target.outcome == "failed":
            kind = target.error.kind if target.error else "unknown"
            made.append(notification(target, failure_line(target), "error", anchors, kind))
        made += [notification(target, limit, "warning", anchors) for limit in target.limits]
    return made


def web_responses(report: Report) -> tuple[list[Json], dict[str, int]]:
    """Give the responses with policies, showing no other header because of cookies, and their positions by target."""
    made: list[Json] = []
    indexes: dict[str, int] = {}
    for target in report.targets:
        headers: dict[str, str] = {}
        for policy in target.policies:
            if policy.delivery == "header":
                name = header_name(policy)
                headers[name] = f"{headers[name]}, {policy.value}" if name in headers else policy.value
        if target.status is None or not headers or max(map(len, headers.values())) > _LONGEST_HEADER:
            continue
        response: Json = {"statusCode": target.status, "headers": headers}
        if response not in made:  # the standard wants each once
            made.append(response)
        indexes[target.target] = made.index(response)
    return made, indexes
