"""Whether each vendor's widget works under the policies, in each browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from csplint.checks.context import Context, Vendor, VendorContext
from csplint.checks.registry import rule_names
from csplint.checks.vendor.needs_table import embed_is_unmet, needs_table
from csplint.checks.vendor.stops import stops
from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.evaluate import vendor_context
from csplint.model import WORST_FIRST, Finding, RequirementReport, VendorVerdict, Verdict, WidgetState
from csplint.packs.merge import PackSet


def judge_vendors(context: Context) -> tuple[VendorVerdict, ...]:
    """The state of each vendor's widget under the policies of the context: those on the page first, then in the packs' order."""
    present = sorted(context.vendors, key=lambda vendor: not vendor.is_present) if context.document else context.vendors
    return tuple(_judge(context, vendor) for vendor in present)


def _judge(context: Context, vendor: Vendor) -> VendorVerdict:
    state, why = _decided(vendor_context(context, vendor))
    info = vendor.pack.pack
    if context.unchecked and state != "broken":
        return VendorVerdict(info.id, info.title, "unknown", why=context.unchecked)
    if context.visits is not None and context.visits.first.missing == "headers" and state != "broken":
        return VendorVerdict(info.id, info.title, "unknown", why=_NO_HEADERS)
    if context.document is not None and not vendor.is_present:
        return VendorVerdict(info.id, info.title, "absent", state, why)
    return VendorVerdict(info.id, info.title, state, why=why)


_NO_HEADERS = "this file has no response headers, so a policy in a header cannot be seen"


def _decided(context: VendorContext) -> tuple[WidgetState, str]:
    """
    The state, and what decides it besides the source lists, "" where they decide.

    What csplint cannot see makes a state unknown; it never makes a widget work.
    """
    found = stops(context)
    if found and found[0].state == "broken":
        return "broken", found[0].why
    if embed_is_unmet(context):
        return "broken", ""
    rows = needs_table(context)
    state = _state(rows)
    unknown = [*(stop.why for stop in found), *(row.why for row in rows if row.state == "unknown")]
    return ("unknown", unknown[0]) if unknown else (state, "")


def steps(context: Context) -> Iterator[str]:
    """What to do about what stops a widget besides the source lists, where no rule of its pack reports it."""
    for vendor in context.vendors:
        reported = rule_names(vendor.pack)
        yield from (stop.step for stop in stops(vendor_context(context, vendor)) if stop.rule not in reported)


def _state(rows: Sequence[RequirementReport]) -> WidgetState:
    """The embed decides whether the widget loads, and it does; every other need is a part of it."""
    return "partly" if any(row.state in {"unmet", "partly"} for row in rows) else "works"


_SAYS: dict[WidgetState, str] = {
    "works": "works: every need that was checked is met",
    "partly": "loads, but parts of it fail",
    "broken": "does not load",
}
_IF_ADDED: dict[WidgetState, str] = {
    "works": "it would work",
    "partly": "it would load, but parts of it would fail",
    "broken": "it would not load",
    "unknown": "it is unknown whether it would work",
}


def verdict(context: Context, findings: Sequence[Finding], packs: PackSet) -> Verdict | None:
    """
    The verdict for the report; None if no vendor is asked about.

    findings: in the report's order; those about the widget explain the verdict.
    """
    judged = judge_vendors(context)
    if not judged:
        return None
    states = [each.if_added or each.state for each in judged]
    absent = [each for each in judged if each.state == "absent"]
    fine = all(state == "works" for state in states)
    causes = [] if fine else [each for each in findings if each.severity == "error" and each.effect in _OF_WIDGETS]
    return Verdict(
        state=worst([each.state for each in judged]),
        text=" ".join(_sentence(each, _named(each, context), bare=context.document is None) for each in judged),
        because=_because(causes, context, judged),
        then=_then(context, packs, loads=worst(states) != "broken"),
        if_added=worst([each.if_added or "works" for each in absent]) if absent else None,
        causes=tuple(each.fingerprint for each in causes),
        browsers=_by_browser(context, _worst_of(judged)),
        vendors=judged,
    )


_OF_WIDGETS = frozenset({"widget", "parts"})


def _because(causes: Sequence[Finding], context: Context, judged: Sequence[VendorVerdict]) -> str:
    """
    Why a widget does not load; "" if the verdict's text says why.

    The finding about the widget itself; a fault of the policy's text only if it hides that one, because once such a fault
    is fixed the widget may still be blocked.
    """
    broken = [each for each in judged if "broken" in {each.state, each.if_added}]
    stopping = [each for each in causes if each.effect == "widget"]
    vendors = {each.vendor for each in judged}
    first = next((each for each in stopping if each.pack in vendors), stopping[0] if stopping else None)
    if first is None or not broken or any(each.why for each in broken):
        return ""
    policies = len(context.every_policy)
    line = f" (line {first.place.line})" if first.place and not first.message.startswith("The embed") else ""
    where = f" Policy {first.policy + 1} of {policies} blocks it." if policies > 1 and first.policy is not None else ""
    return f"{first.message.removesuffix('.')}{line}.{where}"


def _then(context: Context, packs: PackSet, *, loads: bool) -> str:
    """What fails once a widget has loaded, with the directive that blocks it."""
    found: dict[str, dict[str, None]] = {}
    for vendor in context.vendors:
        for row in needs_table(vendor_context(context, vendor)):
            requirement = packs.requirement(row.vendor, row.id)
            if row.state == "unmet" and requirement is not None and requirement.role != "embed":
                found.setdefault(row.directive, {})[requirement.fails or f"{requirement.purpose} fail"] = None
    if not found:
        return ""
    parts = [f"{' and '.join(texts)} ({directive})" for directive, texts in found.items()]
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if loads else f"Once it loads: {text}."


def _named(each: VendorVerdict, context: Context) -> str:
    """The widget's name in a sentence; those of the packs that a page chooses are names of products."""
    pack = next((vendor.pack for vendor in context.vendors if vendor.pack.pack.id == each.vendor), None)
    return each.title if pack and pack.is_of_index else f"the {each.title}"


def _sentence(each: VendorVerdict, named: str, *, bare: bool) -> str:
    """bare: there is no page, only policies."""
    if each.state == "unknown":
        return f"Whether {named} works is unknown: {each.why}."
    because = f": {each.why}" if each.why else ""
    if each.state != "absent":
        subject = f"On a page with this policy, {named}" if bare else f"{named[0].upper()}{named[1:]}"
        return f"{subject} {_SAYS[each.state]}{because}."
    would = _IF_ADDED[each.if_added or "works"]
    return (
        f"No {each.title} in the page's HTML. A tag manager may add it; judged as if it were there, {would}{because}."
    )


def worst(states: Sequence[WidgetState]) -> WidgetState:
    """The worst of several states; "works" of none."""
    return min(states, key=WORST_FIRST.index, default="works")


def _by_browser(context: Context, usual: WidgetState) -> dict[str, WidgetState]:
    """The worst state in each browser where it is not Chromium's, the usual one."""
    others = [each for each in BROWSERS if each is not CHROMIUM]
    return {each.name: state for each in others if (state := _in(context, each)) != usual}


def _worst_of(judged: Sequence[VendorVerdict]) -> WidgetState:
    return worst([each.if_added or each.state for each in judged])


def _in(context: Context, browser: Browser) -> WidgetState:
    policies = PolicySet(context.policies.page, tuple(_read(context.policies.policies, browser)), browser)
    return _worst_of(judge_vendors(replace(context, policies=policies)))


def _read(policies: Sequence[Policy], browser: Browser) -> Iterator[Policy]:
    delivered = [Delivered(each.text, each.delivery, "enforce", each.order, each.joined) for each in policies]
    yield from parse_policies(delivered, browser)
