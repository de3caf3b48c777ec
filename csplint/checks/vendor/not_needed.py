"""Keywords that weaken a script policy and that the widget does not need."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.decide import Verdict
from csplint.csp.edit import remove_sources
from csplint.csp.request import Request
from csplint.csp.source import Source
from csplint.csp.unlisted import EXAMPLE
from csplint.packs.pack import Embed


@check(
    rules=(
        "unsafe-eval-not-needed",
        "embed-needs-eval",
        "unsafe-inline-not-needed",
    )
)
def not_needed(context: VendorContext) -> Iterator[Problem]:
    """Report 'unsafe-eval' and 'unsafe-inline' where they are in force for scripts; note an embed that uses eval()."""
    evaluating = [embed.embed for embed in context.embeds if embed.embed.needs_eval]
    for policy in context.policies.policies:
        alone = context.policies.only(policy)
        for verdict in alone.decide(Request("eval")).verdicts:
            if evaluating and verdict.directive:
                yield _needs_eval(verdict, evaluating[0])
            elif verdict.matched:
                yield _unneeded("unsafe-eval-not-needed", verdict, verdict.matched)
        for verdict in alone.decide(Request("inline-script", content=EXAMPLE)).verdicts:
            if verdict.matched:
                yield _unneeded("unsafe-inline-not-needed", verdict, verdict.matched)


def _unneeded(rule: str, verdict: Verdict, source: Source) -> Problem:
    directive = verdict.directive
    if directive is None:  # pragma: no cover - a source matched, so a directive governs
        raise ValueError("a match without a directive")
    span = directive.token(directive.list.sources.index(source)).span
    return Problem(
        rule=rule,
        message=f"{source.text} is in force for scripts (in {directive.name}), but the widget does not need it.",
        policy=verdict.policy,
        directive=directive.name,
        value=source.text,
        span=span,
        safety="unsafe",
        edits=policy_edits(verdict.policy, remove_sources(directive, [source.text]))
        if directive.name != "default-src"
        else (),
    )


def _needs_eval(verdict: Verdict, embed: Embed) -> Problem:
    directive = verdict.directive
    state = "allows eval()" if verdict.allowed else "blocks eval()"
    return Problem(
        rule="embed-needs-eval",
        message=f"The page has the {embed.title}, and {directive.name if directive else 'the policy'} {state}.",
        cause=embed.needs_eval,
        policy=verdict.policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else None,
        request=None if verdict.allowed else Request("eval"),
    )
