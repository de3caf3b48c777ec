"""One question of `csplint allows`, answered in words."""

from __future__ import annotations

import sys

from msgspec import Struct

from csplint.csp.browsers import BROWSERS, CHROMIUM
from csplint.csp.decide import Decision, PolicySet
from csplint.csp.explain import PolicyExplanation, explain
from csplint.csp.policy import Delivered
from csplint.csp.request import Kind, Request
from csplint.csp.url import UNKNOWN_PAGE
from csplint.errors import UsageError
from csplint.report.escape import visible


class Question(Struct, frozen=True, kw_only=True):
    """One request and the policies it is held against, as given on the command line."""

    kind: Kind
    url: str
    policies: tuple[str, ...]
    report_only: tuple[str, ...]
    page: str
    nonce: str
    content: str
    integrity: str
    redirect_to: str

    def request(self) -> Request:
        """The request as the engine takes it."""
        return Request(self.kind, self.url, self.nonce, self.content, self.integrity, self.redirect_to)

    def delivered(self) -> list[Delivered]:
        """The policies as the engine takes them."""
        enforced = [Delivered(text, "text", "enforce") for text in self.policies]
        return enforced + [Delivered(text, "text", "report") for text in self.report_only]


NEEDS_URL = frozenset(
    {"script", "dynamic-script", "style", "img", "media", "font", "frame", "object", "manifest", "prefetch", "worker"}
    | {"connect", "beacon", "eventsource", "ws", "form", "base"}
)


def answer(question: Question, *, verbose: bool) -> int:
    """Print the decision and why; 0 where a browser lets the request through, 1 where it does not."""
    if question.kind in NEEDS_URL and not question.url:
        raise UsageError(f"a request of kind {question.kind} needs its URL: csplint allows … {question.kind} URL")
    page, delivered = question.page or UNKNOWN_PAGE, question.delivered()
    policies = PolicySet.read(page, delivered)
    decision = policies.decide(question.request())
    lines = [_summary(decision), *_details(policies, question, verbose=verbose)]
    lines += [
        f"{browser.name} decides otherwise: {_word(other)}"
        for browser in BROWSERS
        if browser is not CHROMIUM
        and (other := PolicySet.read(page, delivered, browser).decide(question.request())).blocked != decision.blocked
    ]
    sys.stdout.write("".join(f"{visible(line, 2000)}\n" for line in lines))
    return 1 if decision.blocked else 0


def _word(decision: Decision) -> str:
    return "blocked" if decision.blocked else "allowed"


def _summary(decision: Decision) -> str:
    reported = [f"{name} (report-only)" for disposition, name in decision.violated if disposition == "report"]
    told = f"; would be reported for {', '.join(reported)}" if reported else ""
    if decision.blocked:
        names = [name for disposition, name in decision.violated if disposition == "enforce"]
        return f"blocked by {', '.join(names)}{told}"
    return f"allowed{told}"


def _details(policies: PolicySet, question: Question, *, verbose: bool) -> list[str]:
    lines = []
    for number, told in enumerate(explain(policies, question.request()), start=1):
        kind = "report-only policy" if told.disposition == "report" else "policy"
        lines.append(f"  {kind} {number}: {_how(told)}")
        if verbose:
            lines += _tree(told)
    return lines


def _how(told: PolicyExplanation) -> str:
    if not told.governing:
        return f"{told.effective}: {told.note}"
    if told.allowed:
        return f"{told.governing} allows it by {told.matched.text}" if told.matched else f"{told.governing} allows it"
    sources = " ".join(reason.source.text for reason in told.reasons) or "(empty list)"
    return f"{told.governing} has no source that allows it: {sources}"


def _tree(told: PolicyExplanation) -> list[str]:
    """The directives consulted in vain, then each source with its reason."""
    branches = [f"{name}: not there" for name in told.absent]
    branches += [f"{reason.source.text}: {reason.why}" for reason in told.reasons]
    branches += [told.note] if told.note and told.governing else []
    return [f"    {'└─' if number == len(branches) else '├─'} {text}" for number, text in enumerate(branches, start=1)]
