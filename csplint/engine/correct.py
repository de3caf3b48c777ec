"""
Corrects everything that edits can fix, in one set of policies, and tests the result.

It applies one fix at a time to the result of the fix before, and checks the page again after each. So two fixes never write
the same directive, and a later fix never copies what an earlier one corrected. It keeps a fix only if:

- it adds no hash of a text that is new in each response, or that a CDN or a plugin writes,
- its finding disappears,
- further fixes remove every new error or warning, and
- the policies still allow everything that they allowed before (`csp.preserve`).

The order is fixed: the same input gives the same correction, and correcting the result again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.memo import memo
from csplint.csp.policy import Policy
from csplint.csp.preserve import losses
from csplint.engine.budget import MOST_CORRECTED, cost
from csplint.engine.causes import is_cause
from csplint.engine.changes import Way, has_edits, read_changed, reorders, ways
from csplint.engine.evaluate import Evaluation, Outcome, OutcomeKey, evaluate, severity
from csplint.engine.ignored import as_meant
from csplint.engine.subject import edited
from csplint.model import Edit, Severity
from csplint.packs.merge import PackSet

Why = Literal["words", "blocks", "unproved", "budget"]
"""
Why a finding is not fixed. "words": it has no edit, only a description of the fix. "blocks": the fix would block something
that is allowed now. "unproved": the fix leaves the finding or causes another one. "budget": the limit on trials is used up.
"""

_MOST_COMPARED = 8
"""The most policies that are compared with one another, each with each; sites send one or two."""

_MOST_NESTED = 6
"""How deep fixes may nest: a fix may need another fix, and so on."""


class Left(Struct, frozen=True):
    """A finding that the correction does not fix. key: its outcome's key before the correction; None if that is unknown."""

    outcome: Outcome
    why: Why
    key: OutcomeKey | None = None


class Correction(Struct, frozen=True):
    """
    What to send instead, checked.

    before, after: the evaluations. texts: what to send instead of each policy, or "" to send nothing. edits: the edits of
    tags and headers, in order. mends: the problems that the correction fixes. left: the errors and warnings that remain.
    appeared: the errors and warnings that are new, except warnings that come to light once directives are parted that were
    joined, or the owner has done what only a server can do; if csplint works correctly, there are none. to_try: what the
    policies that browsers ignore as a whole were meant to be, corrected. first: what to do before the texts are sent.
    """

    before: Evaluation
    after: Evaluation
    texts: tuple[str, ...]
    edits: tuple[Edit, ...]
    mends: tuple[Outcome, ...]
    left: tuple[Left, ...]
    appeared: tuple[Outcome, ...]
    to_try: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether the correction differs from what the page sends now."""
        return bool(self.edits) or list(self.texts) != _texts(self.before)


def correct(
    evaluation: Evaluation, packs: PackSet, features: Mapping[str, str], accepted: frozenset[OutcomeKey] = frozenset()
) -> Correction:
    """
    Fix whatever edits can fix, one finding at a time, and check the result.

    accepted: the problems that the user does not want fixed.
    """
    trial = _Trials(packs, features, evaluation, accepted)
    state = _State(evaluation, tuple(range(len(evaluation.policies))))
    while better := trial.next_better(state) or trial.without_a_redundant_policy(state, evaluation):
        state = better
    known = trial.severities(_State(evaluation, tuple(range(len(evaluation.policies)))))
    now = dict(zip(state.origins, _texts(state.evaluation), strict=True))
    texts = tuple(now.get(policy.index, "") for policy in evaluation.policies)
    gone = {each.key for each in evaluation.outcomes} - {state.key(each) for each in state.evaluation.outcomes}
    by_owner = dict(state.by_owner)
    return Correction(
        before=evaluation,
        after=state.evaluation,
        texts=texts,
        edits=state.edits,
        mends=tuple(each for each in evaluation.outcomes if each.key in gone - by_owner.keys()),
        left=(
            *(Left(each, "words", key) for key, each in by_owner.items()),
            *(
                Left(each, trial.why(each), state.key(each))
                for each in trial.faults(state.evaluation)
                if not trial.is_accepted(state, each)
            ),
        ),
        appeared=tuple(
            each
            for each in trial.faults(state.evaluation)
            if trial.is_new(state, each, known) and state.key(each) not in state.revealed
        ),
        to_try=_to_try(evaluation, packs, features),
        first=_first(evaluation, texts),
    )


def _to_try(evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> tuple[str, ...]:
    subject = as_meant(evaluation)
    return correct(evaluate(subject, packs, features), packs, features).texts if subject else ()


def _first(evaluation: Evaluation, texts: tuple[str, ...]) -> tuple[str, ...]:
    if evaluation.subject.document is None:
        return ()
    from csplint.engine.stable_text import compare_first  # noqa: PLC0415 - only for pages

    return compare_first(evaluation, texts)


def _unstable(evaluation: Evaluation) -> frozenset[str]:
    """The hashes that no edit may add; none without a page."""
    if evaluation.subject.document is None:
        return frozenset()
    from csplint.engine.stable_text import unstable_hashes  # noqa: PLC0415 - only for pages

    return unstable_hashes(evaluation)


class _State(Struct, frozen=True):
    """
    The subject after some fixes, checked.

    origins: for each policy, its index among the policies that the page sent. edits: the edits that do not change a policy.
    by_owner: what is fixed as soon as the owner has done it, by its key. revealed: the keys of the warnings that come to light then.
    """

    evaluation: Evaluation
    origins: tuple[int, ...]
    edits: tuple[Edit, ...] = ()
    by_owner: tuple[tuple[OutcomeKey, Outcome], ...] = ()
    revealed: frozenset[object] = frozenset()

    def key(self, outcome: Outcome) -> OutcomeKey:
        """Identifies a problem across states, even if a fix has removed an earlier policy."""
        return self.keys(outcome)[0]

    def stopped(self, outcome: Outcome) -> tuple[object, ...] | None:
        """What of a widget a problem stops, and in which policy; None for others."""
        problem = outcome.problem
        if not problem.stops or problem.policy is None:
            return None
        return problem.stops, self.origins[problem.policy.index], outcome.report_only

    def keys(self, outcome: Outcome) -> list[OutcomeKey]:
        """The same, and the keys of the problems that it stands for."""
        return [
            (rule, None if policy is None else self.origins[policy], value, report_only)
            for rule, policy, value, report_only in outcome.keys
        ]


class _Trials:
    """Applies fixes and checks them, until the budget is used up."""

    def __init__(
        self, packs: PackSet, features: Mapping[str, str], start: Evaluation, accepted: frozenset[OutcomeKey]
    ) -> None:
        self.packs, self.features, self._accepted = packs, features, accepted
        self._cost = cost(start.policies, start.subject.document)
        self._left = MOST_CORRECTED
        self._reasons: dict[tuple[object, ...], Why] = {}
        self._unstable = _unstable(start)

    def faults(self, evaluation: Evaluation) -> list[Outcome]:
        """The errors and warnings in the order of fixing: first faults of the policy itself, then what the widget needs."""
        return _faults(evaluation, self.packs)

    def severities(self, state: _State) -> dict[object, Severity]:
        """The faults' keys, and what of a widget they stop, each with its worst severity."""
        found: dict[object, Severity] = {}
        for each in self.faults(state.evaluation):
            own = severity(each.problem, self.packs)
            for key in (*state.keys(each), *filter(None, (state.stopped(each),))):
                found[key] = "error" if "error" in {own, found.get(key)} else own
        return found

    def is_new(self, state: _State, outcome: Outcome, known: Mapping[object, Severity], fixed: object = None) -> bool:
        """
        Whether a fault is not among the known ones, or only a warning there and now an error.

        What is stopped of a widget as before, for another reason, is known; but not what was to be fixed.
        """
        before = known.get(state.key(outcome))
        if before is None and (stopped := state.stopped(outcome)) and stopped != fixed:
            before = known.get(stopped)
        return before is None or (before == "warning" and severity(outcome.problem, self.packs) == "error")

    def next_better(
        self, state: _State, among: frozenset[tuple[object, ...]] | None = None, depth: int = 0
    ) -> _State | None:
        """The state after the first fix that works, or None if none does. `among`: try only the problems with these keys."""
        for outcome in self.faults(state.evaluation):
            if not self.is_accepted(state, outcome) if among is None else outcome.key in among:
                better = self._try(state, outcome, depth)
                if better is not None:
                    return better
        return None

    def is_accepted(self, state: _State, outcome: Outcome) -> bool:
        """Whether the user does not want a problem fixed."""
        return bool(self._accepted) and state.key(outcome) in self._accepted

    def without_a_redundant_policy(self, state: _State, start: Evaluation) -> _State | None:
        """
        The state without one policy that was changed, or is sent twice, and blocks nothing that another one allows.

        Both would be right, but two senders that each have to know what the page needs are how the page broke.
        """
        for policy in reversed(state.evaluation.policies if len(state.origins) <= _MOST_COMPARED else ()):
            sent = start.policies[state.origins[policy.index]]
            others = [each for each in state.evaluation.policies if each is not policy]
            twice = any(each.text == policy.text for each in others)
            if (policy.text == sent.text and not twice) or not any(
                _makes_redundant(each, policy, start) for each in others
            ):
                continue
            texts = ["" if each is policy else each.text for each in state.evaluation.policies]
            after = self._after(state, Way(texts), None) if self._afford() else None
            if after and not any(
                self.is_new(after, each, self.severities(state)) for each in self.faults(after.evaluation)
            ):
                return after
        return None

    def why(self, outcome: Outcome) -> Why:
        """Why a fault is not fixed, once no more fixes work."""
        return self._reasons.get(outcome.key, "budget")

    def _try(self, state: _State, outcome: Outcome, depth: int) -> _State | None:
        self._reasons[outcome.key] = "blocks" if has_edits(outcome) else "words"
        for way in ways(state.evaluation, outcome):
            if any(found in text for text in way.texts for found in self._unstable):
                self._reasons[outcome.key] = "words"
                continue
            if depth > _MOST_NESTED or not self._afford():
                self._reasons[outcome.key] = "budget"
                return None
            if not way.by_owner:
                self._reasons[outcome.key] = way.fails
            if reorders(state.evaluation, way):
                continue  # what the fix took away had to be put back, so the problem is still there
            better = self._settled(
                state, self._after(state, way, outcome), outcome, depth, reveals=way.by_owner or way.parts
            )
            if better is not None:
                return better
        return None

    def _after(self, state: _State, way: Way, outcome: Outcome | None) -> _State:
        policies = state.evaluation.policies
        whole = [
            Edit(kind="policy", policy=policy.index, start=0, end=len(policy.text), text=text)
            for policy, text in zip(policies, way.texts, strict=True)
            if text != policy.text
        ]
        subject = edited(state.evaluation.subject, policies, [*whole, *way.edits])
        kept = [
            origin
            for policy, text, origin in zip(policies, way.texts, state.origins, strict=True)
            if read_changed(policy, text) is not None
        ]
        return _State(
            evaluate(subject, self.packs, self.features),
            tuple(kept),
            (*state.edits, *way.edits),
            (*state.by_owner, (state.key(outcome), outcome)) if way.by_owner and outcome else state.by_owner,
            state.revealed,
        )

    def _settled(self, before: _State, after: _State, outcome: Outcome, depth: int, *, reveals: bool) -> _State | None:
        """The state after also fixing the faults that the fix caused, or None if that is not possible."""
        known = self.severities(before)
        target, stopped = before.key(outcome), before.stopped(outcome)
        while True:
            faults = self.faults(after.evaluation)
            if any(after.key(each) == target for each in faults):
                return None
            new = frozenset(each.key for each in faults if self.is_new(after, each, known, stopped))
            if not new:
                return after
            better = self.next_better(after, new, depth + 1)
            if better is None:
                return self._revealing(after, [each for each in faults if each.key in new]) if reveals else None
            after = better

    def _revealing(self, after: _State, new: list[Outcome]) -> _State | None:
        """The state with what comes to light by it; None if that is an error."""
        if any(severity(each.problem, self.packs) == "error" for each in new):
            return None
        return replace(after, revealed=after.revealed | {after.key(each) for each in new})

    def _afford(self) -> bool:
        self._left -= self._cost
        return self._left >= 0


@memo(key=lambda evaluation, packs: (evaluation, None))  # an evaluation is of one set of packs
def _faults(evaluation: Evaluation, packs: PackSet) -> list[Outcome]:
    found = [each for each in evaluation.outcomes if severity(each.problem, packs) != "info"]
    return sorted(found, key=lambda each: _order(each, packs))


def _order(outcome: Outcome, packs: PackSet) -> tuple[object, ...]:
    problem = outcome.problem
    start = problem.span.start if problem.span else -1
    policy = problem.policy.index if problem.policy else -1
    vendors = packs.homes[problem.rule] in packs.vendors
    misread = not is_cause(outcome, packs)
    return vendors, severity(problem, packs), misread, policy, start, problem.rule, problem.value or ""


def _makes_redundant(one: Policy, other: Policy, start: Evaluation) -> bool:
    """Whether a policy in a header blocks everything that the other one blocks, and reports as the other one does."""
    if one.delivery == "meta" or one.disposition != "enforce" or other.disposition != "enforce":
        return False
    if any(name in other.in_force and name not in one.in_force for name in ("report-uri", "report-to")):
        return False
    return not losses(one, other, start.context.policies.page)


def _texts(evaluation: Evaluation) -> list[str]:
    return [policy.text for policy in evaluation.policies]
