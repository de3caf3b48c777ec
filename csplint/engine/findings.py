"""One target's part of the report: its findings, with verified fixes, and everything else that is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from csplint.checks.context import Context
from csplint.checks.prefilter import Fact, facts
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import all_checks
from csplint.checks.vendor.needs import feature_option, switched_off
from csplint.checks.vendor.needs_table import needs_table
from csplint.csp.policy import Policy
from csplint.engine.causes import is_cause, without_consequences
from csplint.engine.console import by_browser, console
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, reported_severity, vendor_context
from csplint.engine.fingerprint import fingerprints
from csplint.engine.subject import Subject
from csplint.engine.verdict import verdict
from csplint.engine.verify import Verifier
from csplint.model import (
    JUDGED_EDITS,
    SEVERITIES,
    Corrected,
    DirectiveReport,
    Edit,
    Finding,
    Fix,
    Place,
    PolicyReport,
    RedirectReport,
    Region,
    Skipped,
    Span,
    TargetReport,
    WidgetReport,
)
from csplint.packs.merge import PackSet
from csplint.page.platforms import header_place, platforms

if TYPE_CHECKING:
    from csplint.engine.source_map import FileRegions

REPORT_ONLY_PREFIX = "Nothing is blocked yet (report-only): "
_ABOUT_REPORT_ONLY = frozenset({"report-only-ready", "report-only-not-ready"})


def check_subject(subject: Subject, packs: PackSet, features: Mapping[str, str]) -> TargetReport:
    """
    Check one subject.

    features: the optional parts of a widget that the user named, id -> how. Raises PackError for a rule that can never
    be reported.
    """
    evaluation = evaluate(subject, packs, features)
    context = evaluation.context
    first = subject.visits.first if subject.visits else None
    servers = platforms(first, subject.document) if first else ()
    outcomes = _in_order(evaluation, packs, features)
    findings = tuple(_findings(evaluation, outcomes, packs, features, header_place(servers)))
    reported = {finding.rule for finding in findings}
    skipped = tuple(_skipped(context, packs, reported))
    found = {packs.rules[outcome.problem.rule].id for outcome in evaluation.outcomes}  # consequences too
    not_passed = {rule.rule for rule in skipped} | reported | found
    return TargetReport(
        target=subject.target,
        final_url=first.url if first and first.status is not None else None,
        status=first.status if first else None,
        redirects=tuple(RedirectReport(h.url, h.status, h.location) for h in first.redirects) if first else (),
        platforms=servers,
        verdict=verdict(context, _causes(findings, outcomes, packs)),
        corrected=_corrected(evaluation, packs, features, outcomes, findings),
        limits=subject.document.limits if subject.document else (),
        policies=tuple(_policy(policy) for policy in evaluation.policies),
        widgets=tuple(_widgets(context)),
        requirements=tuple(row for vendor in context.vendors for row in needs_table(vendor_context(context, vendor))),
        findings=findings,
        passed=tuple(sorted(rule.id for rule in packs.rules.values() if rule.id not in not_passed)),
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


def _in_order(evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> list[Outcome]:
    """The outcomes to report: the most severe first, causes before the others, then by position."""
    kept = without_consequences(evaluation, packs, features)
    has_cause = any(is_cause(outcome, packs) for outcome in kept)
    return sorted(kept, key=lambda outcome: _sort_key(outcome, packs, has_cause=has_cause))


def _causes(findings: Sequence[Finding], outcomes: Sequence[Outcome], packs: PackSet) -> list[str]:
    """The fingerprints of the errors that explain a widget's state."""
    return [
        finding.fingerprint
        for finding, outcome in zip(findings, outcomes, strict=True)
        if finding.severity == "error" and (packs.homes[finding.name] in packs.vendors or is_cause(outcome, packs))
    ]


def _corrected(
    evaluation: Evaluation,
    packs: PackSet,
    features: Mapping[str, str],
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
) -> Corrected | None:
    if not evaluation.policies and evaluation.subject.document is not None and not evaluation.subject.delivered:
        from csplint.engine.corrected import proposed  # noqa: PLC0415 - only for pages without a policy
        from csplint.engine.propose import from_nothing  # noqa: PLC0415

        return proposed(from_nothing(evaluation.subject, packs, features), packs)
    if all(finding.severity == "info" for finding in findings):
        return None
    from csplint.engine.correct import correct  # noqa: PLC0415 - only for what has something to correct
    from csplint.engine.corrected import corrected  # noqa: PLC0415

    fingerprint = {outcome.key: finding.fingerprint for outcome, finding in zip(outcomes, findings, strict=True)}
    return corrected(correct(evaluation, packs, features), packs, fingerprint)


def _findings(
    evaluation: Evaluation,
    outcomes: Sequence[Outcome],
    packs: PackSet,
    features: Mapping[str, str],
    header_advice: str,
) -> Iterator[Finding]:
    """One finding for each outcome. header_advice: where the server's owner finds the header, or ""."""
    verifier = Verifier(evaluation, packs, features)
    regions = _regions(evaluation)
    for outcome, fingerprint in zip(outcomes, fingerprints(evaluation.subject.target, outcomes, packs), strict=True):
        fix = _fix(outcome, packs, verifier.edits(outcome), header_advice)
        region = _region(regions, outcome.problem) if regions else None
        yield _finding(evaluation, outcome, packs, fix=fix, region=region, fingerprint=fingerprint)


def _sort_key(outcome: Outcome, packs: PackSet, *, has_cause: bool) -> tuple[int, bool, int, int, str, str]:
    """has_cause: a fault of the policies' text comes before what a widget needs."""
    problem, rule = outcome.problem, packs.rules[outcome.problem.rule]
    start = problem.span.start if problem.span else -1
    policy = problem.policy.index if problem.policy else -1
    severity = SEVERITIES.index(reported_severity(outcome, packs))
    of_vendor = has_cause and packs.homes[problem.rule] in packs.vendors
    return severity, of_vendor, policy, start, rule.id, problem.value or ""


def _regions(evaluation: Evaluation) -> FileRegions | None:
    visits = evaluation.subject.visits
    if visits is None or visits.first.saved is None:
        return None
    from csplint.engine.source_map import file_regions  # noqa: PLC0415 - only for saved pages and responses

    return file_regions(evaluation.subject, visits.first.saved, evaluation.policies)


def _region(regions: FileRegions, problem: Problem) -> Region | None:
    """A finding about a policy points to the policy, not to what it blocks in the page."""
    if problem.policy is not None:
        return regions.of_policy(problem.policy, problem.span)
    return regions.of_place(problem.place) if problem.place else None


def _fix(outcome: Outcome, packs: PackSet, edits: tuple[Edit, ...], header_advice: str) -> Fix:
    problem = outcome.problem
    summary = problem.fix or packs.rules[problem.rule].fix
    safety = problem.safety if any(edit.kind in JUDGED_EDITS for edit in edits) else "unsafe"
    in_header = problem.policy is not None and problem.policy.delivery == "header"
    if header_advice and in_header and any(edit.kind == "policy" for edit in edits):
        edits = (*edits, *server_edit(header_advice))
    return Fix(summary, safety, edits)


def _finding(  # noqa: PLR0913 - one parameter for each thing that was made for the finding
    evaluation: Evaluation, outcome: Outcome, packs: PackSet, *, fix: Fix, region: Region | None, fingerprint: str
) -> Finding:
    problem, rule = outcome.problem, packs.rules[outcome.problem.rule]
    row = packs.row(rule.name, problem.directive)
    prefix = REPORT_ONLY_PREFIX if outcome.report_only and rule.reports not in _ABOUT_REPORT_ONLY else ""
    return Finding(
        rule=rule.id,
        name=rule.name,
        pack=packs.homes[rule.name].pack.id,
        severity=reported_severity(outcome, packs),
        message=prefix + problem.message,
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
        region=region,
        browsers=by_browser(evaluation, problem),
        console=console(packs.homes[rule.name], problem, report_only=outcome.report_only),
        docs=packs.docs(rule.name),
        fingerprint=fingerprint,
    )


def _skipped(context: Context, packs: PackSet, reported: Set[str]) -> Iterator[Skipped]:
    """The rules that could not be checked for this subject, except the reported ones (rule ids)."""
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
    "second answer": "this needs two responses from the server, and there is only one",
}
