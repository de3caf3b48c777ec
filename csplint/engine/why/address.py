"""An address that a policy blocked: whose it is, and what allows it."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.registry import all_checks
from csplint.csp.edit import plain_name
from csplint.csp.url import Url, parse_url
from csplint.engine.findings import check_subject
from csplint.engine.vendor_requests import Owner, VendorRequests, rule_for
from csplint.engine.why.finding import about, allows, fixes, with_finding
from csplint.engine.why.request import Asked, with_request
from csplint.engine.why.wording import NEEDS_PAGE, NEEDS_POLICY, as_said, blocked, of_widget, row_of
from csplint.messages.message import Message
from csplint.model import Finding, TargetReport
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet


def explain_address(message: Message, question: Asked, packs: PackSet) -> Explanation:
    """Explain a message about an address."""
    request, subject = question.request, question.subject
    if request.kind == "frame-ancestors":
        return _framed(message, question)
    page = parse_url(subject.page if subject else "") or Url("", "", "", None, "")
    found = VendorRequests(packs).of_request(request, page)
    state, verdict = None, blocked(message, request)
    if found is not None:
        if_its = "" if found.is_certain else verdict
        state, verdict = of_widget(message, found.pack, found.requirement, if_its=if_its)
    if found is not None and found.follows:
        question = replace(question, request=replace(request, kind="dynamic-script"))
    vendor = found.pack.pack.id if found else ""
    said = replace(as_said(message), state=state, verdict=verdict, vendor=vendor)
    if subject is None:
        return _without_policy(said, message, question, found, packs)
    is_embed = found is not None and found.requirement is None and not found.follows
    feature = found.requirement.feature if found and found.requirement else ""
    features = {feature: "the message is about it"} if feature else {}
    report = check_subject(with_request(subject, question.request, is_embed=is_embed), packs, features)
    finding = _finding(report, question, message, found, packs)
    if finding is not None:
        return with_finding(said, question, report, finding, packs, found.rule if found else "")
    return _without_finding(said, question, found, packs)


def _framed(message: Message, question: Asked) -> Explanation:
    """Another page wants to show this one; browsers do not say which."""
    said = replace(as_said(message), policy=question.policy)
    return replace(
        said,
        verdict="Another page shows this page in a frame, and this page's policy does not let it.",
        cause="frame-ancestors does not list the page with the frame. The message names the page in the frame, not that one.",
        fix="If the frame is wanted, add the origin of the page that shows it to frame-ancestors.",
        add_to="frame-ancestors",
    )


def _finding(
    report: TargetReport, question: Asked, message: Message, found: Owner | None, packs: PackSet
) -> Finding | None:
    """The finding about this request: of the vendor whose request it is, else of the page; else what hides it."""
    here = about(report.findings, message.directive)
    if found is None:
        own = [each for each in here if each.pack == "page" and _names(each, message.blocked)]
        return next(iter(own or [each for each in here if each.pack == "page"]), None)
    rules = {found.rule} if found.rule else set(_script_rules(found, packs))
    named = [each for each in report.findings if rules & set(each.names)]
    return next(iter(named), None) or next((each for each in here if fixes(report, each, question)), None)


def _script_rules(found: Owner, packs: PackSet) -> list[str]:
    problems = all_checks()["embed_scripts"].reports
    return [name for problem in problems if (name := rule_for(found.pack, problem))]


def _names(finding: Finding, address: str) -> bool:
    """Whether a finding about the page's own requests is about this address."""
    url = parse_url(address)
    texts = [finding.value or "", finding.message, finding.cause, *(each.value or "" for each in finding.parts)]
    origin = url.origin if url and url.origin != "null" else address.partition(":")[0] + ":"
    return any(origin in text for text in texts)


def _without_policy(
    said: Explanation, message: Message, question: Asked, found: Owner | None, packs: PackSet
) -> Explanation:
    """Safari, and Firefox before 2024, do not print the policy."""
    directive, url = plain_name(message.directive), parse_url(question.request.url)
    origin = url.origin if url and url.origin != "null" else f"{question.request.url.partition(':')[0]}:"
    add: tuple[str, ...] = (origin,)
    rule = ""
    if found is not None:
        rule = found.rule or rule_for(found.pack, "embed-nonce-missing" if found.follows else "script-host-missing")
        add = tuple(found.requirement.needs.split()) if found.requirement and found.requirement.needs else add
    row = row_of(packs, rule, directive)
    if found is not None and found.follows:
        add = ()
    return replace(
        said,
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        cause=f"{directive} has no source that allows {message.blocked}.",
        fix=f"{row.fix}." if row else f"Add {' '.join(add)} to {directive}.",
        add=add,
        add_to=directive,
        rule=rule,
        missing=NEEDS_POLICY,
    )


def _without_finding(said: Explanation, question: Asked, found: Owner | None, packs: PackSet) -> Explanation:
    """The engine finds nothing to report: the tag lacks a nonce, or the policy is not the one that the message is about."""
    policy = question.subject.delivered[0].text if question.subject and question.subject.delivered else ""
    if found is not None and not found.rule and question.policy == "part":
        rule = rule_for(found.pack, "embed-nonce-missing")
        row = row_of(packs, rule, "script-src")
        return replace(
            said,
            symptom=row.id if row else None,
            symptom_text=row.symptom if row else None,
            cause="The tag has no nonce, or a different one from the policy's; the message does not say which.",
            fix="Give the script tag the nonce of the same response.",
            policy=question.policy,
            rule=rule,
            missing=NEEDS_PAGE,
        )
    if policy and not allows(question, policy):
        return replace(said, cause="The policy has no source that allows it.", policy=question.policy)
    return replace(
        said,
        state=None,
        verdict="The policy that you gave allows this request.",
        cause="The message comes from another page, an older response, or a second policy (a meta element, a proxy, an extension). "
        "Or the address redirects to one that the policy blocks: browsers name the first one.",
        fix="Give the page on which you saw the message, as it is now: --page URL.",
        policy=question.policy,
    )
