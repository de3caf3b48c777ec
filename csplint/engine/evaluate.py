"""
A subject and packs in; every problem out.

The checks judge the enforced policies, and then the report-only ones as if they were enforced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context, Vendor, VendorContext
from csplint.checks.precedence import settle
from csplint.checks.problem import Problem
from csplint.checks.registry import Selection, rule_names, selections
from csplint.checks.vendor.presence import readiness
from csplint.csp.decide import PolicySet
from csplint.csp.memo import known_of_both, memo
from csplint.csp.policy import Policy
from csplint.csp.url import Url, parse_url
from csplint.engine.features import features_by_pack
from csplint.engine.subject import Subject, all_policies
from csplint.model import Severity
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack
from csplint.page.document import Document, PageRequest

OutcomeKey = tuple[str, int | None, str | None, bool]
"""A rule's name with what tells problems of it apart, a policy's index, a value, and whether the policy is report-only."""


class Outcome(Struct, frozen=True):
    """A problem, and whether it is what a report-only policy would cause."""

    problem: Problem
    report_only: bool

    @property
    def key(self) -> OutcomeKey:
        """What makes two problems, before and after an edit, the same one."""
        problem, policy = self.problem, self.problem.policy
        rule = " ".join(filter(None, (problem.rule, problem.reason, problem.stops)))
        return rule, policy.index if policy else None, problem.value, self.report_only

    @property
    def keys(self) -> tuple[OutcomeKey, ...]:
        """The key, and the keys of the problems that it stands for: once there are fewer, each is a problem of its own."""
        rule, policy, _, report_only = self.key
        return (self.key, *((rule, policy, part, report_only) for part in self.problem.parts))


def severity(problem: Problem, packs: PackSet) -> Severity:
    """A problem's own severity, or its rule's."""
    return problem.severity or packs.rules[problem.rule].severity


def reported_severity(outcome: Outcome, packs: PackSet) -> Severity:
    """The severity in the report: what only a report-only policy would cause is a warning at most."""
    own = severity(outcome.problem, packs)
    return "warning" if outcome.report_only and own == "error" else own


class Evaluation(Struct, frozen=True, dict=True):
    """Everything that was found out about one subject."""

    subject: Subject
    policies: tuple[Policy, ...]
    context: Context
    outcomes: tuple[Outcome, ...]


def evaluate(subject: Subject, packs: PackSet, features: Mapping[str, str]) -> Evaluation:
    """
    Run every check that the packs' rules name.

    features: the optional parts of widgets that the user named, as "feature" or "pack.feature", and how. Raises PackError
    for a rule that can never be reported, UsageError for a feature that the packs do not have.
    """
    policies = all_policies(subject)
    context = _context(subject, policies, packs, features)
    return Evaluation(subject, policies, context, tuple(_outcomes(context, packs)))


def _context(subject: Subject, policies: tuple[Policy, ...], packs: PackSet, features: Mapping[str, str]) -> Context:
    page = parse_url(subject.page) or Url(subject.page, "", "", None, "")
    enforced = tuple([policy for policy in policies if policy.disposition == "enforce"])
    named = features_by_pack(features, packs) if features else {}
    judged = PolicySet(page, enforced)
    subject = _as_based(subject, judged)
    context = Context(
        policies=judged,
        vendors=tuple([_vendor(subject, pack, named.get(pack.pack.id, {})) for pack in packs.vendors]),
        others=tuple([policy for policy in policies if policy.disposition == "report"]),
        document=subject.document,
        second=subject.second,
        visits=subject.visits,
        sent=len(subject.delivered),
        placeholders=packs.placeholders,
        bypass=packs.bypass,
        unchecked=subject.unchecked,
        computed=_computed(subject),
        source=subject.source,
        files=subject.files,
    )
    _say_embeds(context)
    return context


def _computed(subject: Subject) -> Mapping[str, str]:
    if subject.source is None:
        return {}
    from csplint.engine.computed import computed_directives  # noqa: PLC0415 - only for configuration files

    return computed_directives(subject.source)


def _say_embeds(context: Context) -> None:
    for vendor in context.vendors:
        if len(vendor.embeds) == _MOST_EMBEDS:
            title = vendor.pack.pack.title
            context.work.limits[
                f"The page has {_MOST_EMBEDS} or more embeds of the {title}; only the first ones were checked."
            ] = None


_MOST_EMBEDS = 50
"""The same as `embeds.MOST_EMBEDS`, which is imported only for pages."""


def _as_based(subject: Subject, policies: PolicySet) -> Subject:
    """The subject with its page's addresses as they are under these policies, which may block the base element."""
    document = subject.document
    if document is None or document.base_url == document.url or not policies.restricts("base-uri"):
        return subject
    bases = (each for each in document.requests if each.request.kind == "base")
    if not any(_blocks(policies, each) for each in bases):
        return subject
    from csplint.page.html.without_base import without_base  # noqa: PLC0415 - only for such pages

    return replace(subject, document=without_base(document))


def _blocks(policies: PolicySet, found: PageRequest) -> bool:
    return (
        policies.only(*(each for each in policies.policies if each.order < found.order)).decide(found.request).blocked
    )


def _vendor(subject: Subject, pack: Pack, features: Mapping[str, str]) -> Vendor:
    """A vendor's pack with its embeds on the page and its features in use: those the page shows and those the user named."""
    if subject.document is None:
        return _vendor_of_policies(pack, tuple(features.items()))
    known = _known_vendors(subject.document)
    for each, named, vendor in known:
        if each is pack and named == features:
            return vendor
    known.append((pack, features, _vendor_on_page(subject.document, pack, features)))
    return known[-1][2]


@memo
def _known_vendors(_document: Document) -> list[tuple[Pack, Mapping[str, str], Vendor]]:
    """The vendors that were looked for so far: a page is judged again after each fix, with the same elements."""
    return []


def _vendor_on_page(document: Document, pack: Pack, features: Mapping[str, str]) -> Vendor:
    from csplint.checks.vendor.embeds import find_embeds, seen_features  # noqa: PLC0415 - only for pages
    from csplint.engine.detect import loaded_origins  # noqa: PLC0415

    seen = seen_features(document, pack)
    embeds = find_embeds(document, pack)
    loaded = () if embeds or not pack.is_of_index else loaded_origins(document, pack)
    return Vendor(pack, embeds, {**seen, **features}, loaded)


@memo(key=lambda pack, features: (pack, features))
def _vendor_of_policies(pack: Pack, features: tuple[tuple[str, str], ...]) -> Vendor:
    """A vendor without a page: the same in every evaluation, with what is known about it."""
    return Vendor(pack, features=dict(features))


def _outcomes(context: Context, packs: PackSet) -> Iterator[Outcome]:
    chosen = selections(packs)
    for problem in _problems(
        context, packs, (chosen.policies, chosen.answer), (chosen.vendor_policies, chosen.vendor_answer)
    ):
        if not _is_computed(context, problem):
            yield Outcome(problem, report_only=False)
    if context.others:
        yield from _report_only(_as_enforced(context), packs)


def _as_enforced(context: Context) -> Context:
    """The report-only policies, judged as if they were enforced."""
    judged = [replace(policy, disposition="enforce") for policy in context.others]
    others = context.policies.policies
    return replace(context, policies=context.policies.only(*judged), others=others, report_only=True)


def _report_only(context: Context, packs: PackSet) -> Iterator[Outcome]:
    chosen = selections(packs)
    problems = _problems(context, packs, (chosen.policies,), (chosen.vendor_policies,))
    ready = [
        each
        for vendor in context.vendors
        for each in _renamed([_readiness(context, vendor, problems, packs)], vendor.pack)
    ]
    settled = settle(context, [*problems, *ready], packs.replaced)
    yield from (Outcome(problem, report_only=True) for problem in settled if not _is_computed(context, problem))


def _is_computed(context: Context, problem: Problem) -> bool:
    """Whether a problem is about a directive whose sources a server computes in part, so that nobody knows them."""
    return problem.policy is not None and problem.directive in context.computed


def _readiness(context: Context, vendor: Vendor, problems: Iterable[Problem], packs: PackSet) -> Problem:
    breaks = sum(1 for problem in problems if _breaks(vendor.pack, problem, packs))
    return readiness(context.policies.policies, vendor.pack, breaks=breaks)


def _breaks(pack: Pack, problem: Problem, packs: PackSet) -> bool:
    """Whether a problem is an error of this vendor's widget."""
    return severity(problem, packs) == "error" and packs.homes[problem.rule] is pack


def _problems(
    context: Context, packs: PackSet, general: Iterable[Selection], of_vendors: Iterable[Selection]
) -> list[Problem]:
    """What the checks find and a rule of the packs reports, settled; each vendor's checks run once for that vendor."""
    found = [
        problem if name == problem.rule else replace(problem, rule=name)
        for each in general
        for problem in each.problems(context)
        for name in packs.reporting.get(problem.rule, ())
    ]
    for vendor in context.vendors:
        own = vendor_context(context, vendor)
        found += _renamed((problem for each in of_vendors for problem in each.problems(own)), vendor.pack)
    return settle(context, found, packs.replaced)


def _renamed(problems: Iterable[Problem], pack: Pack) -> Iterator[Problem]:
    """The problems under the names of the pack's own rules; without those that the pack does not report."""
    names = rule_names(pack)
    for problem in problems:
        name = names.get(problem.rule)
        if name:
            stops = f"{pack.pack.id} {problem.stops}" if problem.stops else ""
            renamed = name != problem.rule
            yield (
                replace(problem, rule=name, stops=stops, reason=problem.rule if renamed else "")
                if stops or renamed
                else problem
            )


@memo(key=lambda context, vendor: (context, vendor.pack.pack.id))
def vendor_context(context: Context, vendor: Vendor) -> VendorContext:
    """The same target, for the checks of one vendor, with what is known about it already."""
    made = VendorContext(vendor=vendor, **{name: getattr(context, name) for name in Context.__struct_fields__})
    known_of_both(context, made)
    return made
