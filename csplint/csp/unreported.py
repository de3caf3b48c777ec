"""
Refusals that a browser does not report, so that neither the console nor a report-only policy's reports show them.

WebKit checks a file whose nonce the enforced policies accept against no policy; it asks report-only policies about eval()
only if an enforced one refuses it; and what it does with WebAssembly is no violation to it.
"""

from __future__ import annotations

from msgspec.structs import replace

from csplint.csp.allowances import RequestHop, by_nonce, strict_dynamic_counts, trimmed_nonce
from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.verdict import Decision, Verdict

REPORTS_LESS = frozenset(
    {
        each.name
        for each in BROWSERS
        if not each.reports_wasm or not each.reports_allowed_eval or each.nonce_skips_report_only
    }
)
"""The names of the browsers that do not report every refusal."""

_FILES_WITH_NONCE = frozenset({"script", "dynamic-script", "style"})


def as_reported(decision: Decision, hop: RequestHop, browser: Browser) -> Decision:
    """The decision of a browser in `REPORTS_LESS`, with `reported` as this browser has it."""
    kind = hop.request.kind
    if kind == "wasm":
        silent = not browser.reports_wasm
    elif kind == "eval":
        silent = not browser.reports_allowed_eval and not decision.blocked
    else:
        # enforced policies that accept the nonce refuse nothing, so that all the refusals are of report-only ones
        silent = kind in _FILES_WITH_NONCE and browser.nonce_skips_report_only and _nonce_skips(decision, hop, browser)
    if not silent:
        return decision
    verdicts = [each if each.allowed else replace(each, reported=False) for each in decision.verdicts]
    return Decision(decision.request, tuple(verdicts))


def _nonce_skips(decision: Decision, hop: RequestHop, browser: Browser) -> bool:
    """Whether every enforced policy that restricts the file has its nonce, and none of the policies asks all of them."""
    if hop.request.kind != "style" and any(map(_asks_all, decision.verdicts)):
        return False
    if not hop.request.nonceable or not trimmed_nonce(hop.request.nonce, browser):
        return False
    enforced = [each.directive for each in decision.verdicts if each.policy.disposition == "enforce"]
    return all(directive is None or by_nonce(directive, hop) for directive in enforced)


def _asks_all(verdict: Verdict) -> bool:
    """Whether the policy has 'strict-dynamic' for scripts: then WebKit asks all policies before it looks at the nonce."""
    return verdict.directive is not None and strict_dynamic_counts(verdict.directive)
