"""The correction as the report has it: what becomes of each header, meta element and tag, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.correct import Correction, Left, Why
from csplint.engine.evaluate import OutcomeKey, reported_severity
from csplint.engine.verdict import judge_vendors, worst
from csplint.model import (
    Action,
    Corrected,
    HeaderChange,
    LeftFinding,
    MetaChange,
    Place,
    Proof,
    TagChange,
    WidgetState,
)
from csplint.packs.merge import PackSet

ENFORCED, REPORT_ONLY = "Content-Security-Policy", "Content-Security-Policy-Report-Only"

_REASONS: Mapping[Why, str] = {
    "words": "no edit of a policy fixes it",
    "blocks": "its fix would block what is allowed now",
    "unproved": "with its fix another error or warning would appear",
    "budget": "too much was judged already",
}

BEFORE_ENFORCING = (
    "Send it as Content-Security-Policy-Report-Only first: nothing is blocked, and browsers report what would be.",
    "csplint sees what the page's HTML and CSS name. Scripts may load more; their addresses come with the reports.",
    "Other pages of the site may need other sources. Check each kind of page, or collect reports from all of them.",
    "Rename the header to Content-Security-Policy once no reports come for a week of normal traffic.",
)
"""What you need to know before you enforce a policy that was made from one page."""

NONCE_VALUE = "the nonce of this response, the same as in the header"


def corrected(correction: Correction, packs: PackSet, fingerprints: Mapping[OutcomeKey, str]) -> Corrected | None:
    """
    The correction for the report; None where there is nothing to send and nothing to do.

    fingerprints: of the findings before the correction, by the keys of their outcomes; one that follows from another
    has none.
    """
    if not correction.changes_something and not correction.left:
        return None
    left = list(correction.left)
    return Corrected(
        headers=(*_headers(correction), *_other_headers(correction)),
        metas=tuple(_metas(correction)),
        tags=tuple(_tags(correction)),
        steps=tuple(dict.fromkeys((*correction.first, *(_step(each, packs) for each in left)))),
        mends=tuple(fingerprints[each.key] for each in correction.mends if each.key in fingerprints),
        leaves=tuple(LeftFinding(fingerprints.get(each.outcome.key, ""), _REASONS[each.why]) for each in left),
        proof=_proof(correction, left, packs),
    )


def proposed(correction: Correction, packs: PackSet) -> Corrected:
    """A policy made from nothing, as a header to try: report-only first, with what to know before it is enforced."""
    header = HeaderChange("add", REPORT_ONLY, None, _joined(correction, correction.before.policies))
    by_hand = [_step(each, packs) for each in correction.left]
    return Corrected(
        headers=(header,),
        steps=tuple(dict.fromkeys((*correction.first, *by_hand, *BEFORE_ENFORCING))),
        proof=_proof(correction, list(correction.left), packs),
    )


def _proof(correction: Correction, left: Sequence[Left], packs: PackSet) -> Proof:
    severities = [reported_severity(each.outcome, packs) for each in left]
    judged = judge_vendors(correction.after.context)
    states: list[WidgetState] = [each.if_added or each.state for each in judged]
    return Proof(worst(states), severities.count("error"), severities.count("warning"))


def _step(left: Left, packs: PackSet) -> str:
    problem = left.outcome.problem
    return problem.fix or packs.rules[problem.rule].fix


def _headers(correction: Correction) -> Iterator[HeaderChange]:
    """The policy headers, one entry for each header line that was sent."""
    for policies in _lines(correction):
        first = policies[0]
        if first.delivery == "meta":
            continue
        name = ENFORCED if first.disposition == "enforce" else REPORT_ONLY
        before, after = ", ".join(each.text for each in policies), _joined(correction, policies)
        yield HeaderChange(_action(before, after), name, before, after or None, first.index)


def _metas(correction: Correction) -> Iterator[MetaChange]:
    document = correction.before.subject.document
    places = {meta.order: meta.place for meta in document.metas} if document else {}
    for policies in _lines(correction):
        first = policies[0]
        if first.delivery == "meta":
            before, after = ", ".join(each.text for each in policies), _joined(correction, policies)
            place = places.get(first.order)
            at = Place(place.line, place.column) if place else None
            yield MetaChange(_action(before, after), before, after or None, first.index, at)


def _action(before: str, after: str) -> Action:
    if after == before:
        return "keep"
    return "replace" if after else "remove"


def _joined(correction: Correction, policies: Sequence[Policy]) -> str:
    return ", ".join(text for each in policies if (text := correction.texts[each.index]))


def _lines(correction: Correction) -> Iterator[tuple[Policy, ...]]:
    """The policies of each header line or meta element, in the order sent."""
    rest = iter(correction.before.policies)
    for delivered in correction.before.subject.delivered:
        count = len(parse_policies([Delivered(delivered.text, delivered.delivery, delivered.disposition)]))
        if line := tuple(policy for _, policy in zip(range(count), rest, strict=False)):
            yield line


def _other_headers(correction: Correction) -> Iterator[HeaderChange]:
    visits = correction.before.subject.visits
    for edit in correction.edits:
        if edit.kind == "header" and edit.name:
            sent = b", ".join(visits.first.header(edit.name.lower())).decode("latin-1") if visits else ""
            yield HeaderChange("replace" if sent else "add", edit.name, sent or None, edit.text)


def _tags(correction: Correction) -> Iterator[TagChange]:
    for edit in correction.edits:
        if edit.kind == "tag" and edit.place and edit.name:
            yield TagChange(edit.place, edit.name, NONCE_VALUE, "the policy allows scripts by nonce")
