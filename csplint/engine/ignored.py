"""
Policies that browsers ignore as a whole: every directive is misspelt, or has a character that browsers do not accept.

Correcting such a policy would restrict a page on which nothing is restricted now. So `correct` leaves it as it is; this is
what its author meant, for the owner to try.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from csplint.csp.edit import Replacement, apply
from csplint.csp.policy import Delivered, Policy
from csplint.engine.changes import read_changed
from csplint.engine.evaluate import Evaluation, Outcome
from csplint.engine.subject import Subject


def as_meant(evaluation: Evaluation) -> Subject | None:
    """The subject with the policies that browsers ignore as a whole, written as they were meant; None if there are none."""
    texts = tuple(_texts(evaluation))
    if not texts:
        return None
    return replace(evaluation.subject, delivered=tuple(Delivered(text, "header", "enforce") for text in texts))


def _texts(evaluation: Evaluation) -> Iterator[str]:
    for policy in evaluation.policies:
        if policy.disposition == "enforce" and not policy.in_force:
            text = _meant(policy, evaluation.outcomes)
            after = read_changed(policy, text)
            if after is not None and after.in_force:
                yield text


def _meant(policy: Policy, outcomes: Iterable[Outcome]) -> str:
    """The policy's text with the edits of its problems, except those that overlap the edits of an earlier one."""
    made: list[Replacement] = []
    for outcome in outcomes:
        edits = [edit for edit in outcome.problem.made_edits() if edit.kind == "policy" and edit.policy == policy.index]
        new = [Replacement(edit.start or 0, edit.end or 0, edit.text) for edit in edits]
        if not any(one.start <= each.end and each.start <= one.end for one in new for each in made):
            made += new
    return apply(policy.text, made)
