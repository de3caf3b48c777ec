"""What a finding says in a few words, and the needs that it stands for if it is about several."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Finding, FindingPart
from csplint.report.html.tree import Child, Html, code, tag


def brief_of(finding: Finding) -> str:
    """Give the finding in a few words, or its message."""
    return finding.brief or finding.message


def fingerprints_of(finding: Finding) -> Iterator[str]:
    """Give the fingerprints of the finding and of its parts."""
    yield finding.fingerprint
    yield from (part.fingerprint for part in finding.parts)


def parts_list(finding: Finding) -> Html | None:
    """Give the needs of a merged finding, one row each: rule, value and what is seen without it."""
    rows = [tag("li", *_part(part)) for part in finding.parts]
    return tag("ul", *rows, class_="parts") if rows else None


def _part(part: FindingPart) -> Iterator[Child]:
    yield tag("span", " ".join(part.message.split()), class_="said")
    yield tag("span", " ", code(part.rule), " ", code(part.name), class_="id")
    if part.symptom_text or part.symptom:
        row = tag("span", " ", code(part.symptom), class_="id") if part.symptom and part.symptom_text else None
        yield tag("span", "What you see: ", part.symptom_text or part.symptom, row, class_="seen")
