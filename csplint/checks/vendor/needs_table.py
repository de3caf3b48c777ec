"""The table of requirements: for each thing the widget needs, whether the page's policies allow it, and by which source."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.context import VendorContext
from csplint.checks.delivery.permissions_header import allows_self, read_permissions
from csplint.checks.vendor.embed_scripts import script_state, start_verdict
from csplint.checks.vendor.needs import INLINE, Judgement, applies, feature_option, judge, needed_sources
from csplint.checks.vendor.stops import decided_by_header, stops
from csplint.csp.cover import first_verdict
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Verdict
from csplint.csp.memo import memo
from csplint.csp.request import Request
from csplint.model import AllowedBy, RequirementReport, State
from csplint.packs.pack import Requirement


@memo
def needs_table(context: VendorContext) -> tuple[RequirementReport, ...]:
    """One row for each requirement of the pack, in its order."""
    rows = ((requirement, _row(context, requirement)) for requirement in context.pack.requirement)
    return tuple(_as_known(context, requirement, row) if context.computed else row for requirement, row in rows)


def _as_known(context: VendorContext, requirement: Requirement, row: RequirementReport) -> RequirementReport:
    """The row; unknown if it is not met and a server computes some of the directive's sources."""
    if row.state not in {"unmet", "partly"}:
        return row
    for policy in context.policies.policies:
        governing = {each.name for kind in requirement.kinds if (each := policy.governing(EFFECTIVE_DIRECTIVE[kind]))}
        for name in sorted(governing & context.computed.keys()):
            why = f"the server computes a part of {name} ({context.computed[name]})"
            return replace(row, state="unknown", by=None, why=why)
    return row


def embed_is_unmet(context: VendorContext) -> bool:
    """Whether the table says that no embed starts; cheaper than the table, which asks about everything else too."""
    embeds = [each for each in context.pack.requirement if each.role == "embed"]
    rows = ((each, _row(context, each)) for each in embeds)
    return any(_as_known(context, each, row).state == "unmet" for each, row in rows)


def _row(context: VendorContext, requirement: Requirement) -> RequirementReport:
    if not applies(context.vendor, requirement):
        option = feature_option(context, context.pack, requirement.feature)
        why = f"only with the feature {requirement.feature}, which is not in use here ({option})"
        return _report(context, requirement, "not-applicable", None, why)
    if requirement.role == "permissions":
        return _permissions(context, requirement)
    if requirement.role == "embed":
        return _script(context, requirement)
    judgements = [judge(context, requirement, policy) for policy in context.policies.policies]
    state = _worst(judgements)
    verdict = _verdict(context, requirement) if state == "met" else None
    why = _why(requirement, state, verdict, judgements)
    elsewhere = decided_by_header(context, needed_sources(context, requirement).sources, requirement.kinds)
    if elsewhere and state != "unmet":
        return _report(context, requirement, "unknown", None, elsewhere)
    return _report(context, requirement, state, _by(verdict), why)


def _worst(judgements: list[Judgement]) -> State:
    states = {judgement.state for judgement in judgements}
    return "unmet" if "unmet" in states else "partly" if "partly" in states else "met"


def _verdict(context: VendorContext, requirement: Requirement) -> Verdict | None:
    kind = requirement.kinds[0]
    if requirement.needs == INLINE:
        verdicts = context.policies.decide(Request(kind, content="color:red")).verdicts
        return next((verdict for verdict in verdicts if verdict.directive), None)
    return first_verdict(context.policies, needed_sources(context, requirement).sources[0], kind)


def _why(requirement: Requirement, state: State, verdict: Verdict | None, judgements: list[Judgement]) -> str:
    if state == "met":
        return _allowed_by(verdict)
    faulty = [f"policy {each.policy.index + 1}" for each in judgements if each.state == state]
    missing = " ".join(dict.fromkeys(word for each in judgements for word in each.missing))
    verb = "allows only part of" if state == "partly" else "does not allow"
    others = [each for each in requirement.any_of if each != missing]
    alternatives = f" (or one of: {', '.join(others)})" if others else ""
    return f"{', '.join(faulty)} {verb} {missing}{alternatives}{_note(requirement)}"


def _allowed_by(verdict: Verdict | None) -> str:
    if verdict is None or verdict.directive is None:
        return "no directive restricts it"
    matched = verdict.matched.text if verdict.matched else "nothing"
    return f"{matched} in {verdict.directive.name}"


def _note(requirement: Requirement) -> str:
    return f" ({requirement.note})" if requirement.note else ""


def _by(verdict: Verdict | None) -> AllowedBy | None:
    if verdict is None or verdict.directive is None or verdict.matched is None:
        return None
    return AllowedBy(verdict.policy.index, verdict.directive.name, verdict.matched.text)


def _script(context: VendorContext, requirement: Requirement) -> RequirementReport:
    state = script_state(context)
    stop = next(iter(stops(context)), None)
    if stop is not None and (stop.state == "broken" or state != "unmet"):
        return _report(context, requirement, "unmet" if stop.state == "broken" else "unknown", None, stop.why)
    verdict = start_verdict(context) if state == "met" else None
    by = _by(verdict)
    who = "the page's embed" if context.embeds else "an embed"
    if state == "met":
        why = f"{who} starts: {_allowed_by(verdict)}"
        if not context.embeds and by and by.source.startswith(("http", "*", "'self'")):
            why += "; this holds for an external tag, an inline snippet needs a nonce or hash"
    else:
        why = f"{who} is blocked{' in part' if state == 'partly' else ''}{_note(requirement)}"
    return _report(context, requirement, state, by, why)


def _permissions(context: VendorContext, requirement: Requirement) -> RequirementReport:
    if context.visits is None or context.visits.first.status is None:
        return _report(context, requirement, "not-applicable", None, "there are no response headers to judge")
    fields, fault = read_permissions(b", ".join(context.visits.first.header("permissions-policy")))
    names = [name for each in context.pack.feature if each.id == requirement.feature for name in each.permissions]
    refused = [name for name in names if not allows_self(fields, name, context.policies.page.origin)]
    if refused:
        return _report(context, requirement, "unmet", None, f"the header switches {' and '.join(refused)} off")
    why = (
        "the header is malformed, so browsers ignore it"
        if fault
        else "the header allows it"
        if fields
        else "the header does not restrict it"
    )
    return _report(context, requirement, "met", None, why)


def _report(
    context: VendorContext, requirement: Requirement, state: State, by: AllowedBy | None, why: str
) -> RequirementReport:
    return RequirementReport(
        vendor=context.pack.pack.id,
        id=requirement.id,
        directive=requirement.directive,
        needs=" ".join(needed_sources(context, requirement).sources),
        feature=requirement.feature or None,
        state=state,
        by=by,
        why=why,
    )
