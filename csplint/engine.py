"""
Page, packs and settings in; one target's report out.

The checks are run over the enforced policies, and once more over the
report-only ones as if they were enforced. Each fix that can be made here is
made and judged again before it is shown (`verify.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks import PAGE_CHECKS, POLICY_CHECKS
from csplint.checks.context import Context
from csplint.checks.delivery import readiness
from csplint.checks.embeds import FoundEmbed, find_embeds, seen_features
from csplint.checks.problem import Problem
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Policy
from csplint.csp.url import Url, parse_url
from csplint.packs import Pack
from csplint.subject import Subject, all_policies


class Outcome(Struct, frozen=True):
    """A problem, and whether it is what a report-only policy would do."""

    problem: Problem
    dry_run: bool

    @property
    def key(self) -> tuple[str, int | None, str | None, bool]:
        """What makes two problems, before and after an edit, the same one."""
        policy = self.problem.policy
        return self.problem.rule, policy.index if policy else None, self.problem.value, self.dry_run


class Evaluation(Struct, frozen=True):
    """All that was found out about one subject."""

    subject: Subject
    policies: tuple[Policy, ...]
    context: Context
    outcomes: tuple[Outcome, ...]


def evaluate(subject: Subject, pack: Pack, asked: Mapping[str, str]) -> Evaluation:
    """Run all checks of a pack; `asked` holds the features the user named."""
    policies = all_policies(subject)
    context = _context(subject, policies, pack, asked)
    dry = _dry_run(context, policies)
    outcomes = tuple(_outcomes(context, dry))
    return Evaluation(subject, policies, context, outcomes)


def _context(subject: Subject, policies: tuple[Policy, ...], pack: Pack, asked: Mapping[str, str]) -> Context:
    document = subject.document
    embeds: tuple[FoundEmbed, ...] = find_embeds(document, pack) if document else ()
    seen = seen_features(document, pack) if document else {}
    page = parse_url(subject.page) or Url(subject.page, "", "", None, "")
    enforced = tuple(policy for policy in policies if policy.disposition == "enforce")
    return Context(
        policies=PolicySet(page, enforced),
        pack=pack,
        others=tuple(policy for policy in policies if policy.disposition == "report"),
        document=document,
        second=subject.second,
        visits=subject.visits,
        embeds=embeds,
        features={**seen, **asked},
    )


def _dry_run(context: Context, policies: tuple[Policy, ...]) -> Context | None:
    report = tuple(replace(policy, disposition="enforce") for policy in policies if policy.disposition == "report")
    if not report:
        return None
    return replace(context, policies=context.policies.only(*report), others=context.policies.policies, dry_run=True)


def _outcomes(context: Context, dry: Context | None) -> Iterator[Outcome]:
    for name in _used(context.pack, POLICY_CHECKS):
        yield from (Outcome(problem, dry_run=False) for problem in POLICY_CHECKS[name](context))
    for name in _used(context.pack, PAGE_CHECKS):
        yield from (Outcome(problem, dry_run=False) for problem in PAGE_CHECKS[name](context))
    if dry is None:
        return
    would = [problem for name in _used(context.pack, POLICY_CHECKS) for problem in POLICY_CHECKS[name](dry)]
    yield from (Outcome(problem, dry_run=True) for problem in would)
    breaks = sum(1 for problem in would if (problem.severity or context.pack.rules[problem.rule].severity) == "error")
    yield Outcome(readiness(dry.policies.policies, breaks=breaks), dry_run=True)


def _used(pack: Pack, checks: Mapping[str, object]) -> list[str]:
    """The checks that the pack's rules name, in the table's order."""
    named = {rule.check for rule in pack.rule}
    return [name for name in checks if name in named]
