"""
A strict policy instead of a list of hosts: scripts by nonce, or by hash where a page cannot have a nonce.

It starts from the ordinary correction, so what the policy allows besides scripts, and what the widgets need of that, is as
there. Then the script rules of the policy that governs scripts are replaced, the nonce is put on the page's tags, and the
result is judged like any other. What it no longer allows, and what no nonce can help, is said in steps.

Sources: CSP3 #strict-dynamic-usage, https://web.dev/articles/strict-csp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context, nonces
from csplint.checks.nonces.reuse import body_is_reused, cache_evidence, header_nonces, shared_cacheable
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.correct import Correction, correct
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, severity
from csplint.engine.propose import from_nothing
from csplint.engine.strict_policy import SCRIPT_DIRECTIVES, governs_scripts, reread, strict_policy
from csplint.engine.strict_scripts import Hashes, ScriptTag, hashes, script_tags, with_trust
from csplint.engine.subject import Subject, edited
from csplint.model import Edit
from csplint.packs.merge import PackSet
from csplint.page.document import Document

JUDGED_NONCE = "q8Jw3vT5nYx2Lk9RzB7cMf4GhE1sUaPd"
"""The nonce that stands for the server's while a policy is judged. It is never part of a result."""


class Strict(Struct, frozen=True):
    """A strict policy, judged: what was sent, what was planned, and what came of it."""

    sent: Evaluation
    plan: Plan
    attempt: Attempt


def make_strict(sent: Evaluation, packs: PackSet, features: Mapping[str, str]) -> Strict | None:
    """A strict policy for a subject; None for one that has neither a policy nor a page."""
    base = _base(sent, packs, features)
    if base is None:
        return None
    plan = _plan(base, _chosen(sent.policies or base.before.policies, base))
    others = [index for index, policy in plan.policies.items() if index != plan.chosen and governs_scripts(policy)]
    blocking = [index for index in others if _had_to_change(plan, index)]
    attempt = _judged(plan, [plan.chosen, *blocking], packs, features)
    if others != blocking and attempt.errors:
        again = _judged(plan, [plan.chosen, *others], packs, features)
        attempt = min(attempt, again, key=lambda each: each.errors)
    return Strict(sent, plan, attempt)


def _base(sent: Evaluation, packs: PackSet, features: Mapping[str, str]) -> Correction | None:
    """
    The ordinary correction to start from; None for a target with neither a policy nor a page.

    Policies that are only reported are judged as if they were enforced, because that is what they will be.
    """
    subject = sent.subject
    if not sent.policies:
        return from_nothing(subject, packs, features) if subject.document is not None else None
    if all(policy.disposition == "enforce" for policy in sent.policies):
        return correct(sent, packs, features)
    enforced = tuple(replace(each, disposition="enforce") for each in subject.delivered)
    return correct(evaluate(replace(subject, delivered=enforced), packs, features), packs, features)


def _chosen(sent: Sequence[Policy], base: Correction) -> int:
    """The index of the policy to make strict: the first that governs scripts, enforced ones before the others."""
    kept = [policy for policy in sent if base.texts[policy.index]] or list(sent)
    order = sorted(kept, key=lambda each: (not governs_scripts(each), each.disposition != "enforce", each.index))
    return order[0].index


def _had_to_change(plan: Plan, index: int) -> bool:
    """Whether a policy, as it is sent now, blocks scripts that the page needs, so that its script rules were corrected."""
    now, corrected = plan.base.before.policies[index], plan.base.after.policies[list(plan.policies).index(index)]
    return any(_value(now, name) != _value(corrected, name) for name in SCRIPT_DIRECTIVES)


def _value(policy: Policy, name: str) -> str | None:
    directive = policy.governing(name)
    return directive.value if directive else None


class Plan(Struct, frozen=True, kw_only=True):
    """
    What is to be made strict, and how.

    policies: the corrected policies by their index among those sent, nonces renamed. chosen: the index of the one to make
    strict. tags: the page's scripts that it governs. why_no_nonce: why the page cannot have a nonce, "" where it can.
    hashes: what allows the scripts then, None for a nonce. known: the nonces that are sent now.
    """

    base: Correction
    policies: Mapping[int, Policy]
    chosen: int
    tags: tuple[ScriptTag, ...]
    why_no_nonce: str
    hashes: Hashes | None
    known: frozenset[str]

    @property
    def trusted(self) -> tuple[str, ...]:
        """The sources that let scripts start."""
        return self.hashes.sources if self.hashes else (f"'nonce-{JUDGED_NONCE}'",)


def _plan(base: Correction, chosen: int) -> Plan:
    context = base.before.context
    origins = [index for index, text in enumerate(base.texts) if text]
    now = dict(zip(origins, base.after.policies, strict=True))
    why = _why_no_nonce(context, base.before.policies[chosen])
    known = frozenset() if why else nonces(base.before.policies)
    policies = {index: _renamed(policy, known) for index, policy in now.items()}
    tags = script_tags(context, policies[chosen].order)
    return Plan(
        base=base,
        policies=policies,
        chosen=chosen,
        tags=tags,
        why_no_nonce=why,
        hashes=hashes(tags) if why else None,
        known=known,
    )


def _renamed(policy: Policy, known: frozenset[str]) -> Policy:
    """The policy with the judged nonce instead of the response's."""
    text = _NONCE.sub(lambda found: f"'nonce-{JUDGED_NONCE}'" if found[1] in known else found[0], policy.text)
    return reread(policy, text)


_NONCE = re.compile(r"'nonce-([^']*)'", re.IGNORECASE)


def _why_no_nonce(context: Context, policy: Policy) -> str:
    """Why the page cannot have a nonce of its own in each response, as the beginning of a sentence; "" where it can."""
    visits = context.visits
    if policy.delivery == "meta":
        fresh = _changes(_meta_nonces(context.document), _meta_nonces(context.second))
        return "" if fresh else "The policy is in a meta element of the page"
    if visits is None:
        return ""
    if body_is_reused(context):
        return "Caches keep the body of this page"
    if visits.second and _changes(header_nonces(visits.first), header_nonces(visits.second)):
        return ""
    for each in filter(None, (visits.first, visits.second)):
        if evidence := cache_evidence(each):
            return f"This page comes from a cache ({evidence})"
        if cacheable := shared_cacheable(each):
            return f"Caches may store this page (Cache-Control: {cacheable})"
    if visits.revalidated and visits.revalidated.status == _NOT_MODIFIED and visits.first.header("last-modified"):
        return "This page is a file that does not change between responses (the server answers 304 Not Modified)"
    return ""


_NOT_MODIFIED = 304


def _changes(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _meta_nonces(document: Document | None) -> frozenset[str]:
    metas = document.metas if document else ()
    return nonces(parse_policies(Delivered(meta.content, "meta") for meta in metas if meta.content))


class Attempt(Struct, frozen=True):
    """The strict policies by index, only those that were made strict, and everything judged with them."""

    strict: Mapping[int, Policy]
    after: Evaluation
    faults: tuple[Outcome, ...]
    errors: int


def _judged(plan: Plan, targets: Sequence[int], packs: PackSet, features: Mapping[str, str]) -> Attempt:
    before, document = plan.base.before, plan.base.after.subject.document
    page = before.context.policies.page
    made = {
        index: strict_policy(plan.policies[index], plan.trusted, page, document, before.policies[index].text)
        for index in targets
        if plan.trusted
    }
    changed = {**plan.policies, **made}
    edits = [
        Edit(kind="policy", policy=sent.index, start=0, end=len(sent.text), text=changed[index].text)
        for index, sent in zip(plan.policies, plan.base.after.policies, strict=True)
    ]
    subject = edited(plan.base.after.subject, plan.base.after.policies, edits)
    after = evaluate(_trusting(subject, plan), packs, features)
    faults = tuple(each for each in after.outcomes if severity(each.problem, packs) != "info")
    return Attempt(made, after, faults, sum(severity(each.problem, packs) == "error" for each in faults))


def _trusting(subject: Subject, plan: Plan) -> Subject:
    """
    The subject as the steps will make it: the nonce on the tags, or the loader instead of the tags of files.

    A file that the loader adds is judged as allowed by the loader's hash: csplint knows the embed of a widget by its own
    tag. One response is judged, because nobody knows yet what the next one will be.
    """
    found, trusted = plan.hashes, {}
    if found and found.loader:
        integrity = script_hash(found.loader).strip("'")
        trusted = {each.place: integrity for each in found.moved}
    tags = () if found else (each for each in plan.tags if not each.injected)
    with_nonce = {each.place: JUDGED_NONCE for each in tags}
    document = subject.document and with_trust(
        subject.document, with_nonce, trusted, dict.fromkeys(plan.known, JUDGED_NONCE)
    )
    visits = subject.visits and replace(subject.visits, second=None, revalidated=None)
    return replace(subject, document=document, second=None, visits=visits)
