"""Do a policy's reports arrive: is its report-to group defined, and is its report-uri asked at all?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.delivery.endpoints import Endpoints, read_endpoints
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.url import parse_url
from csplint.model import Edit

GROUP = "csp-endpoint"
_GROUP_NAME = re.compile(r"[a-z*][a-z0-9_.*-]*")
_URL = re.compile(r"/|https?:", re.IGNORECASE)


@check(
    when=(any_directive("report-to"),),
    capped=True,
    rules=(
        "report-to-undefined",
        "report-uri-ignored",
    ),
)
def reporting(context: Context) -> Iterator[Problem]:
    """Judge report-to, of which browsers take the first token, against the answer's headers, where there are any."""
    endpoints = _endpoints(context)
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-to")
        token = directive.tokens[0] if directive and directive.tokens else None
        if directive is None or token is None:
            continue
        if endpoints is None or endpoints.url(token.source.text) is None:
            yield from _undefined(context, policy, token, endpoints)
        else:
            yield from _ignored(context, policy, token.source.text, endpoints)


def _endpoints(context: Context) -> Endpoints | None:
    """What the headers define; None where there are none to look at."""
    if context.visits is None or context.visits.first.status is None:
        return None
    return read_endpoints(context.visits.first)


def _undefined(context: Context, policy: Policy, token: Token, endpoints: Endpoints | None) -> Iterator[Problem]:
    group = token.source.text
    is_url = _URL.match(group) is not None
    if endpoints is None and not is_url:
        return  # a bare policy: the header that defines the group may well be there
    message = (
        f"report-to names the URL {group}, where browsers look for the name of a group: no report is sent."
        if is_url
        else f"report-to names the group {group}, which neither Reporting-Endpoints nor Report-To defines: no report is sent."
    )
    yield Problem(
        rule="report-to-undefined",
        message=message,
        cause=_cause(policy, endpoints, is_url=is_url),
        policy=policy,
        directive="report-to",
        value=group,
        span=token.span,
        fix=f"Send Reporting-Endpoints: {_header_value(context, policy, group, is_url=is_url)}"
        + (f", and write report-to {GROUP}." if is_url else "."),
        safety="unsafe",
        edits=_edits(context, policy, token, is_url=is_url),
    )


def _cause(policy: Policy, endpoints: Endpoints | None, *, is_url: bool) -> str:
    if endpoints and endpoints.fault:
        return endpoints.fault
    if "report-uri" in policy.in_force:
        return "Its report-uri does not step in: where report-to is written, Chromium asks report-uri no more."
    if is_url:
        return "The group's name stands in the policy, and a Reporting-Endpoints header says which URL that is."
    return (
        "A Report-To header of an earlier answer of this site would count in Chromium; csplint sees this answer alone."
    )


def _edits(context: Context, policy: Policy, token: Token, *, is_url: bool) -> tuple[Edit, ...]:
    group = token.source.text
    if not is_url and not _GROUP_NAME.fullmatch(group):
        return server_edit("Name the group with lower-case letters, digits, - and _, in the policy and in the header.")
    if not is_url and _report_uri(policy) is None:
        return server_edit(f"Reporting-Endpoints: {_header_value(context, policy, group, is_url=False)}")
    header = Edit(kind="header", name="Reporting-Endpoints", text=_header_value(context, policy, group, is_url=is_url))
    renamed = (Replacement(token.span.start, token.span.end, GROUP),) if is_url else ()
    return (*policy_edits(policy, renamed), header)


def _header_value(context: Context, policy: Policy, group: str, *, is_url: bool) -> str:
    """The header with the group added to what it holds already; the URL is the one the policy itself knows."""
    url = group if is_url else _report_uri(policy) or "https://reports.example/csp"
    sent = () if context.visits is None else context.visits.first.header("reporting-endpoints")
    kept = [value.decode("latin-1") for value in sent if _endpoints_hold(context)]
    escaped = url.replace("\\", "\\\\").replace('"', '\\"')
    return ", ".join([*kept, f'{GROUP if is_url else group}="{escaped}"'])


def _endpoints_hold(context: Context) -> bool:
    endpoints = _endpoints(context)
    return endpoints is not None and not endpoints.fault


def _report_uri(policy: Policy) -> str | None:
    directive = policy.in_force.get("report-uri")
    return directive.tokens[0].source.text if directive and directive.tokens else None


def _ignored(context: Context, policy: Policy, group: str, endpoints: Endpoints) -> Iterator[Problem]:
    """Both are given; only where they lead to different places does it matter which one is used."""
    directive, used = policy.in_force.get("report-uri"), endpoints.url(group)
    if directive is None or used in _urls(context, directive):
        return
    browsers = "Chromium and Firefox send" if group in endpoints.current else "Chromium sends"
    yield Problem(
        rule="report-uri-ignored",
        message=f"{browsers} reports to {used} alone, the endpoint of report-to, and nothing to report-uri.",
        policy=policy,
        directive="report-uri",
        value=directive.value,
        span=directive.span,
    )


def _urls(context: Context, directive: Directive) -> set[str]:
    base = context.policies.page.href
    parsed = (parse_url(token.source.text, base) for token in directive.tokens)
    return {url.href for url in parsed if url is not None}
