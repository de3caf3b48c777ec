"""
Do a policy's reports arrive: do the headers define its report-to group, and does any browser use its report-uri?

Endpoints are defined by Reporting-Endpoints (Reporting API), and by the older Report-To.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.delivery.permissions_header import read_permissions
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.url import parse_url
from csplint.model import Edit
from csplint.page.capture import Capture

_HEADER = "Reporting-Endpoints"
_NEW_GROUP = "csp-endpoint"
_GROUP_NAME = re.compile(r"[a-z*][a-z0-9_.*-]*")
_URL = re.compile(r"/|https?:", re.IGNORECASE)
_ANY_URL = "https://reports.example/csp"


class Endpoints(Struct, frozen=True):
    """
    The endpoint groups that a response defines.

    current: group -> URL, from Reporting-Endpoints. older: group -> URL, from Report-To. fault: a sentence on what
    browsers ignore of Reporting-Endpoints, "" for nothing.
    """

    current: Mapping[str, str]
    older: Mapping[str, str]
    fault: str = ""

    def url(self, group: str) -> str | None:
        """The URL that reports for a group go to; None for a group that no header defines."""
        return self.current.get(group) or self.older.get(group)


@check(
    when=(any_directive("report-to"),),
    capped=True,
    rules=(
        "report-to-undefined",
        "report-uri-ignored",
    ),
)
def reporting(context: Context) -> Iterator[Problem]:
    """Compare report-to, of which browsers use the first token, with the response's headers, where there are any."""
    endpoints = _endpoints(context)
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-to")
        token = directive.tokens[0] if directive and directive.tokens else None
        if token is None:
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


def read_endpoints(capture: Capture) -> Endpoints:
    """Read both headers of a response as browsers do: a malformed one defines nothing."""
    fields, fault = read_permissions(b", ".join(capture.header(_HEADER.lower())))
    if fault:
        return Endpoints({}, dict(_older(capture)), f"Browsers ignore the whole {_HEADER} header: {fault}.")
    current: dict[str, str] = {}
    for group, member in fields.items():
        url, fault_here = _endpoint_url(member, capture.url)
        fault = fault or (f"{_HEADER} names {group}, but {fault_here}." if fault_here else "")
        current |= {group: url} if url else {}
    return Endpoints(current, dict(_older(capture)), fault)


def _endpoint_url(member: object, base: str) -> tuple[str, str]:
    """An endpoint's URL, and why browsers ignore it (Reporting API #process-header)."""
    value = member[0] if isinstance(member, tuple) else member
    if type(value) is not str:  # a token is a str of another type
        return "", "its value is not a string in double quotes"
    url = parse_url(value, base)
    if url is None:
        return "", "its value is not a valid URL"
    if url.scheme != "https" and not is_local_host(url.host):
        return "", "its URL is not https"
    return url.href, ""


def is_local_host(host: str) -> bool:
    """Whether a host is the visitor's own machine, to which an https page may send reports over http."""
    return host in {"localhost", "[::1]"} or host.startswith("127.") or host.endswith(".localhost")


def _older(capture: Capture) -> Iterator[tuple[str, str]]:
    """The groups of Report-To: JSON objects with commas between them, which is an array without its brackets."""
    try:
        found: Any = msgspec.json.decode(b"[" + b",".join(capture.header("report-to")) + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for each in found:
        if isinstance(each, dict) and each.get("max_age") != 0 and (url := _first_url(each.get("endpoints"))):
            yield str(each.get("group", "default")), url


def _first_url(endpoints: object) -> str:
    listed = endpoints if isinstance(endpoints, list) else []
    urls = (each.get("url") for each in listed if isinstance(each, dict))
    return next((url for url in urls if isinstance(url, str) and url), "")


def _undefined(context: Context, policy: Policy, token: Token, endpoints: Endpoints | None) -> Iterator[Problem]:
    group = token.source.text
    is_url = _URL.match(group) is not None
    if endpoints is None and not is_url:
        return  # a bare policy: a header that csplint does not see may define the group
    message = (
        f"report-to contains the URL {group}, but browsers expect the name of an endpoint group"
        if is_url
        else f"report-to names the group {group}, which neither {_HEADER} nor Report-To defines"
    )
    header = _header_value(context, policy, group, is_url=is_url)
    yield Problem(
        rule="report-to-undefined",
        message=f"{message}, so no report is sent.",
        cause=_cause(policy, endpoints, is_url=is_url),
        policy=policy,
        directive="report-to",
        value=group,
        span=token.span,
        fix=f"Send {_HEADER}: {header}" + (f", and write report-to {_NEW_GROUP}." if is_url else "."),
        safety="unsafe",
        edits=_edits(policy, token, header, is_url=is_url),
    )


def _cause(policy: Policy, endpoints: Endpoints | None, *, is_url: bool) -> str:
    if endpoints and endpoints.fault:
        return endpoints.fault
    if "report-uri" in policy.in_force:
        return "report-uri does not replace it: Chromium ignores report-uri in a policy with report-to."
    if is_url:
        return f"The policy names a group, and a {_HEADER} header gives the group's URL."
    return "csplint sees only this response. In Chromium, a Report-To header in an earlier one would count too."


def _edits(policy: Policy, token: Token, header: str, *, is_url: bool) -> tuple[Edit, ...]:
    if not is_url and not _GROUP_NAME.fullmatch(token.source.text):
        return server_edit(
            "Name the group with only lower-case letters, digits, - and _, in the policy and in the header."
        )
    if not is_url and _report_uri(policy) is None:
        return server_edit(f"{_HEADER}: {header}")
    renamed = (Replacement(token.span.start, token.span.end, _NEW_GROUP),) if is_url else ()
    return (*policy_edits(policy, renamed), Edit(kind="header", name=_HEADER, text=header))


def _header_value(context: Context, policy: Policy, group: str, *, is_url: bool) -> str:
    """The header with the group added to its present value; the URL is the one in the policy, or an example."""
    url = group if is_url else _report_uri(policy) or _ANY_URL
    sent = () if context.visits is None else context.visits.first.header(_HEADER.lower())
    endpoints = _endpoints(context)
    present = [value.decode("latin-1") for value in sent if endpoints and not endpoints.fault]
    escaped = url.replace("\\", "\\\\").replace('"', '\\"')
    return ", ".join([*present, f'{_NEW_GROUP if is_url else group}="{escaped}"'])


def _report_uri(policy: Policy) -> str | None:
    directive = policy.in_force.get("report-uri")
    return directive.tokens[0].source.text if directive and directive.tokens else None


def _ignored(context: Context, policy: Policy, group: str, endpoints: Endpoints) -> Iterator[Problem]:
    """A problem of report-uri beside report-to, where the two send reports to different URLs."""
    directive, url = policy.in_force.get("report-uri"), endpoints.url(group)
    if directive is None or url in _urls(context, directive):
        return
    browsers = "Chromium and Firefox send" if group in endpoints.current else "Chromium sends"
    yield Problem(
        rule="report-uri-ignored",
        message=f"{browsers} reports only to {url}, the endpoint of report-to, and none to report-uri.",
        policy=policy,
        directive="report-uri",
        value=directive.value,
        span=directive.span,
    )


def _urls(context: Context, directive: Directive) -> set[str]:
    base = context.policies.page.href
    parsed = (parse_url(token.source.text, base) for token in directive.tokens)
    return {url.href for url in parsed if url is not None}
