"""Decide one request of `csplint allows`, and explain the decision in words."""

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
    """One request and the policies that decide it, as given on the command line."""

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
        """The request, for the engine."""
        return Request(self.kind, self.url, self.nonce, self.content, self.integrity, self.redirect_to)

    def delivered(self) -> list[Delivered]:
        """The policies, for the engine."""
        enforced = [Delivered(text, "text", "enforce") for text in self.policies]
        return enforced + [Delivered(text, "text", "report") for text in self.report_only]


NEEDS_URL = frozenset(
    {"script", "dynamic-script", "style", "img", "media", "font", "frame", "object", "manifest", "prefetch", "worker"}
    | {"connect", "beacon", "eventsource", "ws", "form", "base"}
)


def answer(question: Question, *, verbose: bool) -> int:
    """Print the decision and the reasons; gives 0 if a browser allows the request, 1 if it blocks it."""
    if question.kind in NEEDS_URL and not question.url:
        raise UsageError(f"a request of kind {question.kind} needs a URL: csplint allows … {question.kind} URL")
    page, delivered = question.page or UNKNOWN_PAGE, question.delivered()
    policies = PolicySet.read(page, delivered)
    if lacking := policies.sandboxed(question.kind):
        sys.stdout.write(f"blocked by sandbox: it lacks {lacking}\n")
        return 1
    decision = policies.decide(question.request())
    lines = [_summary(decision), *_details(policies, question, verbose=verbose)]
    lines += [
        f"{browser.name} differs: {_word(other)}"
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
    report = f"; would be reported for {', '.join(reported)}" if reported else ""
    if decision.blocked:
        names = [name for disposition, name in decision.violated if disposition == "enforce"]
        return f"blocked by {', '.join(names)}{report}"
    return f"allowed{report}"


def _details(policies: PolicySet, question: Question, *, verbose: bool) -> list[str]:
    lines = []
    for number, policy in enumerate(explain(policies, question.request()), start=1):
        kind = "report-only policy" if policy.disposition == "report" else "policy"
        lines.append(f"  {kind} {number}: {_reason(policy)}")
        if verbose:
            lines += _tree(policy)
    return lines


def _reason(policy: PolicyExplanation) -> str:
    if not policy.governing:
        return f"{policy.effective}: {policy.note}"
    if policy.allowed:
        by = f" by {policy.matched.text}" if policy.matched else ""
        return f"{policy.governing} allows it{by}"
    sources = " ".join(reason.source.text for reason in policy.reasons) or "(empty list)"
    return f"{policy.governing} has no source that allows it: {sources}"


def _tree(policy: PolicyExplanation) -> list[str]:
    """The directives that the policy lacks, then each source with its reason."""
    branches = [f"{name}: missing" for name in policy.absent]
    branches += [f"{reason.source.text}: {reason.why}" for reason in policy.reasons]
    branches += [policy.note] if policy.note and policy.governing else []
    return [f"    {'└─' if number == len(branches) else '├─'} {text}" for number, text in enumerate(branches, start=1)]
