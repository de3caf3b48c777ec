"""Whether each vendor's widget works under the policies, in each browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.answer import WORST_FIRST, VendorVerdict, Verdict, WidgetState
from csplint.checks.context import Context, Vendor
from csplint.checks.vendor.needs_table import needs_table
from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.evaluate import vendor_context
from csplint.model import RequirementReport


class Judged(Struct, frozen=True):
    """A widget's state, and the needs that decide it."""

    verdict: VendorVerdict
    unmet: tuple[RequirementReport, ...]


def judge_vendors(context: Context) -> tuple[Judged, ...]:
    """The state of each vendor's widget in Chromium, in the packs' order."""
    return tuple(_judge(context, vendor) for vendor in context.vendors)


def _judge(context: Context, vendor: Vendor) -> Judged:
    rows = needs_table(vendor_context(context, vendor))
    state = _state(rows, vendor)
    unmet = tuple(row for row in rows if row.state in {"unmet", "partly"})
    info = vendor.pack.pack
    if context.visits is not None and context.visits.first.status is None:
        return Judged(VendorVerdict(info.id, info.title, "unknown"), unmet)
    if context.document is not None and not vendor.embeds:
        return Judged(VendorVerdict(info.id, info.title, "absent", state), unmet)
    return Judged(VendorVerdict(info.id, info.title, state), unmet)


def _state(rows: Sequence[RequirementReport], vendor: Vendor) -> WidgetState:
    """The embed decides whether the widget loads; every other need is a part of it."""
    embeds = {each.id for each in vendor.pack.requirement if each.role == "embed"}
    if any(row.state == "unmet" and row.id in embeds for row in rows):
        return "broken"
    return "partly" if any(row.state in {"unmet", "partly"} for row in rows) else "works"


_BAD: dict[WidgetState, str] = {
    "works": "works: every need that was checked is met",
    "partly": "loads, but parts of it fail",
    "broken": "does not load",
}
_IF_ADDED: dict[WidgetState, str] = {
    "works": "it would work",
    "partly": "it would load, but parts of it would fail",
    "broken": "it would not load",
}


def verdict(context: Context, causes: Sequence[str]) -> Verdict | None:
    """
    The verdict for the report; None where no vendor is asked about.

    causes: the fingerprints of the errors that explain it, the first cause first.
    """
    judged = [each.verdict for each in judge_vendors(context)]
    if not judged:
        return None
    states = [each.if_added or each.state for each in judged]
    absent = [each for each in judged if each.state == "absent"]
    return Verdict(
        state=worst([each.state for each in judged]),
        text=" ".join(map(_sentence, judged)),
        if_added=worst([each.if_added or "works" for each in absent]) if absent else None,
        causes=tuple(causes) if any(state != "works" for state in states) else (),
        browsers=by_browser(context),
        vendors=tuple(judged),
    )


def _sentence(each: VendorVerdict) -> str:
    if each.state == "unknown":
        return (
            f"Whether the {each.title} loads is unknown: this file has no response headers, so no policy in a header."
        )
    if each.state != "absent":
        return f"The {each.title} {_BAD[each.state]}."
    would = _IF_ADDED[each.if_added or "works"]
    return f"No {each.title} in the page's HTML. A tag manager may add it; judged as if it were there, {would}."


def worst(states: Sequence[WidgetState]) -> WidgetState:
    """The worst of several states; "works" of none."""
    return min(states, key=WORST_FIRST.index, default="works")


def by_browser(context: Context) -> dict[str, WidgetState]:
    """The worst state in each browser where it is not Chromium's."""
    chromium, *others = BROWSERS
    usual = _in(context, chromium)
    return {each.name: state for each in others if (state := _in(context, each)) != usual}


def _in(context: Context, browser: Browser) -> WidgetState:
    policies = PolicySet(context.policies.page, tuple(_read(context.policies.policies, browser)), browser)
    judged = judge_vendors(replace(context, policies=policies))
    return worst([each.verdict.if_added or each.verdict.state for each in judged])


def _read(policies: Sequence[Policy], browser: Browser) -> Iterator[Policy]:
    delivered = [Delivered(each.text, each.delivery, "enforce", each.order, each.joined) for each in policies]
    yield from parse_policies(delivered, browser)
