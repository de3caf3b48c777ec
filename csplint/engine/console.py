"""What each browser does and prints: where browsers differ, and the console text that a visitor sees."""

from __future__ import annotations

from csplint.checks.problem import Problem
from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo
from csplint.csp.policy import Delivered, Directive, Policy
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import UNKNOWN_PAGE, parse_url
from csplint.engine.console_texts import CONSOLE_TEXTS
from csplint.engine.evaluate import Evaluation
from csplint.model import BrowserVerdict, Console
from csplint.packs.pack import Pack

_REPORT_ONLY = "The policy is report-only, so the violation has been logged but no further action has been taken."


def by_browser(evaluation: Evaluation, problem: Problem) -> dict[str, BrowserVerdict] | None:
    """Each browser's verdict on the request a problem is about; None where they agree or it is about none."""
    if problem.request is None or problem.policy is None:
        return None
    page, request = evaluation.context.policies.page.href, problem.request
    read = [_read(problem.policy, page, each) for each in BROWSERS]
    verdicts = {each.browser.name: each.decide(request).blocked for each in read}
    if len(set(verdicts.values())) == 1:
        return None
    from csplint.csp.differences import why_it_differs  # noqa: PLC0415 - browsers seldom differ

    return {
        each.browser.name: BrowserVerdict(verdicts[each.browser.name], why_it_differs(read[0], each, request))
        for each in read
    }


@memo(key=lambda policy, page, browser: (policy, (page, browser.name)))
def _read(policy: Policy, page: str, browser: Browser) -> PolicySet:
    delivered = Delivered(policy.text, policy.delivery, "enforce", policy.order)
    return PolicySet.read(page, [delivered], browser)


def console(pack: Pack, problem: Problem, *, report_only: bool) -> Console | None:
    """What Chromium, Firefox and Safari print for the request a problem is about; the pack's own texts go first."""
    request, policy = problem.request, problem.policy
    if request is None or policy is None or problem.directive is None:
        return None
    directive = policy.in_force.get(problem.directive)
    texts = (*pack.console, *CONSOLE_TEXTS)
    text = next((each for each in texts if request.kind in each.kinds), None)
    if text is None or directive is None:
        return None
    url = parse_url(request.url)
    origin = (
        f"{url.origin}/" if url and url.origin != "null" else request.url if request.url.startswith("blob:") else ""
    )
    words = {"url": request.url, "origin": origin, "directive": f"{directive.written} {directive.value}".strip()}
    return Console(
        chromium=_fill(_as_report_only(text.chromium) if report_only else text.chromium, words),
        firefox=_fill(text.firefox.replace(" blocked ", " would block ") if report_only else text.firefox, words),
        safari=("[Report Only] " if report_only else "") + _fill(_of_safari(text.safari, directive), words),
    )


_WHAT_ALLOWS = "its hash, its nonce, or 'unsafe-inline'"


def _of_safari(text: str, directive: Directive) -> str:
    """Under 'strict-dynamic', WebKit does not say what would allow a script."""
    return text.replace(_WHAT_ALLOWS, "it") if directive.list.strict_dynamic and "a script" in text else text


def _as_report_only(text: str) -> str:
    return text.replace("The action has been blocked.", _REPORT_ONLY).replace(
        "The request has been blocked.", _REPORT_ONLY
    )


def _fill(template: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        template = template.replace("{" + name + "}", word)
    return template.replace(UNKNOWN_PAGE, "https://…/").replace(EXAMPLE, "…")
