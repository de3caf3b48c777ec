"""
Page, packs and settings in; one target's report out.

The checks are run over the enforced policies, and once more over the
report-only ones as if they were enforced. Each fix that can be made here is
made and judged again before it is shown (`verify.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.remains import without_remains
from csplint.checks.run_on import semicolons_first
from csplint.checks.table import Table, tables
from csplint.checks.vendor.presence import readiness
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Policy
from csplint.csp.url import Url, parse_url
from csplint.engine.subject import Subject, all_policies
from csplint.packs.merge import PackSet

if TYPE_CHECKING:
    from csplint.checks.vendor.embeds import FoundEmbed


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


def evaluate(subject: Subject, packs: PackSet, asked: Mapping[str, str]) -> Evaluation:
    """Run all checks that the packs' rules name; `asked` holds the features the user named."""
    policies = all_policies(subject)
    context = _context(subject, policies, packs, asked)
    dry = _dry_run(context)
    outcomes = tuple(_without_replaced(list(_outcomes(context, dry, packs)), packs))
    return Evaluation(subject, policies, context, outcomes)


def _context(subject: Subject, policies: tuple[Policy, ...], packs: PackSet, asked: Mapping[str, str]) -> Context:
    embeds, seen = _seen(subject, packs)
    page = parse_url(subject.page) or Url(subject.page, "", "", None, "")
    enforced = tuple([policy for policy in policies if policy.disposition == "enforce"])
    return Context(
        policies=PolicySet(page, enforced),
        pack=packs.vendor,
        others=tuple([policy for policy in policies if policy.disposition == "report"]),
        document=subject.document,
        second=subject.second,
        visits=subject.visits,
        embeds=embeds,
        features={**seen, **asked},
        sent=len(subject.delivered),
        placeholders=packs.placeholders,
        bypass=packs.bypass,
    )


def _seen(subject: Subject, packs: PackSet) -> tuple[tuple[FoundEmbed, ...], dict[str, str]]:
    """The vendor's embeds on the page, and the features it shows."""
    if subject.document is None:
        return (), {}
    from csplint.checks.vendor.embeds import find_embeds, seen_features  # noqa: PLC0415 - for pages alone

    return find_embeds(subject.document, packs.vendor), dict(seen_features(subject.document, packs.vendor))


def _dry_run(context: Context) -> Context | None:
    if not context.others:
        return None
    report = [replace(policy, disposition="enforce") for policy in context.others]
    return replace(context, policies=context.policies.only(*report), others=context.policies.policies, dry_run=True)


def _outcomes(context: Context, dry: Context | None, packs: PackSet) -> Iterator[Outcome]:
    asked = tables(packs)
    for table in (asked.policy, asked.page):
        for problem in _problems(context, packs, table):
            yield Outcome(problem, dry_run=False)
    if dry is None:
        return
    would = _problems(dry, packs, asked.policy)
    yield from (Outcome(problem, dry_run=True) for problem in would)
    if "report-only-ready" in packs.rules:
        breaks = sum(1 for problem in would if _breaks_the_widget(problem, packs))
        yield Outcome(readiness(dry.policies.policies, breaks=breaks), dry_run=True)


def _breaks_the_widget(problem: Problem, packs: PackSet) -> bool:
    severity = problem.severity or packs.rules[problem.rule].severity
    return severity == "error" and packs.homes[problem.rule] is packs.vendor


def _problems(context: Context, packs: PackSet, checks: Table) -> list[Problem]:
    """A check may look for several rules; what breaks one that no pack of this run has is left out."""
    rules = packs.rules
    problems = [problem for problem in checks.problems(context) if problem.rule in rules]
    return without_remains(context, semicolons_first(context, problems))


def _without_replaced(outcomes: list[Outcome], packs: PackSet) -> Iterator[Outcome]:
    """Drop what a more particular rule says of the same source of the same policy."""
    replaced = packs.replaced
    taken = {(name, *_source(each)) for each in outcomes for name in replaced.get(each.problem.rule, ())}
    if not taken:
        return iter(outcomes)
    return (outcome for outcome in outcomes if (outcome.problem.rule, *_source(outcome)) not in taken)


def _source(outcome: Outcome) -> tuple[int, str | None, str | None, bool]:
    problem = outcome.problem
    return problem.policy.index if problem.policy else -1, problem.directive, problem.value, outcome.dry_run
