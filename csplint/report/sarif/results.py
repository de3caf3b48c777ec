"""Findings as SARIF results, failures as notifications, and the headers they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from csplint.model import Report, TargetReport
from csplint.report.escape import visible
from csplint.report.location import Anchors, locate
from csplint.report.new_findings import News, failure
from csplint.report.sarif.rules import LEVELS, Json
from csplint.report.words import fix_standing, header_name

_LONGEST_HEADER = 16_000
"""A longer policy is left out whole: servers refuse such headers, and the result says what it is about."""


_WEB = re.compile(r"https?:", re.IGNORECASE)


class Indexes(Struct, frozen=True):
    """Where a run's tables have a rule (by id), and the answer of a target (by its place in the report)."""

    rules: Mapping[str, int]
    answers: Mapping[str, int]


def result(news: News, indexes: Indexes, anchors: Anchors) -> Json:
    """Give a finding as a `result`; GitHub shows the first sentence of its message as the alert's title."""
    target, finding = news
    text = finding.message
    if finding.fix:
        text = f"{text.rstrip('.')}. Fix ({fix_standing(finding.fix)}): {finding.fix.summary}"
    made: Json = {
        "ruleId": finding.rule,
        "ruleIndex": indexes.rules[finding.rule],
        "level": LEVELS[finding.severity],
        "message": message(text),
        "locations": [_location(news, anchors)],
        "partialFingerprints": {
            "csplintFinding/v1": finding.fingerprint,
            "primaryLocationLineHash": finding.fingerprint,
        },
    }
    if target.target in indexes.answers:
        made["webResponse"] = {"index": indexes.answers[target.target]}
    if url := page_url(target):
        made["properties"] = {"pageUrl": url}
    return made


def message(text: str) -> Json:
    """
    Give a plain text message.

    Braces are doubled, or they would be placeholders (SARIF "Messages with placeholders"); `](` is taken apart, or a
    page could put a link there ("Messages with embedded links").
    """
    shown = visible(" ".join(text.split())).replace("](", "] (")
    return {"text": shown.replace("{", "{{").replace("}", "}}") or "-"}


def page_url(target: TargetReport) -> str:
    """Give the URL of the page, as far as the report knows one; "" for a file or a policy that was given none."""
    if target.final_url or target.kind != "url":
        return target.final_url or ""
    return target.target if _WEB.match(target.target) else f"https://{target.target}"


def _location(news: News, anchors: Anchors) -> Json:
    target, finding = news
    url = page_url(target) or target.target or "-"
    within = [] if finding.policy is None else ["csp", str(finding.policy)]
    within += [finding.directive] if finding.directive else []
    qualified = f"{url.partition('#')[0]}#{'/'.join(within)}" if within else url
    return {
        **_physical(target, news, anchors),
        "logicalLocations": [{"kind": "resource", "name": url, "fullyQualifiedName": qualified}],
    }


def _physical(target: TargetReport, news: News | None, anchors: Anchors) -> Json:
    """
    All four numbers of the region, which GitHub requires.

    Where the columns are not known, they are those of the line's first character.
    """
    place = locate(target, news[1] if news else None, anchors)
    first, end, last = (*place.columns, place.end_line) if place.columns else (1, 2, place.line)
    region = {"startLine": place.line, "startColumn": first, "endLine": last, "endColumn": end}
    return {"physicalLocation": {"artifactLocation": {"uri": place.uri}, "region": region}}


def notification(
    target: TargetReport, text: str, level: Literal["error", "warning"], anchors: Anchors, kind: str = ""
) -> Json:
    """Give what is to be said of a target beside its results."""
    made: Json = {"level": level, "message": message(f"{target.target}: {text}")}
    made["locations"] = [_physical(target, None, anchors)]
    if kind:
        made["properties"] = {"kind": kind}
    return made


def notifications(report: Report, anchors: Anchors) -> list[Json]:
    """Give why targets could not be checked, and what of the others could not be read."""
    made = []
    for target in report.targets:
        if target.outcome == "failed":
            kind = target.error.kind if target.error else "unknown"
            made.append(notification(target, failure(target), "error", anchors, kind))
        made += [notification(target, limit, "warning", anchors) for limit in target.limits]
    return made


def web_responses(report: Report) -> tuple[list[Json], dict[str, int]]:
    """Give the answers that carried policies, their policy headers alone (cookies are nobody's business), and by target where they are."""
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
        indexes[target.target] = len(made)
        made.append({"statusCode": target.status, "headers": headers})
    return made, indexes
