"""
Do the addresses of report-uri lead where their author thinks?

A browser reads each token as a URL relative to the page (CSP3 #report-violation),
so quotes or a missing scheme make it a path of the page's own site; and a report
to http is mixed content on an https page (Mixed Content #should-block-fetch).
Chromium 156 and Firefox 153 were seen to do so in every case told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.delivery.endpoints import is_loopback
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import own_sources
from csplint.checks.syntax.removal import without_directive
from csplint.checks.syntax.token import CLOSERS, is_template
from csplint.checks.wording import shown
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Edit

_LOOKED_AT = 50
"""Addresses of one policy that are judged; people write one or two."""

_LONGEST = 2048
"""Characters of an address that is judged."""

_QUOTES = "'\"<>"
_HOST = re.compile(
    r"(?:https?(?::/?|//))?"  # a scheme with a colon or a slash too few, which makes a path of it
    r"(?P<host>(?:[a-z0-9_-]+\.)+(?P<last>[a-z]{2,63}))(?P<port>:[0-9]{1,5})?(?P<path>[/?#].*)?",
    re.IGNORECASE,
)
_FILES = frozenset(
    {
        *("action", "asp", "aspx", "ashx", "asmx", "axd", "cfm", "cgi", "htm", "html", "js"),
        *("json", "jsp", "jspx", "log", "php", "phtml", "svc", "txt", "xml"),
    }
)
"""Last parts of a name that make it a file's and no host's."""

_KNOWN_ENDINGS = frozenset({"com", "net", "org", "io"})
_A_DOMAIN = 2
"""Dots that a name has at least before it counts as a host's with nothing after it; csp.report may be a file."""


class Fault(Struct, frozen=True):
    """What is wrong with an address: a clause that continues "report-uri names X, …", how to mend it, the mended address."""

    what: str
    fix: str
    mended: str = ""


@check(when=(any_directive("report-uri"),), capped=True, rules=("report-uri-misaddressed",))
def report_uri(context: Context) -> Iterator[Problem]:
    """Report every address that reports will not be sent to as it is written."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-uri")
        if directive and not directive.value and not context.report_only:
            yield _empty(policy, directive)
        for fault, numbers in _faults(directive.list, context.policies.page) if directive else ():
            if directive:
                yield _problem(policy, [directive.token(number) for number in numbers], fault)


@memo(key=lambda listed, page: (listed, page))
def _faults(listed: SourceList, page: Url) -> list[tuple[Fault, list[int]]]:
    """What is wrong with the addresses, each with the numbers of its places."""
    sources = own_sources(listed)[:_LOOKED_AT]
    places: dict[str, list[int]] = {}
    for number, source in enumerate(sources):
        places.setdefault(source.text, []).append(number)
    return [(fault, each) for each in places.values() if (fault := _fault(sources[each[0]], page))]


def _fault(source: Source, page: Url) -> Fault | None:
    text = source.text
    if len(text) > _LONGEST or text in CLOSERS:
        return None
    if _is_template(text):
        return Fault("a template that nothing filled in: what it stands for gets no report", _NO_WORDS)
    if source.kind in {SourceKind.KEYWORD, SourceKind.NONE}:
        return Fault("a word of source lists, which browsers read as a path on the page's own site", _NO_WORDS)
    bare = text.strip(_QUOTES)
    if bare != text:
        return Fault(
            "in quotes, which browsers take for a part of it: reports go to a path on the page's own site",
            "Write the address without quotes.",
            _over_https(_with_scheme(bare, page), page),
        )
    named = _with_scheme(text, page)
    if named != text:
        return Fault(
            "which is no whole URL: browsers read it relative to the page, and send no report to that host",
            "Write the address with https:// before the host.",
            named,
        )
    if _is_mixed(text, page):
        return Fault(
            "which is not https: from an https page browsers send no report there, it would be mixed content",
            "Write an https address, where the collector answers at one.",
            _over_https(text, page),
        )
    return None


def _is_template(text: str) -> bool:
    """Whether a program, or a reader of a document, should have put the address there."""
    return is_template(_ESCAPED.sub("", text)) or _BLANK.search(text) is not None


_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
_BLANK = re.compile(r"(?<=.)<[A-Za-z][\w-]*>(?=.)")
"""As in https://<your-endpoint>/csp; brackets around the whole are quotes."""

_NO_WORDS = "Write the address that takes the reports, or take report-uri out."


def _with_scheme(text: str, page: Url) -> str:
    """The text as a whole URL, where it names a host and yet does not lead there."""
    found = _HOST.fullmatch(text)
    if found is None or not _is_host(found):
        return text
    whole = f"https://{found['host']}{found['port'] or ''}{found['path'] or ''}"
    meant, read = parse_url(whole), parse_url(text, page.href)
    if meant is None or (read is not None and (read.host, read.path) == (meant.host, meant.path)):
        return text
    return whole


def _is_host(found: re.Match[str]) -> bool:
    """Whether it is a host's name and not a file's beside the page."""
    last = found["last"].lower()
    if last in _FILES:
        return False
    return bool(
        found["port"]
        or (found["path"] or "")[:1] == "/"
        or found["host"].count(".") >= _A_DOMAIN
        or last in _KNOWN_ENDINGS
    )


def _is_mixed(text: str, page: Url) -> bool:
    url = parse_url(text, page.href)
    return url is not None and page.scheme == "https" and url.scheme == "http" and not is_loopback(url.host)


def _over_https(text: str, page: Url) -> str:
    return _HTTP.sub(r"https:\1", text) if _is_mixed(text, page) else text


_HTTP = re.compile(r"^http:(//[^/?#:]*)(?::80(?=[/?#]|$))?", re.IGNORECASE)
"""An address's scheme and host, and the port that would be the wrong one for https."""


def _problem(policy: Policy, tokens: list[Token], fault: Fault) -> Problem:
    text = tokens[0].source.text
    return Problem(
        rule="report-uri-misaddressed",
        severity="info" if _is_spare(policy) else None,
        message=f"report-uri names {shown(text)}, {fault.what}.",
        policy=policy,
        directive="report-uri",
        value=text,
        span=tokens[0].span,
        fix=fault.fix,
        safety="unsafe",  # whether a collector answers there is not known
        edits=_edits(policy, tokens, fault),
    )


def _empty(policy: Policy, directive: Directive) -> Problem:
    return Problem(
        rule="report-uri-misaddressed",
        severity="info" if _is_spare(policy) else None,
        message="report-uri names no address, so no report is sent by it.",
        policy=policy,
        directive="report-uri",
        value=directive.written,
        span=directive.name_span,
        fix=_NO_WORDS,
        edits=policy_edits(policy, without_directive(policy, directive)),
    )


def _is_spare(policy: Policy) -> bool:
    """Whether report-to is there, which Chromium and Firefox ask first."""
    report_to = policy.in_force.get("report-to")
    return report_to is not None and bool(report_to.value)


def _edits(policy: Policy, tokens: list[Token], fault: Fault) -> tuple[Edit, ...]:
    if not fault.mended:
        return server_edit(fault.fix)
    return policy_edits(policy, [Replacement(each.span.start, each.span.end, fault.mended) for each in tokens])
