"""Is a fix one? Make its edits, judge again, and keep them only if the finding is gone and nothing new has come."""

from __future__ import annotations

from collections.abc import Mapping

from csplint.engine.evaluate import Evaluation, Outcome, evaluate
from csplint.engine.subject import edited
from csplint.model import JUDGED_EDITS
from csplint.packs.merge import PackSet


def mends(evaluation: Evaluation, outcome: Outcome, packs: PackSet, asked: Mapping[str, str]) -> bool:
    """Whether the outcome's own edits make it go away and bring nothing new."""
    edits = [edit for edit in outcome.problem.made_edits() if edit.kind in JUDGED_EDITS]
    if not edits:
        return True
    after = evaluate(edited(evaluation.subject, evaluation.policies, edits), packs, asked)
    before = {each.key for each in evaluation.outcomes}
    left = {each.key: each for each in after.outcomes}
    return outcome.key not in left and not any(_is_fault(left[key], packs) for key in left if key not in before)


def _is_fault(outcome: Outcome, packs: PackSet) -> bool:
    """Advice may come with a mended policy: a nearer look, a next step, a sentence about the whole."""
    return (outcome.problem.severity or packs.rules[outcome.problem.rule].severity) != "info"
