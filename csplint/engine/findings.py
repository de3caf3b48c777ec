"""An evaluation, its fixes verified, as a target's part of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.prefilter import Fact, facts
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import all_checks
from csplint.checks.vendor.needs import feature_option, switched_off
from csplint.checks.vendor.needs_table import needs_table
from csplint.csp.policy import Policy
from csplint.engine.console import by_browser, console
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, vendor_context
from csplint.engine.fingerprint import hexdigest
from csplint.engine.subject import Subject
from csplint.engine.verify import mends
from csplint.model import (
    JUDGED_EDITS,
    SEVERITIES,
    DirectiveReport,
    Finding,
    Fix,
    Place,
    PolicyReport,
    RedirectReport,
    Region,
    Severity,
    Skipped,
    Span,
    TargetReport,
    WidgetReport,
)
from csplint.packs.merge import PackSet
from csplint.packs.pack import Rule
from csplint.page.platforms import header_place, platforms

if TYPE_CHECKING:
    from csplint.engine.source_map import FileRegions

NOTHING_YET = "Nothing is blocked yet (report-only): "


MOST_JUDGED = 3_000_000
"""
Characters of policies that are judged again to verify fixes, over all findings; beyond, fixes are words alone.

A header of 8 kB may have 300 findings; thousands of policies in one answer are nobody's.
"""
_EACH_POLICY = 200
"""What a policy costs beside its characters."""


def check_subject(subject: Subject, packs: PackSet, asked: Mapping[str, str]) -> TargetReport:
    """Judge one subject by some packs; `asked` maps the features the user named to how they were named."""
    evaluation = evaluate(subject, packs, asked)
    context = evaluation.context
    first = subject.visits.first if subject.visits else None
    found = platforms(first, subject.document) if first else ()
    findings = _findings(evaluation, packs, asked, header_place(found))
    reported = {finding.rule for finding in findings}
    skipped = tuple(_skipped(context, packs, reported))
    quiet = {rule.rule for rule in skipped} | reported
    return TargetReport(
        target=subject.target,
        final_url=first.url if first and first.status is not None else None,
        status=first.status if first else None,
        redirects=tuple(RedirectReport(h.url, h.status, h.location) for h in first.redirects) if first else (),
        platforms=found,
        limits=subject.document.limits if subject.document else (),
        policies=tuple(_policy(policy) for policy in evaluation.policies),
        widgets=tuple(_widgets(context)),
        requirements=tuple(row for vendor in context.vendors for row in needs_table(vendor_context(context, vendor))),
        findings=findings,
        passed=tuple(sorted(rule.id for rule in packs.rules.values() if rule.id not in quiet)),
        skipped=skipped,
    )


def _policy(policy: Policy) -> PolicyReport:
    directives = tuple(DirectiveReport(d.name, d.value, Span(d.span.start, d.span.end)) for d in policy.directives)
    return PolicyReport(policy.index, policy.delivery, policy.disposition, policy.text, directives)


def _widgets(context: Context) -> Iterator[WidgetReport]:
    for vendor in context.vendors:
        for embed in vendor.embeds:
            place = Place(embed.script.place.line, embed.script.place.column)
            yield WidgetReport(vendor.pack.pack.id, embed.embed.id, embed.embed.where, embed.hosts, place)


def _findings(evaluation: Evaluation, packs: PackSet, asked: Mapping[str, str], place: str) -> tuple[Finding, ...]:
    """`place` says where the server's owner finds the header."""
    outcomes = sorted(evaluation.outcomes, key=lambda outcome: _sort_key(outcome, packs))
    regions = _regions(evaluation)
    left, cost = MOST_JUDGED, sum(len(policy.text) + _EACH_POLICY for policy in evaluation.policies)
    seen: dict[str, int] = {}
    findings = []
    for outcome in outcomes:
        mark = _fingerprint(evaluation.subject, outcome, packs)
        seen[mark] = seen.get(mark, 0) + 1
        number = f"-{seen[mark]}" if seen[mark] > 1 else ""
        affordable, left = left >= 0, left - cost
        fix = _fix(evaluation, outcome, packs, asked, place) if affordable else _advice(outcome, packs)
        finding = _finding(evaluation, outcome, packs, mark + number, fix)
        findings.append(replace(finding, region=_region(regions, outcome.problem)) if regions else finding)
    return tuple(findings)


def _regions(evaluation: Evaluation) -> FileRegions | None:
    visits = evaluation.subject.visits
    if visits is None or visits.first.saved is None:
        return None
    from csplint.engine.source_map import file_regions  # noqa: PLC0415 - for saved pages and responses alone

    return file_regions(evaluation.subject, visits.first.saved, evaluation.policies)


def _region(regions: FileRegions, problem: Problem) -> Region | None:
    """A finding about a policy points to it, wherever in the page what it blocks may stand."""
    if problem.policy is not None:
        return regions.of_policy(problem.policy, problem.span)
    return regions.of_place(problem.place) if problem.place else None


def _sort_key(outcome: Outcome, packs: PackSet) -> tuple[int, int, int, str, str]:
    problem, rule = outcome.problem, packs.rules[outcome.problem.rule]
    start = problem.span.start if problem.span else -1
    policy = problem.policy.index if problem.policy else -1
    return SEVERITIES.index(_severity(outcome, rule)), policy, start, rule.id, problem.value or ""


def _severity(outcome: Outcome, rule: Rule) -> Severity:
    severity = outcome.problem.severity or rule.severity
    return "warning" if outcome.report_only and severity == "error" else severity


def _advice(outcome: Outcome, packs: PackSet) -> Fix:
    return Fix(outcome.problem.fix or packs.rules[outcome.problem.rule].fix, "unsafe", ())


def _fix(evaluation: Evaluation, outcome: Outcome, packs: PackSet, asked: Mapping[str, str], place: str) -> Fix:
    problem = outcome.problem
    summary, edits = problem.fix or packs.rules[problem.rule].fix, problem.made_edits()
    if not mends(evaluation, outcome, packs, asked):
        return _advice(outcome, packs)
    safety = problem.safety if any(edit.kind in JUDGED_EDITS for edit in edits) else "unsafe"
    in_header = problem.policy is not None and problem.policy.delivery == "header"
    if place and in_header and any(edit.kind == "policy" for edit in edits):
        return Fix(summary, safety, (*edits, *server_edit(place)))
    return Fix(summary, safety, edits)


def _finding(evaluation: Evaluation, outcome: Outcome, packs: PackSet, fingerprint: str, fix: Fix) -> Finding:
    problem, rule = outcome.problem, packs.rules[outcome.problem.rule]
    row = packs.row(rule.name, problem.directive)
    told = outcome.report_only and rule.reports not in {"report-only-ready", "report-only-not-ready"}
    return Finding(
        rule=rule.id,
        name=rule.name,
        pack=packs.homes[rule.name].pack.id,
        severity=_severity(outcome, rule),
        message=(NOTHING_YET if told else "") + problem.message,
        why=rule.why,
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        cause=problem.cause or (f"{row.cause}." if row else ""),
        fix=fix,
        policy=problem.policy.index if problem.policy else None,
        directive=problem.directive,
        value=problem.value,
        span=Span(problem.span.start, problem.span.end) if problem.span else None,
        place=Place(problem.place.line, problem.place.column) if problem.place else None,
        browsers=by_browser(evaluation, problem),
        console=console(packs.homes[rule.name], problem, report_only=outcome.report_only),
        docs=packs.docs(rule.name),
        fingerprint=fingerprint,
    )


_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)


def _fingerprint(subject: Subject, outcome: Outcome, packs: PackSet) -> str:
    """The same for the same fault of the same target in a later run: no nonce, no position, no wording in it."""
    problem = outcome.problem
    policy = f"{problem.policy.disposition} {problem.policy.delivery}" if problem.policy else ""
    value = _NONCE.sub("'nonce-…'", problem.value or "")
    text = "\x1f".join(
        (
            "v1",
            packs.rules[problem.rule].id,
            subject.target,
            policy,
            problem.directive or "",
            value,
            str(outcome.report_only),
        )
    )
    return hexdigest(text)[:32]


def _skipped(context: Context, packs: PackSet, reported: Set[str]) -> Iterator[Skipped]:
    """The rules that reported nothing because this subject does not answer them; `reported` are the others, by id."""
    known, checks = facts(context), all_checks()
    off = {
        rule: f"the feature {feature} is not in use ({feature_option(context, vendor.pack, feature)})"
        for vendor in context.vendors
        for rule, feature in switched_off(vendor).items()
    }
    for rule in packs.rules.values():
        if rule.id in reported:
            continue
        if rule.name in off:
            yield Skipped(rule.id, off[rule.name])
        elif rule.check in checks and (needs := checks[rule.check].needs) and known.isdisjoint(needs):
            yield Skipped(rule.id, _missing(context, needs[0]))


def _missing(context: Context, need: Fact) -> str:
    if need == "second answer" and not context.header_nonces:
        return "no policy has a nonce"
    return _MISSING[need]


_MISSING: Mapping[Fact, str] = {
    "page": "there is no page, only a policy",
    "answer": "there is no page, only a policy",
    "headers": "there are no response headers",
    "second answer": "this takes two answers of the server, and there is one",
}
