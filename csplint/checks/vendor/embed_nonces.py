"""What is wrong between the embed tag's nonce and the policy's."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.problem import Problem, nonce_edit, where
from csplint.checks.vendor.embed_blocked import EFFECTIVE, Blocked
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, Span
from csplint.csp.source import SourceKind
from csplint.csp.url import Url, parse_url


def has_unread_nonce(directive: Directive) -> bool:
    """Whether a nonce was meant that browsers drop."""
    return any(
        source.kind == SourceKind.INVALID and source.text.lower().startswith("'nonce-")
        for source in directive.list.sources
    )


def has_nonce_fault(blocked: Blocked) -> bool:
    """Whether the list goes by nonces and the tag's is not one of them."""
    listed, tag = blocked.directive.list, blocked.request.nonce
    if not listed.nonces:
        return False
    return bool(tag) or not listed.hashes


def wrong_nonce(blocked: Blocked) -> Problem:
    """What is wrong with the tag's nonce."""
    listed, tag, place = blocked.directive.list, blocked.request.nonce, blocked.embed.script.place
    right = sorted(listed.nonces)[0]
    edits = nonce_edit(place, right)
    if tag in listed.nonces:
        return replace(
            blocked.spot.problem(
                "embed-not-nonceable",
                "The embed tag has the right nonce, but a repeated attribute or markup inside an attribute makes browsers ignore it.",
            ),
            value=f"'nonce-{tag}'",
        )
    if tag:
        return replace(
            blocked.spot.problem(
                "embed-nonce-mismatch", f"The embed tag has nonce {tag!r}, {blocked.directive.name} has {right!r}."
            ),
            value=f"'nonce-{right}'",
            span=_nonce_span(blocked.directive, right),
            edits=edits,
        )
    if listed.strict_dynamic and not blocked.embed.is_inline and _host_listed(blocked):
        return replace(
            blocked.spot.problem(
                "hosts-ignored",
                f"{where(blocked.directive, EFFECTIVE)} lists the embed's host, which 'strict-dynamic' makes browsers ignore; "
                "the embed tag has no nonce.",
            ),
            value=_host_listed(blocked),
            edits=edits,
        )
    return replace(
        blocked.spot.problem(
            "embed-nonce-missing",
            f"{where(blocked.directive, EFFECTIVE)} has a nonce, and the embed tag has no nonce attribute.",
        ),
        value=f"'nonce-{right}'",
        span=_nonce_span(blocked.directive, right),
        edits=edits,
    )


def _nonce_span(directive: Directive, nonce: str) -> Span:
    spans = [token.span for token in directive.tokens if token.source.name == nonce]
    return spans[0] if spans else directive.name_span


def _host_listed(blocked: Blocked) -> str:
    """The source that would match the request's URL if 'strict-dynamic' did not switch it off."""
    url = parse_url(blocked.request.url)
    page = Url("", "https", "", 443, "/")
    for source in blocked.directive.list.locations:
        if url is not None and source.kind == SourceKind.HOST and mismatch(source, Target(url, page)) is None:
            return source.text
    return ""
