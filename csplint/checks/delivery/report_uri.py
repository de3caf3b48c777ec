"""
Do the URLs of report-uri lead where their author expects?

A browser reads each token as a URL relative to the page (CSP3 #report-violation),
so with quotes or without a scheme it is a path on the page's own site; and a report
to http is mixed content on an https page (Mixed Content #should-block-fetch).
Chromium 156 and Firefox 153 were seen to do so in each case reported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.delivery.reporting import is_local_host
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import own_sources
from csplint.checks.syntax.token import CLOSERS, is_template
from csplint.checks.wording import shown
from csplint.csp.edit import Replacement, without_directive
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Edit

_MOST_JUDGED = 50
"""URLs of one policy that are judged; people write one or two."""

_LONGEST = 2048
"""Characters of a URL that is judged."""

_QUOTES = "'\"<>"
_HOST = re.compile(
    r"(?:https?(?::/?|//))?"  # a scheme that lacks its colon or a slash, and so is a path
    r"(?P<host>(?:[a-z0-9_-]+\.)+(?P<last>[a-z]{2,63}))(?P<port>:[0-9]{1,5})?(?P<path>[/?#].*)?",
    re.IGNORECASE,
)
_FILES = frozenset(
    {
        *("action", "asp", "aspx", "ashx", "asmx", "axd", "cfm", "cgi", "htm", "html", "js"),
        *("json", "jsp", "jspx", "log", "php", "phtml", "svc", "txt", "xml"),
    }
)
"""Extensions of files: a name that ends in one is not a host."""

_KNOWN_ENDINGS = frozenset({"com", "net", "org", "io"})
_HOST_DOTS = 2
"""Dots from which a name with nothing after it counts as a host; csp.report may be a file."""


class Fault(Struct, frozen=True):
    """
    What is wrong with a URL.

    clause: continues "report-uri names X, ". fix: the edit in words. fixed: the right URL, "" where csplint cannot know it.
    """

    clause: str
    fix: str
    fixed: str = ""


@check(when=(any_directive("report-uri"),), capped=True, rules=("report-uri-misaddressed",))
def report_uri(context: Context) -> Iterator[Problem]:
    """Report every URL that gets no reports as it is written, and an empty report-uri."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-uri")
        if directive and not directive.value and not context.report_only:
            yield _empty(policy, directive)
        for fault, numbers in _faults(directive.list, context.policies.page) if directive else ():
            if directive:
                yield _problem(policy, [directive.token(number) for number in numbers], fault)


@memo(key=lambda listed, page: (listed, page))
def _faults(listed: SourceList, page: Url) -> list[tuple[Fault, list[int]]]:
    """What is wrong with the URLs of a list, each with the numbers of its tokens."""
    sources = own_sources(listed)[:_MOST_JUDGED]
    numbers: dict[str, list[int]] = {}
    for number, source in enumerate(sources):
        numbers.setdefault(source.text, []).append(number)
    return [(fault, each) for each in numbers.values() if (fault := _fault(sources[each[0]], page))]


def _fault(source: Source, page: Url) -> Fault | None:
    text = source.text
    if len(text) > _LONGEST or text in CLOSERS:
        return None
    if _is_template(text):
        return Fault("a template placeholder that was never filled in, so reports do not arrive", _NO_URL)
    if source.kind in {SourceKind.KEYWORD, SourceKind.NONE}:
        return Fault("a keyword of source lists, which browsers read as a path on the page's own site", _NO_URL)
    bare = text.strip(_QUOTES)
    if bare != text:
        return Fault(
            "in quotes, which browsers read as part of the URL: reports go to a path on the page's own site",
            "Write the URL without quotes.",
            _over_https(_with_scheme(bare, page), page),
        )
    named = _with_scheme(text, page)
    if named != text:
        return Fault(
            "which is not a full URL: browsers resolve it relative to the page, and send no report to that host",
            "Write https:// before the host.",
            named,
        )
    if parse_url(text, page.href) is None:
        return Fault("which is not a valid URL: browsers ignore it and send no report", _NO_URL)
    if _is_mixed(text, page):
        return Fault(
            "which is not https: browsers send it no report from an https page, because that is mixed content",
            "Write an https URL, if your report collector has one.",
            _over_https(text, page),
        )
    return None


def _is_template(text: str) -> bool:
    """Whether a program, or the reader of a document, was meant to fill in the URL."""
    return is_template(_ESCAPED.sub("", text)) or _BLANK.search(text) is not None


_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
_BLANK = re.compile(r"(?<=.)<[A-Za-z][\w-]*>(?=.)")
"""As in https://<your-endpoint>/csp; brackets around the whole URL count as quotes."""

_NO_URL = "Write the URL that receives the reports, or remove report-uri."


def _with_scheme(text: str, page: Url) -> str:
    """The text as a full URL, where it names a host but browsers resolve it to another one; else the text itself."""
    found = _HOST.fullmatch(text)
    if found is None or not _is_host(found):
        return text
    full = f"https://{found['host']}{found['port'] or ''}{found['path'] or ''}"
    intended, resolved = parse_url(full), parse_url(text, page.href)
    if intended is None or (resolved and (resolved.host, resolved.path) == (intended.host, intended.path)):
        return text
    return full


def _is_host(found: re.Match[str]) -> bool:
    """Whether the text names a host, rather than a file beside the page."""
    last = found["last"].lower()
    if last in _FILES:
        return False
    return bool(
        found["port"]
        or (found["path"] or "")[:1] == "/"
        or found["host"].count(".") >= _HOST_DOTS
        or last in _KNOWN_ENDINGS
    )


def _is_mixed(text: str, page: Url) -> bool:
    url = parse_url(text, page.href)
    return url is not None and page.scheme == "https" and url.scheme == "http" and not is_local_host(url.host)


def _over_https(text: str, page: Url) -> str:
    return _HTTP.sub(r"https:\1", text) if _is_mixed(text, page) else text


_HTTP = re.compile(r"^http:(//[^/?#:]*)(?::80(?=[/?#]|$))?", re.IGNORECASE)
"""The scheme and host of a URL, and port 80, which would be wrong for https."""


def _problem(policy: Policy, tokens: list[Token], fault: Fault) -> Problem:
    text = tokens[0].source.text
    return Problem(
        rule="report-uri-misaddressed",
        severity="info" if _has_report_to(policy) else None,
        message=f"report-uri names {shown(text)}, {fault.clause}.",
        policy=policy,
        directive="report-uri",
        value=text,
        span=tokens[0].span,
        fix=fault.fix,
        safety="unsafe",  # csplint does not know whether a collector listens there
        edits=_edits(policy, tokens, fault),
    )


def _empty(policy: Policy, directive: Directive) -> Problem:
    return Problem(
        rule="report-uri-misaddressed",
        severity="info" if _has_report_to(policy) else None,
        message="report-uri has no URL, so it sends no reports.",
        policy=policy,
        directive="report-uri",
        value=directive.written,
        span=directive.name_span,
        fix=_NO_URL,
        edits=policy_edits(policy, without_directive(policy, directive)),
    )


def _has_report_to(policy: Policy) -> bool:
    """Whether the policy has report-to, which Chromium and Firefox use instead."""
    report_to = policy.in_force.get("report-to")
    return report_to is not None and bool(report_to.value)


def _edits(policy: Policy, tokens: list[Token], fault: Fault) -> tuple[Edit, ...]:
    if not fault.fixed:
        return server_edit(fault.fix)
    return policy_edits(policy, [Replacement(each.span.start, each.span.end, fault.fixed) for each in tokens])
