"""
A corrected policy, as it is printed to be sent.

A nonce must be new in every response, so no nonce is ever printed to be copied: {NONCE} stands in its place. That is not
base64, so browsers ignore it where it is left in by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from csplint.model import Corrected, Edit, Finding, HeaderChange, MetaChange, TargetReport
from csplint.report.diff import revise
from csplint.report.policy_facts import find_policy
from csplint.report.verdicts import fingerprints

NONCE = "{NONCE}"
NONCE_STEP = (
    "Replace {NONCE} with a new random value in every response, the same one in the header and in the nonce attribute "
    "of each script tag."
)

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)


def to_send(text: str) -> str:
    """A policy's text with the place for the nonce instead of each nonce."""
    return _NONCE.sub(f"'nonce-{NONCE}'", text)


def tag_attribute(edit: Edit) -> str:
    """The attribute that an edit gives to a tag, with the place for the nonce instead of a nonce."""
    return f'{edit.name or ""}="{NONCE if edit.name == "nonce" else edit.text}"'


def has_nonce(text: str | None) -> bool:
    """Whether a policy's text has a nonce, or the place for one."""
    return _NONCE.search(text or "") is not None


def steps(corrected: Corrected, *, kept_too: bool = False) -> tuple[str, ...]:
    """
    What is left to do by hand, with the nonce's step where a policy that is printed has one.

    kept_too: policies that stay as they are, are printed as well.
    """
    changes: list[HeaderChange | MetaChange] = [*corrected.headers, *corrected.metas]
    nonced = any(has_nonce(each.after) for each in changes if kept_too or each.action != "keep")
    return (*((NONCE_STEP,) if nonced else ()), *corrected.steps)


def directives(text: str) -> list[str]:
    """
    The directives of a header's value, one a line, each with the character that separates it from the next.

    A semicolon separates directives, a comma policies.
    """
    separated = [
        (part.strip(), last)
        for policy in text.split(",")
        for part, last in _with_last([each for each in policy.split(";") if each.strip()])
    ]
    return [f"{part}{',' if last else ';'}" for part, last in separated[:-1]] + [part for part, _ in separated[-1:]]


def _with_last(parts: list[str]) -> Iterator[tuple[str, bool]]:
    yield from ((part, False) for part, _ in pairwise(parts))
    yield from ((part, True) for part in parts[-1:])


# ------------------------------------------------------------------ what of it is about one finding


def corrected_directive(target: TargetReport, finding: Finding) -> str:
    """
    Give the directive of the corrected policy that fixes a finding; "" if the correction does not fix it.

    The finding's edits say which directive that is: a missing connect-src is found in default-src and fixed in connect-src.
    """
    policy, after = find_policy(target.policies, finding), corrected_policy(target, finding)
    if policy is None or not after or target.corrected is None or not _is_fixed(target.corrected, finding):
        return ""
    known = {" ".join(text.split()) for text in policy.value.split(";")}
    changed = {_name(text): text for text in reversed(after) if text not in known}
    names = [_name(text) for text in _revised(target, finding)] or [(finding.directive or "").lower()]
    return next((to_send(changed[name]) for name in names if name in changed), "")


def corrected_policy(target: TargetReport, finding: Finding) -> list[str]:
    """
    Give the directives of the corrected policy in the place of a finding's policy, with one space between words.

    Nonces are as they were sent: for printing, use `to_send`. Empty if there is no such policy, or if it is unclear which one
    takes its place.
    """
    change = _change(target, finding.policy)
    if change is None or not change.before or not change.after:
        return []
    before, after = change.before.split(","), change.after.split(",")
    place = (finding.policy or 0) - (change.policy or 0)
    if len(after) == 1:
        place = 0
    elif len(after) != len(before) or place >= len(after):
        return []
    return [" ".join(each.split()) for each in after[place].split(";") if each.strip()]


def fix_lines(target: TargetReport, finding: Finding) -> list[str]:
    """
    Give what fixes a finding in lines to send: the corrected directive or, if there is none, what its own edits make.

    They carry what a message only counts, such as the hashes of inline scripts.
    """
    if found := corrected_directive(target, finding):
        return [found]
    edits = finding.fix.edits if finding.fix else ()
    headers = [f"{edit.name}: {to_send(edit.text)}" for edit in edits if edit.kind == "header" and edit.name]
    return [*map(to_send, _revised(target, finding)), *headers]


def _is_fixed(corrected: Corrected, finding: Finding) -> bool:
    return any(each in corrected.mends for each in fingerprints(finding))


def _change(target: TargetReport, policy: int | None) -> HeaderChange | MetaChange | None:
    """What becomes of the header line or meta element that carries a policy: the last one that begins at or before it."""
    if target.corrected is None or policy is None:
        return None
    changes: list[HeaderChange | MetaChange] = [*target.corrected.headers, *target.corrected.metas]
    begun = [each for each in changes if each.policy is not None and each.policy <= policy]
    return max(begun, key=lambda each: each.policy or 0, default=None)


def _revised(target: TargetReport, finding: Finding) -> list[str]:
    """The directives that the finding's own edits change, as they are then."""
    policy = find_policy(target.policies, finding)
    edits: list[Edit] = [edit for edit in finding.fix.edits if edit.kind == "policy"] if finding.fix else []
    own = [edit for edit in edits if policy and edit.policy == policy.index]
    return [" ".join(each.text.split()) for each in revise(policy.value, own).directives] if policy and own else []


def _name(directive: str) -> str:
    return directive.split(" ", 1)[0].lower()
