"""How the report says things that more than one part of it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from csplint.model import JUDGED_EDITS, BrowserVerdict, Finding, Fix, PolicyReport

_BROWSERS = {"chromium": "Chromium", "firefox": "Firefox", "safari": "Safari"}


def counted(number: int, noun: str) -> str:
    """Give "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Give "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def acceptance(finding: Finding) -> str:
    """Why a finding is accepted, in the user's words, and until when; "" for one that is new, or in the baseline."""
    if finding.suppression is None:
        return ""
    until = f" (until {finding.suppression.expires})" if finding.suppression.expires else ""
    return f"{finding.suppression.reason}{until}"


def standing(finding: Finding) -> str:
    """The state of a finding that is not new, with its reason: "suppressed: TICKET-12 (until 2026-12-31)"."""
    if finding.state == "new":
        return ""
    reason = acceptance(finding)
    return f"{finding.state}: {reason}" if reason else finding.state


def fix_standing(fix: Fix) -> str:
    """What a fix is: "safe" or "unsafe" for edits that were made and judged, "advice" for words and what only a server can do."""
    return fix.safety if any(edit.kind in JUDGED_EDITS for edit in fix.edits) else "advice"


def header_name(policy: PolicyReport) -> str:
    """The name of the header that carries, or would carry, such a policy."""
    return "Content-Security-Policy" + ("-Report-Only" if policy.disposition == "report" else "")


def policy_kind(policy: PolicyReport) -> str:
    """How a policy reached the browser, in one or two words."""
    match policy.delivery:
        case "header":
            return "header"
        case "meta":
            return "meta element"
        case "text":
            return "given as text"
        case _:
            assert_never(policy.delivery)


def policy_number(policies: Sequence[PolicyReport], index: int | None) -> int | None:
    """People count from 1: the place in the list of the policy that has this index, None if there is none."""
    return next((number for number, policy in enumerate(policies, start=1) if policy.index == index), None)


def disagreement(browsers: Mapping[str, BrowserVerdict]) -> str:
    """Give "Chromium and Firefox block this, Safari does not"."""
    names: dict[bool, list[str]] = {True: [], False: []}
    for name, verdict in browsers.items():
        names[verdict.blocked].append(_BROWSERS.get(name, name))
    blocking, passing = names[True], names[False]
    if not blocking:
        return f"{listed(passing)} {'does' if len(passing) == 1 else 'do'} not block this"
    said = f"{listed(blocking)} {'blocks' if len(blocking) == 1 else 'block'} this"
    return f"{said}, {listed(passing)} {'does' if len(passing) == 1 else 'do'} not" if passing else said
