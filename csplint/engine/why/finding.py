"""An explanation made of a finding: its row, its cause, and what to send instead."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply, plain_name
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
from csplint.engine.why.request import Asked
from csplint.engine.why.wording import ONE_DIRECTIVE, row_of
from csplint.model import Finding, HeaderChange, MetaChange, TargetReport
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet
from csplint.packs.pack import Symptom


def with_finding(  # noqa: PLR0913, PLR0917 - an explanation is made of all of these
    said: Explanation, question: Asked, report: TargetReport, finding: Finding, packs: PackSet, rule: str = ""
) -> Explanation:
    """
    The explanation with what a finding of the report says.

    rule: the name of the rule whose row counts, of a finding that has several; "" for the finding's own.
    """
    part = next((each for each in finding.parts if each.name == rule), None)
    name = part.name if part else finding.name
    row = row_of(packs, name, finding.directive or "")
    before, after = _texts(report, finding)
    whole = _whole(report, finding) if question.policy == "whole" else None
    shown = whole or (_changed(before, after), _changed(after, before))
    return replace(
        said,
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        cause=_cause(finding, row),
        fix=finding.fix.summary if finding.fix else "",
        add=_added(before, after),
        add_to=finding.effective_directive or finding.directive or "",
        before=shown[0] if after else "",
        after=shown[1] if after else "",
        checked=bool(after) and allows(question, whole[1] if whole else after),
        policy=question.policy,
        rule=name,
        line=finding.place.line if finding.place else 0,
        missing=ONE_DIRECTIVE if question.policy == "part" else "",
    )


def _cause(finding: Finding, row: Symptom | None) -> str:
    """What is wrong and why; the vendor's words for the row are shown with the row."""
    own = "" if row and finding.cause == f"{row.cause}." else finding.cause
    return f"{finding.message} {own}".strip()


def allows(question: Asked, text: str, request: Request | None = None) -> bool:
    """Whether a policy would allow the request."""
    page = question.subject.page if question.subject else ""
    policies = PolicySet.read(page, [Delivered(text, "text", "enforce")])
    return not policies.decide(request or question.request).blocked


def fixes(report: TargetReport, finding: Finding, question: Asked) -> bool:
    """Whether the finding's own edits let the request through: a fault of the text hides what it causes."""
    _, after = _texts(report, finding)
    return bool(after) and allows(question, after)


def _texts(report: TargetReport, finding: Finding) -> tuple[str, str]:
    """The finding's policy, and the same with the finding's edits; "" if they do not change it."""
    policy = next((each for each in report.policies if each.index == finding.policy), None)
    if policy is None or finding.fix is None:
        return "", ""
    edits = [each for each in finding.fix.edits if each.kind == "policy" and each.policy == policy.index]
    after = apply(policy.value, [Replacement(each.start or 0, each.end or 0, each.text) for each in edits])
    return (policy.value, after) if after != policy.value else (policy.value, "")


def _whole(report: TargetReport, finding: Finding) -> tuple[str, str] | None:
    """The finding's policy and what to send instead, with every fix; None if nothing takes its place alone."""
    if report.corrected is None:
        return None
    changes: list[HeaderChange | MetaChange] = [*report.corrected.headers, *report.corrected.metas]
    for change in changes:
        if change.policy == finding.policy and change.before and change.after and "," not in change.before:
            return change.before, change.after
    return None


def _changed(text: str, other: str) -> str:
    """The directives of one policy that another has not like that."""
    return "; ".join(each for each in directives(text) if each not in directives(other))


def directives(text: str) -> list[str]:
    """A policy's directives, with one space between words."""
    return [" ".join(each.split()) for each in text.split(";") if each.strip()]


def _added(before: str, after: str) -> tuple[str, ...]:
    """The sources that the changed directives have and the old policy's had not."""
    old = {word for each in directives(before) for word in each.split()[1:]}
    return tuple(
        dict.fromkeys(
            word for each in directives(_changed(after, before)) for word in each.split()[1:] if word not in old
        )
    )


def about(findings: Sequence[Finding], directive: str) -> list[Finding]:
    """The findings, errors first, about requests that this effective directive governs."""
    plain = plain_name(directive)
    return [each for each in findings if each.severity != "info" and plain in _plain_names(each)]


def _plain_names(finding: Finding) -> set[str]:
    return {plain_name(each) for each in (finding.effective_directive, finding.directive) if each}
