"""A strict policy as the report has it: headers and meta elements, tags that need the nonce, and what is left to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from csplint.csp.policy import Policy
from csplint.csp.preserve import Loss, losses
from csplint.engine import strict_steps as say
from csplint.engine.causes import without_consequences
from csplint.engine.correct import Correction, Left
from csplint.engine.corrected import BEFORE_ENFORCING, NONCE_VALUE, REPORT_ONLY, corrected
from csplint.engine.evaluate import Outcome, evaluate
from csplint.engine.fingerprint import fingerprints
from csplint.engine.stable_text import compare_first
from csplint.engine.strict import Strict, make_strict
from csplint.engine.strict_policy import STRICT_DIRECTIVES, allows_eval
from csplint.engine.strict_scripts import ScriptTag
from csplint.engine.subject import Subject
from csplint.engine.verdict import judge_vendors
from csplint.model import Corrected, HeaderChange, LeftFinding, Place, Proof, TagChange, TargetReport
from csplint.packs.merge import PackSet

NONCE = "{NONCE}"
"""What stands in place of the nonce, as where `report.to_send` prints a policy; browsers ignore it."""

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)


def strict(
    subject: Subject, packs: PackSet, features: Mapping[str, str], report: TargetReport | None = None
) -> Corrected | None:
    """
    The strict policy to send instead; None where there is nothing to send and nothing to do.

    features: as for `evaluate`. report: the ordinary report, whose findings the result names. Raises PackError for a rule
    that can never be reported.
    """
    made = make_strict(evaluate(subject, packs, features), packs, features)
    target = (report.name if report else "") or subject.target
    found = _Reporter(made, packs, features, target).report() if made else None
    return _by_finding(found, report) if found and report else found


def _by_finding(found: Corrected, report: TargetReport) -> Corrected:
    """With the fingerprints of findings, where several problems are one."""
    of = {part.fingerprint: each.fingerprint for each in report.findings for part in each.parts or (each,)}
    leaves = tuple(replace(each, fingerprint=of.get(each.fingerprint, "")) for each in found.leaves)
    return replace(found, mends=tuple(dict.fromkeys(of[each] for each in found.mends if each in of)), leaves=leaves)


class _Reporter:
    """One strict policy in the report's words."""

    def __init__(self, made: Strict, packs: PackSet, features: Mapping[str, str], target: str) -> None:
        self.target = target
        self.sent, self.plan, self.attempt = made.sent, made.plan, made.attempt
        self.packs, self.features = packs, features
        self.is_new = not self.sent.policies
        self.lost = () if self.is_new else tuple(self._lost())
        self.tags = tuple(self._tags())

    def report(self) -> Corrected | None:
        """The whole of it; None where nothing changes and nothing is left to do."""
        result = self._correction()
        by_hand = tuple(self._by_hand())
        if not (self.is_new or result.changes_something or result.left or self.tags or by_hand):
            return None
        made = corrected(result, self.packs, self._fingerprints()) or Corrected(proof=Proof("works", 0, 0))
        if self.is_new:
            made = replace(made, headers=(HeaderChange("add", REPORT_ONLY, None, result.texts[0]),), mends=())
        return replace(
            made,
            tags=self.tags,
            steps=tuple(dict.fromkeys([*self._steps(result), *by_hand, *self._others(made), *self._try_first(result)])),
            leaves=(*made.leaves, *(LeftFinding("", _BY_HAND) for _ in by_hand)),
            proof=replace(made.proof, still_allowed=not self.lost),
        )

    def _correction(self) -> Correction:
        before = self.plan.base.before if self.is_new else self.sent
        gone = {each.key for each in before.outcomes} - {self._key(each) for each in self.attempt.after.outcomes}
        texts = tuple(map(self._text, before.policies))
        return Correction(
            before=before,
            after=self.attempt.after,
            texts=texts,
            edits=tuple(edit for edit in self.plan.base.edits if edit.kind == "header"),
            mends=tuple(each for each in before.outcomes if each.key in gone),
            left=tuple(Left(each, "words") for each in self.attempt.faults),
            appeared=(),
            first=compare_first(before, texts),
        )

    def _key(self, outcome: Outcome) -> tuple[object, ...]:
        """An outcome's key with the index that its policy had before some were removed."""
        rule, policy, value, report_only = outcome.key
        return rule, None if policy is None else list(self.plan.policies)[policy], value, report_only

    def _text(self, policy: Policy) -> str:
        """What to send instead of a policy: its own text where nothing but the nonce is new."""
        after = self.attempt.strict.get(policy.index) or self.plan.policies.get(policy.index)
        text = _printed(after.text) if after else ""
        return policy.text if text == _printed(policy.text) else text

    def _lost(self) -> Iterator[Loss]:
        """
        What the site allows now and no longer will, of the policies that were made strict.

        What the ordinary correction no longer allows was misread, and what only that allows was never sent.
        """
        page = self.sent.context.policies.page
        for index, after in self.attempt.strict.items():
            added = set(losses(self.plan.policies[index], after, page))
            now = self.sent.policies[index]
            yield from (
                each for each in losses(now, after, page) if each in added and each.effective in STRICT_DIRECTIVES
            )

    def _tags(self) -> Iterator[TagChange]:
        """The tags that do not have the response's nonce yet."""
        for each in () if self.plan.hashes else self.plan.tags:
            if each.nonce not in self.plan.known and not each.injected:
                yield TagChange(
                    Place(each.place.line, each.place.column), "nonce", NONCE_VALUE, say.why_tag(each), "script"
                )

    def _fingerprints(self) -> dict[tuple[str, int | None, str | None, bool], str]:
        known = without_consequences(self.sent, self.packs, self.features)
        names = fingerprints(self.target, known, self.packs)
        return dict(zip([each.key for each in known], names, strict=True))

    def _steps(self, result: Correction) -> Iterator[str]:
        """What to know about the new policy, the most urgent first."""
        plan, first = self.plan, self.sent.subject.visits.first if self.sent.subject.visits else None
        yield from say.widget_fails(judge_vendors(self.attempt.after.context))
        if plan.hashes:
            yield from say.by_hash(plan.why_no_nonce, plan.hashes)
            if plan.base.before.policies[plan.chosen].delivery == "meta":
                yield say.IN_META
        elif result.changes_something or self.tags:
            yield from say.no_store(first)
        yield from say.scripts_no_longer_allowed(self.lost, by_nonce=plan.hashes is None)
        yield from say.elements_no_longer_allowed(self.lost, list(self.attempt.strict.values()))
        if self._keeps_eval():
            yield say.eval_kept(plan.tags)

    def _keeps_eval(self) -> bool:
        page = self.sent.context.policies.page
        return any(allows_eval(policy, page) for policy in self.attempt.strict.values())

    def _by_hand(self) -> Iterator[str]:
        """What has to be rewritten, and is not among the errors and warnings that are left."""
        if self.plan.hashes and self.plan.hashes.loader:
            yield say.load_by_script(self.plan.hashes)
        yield from say.untrusted(self.plan.tags, by_nonce=self.plan.hashes is None)

    def _others(self, made: Corrected) -> Iterator[str]:
        """The errors and warnings that are left: event handlers with their places, the others in their rules' words."""
        context = self.attempt.after.context
        yield from say.attributes_to_rewrite(context, self.attempt.after.policies)
        rules = self.packs.rules
        said = {each.problem.fix or rules[each.problem.rule].fix for each in self.attempt.faults if self._is_said(each)}
        yield from (step for step in made.steps if step not in said)

    def _is_said(self, outcome: Outcome) -> bool:
        """Whether another step says what to do; a script that changes must not get a hash."""
        problem = outcome.problem
        if problem.value in _SAID:
            return True
        return problem.place is not None and problem.place in {each.place for each in self._untrusted()}

    def _untrusted(self) -> tuple[ScriptTag, ...]:
        found = self.plan.hashes
        untrusted = tuple(each for each in self.plan.tags if each.injected or each.writes_script)
        return (*untrusted, *found.changing, *found.too_many) if found else untrusted

    def _try_first(self, result: Correction) -> Iterator[str]:
        if self.is_new:
            yield from BEFORE_ENFORCING
        elif result.changes_something and self._can_be_tried():
            yield say.TRY_FIRST

    def _can_be_tried(self) -> bool:
        """Whether the policy blocks something, and has a form that does not."""
        policy = self.sent.policies[self.plan.chosen]
        return policy.disposition == "enforce" and policy.delivery != "meta"


_BY_HAND = "it has to be rewritten by hand"
_SAID = frozenset({"event handlers", "javascript: code", "'unsafe-eval'"})


def _printed(text: str) -> str:
    """A policy's text with the place for the nonce instead of each nonce."""
    return _NONCE.sub(f"'nonce-{NONCE}'", text)
