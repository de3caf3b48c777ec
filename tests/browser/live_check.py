"""Ask a browser about cases and hold csplint against its answers."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.csp.browsers import Browser
from csplint.csp.decide import PolicySet
from tests.browser.live import Case
from tests.browser.live_asker import Answer, Asker

PATIENCE = 500
"""Milliseconds to listen for, the second time: a violation may be told late, never twice."""


def said(case: Case, browser: Browser) -> Answer:
    decision = PolicySet.read(case.page, case.delivered, browser).decide(case.request)
    return decision.blocked, [*decision.violated]


def disagreements(asker: Asker, cases: Sequence[Case], browser: Browser) -> list[str]:
    """Each case that the browser decides otherwise than csplint says, asked twice; one line a case."""
    answers = asker.ask(cases)
    wrong = [case for case, seen in zip(cases, answers, strict=True) if seen != said(case, browser)]
    told = []
    for case in wrong:
        [seen] = asker.ask([case], wait=PATIENCE)
        if seen is not None and seen != said(case, browser):
            policies = [(each.delivery, each.disposition, each.text) for each in case.delivered]
            told.append(f"{case.page} {policies} {case.request}: {browser.name} {seen}, csplint {said(case, browser)}")
    return told
