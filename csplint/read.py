"""From answers, saved or fetched, to a subject that can be judged."""

from __future__ import annotations

from csplint.csp.policy import Delivered
from csplint.page.capture import Capture, Visits
from csplint.page.document import Document
from csplint.subject import ENFORCED, REPORT_ONLY, Subject, delivered_policies

UNKNOWN_PAGE = "https://page.invalid/"
"""Stands for the page's URL where none is known: an https page whose 'self' is nobody's host."""


def carries_nonce(capture: Capture) -> bool:
    """Whether an answer's policies may hold a nonce, so that it is worth asking again."""
    values = (*capture.header(ENFORCED), *capture.header(REPORT_ONLY))
    return any(b"nonce-" in value.lower() for value in values) or b"'nonce-" in capture.body.lower()


def read_visits(visits: Visits) -> Subject:
    """
    Read the answers to one target.

    Raises TargetError for a page that cannot be read within csplint's limits.
    """
    first = visits.first
    document = _document(first)
    second = _document(visits.second) if visits.second else None
    return Subject(first.target, first.url, delivered_policies(first, document), document, second, visits)


def _document(capture: Capture) -> Document:
    from csplint.page.markup import http_charset, read_document  # noqa: PLC0415 - 22 ms, for pages alone

    types = capture.header("content-type")
    charset = http_charset(types[-1]) if types else None
    return read_document(capture.body, capture.url, charset=charset, target=capture.target)


def policy_subject(target: str, page: str, enforced: list[str], report_only: list[str]) -> Subject:
    """A subject that is nothing but policies, as typed."""
    delivered = [Delivered(text, "text", "enforce") for text in enforced]
    delivered += [Delivered(text, "text", "report") for text in report_only]
    return Subject(target, page or UNKNOWN_PAGE, tuple(delivered))
