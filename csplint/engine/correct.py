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

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from csplint.checks.edits import add_sources
from csplint.checks.prefilter import holds
from csplint.checks.syntax.token import is_directive_name, is_reported_alone
from csplint.csp.edit import Replacement, apply, without_directives
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Policy, State, parse_policies
from csplint.csp.preserve import losses
from csplint.csp.url import Url
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, severity
from csplint.engine.subject import edited
from csplint.model import JUDGED_EDITS, Edit
from csplint.packs.merge import PackSet

Why = Literal["words", "blocks", "unproved", "budget"]
"""
Why a finding is not fixed. "words": it has no edit, only a description of the fix. "blocks": the fix would block something
that is allowed now. "unproved": the fix leaves the finding or causes another one. "budget": the limit on trials is used up.
"""

MOST_CHARACTERS = 6_000_000
"""The most characters of policies and page text to check for one correction, over all trials. A usual page needs a tenth."""

_EACH_TRIAL = 2_000
"""What each trial costs in addition to its characters."""

_MOST_NESTED = 6
"""How deep fixes may nest: a fix may need another fix, and so on."""

_APPLIED = JUDGED_EDITS | {"remove-policy"}


class Left(Struct, frozen=True):
    """A finding that the correction does not fix."""

    outcome: Outcome
    why: Why


class Correction(Struct, frozen=True):
    """
    What to send instead, checked.

    before, after: the evaluations. texts: what to send instead of each policy, or "" to send nothing. edits: the edits of
    tags and headers, in order. mends: the problems that the correction fixes. left: the errors and warnings that remain.
    appeared: the errors and warnings that are new; if csplint works correctly, there are none. first: what to do before the
    texts are sent.
    """

    before: Evaluation
    after: Evaluation
    texts: tuple[str, ...]
    edits: tuple[Edit, ...]
    mends: tuple[Outcome, ...]
    left: tuple[Left, ...]
    appeared: tuple[Outcome, ...]
    first: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether the correction differs from what the page sends now."""
        return bool(self.edits) or list(self.texts) != _texts(self.before)


def correct(evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> Correction:
    """Fix whatever edits can fix, one finding at a time, and check the result."""
    trial = _Trials(packs, features, evaluation)
    state = _State(evaluation, tuple(range(len(evaluation.policies))), ())
    while better := trial.next_better(state):
        state = better
    known = {each.key for each in trial.faults(evaluation)}
    now = dict(zip(state.origins, _texts(state.evaluation), strict=True))
    texts = tuple(now.get(policy.index, "") for policy in evaluation.policies)
    gone = {each.key for each in evaluation.outcomes} - {state.key(each) for each in state.evaluation.outcomes}
    return Correction(
        before=evaluation,
        after=state.evaluation,
        texts=texts,
        edits=state.edits,
        mends=tuple(each for each in evaluation.outcomes if each.key in gone),
        left=tuple(Left(each, trial.why(each)) for each in trial.faults(state.evaluation)),
        appeared=tuple(each for each in trial.faults(state.evaluation) if state.key(each) not in known),
        first=_first(evaluation, texts),
    )


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
    """

    evaluation: Evaluation
    origins: tuple[int, ...]
    edits: tuple[Edit, ...]

    def key(self, outcome: Outcome) -> tuple[object, ...]:
        """Identifies a problem across states, even if a fix has removed an earlier policy."""
        rule, policy, value, report_only = outcome.key
        return rule, None if policy is None else self.origins[policy], value, report_only


class _Trials:
    """Applies fixes and checks them, until the budget is used up."""

    def __init__(self, packs: PackSet, features: Mapping[str, str], start: Evaluation) -> None:
        self.packs, self.features = packs, features
        document = start.subject.document
        self._cost = _EACH_TRIAL + sum(map(len, _texts(start))) + (len(document.text) // 8 if document else 0)
        self._left = MOST_CHARACTERS
        self._reasons: dict[tuple[object, ...], Why] = {}
        self._unstable = _unstable(start)

    def faults(self, evaluation: Evaluation) -> list[Outcome]:
        """The errors and warnings in the order of fixing: first faults of the policy itself, then what the widget needs."""
        found = [each for each in evaluation.outcomes if severity(each.problem, self.packs) != "info"]
        return sorted(found, key=self._order)

    def next_better(
        self, state: _State, among: frozenset[tuple[object, ...]] | None = None, depth: int = 0
    ) -> _State | None:
        """The state after the first fix that works, or None if none does. `among`: try only the problems with these keys."""
        for outcome in self.faults(state.evaluation):
            if among is None or outcome.key in among:
                better = self._try(state, outcome, depth)
                if better is not None:
                    return better
        return None

    def why(self, outcome: Outcome) -> Why:
        """Why a fault is not fixed, once no more fixes work."""
        return self._reasons.get(outcome.key, "budget")

    def _try(self, state: _State, outcome: Outcome, depth: int) -> _State | None:
        edits = [edit for edit in outcome.problem.made_edits() if edit.kind in _APPLIED]
        if not edits or any(found in edit.text for edit in edits for found in self._unstable):
            self._reasons[outcome.key] = "words"
            return None
        if depth > _MOST_NESTED or not self._afford():
            self._reasons[outcome.key] = "budget"
            return None
        preserved = _preserving(state.evaluation, edits)
        if preserved is not None:
            texts, given_back = preserved
            self._reasons[outcome.key] = "blocks" if given_back else "unproved"
            return self._settled(state, self._after(state, texts, edits), outcome, depth)
        self._reasons[outcome.key] = "blocks"
        left_out = _left_out(state.evaluation, outcome)
        return self._settled(state, self._after(state, left_out, []), outcome, depth) if left_out else None

    def _after(self, state: _State, texts: list[str], edits: list[Edit]) -> _State:
        policies = state.evaluation.policies
        whole = [
            Edit(kind="policy", policy=policy.index, start=0, end=len(policy.text), text=text)
            for policy, text in zip(policies, texts, strict=True)
            if text != policy.text
        ]
        others = [edit for edit in edits if edit.kind not in {"policy", "remove-policy"}]
        subject = edited(state.evaluation.subject, policies, [*whole, *others])
        kept = [
            origin
            for policy, text, origin in zip(policies, texts, state.origins, strict=True)
            if _read(policy, text) is not None
        ]
        return _State(evaluate(subject, self.packs, self.features), tuple(kept), (*state.edits, *others))

    def _settled(self, before: _State, after: _State, outcome: Outcome, depth: int) -> _State | None:
        """The state after also fixing the faults that the fix caused, or None if that is not possible."""
        known = {before.key(each) for each in self.faults(before.evaluation)}
        target = before.key(outcome)
        while True:
            faults = self.faults(after.evaluation)
            if any(after.key(each) == target for each in faults):
                return None
            new = frozenset(each.key for each in faults if after.key(each) not in known)
            if not new:
                return after
            better = self.next_better(after, new, depth + 1)
            if better is None:
                return None
            after = better

    def _afford(self) -> bool:
        self._left -= self._cost
        return self._left >= 0

    def _order(self, outcome: Outcome) -> tuple[object, ...]:
        problem = outcome.problem
        start = problem.span.start if problem.span else -1
        policy = problem.policy.index if problem.policy else -1
        vendors = self.packs.homes[problem.rule] in self.packs.vendors
        return vendors, severity(problem, self.packs), policy, start, problem.rule, problem.value or ""


def _texts(evaluation: Evaluation) -> list[str]:
    return [policy.text for policy in evaluation.policies]


def _preserving(evaluation: Evaluation, edits: list[Edit]) -> tuple[list[str], bool] | None:
    """
    The policies' texts after the edits, with the sources that the edits would lose put back, and whether there were any.

    None if they cannot be put back. If an edit brings a directive into force, it gets the sources that applied in its place
    before.
    """
    found: list[str] = []
    given_back = False
    for policy in evaluation.policies:
        own = [edit for edit in edits if edit.policy == policy.index]
        text = _edited(policy, own)
        preserved = _preserved(policy, text, evaluation.context.policies.page) if own and text else text
        if preserved is None:
            return None
        given_back = given_back or preserved != text
        found.append(preserved)
    return found, given_back


def _edited(policy: Policy, edits: Iterable[Edit]) -> str:
    """A policy's text after its edits, or "" if an edit removes the policy."""
    if any(edit.kind == "remove-policy" for edit in edits):
        return ""
    return apply(policy.text, [Replacement(edit.start or 0, edit.end or 0, edit.text) for edit in edits])


def _left_out(evaluation: Evaluation, outcome: Outcome) -> list[str] | None:
    """
    The policies' texts without the directive that a problem is about; None if browsers do not ignore that directive.

    Correcting its name would restrict what is unrestricted now, and only the author should decide that.
    """
    policy, span = outcome.problem.policy, outcome.problem.span
    if policy is None or span is None:
        return None
    ignored = [each for each in policy.directives if each.state != State.IN_FORCE and each.span.start <= span.start]
    about = [each for each in ignored if span.end <= each.span.end]
    if not about:
        return None
    text = apply(policy.text, without_directives(policy, about[:1]))
    if losses(policy, _read(policy, text), evaluation.context.policies.page):
        return None  # a later directive of the same name would come into force
    return [text if each.index == policy.index else each.text for each in evaluation.policies]


def _preserved(policy: Policy, text: str, page: Url) -> str | None:
    """A changed text with its lost sources put back, or None if that is not possible or would repeat a directive."""
    for _ in range(2):
        after = _read(policy, text)
        if after is not None and _repeated(after) > _repeated(policy):
            return None
        lost = [each for each in losses(policy, after, page) if not _is_misread(each.source)]
        if not lost or after is None:
            return text
        if any(not each.source for each in lost):
            return None
        text = _with(after, ((each.effective, each.source) for each in lost))
        if text == policy.text:
            return None
    return None


def _repeated(policy: Policy) -> int:
    """How many directives repeat the name of an earlier one."""
    return len(policy.directives) - len({each.name for each in policy.directives})


def _is_misread(text: str) -> bool:
    """Whether browsers misread a source: it is a keyword without quotes, or the name of a directive."""
    source = parse_source(text)
    return bool(text) and (holds(source, is_reported_alone) or holds(source, is_directive_name))


def _with(policy: Policy, lost: Iterable[tuple[str, str]]) -> str:
    by_directive: dict[str, list[str]] = {}
    for effective, source in lost:
        governing = policy.governing(effective)
        listed = by_directive.setdefault(effective if governing is None else governing.name, [])
        if source not in listed:
            listed.append(source)
    changes = [change for name, sources in by_directive.items() for change in add_sources(policy, name, sources)]
    return apply(policy.text, changes)


def _read(policy: Policy, text: str) -> Policy | None:
    read = parse_policies([Delivered(text, policy.delivery, policy.disposition, policy.order)])
    return read[0] if len(read) == 1 else None
