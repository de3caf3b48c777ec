"""Verify fixes: make a finding's edits, evaluate again, and show them only if they remove it and cause nothing new."""

from __future__ import annotations

from collections.abc import Mapping

from csplint.engine.budget import MOST_VERIFIED, cost
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, severity
from csplint.engine.reported import Together
from csplint.engine.subject import edited
from csplint.model import JUDGED_EDITS, Edit
from csplint.packs.merge import PackSet


class Verifier:
    """Verifies the edits of one target's outcomes, in order, until budget.MOST_VERIFIED is used up."""

    def __init__(self, evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> None:
        self._evaluation = evaluation
        self._packs = packs
        self._features = features
        self._before = {key for each in evaluation.outcomes for key in each.keys}
        self._stopped = {_stopped(each) for each in evaluation.outcomes}
        self._unstable = _unstable_hashes(evaluation)
        self._cost = cost(evaluation.policies, evaluation.subject.document)
        self._left = MOST_VERIFIED

    def edits(self, group: Together) -> tuple[Edit, ...]:
        """
        The edits for the group if they remove all of it, cause no new error or warning and hash only stable text, else ().

        There are none where policies were left out: those may undo what an edit does.
        """
        if self._evaluation.subject.unchecked:
            return ()
        edits = group.problem.made_edits() if self._left >= self._cost else ()
        if self._unstable and any(found in edit.text for edit in edits for found in self._unstable):
            return ()
        return edits if self._is_fix(group, edits) else ()

    def _is_fix(self, group: Together, edits: tuple[Edit, ...]) -> bool:
        """Edits that only a server can make count as a fix: nobody can verify them here."""
        judged = [edit for edit in edits if edit.kind in JUDGED_EDITS]
        if not judged:
            return True
        self._left -= self._cost
        subject = edited(self._evaluation.subject, self._evaluation.policies, judged)
        after = {each.key: each for each in evaluate(subject, self._packs, self._features).outcomes}
        own = {_stopped(part.outcome) for part in group.parts}
        known = self._stopped - own - {None}
        new = [each for key, each in after.items() if key not in self._before and _stopped(each) not in known]
        left = any(part.outcome.key in after for part in group.parts)
        return not left and not any(map(self._is_fault, new))

    def _is_fault(self, outcome: Outcome) -> bool:
        """Infos may appear after a fix: a more precise note, a next step, a summary."""
        return severity(outcome.problem, self._packs) != "info"


def _stopped(outcome: Outcome) -> tuple[object, ...] | None:
    """What of a widget a problem stops, with its severity: as before, for another reason, it is no new one; None for others."""
    problem = outcome.problem
    if not problem.stops or problem.policy is None:
        return None
    return problem.stops, problem.policy.index, outcome.report_only, problem.severity


def _unstable_hashes(evaluation: Evaluation) -> frozenset[str]:
    """The hashes of what is new in each response, which no edit may add; none without a page."""
    if evaluation.subject.document is None:
        return frozenset()
    from csplint.engine.stable_text import unstable_hashes  # noqa: PLC0415 - only for pages

    return unstable_hashes(evaluation)
