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
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.edit import plain_name
from csplint.csp.policy import Policy
from csplint.engine.causes import without_consequences
from csplint.engine.console import by_browser, console
from csplint.engine.effect import effects
from csplint.engine.evaluate import Evaluation, Outcome, OutcomeKey, evaluate, reported_severity, vendor_context
from csplint.engine.fingerprint import fingerprints
from csplint.engine.reported import Reported, Together, together
from csplint.engine.subject import Subject
from csplint.engine.suppressions import Sieve, Target
from csplint.engine.verdict import verdict
from csplint.engine.verify import Verifier
from csplint.model import (
    EFFECTS,
    JUDGED_EDITS,
    SEVERITIES,
    Corrected,
    DirectiveReport,
    Edit,
    Effect,
    Finding,
    FindingPart,
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
from csplint.page.capture import Capture
from csplint.page.platforms import header_place, platforms

if TYPE_CHECKING:
    from csplint.engine.source_map import FileRegions

REPORT_ONLY_PREFIX = "Nothing is blocked yet (report-only): "
_ABOUT_REPORT_ONLY = frozenset({"report-only-ready", "report-only-not-ready"})


def check_subject(
    subject: Subject, packs: PackSet, features: Mapping[str, str], sieve: Sieve | None = None, name: str = ""
) -> TargetReport:
    """
    Check one subject.

    features: the optional parts of a widget that the user named, id -> how. sieve: the user's settings; it remembers what
    it saw. name: the target's name in the configuration. Raises PackError for a rule that can never be reported.
    """
    evaluation = evaluate(subject, packs, features)
    context = evaluation.context
    first = subject.visits.first if subject.visits else None
    servers = _servers(subject, first)
    groups, accepted = _groups(evaluation, packs, features, sieve or Sieve(), Target(subject.target, name))
    findings = tuple(_findings(evaluation, groups, packs, features, header_place(servers)))
    reported = {packs.rules[part.problem.rule].id for group in groups for part in group.parts}
    skipped = tuple(_skipped(context, packs, reported))
    found = {packs.rules[outcome.problem.rule].id for outcome in evaluation.outcomes}  # consequences too
    not_passed = {rule.rule for rule in skipped} | reported | found
    requirements = tuple(row for vendor in context.vendors for row in needs_table(vendor_context(context, vendor)))
    found_verdict = verdict(context, findings, packs)
    return TargetReport(
        target=subject.target,
        name=name,
        final_url=first.url if first and first.status is not None else None,
        status=first.status if first else None,
        redirects=tuple(RedirectReport(h.url, h.status, h.location) for h in first.redirects) if first else (),
        platforms=servers,
        verdict=found_verdict,
        scope=subject.source.scope if subject.source else "",
        whole=not context.unchecked or (found_verdict is not None and found_verdict.state != "unknown"),
        corrected=_corrected(evaluation, packs, features, groups, accepted),
        limits=tuple(
            dict.fromkeys(
                (*(subject.document.limits if subject.document else ()), *context.work.limits, *_incomplete(context))
            )
        ),
        policies=tuple(_policy(policy) for policy in evaluation.policies),
        widgets=tuple(_widgets(context)),
        requirements=requirements,
        findings=findings,
        passed=tuple(sorted(rule.id for rule in packs.rules.values() if rule.id not in not_passed)),
        skipped=skipped,
    )


def _incomplete(context: Context) -> Iterator[str]:
    """What the packs of the page's vendors cannot know."""
    return (
        vendor.pack.pack.incomplete for vendor in context.vendors if vendor.is_present and vendor.pack.pack.incomplete
    )


def _servers(subject: Subject, first: Capture | None) -> tuple[str, ...]:
    """Whose answer or configuration it is."""
    if subject.source is not None:
        return (subject.source.server.title,)
    return platforms(first, subject.document) if first else ()


def _policy(policy: Policy) -> PolicyReport:
    directives = tuple(DirectiveReport(d.name, d.value, Span(d.span.start, d.span.end)) for d in policy.directives)
    return PolicyReport(policy.index, policy.delivery, policy.disposition, policy.text, directives)


def _widgets(context: Context) -> Iterator[WidgetReport]:
    for vendor in context.vendors:
        for embed in vendor.embeds:
            place = Place(embed.script.place.line, embed.script.place.column)
            yield WidgetReport(vendor.pack.pack.id, embed.embed.id, embed.embed.where, embed.hosts, place)


def _groups(
    evaluation: Evaluation, packs: PackSet, features: Mapping[str, str], sieve: Sieve, target: Target
) -> tuple[list[Together], frozenset[OutcomeKey]]:
    """
    What is reported, and what the user does not want fixed.

    The first is in the report's order: by severity, then by what it does, causes before the others.
    """
    kept = without_consequences(evaluation, packs, features)
    still = {each.key for each in kept}
    does = effects(kept, (each for each in evaluation.outcomes if each.key not in still), packs)
    ordered = sorted(kept, key=lambda outcome: _sort_key(outcome, packs, does[outcome.key]))
    reported: list[Reported] = []
    accepted: set[OutcomeKey] = set()
    for outcome, fingerprint in zip(ordered, fingerprints(target.key, ordered, packs), strict=True):
        severity = reported_severity(outcome, packs)
        each = Reported(outcome=outcome, fingerprint=fingerprint, effect=does[outcome.key], severity=severity)
        passed = sieve.reports(each, outcome.problem.rule, target)
        if passed is None or passed.state == "suppressed":
            accepted.add(outcome.key)
        if passed is not None:
            reported.append(passed)
    reported.sort(key=lambda each: SEVERITIES.index(each.severity))
    return together(reported), frozenset(accepted)


def _sort_key(outcome: Outcome, packs: PackSet, effect: Effect) -> tuple[object, ...]:
    problem, rule = outcome.problem, packs.rules[outcome.problem.rule]
    start = problem.span.start if problem.span else -1
    policy = problem.policy.index if problem.policy else -1
    severity = SEVERITIES.index(reported_severity(outcome, packs))
    of_vendor = packs.homes[problem.rule] in packs.vendors  # a fault of the policy's text goes before what it causes
    return severity, EFFECTS.index(effect), of_vendor, policy, start, rule.id, problem.value or ""


def _corrected(
    evaluation: Evaluation,
    packs: PackSet,
    features: Mapping[str, str],
    groups: Sequence[Together],
    accepted: frozenset[OutcomeKey],
) -> Corrected | None:
    if not evaluation.policies and evaluation.subject.document is not None and not evaluation.subject.delivered:
        from csplint.engine.corrected import proposed  # noqa: PLC0415 - only for pages without a policy
        from csplint.engine.propose import from_nothing  # noqa: PLC0415

        return proposed(from_nothing(evaluation.subject, packs, features), packs)
    if evaluation.subject.unchecked or all(
        group.first.severity == "info" or group.first.state == "suppressed" for group in groups
    ):
        return None
    from csplint.engine.correct import correct  # noqa: PLC0415 - only for what has something to correct
    from csplint.engine.corrected import corrected  # noqa: PLC0415

    fingerprint = {part.outcome.key: group.first.fingerprint for group in groups for part in group.parts}
    return corrected(correct(evaluation, packs, features, accepted), packs, fingerprint)


def _findings(
    evaluation: Evaluation,
    groups: Sequence[Together],
    packs: PackSet,
    features: Mapping[str, str],
    header_advice: str,
) -> Iterator[Finding]:
    """One finding for each group. header_advice: where the server's owner finds the header, or ""."""
    verifier = Verifier(evaluation, packs, features)
    regions = _regions(evaluation)
    for group in groups:
        fix = _fix(group.problem, packs, verifier.edits(group), header_advice)
        region = _region(regions, group.problem) if regions else None
        yield _finding(evaluation, group, packs, fix=fix, region=region)


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


def _fix(problem: Problem, packs: PackSet, edits: tuple[Edit, ...], header_advice: str) -> Fix:
    summary = problem.fix or packs.rules[problem.rule].fix
    safety = problem.safety if any(edit.kind in JUDGED_EDITS for edit in edits) else "unsafe"
    in_header = problem.policy is not None and problem.policy.delivery == "header"
    if header_advice and in_header and any(edit.kind == "policy" for edit in edits):
        edits = (*edits, *server_edit(header_advice))
    return Fix(summary, safety, edits)


def _finding(evaluation: Evaluation, group: Together, packs: PackSet, *, fix: Fix, region: Region | None) -> Finding:
    problem, first = group.problem, group.first
    rule = packs.rules[problem.rule]
    row = packs.row(rule.name, problem.directive)
    prefix = REPORT_ONLY_PREFIX if first.outcome.report_only and rule.reports not in _ABOUT_REPORT_ONLY else ""
    return Finding(
        rule=rule.id,
        name=rule.name,
        pack=packs.homes[rule.name].pack.id,
        severity=first.severity,
        message=prefix + problem.message,
        why=_why(group, packs),
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        cause=problem.cause or (f"{row.cause}." if row else ""),
        fix=fix,
        policy=problem.policy.index if problem.policy else None,
        directive=problem.directive,
        effective_directive=_effective(problem),
        value=problem.value,
        span=Span(problem.span.start, problem.span.end) if problem.span else None,
        place=Place(problem.place.line, problem.place.column) if problem.place else None,
        region=region,
        browsers=by_browser(evaluation, problem),
        console=console(packs.homes[rule.name], problem, report_only=first.outcome.report_only),
        docs=packs.docs(rule.name),
        fingerprint=first.fingerprint,
        effect=first.effect,
        brief=problem.brief,
        parts=tuple(_part(part, packs) for part in group.parts) if len(group.parts) > 1 else (),
        state=first.state,
        suppression=first.suppression,
    )


def _why(group: Together, packs: PackSet) -> str:
    """Why each of its rules matters; the same text only once."""
    return " ".join(dict.fromkeys(packs.rules[part.problem.rule].why for part in group.parts))


def _effective(problem: Problem) -> str | None:
    if problem.effective or problem.request is None:
        return problem.effective or problem.directive
    return plain_name(EFFECTIVE_DIRECTIVE[problem.request.kind])


def _part(part: Reported, packs: PackSet) -> FindingPart:
    problem, rule = part.problem, packs.rules[part.problem.rule]
    row = packs.row(rule.name, problem.directive)
    return FindingPart(
        rule=rule.id,
        name=rule.name,
        message=problem.message,
        value=problem.value,
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        fingerprint=part.fingerprint,
    )


def _skipped(context: Context, packs: PackSet, reported: Set[str]) -> Iterator[Skipped]:
    """The rules that could not be checked for this subject, except the reported ones (rule ids)."""
    known, checks = facts(context), all_checks()
    off = {
        rule: f"the feature {feature} is not in use ({feature_option(context, vendor.pack, feature)})"
        for vendor in context.vendors
        for rule, feature in switched_off(vendor).items()
    }
    restated = packs.restated(name for name, rule in packs.rules.items() if rule.id in reported)
    for rule in packs.rules.values():
        if rule.id in reported:
            continue
        if rule.name in restated:
            yield Skipped(rule.id, "a rule of the vendor's pack reports it")
            continue
        if rule.name in off:
            yield Skipped(rule.id, off[rule.name])
        elif rule.check in checks and (needs := checks[rule.check].needs) and known.isdisjoint(needs):
            yield Skipped(rule.id, _missing(context, needs[0]))


def _missing(context: Context, need: Fact) -> str:
    if need == "nonce and second answer" and not context.header_nonces:
        return "no policy has a nonce"
    return _MISSING[need]


_MISSING: Mapping[Fact, str] = {
    "page": "there is no page, only a policy",
    "answer": "there is no page, only a policy",
    "source": "it is not a configuration file",
    "folder": "it is not a page in a folder with files that it loads and a hash",
    "headers": "there are no response headers",
    "second answer": "this needs two responses from the server, and there is only one",
    "nonce and second answer": "this needs two responses from the server, and there is only one",
}
