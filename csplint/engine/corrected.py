"""The correction as the report has it: what becomes of each header, meta element and tag, and what is left to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from csplint.checks.delivery.permissions_header import HEADER, newly_refused, read_permissions
from csplint.checks.problem import STAND_IN
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.preserve import losses
from csplint.engine.changes import allows_inline_instead, read_changed, run_on_sources
from csplint.engine.correct import Correction, Left, Why
from csplint.engine.evaluate import OutcomeKey, reported_severity
from csplint.engine.verdict import judge_vendors, steps, worst
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

TWO_SENDERS = (
    "Find what adds the policy that is no longer needed. Often the server or a proxy adds one header and the application "
    "another; browsers apply both, and both must allow everything."
)
"""What to do where a policy is left out because another one does all of its work."""

NONCE_VALUE = "the nonce of this response, the same as in the header"


def corrected(correction: Correction, packs: PackSet, fingerprints: Mapping[OutcomeKey, str]) -> Corrected | None:
    """
    The correction for the report; None where there is nothing to send and nothing to do.

    fingerprints: of the findings before the correction, by the keys of their outcomes; one that follows from another
    has none.
    """
    by_hand = (*_to_try(correction), *steps(correction.after.context))
    if not correction.changes_something and not correction.left and not by_hand:
        return None
    left = list(correction.left)
    return Corrected(
        headers=(*_headers(correction), *_other_headers(correction)),
        metas=tuple(_metas(correction)),
        tags=tuple(_tags(correction)),
        steps=tuple(
            dict.fromkeys(
                (
                    *correction.first,
                    *by_hand,
                    *_senders(correction),
                    *(_step(each, packs) for each in left),
                    *((STYLES_WITHOUT_NONCE,) if has_lost_style_nonces(correction) else ()),
                )
            )
        ),
        mends=tuple(fingerprints[each.key] for each in correction.mends if each.key in fingerprints),
        leaves=tuple(
            LeftFinding(fingerprints.get(each.key or each.outcome.key, ""), _REASONS[each.why]) for each in left
        ),
        proof=_proof(correction, left, packs),
    )


def _to_try(correction: Correction) -> Iterator[str]:
    for text in correction.to_try:
        yield (
            "Browsers ignore the whole policy, so it blocks nothing now. To enforce what it was meant to be, with what the page "
            f"needs, send it as {REPORT_ONLY} first, and then in place of the policy: {_without_nonces(text)}"
        )


def _senders(correction: Correction) -> Iterator[str]:
    """What to do about a header that another one makes redundant."""
    texts = correction.texts
    removed = [each for each in correction.before.policies if each.in_force and not texts[each.index]]
    kept = [each for each in correction.before.policies if each.disposition == "enforce" and texts[each.index]]
    if kept and any(each.delivery == "header" and each.disposition == "enforce" for each in removed):
        yield TWO_SENDERS


STYLES_WITHOUT_NONCE = (
    "Check style sheets that scripts add with a nonce: style-src has none any more, because browsers ignore 'unsafe-inline' "
    "beside one. Inline styles need no nonce now; a style sheet of another host needs its host in style-src."
)
"""What to check where 'unsafe-inline' takes the place of a nonce for styles."""


def has_lost_style_nonces(correction: Correction) -> bool:
    """Whether a policy allows inline styles in the place of a nonce, which allowed style sheets of every host too."""
    page = correction.before.context.policies.page
    for policy, text in zip(correction.before.policies, correction.texts, strict=True):
        after = read_changed(policy, text) if text != policy.text and "'nonce-" in policy.text.lower() else None
        if after and any(allows_inline_instead(after, each) for each in losses(policy, after, page)):
            return True
    return False


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
    takes = (_switches_off, _takes_back, has_lost_style_nonces)
    still_allowed = not any(each(correction) for each in takes)
    return Proof(worst(states), severities.count("error"), severities.count("warning"), still_allowed)


def _takes_back(correction: Correction) -> bool:
    """Whether a list loses what a missing semicolon had given to it."""
    page = correction.before.context.policies.page
    changed = [
        (policy, read_changed(policy, text), meant_for_another)
        for policy, text in zip(correction.before.policies, correction.texts, strict=True)
        if text and text != policy.text and (meant_for_another := run_on_sources(policy))
    ]
    return any(
        each.source in meant_for_another
        for policy, after, meant_for_another in changed
        for each in losses(policy, after, page)
    )


def _switches_off(correction: Correction) -> bool:
    """Whether a corrected Permissions-Policy switches off a feature that the page may use now."""
    visits, after = correction.before.subject.visits, correction.after.subject.visits
    if visits is None or after is None or not any(edit.name == HEADER for edit in correction.edits):
        return False
    old, new = (read_permissions(b", ".join(each.first.header(HEADER.lower())))[0] for each in (visits, after))
    return bool(newly_refused(old, new, correction.before.context.policies.page.origin))


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
        yield HeaderChange(_action(before, after), name, before, _to_send(before, after), first.index)


def _metas(correction: Correction) -> Iterator[MetaChange]:
    document = correction.before.subject.document
    places = {meta.order: meta.place for meta in document.metas} if document else {}
    for policies in _lines(correction):
        first = policies[0]
        if first.delivery == "meta":
            before, after = ", ".join(each.text for each in policies), _joined(correction, policies)
            place = places.get(first.order)
            at = Place(place.line, place.column) if place else None
            yield MetaChange(_action(before, after), before, _to_send(before, after), first.index, at)


def _action(before: str, after: str) -> Action:
    if after == before:
        return "keep"
    return "replace" if after else "remove"


def _joined(correction: Correction, policies: Sequence[Policy]) -> str:
    texts = (correction.texts[each.index] for each in policies)
    return ", ".join(text.replace(STAND_IN, "{NONCE}") for text in texts if text)


def _to_send(before: str, after: str) -> str | None:
    """What a changed header is sent with; None if it is not sent."""
    return (after if after == before else _without_nonces(after)) or None


def _without_nonces(text: str) -> str:
    """A policy's text without a nonce to copy."""
    return re.sub(r"'nonce-[^']*'", "'nonce-{NONCE}'", text, flags=re.IGNORECASE)


def _lines(correction: Correction) -> Iterator[tuple[Policy, ...]]:
    """The policies of each header line or meta element, in the order sent."""
    rest = iter(correction.before.policies)
    for delivered in correction.before.subject.delivered:
        count = len(parse_policies([Delivered(delivered.text, delivered.delivery, delivered.disposition)]))
        if line := tuple(policy for _, policy in zip(range(count), rest, strict=False)):
            yield line


def _other_headers(correction: Correction) -> Iterator[HeaderChange]:
    visits = correction.before.subject.visits
    last = {edit.name: edit for edit in correction.edits if edit.kind == "header"}  # made upon the ones before
    for edit in last.values():
        if edit.name:
            sent = b", ".join(visits.first.header(edit.name.lower())).decode("latin-1") if visits else ""
            yield HeaderChange("replace" if sent else "add", edit.name, sent or None, edit.text)


def _tags(correction: Correction) -> Iterator[TagChange]:
    document = correction.before.subject.document
    found = {(each.place.line, each.place.column): each.element for each in document.requests} if document else {}
    for edit in correction.edits:
        if edit.kind == "tag" and edit.place and edit.name:
            element = found.get((edit.place.line, edit.place.column), "")
            allows = "styles" if element in {"style", "link"} else "scripts"
            yield TagChange(edit.place, edit.name, NONCE_VALUE, f"the policy allows {allows} by nonce", element)
