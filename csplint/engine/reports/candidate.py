"""The policy to try: given by the user, or the one in most reports with what the reports need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from csplint.csp.directives import CHAINS
from csplint.csp.edit import add_sources, apply
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.reports.groups import Gathered
from csplint.engine.reports.model import Need

_HEADERS = ("content-security-policy:", "content-security-policy-report-only:")


def parsed(text: str) -> Policy | None:
    """A policy's text as a policy; None if it has no directive."""
    found = parse_policies([Delivered(text)])
    return found[0] if found else None


def base_policy(gathered: Gathered) -> str:
    """
    The policy in most reports, of the report-only ones if there are any; "" if no report carries one.

    Of two in equally many, the one that came first.
    """
    for wanted in (("report",), ("enforce", None)):
        best, most = "", 0
        for (text, disposition), number in gathered.policies.items():
            if text and disposition in wanted and gathered.policy_reports[number] > most and parsed(text):
                best, most = text, gathered.policy_reports[number]
        if best:
            return best
    return ""


def with_needs(text: str, needs: Iterable[Need]) -> str:
    """A policy with the sources of these needs added to their directives, one after another."""
    for need in needs:
        policy = parsed(text)
        if policy is not None and need.source and need.directive in CHAINS:
            text = apply(policy.text, add_sources(policy, need.directive, [need.source]))
    return text


def given_policy(text: str) -> str:
    """A policy as people give it: with or without the header's name, on one line or several."""
    words = " ".join(text.split())
    for name in _HEADERS:
        if words.lower().startswith(name):
            return words[len(name) :].strip()
    return words


def is_report_only(gathered: Gathered) -> bool:
    """Whether any report is of a report-only policy."""
    wanted: Literal["report"] = "report"
    return any(disposition == wanted for _, disposition in gathered.policies)
