"""What the collector answers: a status and its headers, and never anything of what was sent."""

from __future__ import annotations

from collections.abc import Mapping

TYPES = frozenset({b"application/csp-report", b"application/reports+json", b"application/json"})
"""Content types of reports: of report-uri, of the Reporting API, and of programs."""

TEXTS: Mapping[int, str] = {
    400: "The body is not a violation report.",
    405: "Send reports by POST.",
    408: "The request took too long.",
    411: "Content-Length is missing.",
    413: "The body is too large.",
    415: "The Content-Type is not that of a report.",
    429: "Too many requests.",
    431: "The headers are too large.",
    501: "The transfer coding is not known.",
    503: "The report could not be written.",
}
"""The body of each refusal."""

_CORS = (("Access-Control-Allow-Origin", "*"),)

_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "POST"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "7200"),
)

Headers = list[tuple[str, str]]


def headers_of(status: int, *, length: int, closes: bool) -> Headers:
    """The headers of an answer."""
    found: Headers = [*_CORS, ("Cache-Control", "no-store")]
    if status == 405:  # noqa: PLR2004 - HTTP's own numbers, here and below
        found.append(("Allow", "POST, OPTIONS"))
    if status == 429:  # noqa: PLR2004
        found.append(("Retry-After", "1"))
    if length:
        found.append(("Content-Type", "text/plain; charset=utf-8"))
    if status != 204:  # noqa: PLR2004 - RFC 9110, section 8.6: none there
        found.append(("Content-Length", str(length)))
    if closes:
        found.append(("Connection", "close"))
    return found


def preflight_headers(*, asks_private_network: bool) -> Headers:
    """The headers of the answer to OPTIONS. asks_private_network: a public page asks whether it may reach this machine."""
    found: Headers = [*_CORS, *_PREFLIGHT]
    if asks_private_network:
        found.append(("Access-Control-Allow-Private-Network", "true"))
    return found
