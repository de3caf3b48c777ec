"""What is judged: the policies of a page as they came, the page, and the answers it came in; and the same after edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply
from csplint.csp.policy import Delivered, Delivery, Policy, decode_header, parse_policies
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url
from csplint.engine.budget import requests_within_budget, within_budget
from csplint.errors import TargetError
from csplint.model import Edit
from csplint.page.capture import Capture, Visits
from csplint.page.document import NOWHERE, RECORDED, Document, PageRequest, Place, Script

if TYPE_CHECKING:
    from csplint.page.own_files import OwnFile
    from csplint.servers.source import Part

ENFORCED = "content-security-policy"
REPORT_ONLY = "content-security-policy-report-only"


class Subject(Struct, frozen=True):
    """
    One target, read.

    target: as the user named it. page: the page's URL. delivered: header values, then meta contents, in order.
    document, second, visits: None where there is only a policy. notes: sentences for the report about what was left out.
    ignores_base: the document is read as if it set no base URL, because a policy blocks it. source: the part of a configuration
    file. files: what a page in a folder loads from it. unchecked: why the policies
    here do not decide alone, "" if they do (`budget.within_budget`).
    """

    target: str
    page: str
    delivered: tuple[Delivered, ...]
    document: Document | None = None
    second: Document | None = None
    visits: Visits | None = None
    notes: tuple[str, ...] = ()
    ignores_base: bool = False
    unchecked: str = ""
    source: Part | None = None
    files: tuple[OwnFile, ...] = ()


def delivered_policies(capture: Capture, document: Document | None) -> tuple[Delivered, ...]:
    """The policies of an answer: headers in the order sent, then the meta elements that count."""
    return (*_from_headers(capture), *_from_metas(document))


def _from_headers(capture: Capture) -> Iterable[Delivered]:
    delivery: Delivery = "text" if capture.missing == "response" else "header"
    for name, value in capture.headers:
        lowered = name.lower().decode("latin-1")
        if lowered in {ENFORCED, REPORT_ONLY}:
            yield Delivered(decode_header(value), delivery, "enforce" if lowered == ENFORCED else "report")


def _from_metas(document: Document | None) -> Iterable[Delivered]:
    for meta in document.metas if document else ():
        if meta.counts and meta.name == ENFORCED and meta.content:
            yield Delivered(meta.content, "meta", "enforce", meta.order)


def edited(subject: Subject, policies: tuple[Policy, ...], edits: Iterable[Edit]) -> Subject:
    """The subject with the edits made that can be made here: in policies, in response headers, on tags."""
    edits = tuple(edits)
    delivered = tuple(Delivered(_text(p, edits), p.delivery, p.disposition, p.order, p.joined) for p in policies)
    changed = _with_base(replace(subject, delivered=delivered))
    for edit in edits:
        if edit.kind == "tag":
            changed = _with_nonce(changed, edit)
        elif edit.kind == "header":
            changed = _with_header(changed, edit)
    return changed


def _text(policy: Policy, edits: Iterable[Edit]) -> str:
    changes = [_replacement(edit) for edit in edits if edit.kind == "policy" and edit.policy == policy.index]
    return apply(policy.text, changes)


def _replacement(edit: Edit) -> Replacement:
    return Replacement(edit.start or 0, edit.end or 0, edit.text)


def _with_nonce(subject: Subject, edit: Edit) -> Subject:
    document, place = subject.document, edit.place
    if document is None or place is None:
        return subject
    at = Place(place.line, place.column)

    def script(each: Script) -> Script:
        return replace(each, nonce=edit.text) if each.place == at else each

    def request(each: PageRequest) -> PageRequest:
        return replace(each, request=replace(each.request, nonce=edit.text)) if each.place == at else each

    scripts, requests = tuple(map(script, document.scripts)), tuple(map(request, document.requests))
    return replace(subject, document=replace(document, scripts=scripts, requests=requests))


def _with_header(subject: Subject, edit: Edit) -> Subject:
    visits = subject.visits
    if visits is None or edit.name is None:
        return subject
    name = edit.name.encode("latin-1")
    kept = tuple(pair for pair in visits.first.headers if pair[0].lower() != name.lower())
    first = replace(visits.first, headers=(*kept, (name, edit.text.encode("utf-8"))))
    return replace(subject, visits=replace(visits, first=first))


def all_policies(subject: Subject) -> tuple[Policy, ...]:
    """Every policy of the subject, enforced or not, numbered in the order sent."""
    return parse_policies(subject.delivered)


def carries_nonce(capture: Capture) -> bool:
    """Whether an answer's policies may hold a nonce."""
    values = (*capture.header(ENFORCED), *capture.header(REPORT_ONLY))
    return any(b"nonce-" in value.lower() for value in values) or b"'nonce-" in capture.body.lower()


def is_worth_a_second_request(capture: Capture) -> bool:
    """
    Whether only a second response shows what can be advised: the page has a nonce, or a hash may be advised for it.

    A nonce must be new in each response, and a hash allows only what is the same in each.
    """
    return carries_nonce(capture) or _may_get_a_hash(capture)


_LONGEST_READ_TWICE = 1_000_000
"""Bytes of a page that is read once more to decide; a longer one is requested again."""


def _may_get_a_hash(capture: Capture) -> bool:
    """Whether a policy blocks an inline script or style of the page, or the page has some and no policy yet."""
    if b"<script" not in capture.body.lower() and b"<style" not in capture.body.lower():
        return False
    if len(capture.body) > _LONGEST_READ_TWICE:
        return True
    try:
        document = _document(capture)
    except TargetError:
        return False
    inline = [each for each in document.requests if each.request.kind in {"inline-script", "inline-style"}]
    policies = parse_policies(delivered_policies(capture, document))
    if not policies:
        return bool(inline)
    page = parse_url(capture.url) or Url(capture.url, "", "", None, "")
    enforced = [replace(policy, disposition="enforce") for policy in policies]
    return any(
        PolicySet(page, (policy,)).decide(each.request).blocked
        for policy in enforced[:_MOST_POLICIES]
        for each in inline[:_MOST_ASKED]
        if policy.order < each.order
    )


_MOST_POLICIES, _MOST_ASKED = 8, 200


def read_visits(visits: Visits) -> Subject:
    """
    Read the answers to one target.

    Raises TargetError for a page that cannot be read within csplint's limits.
    """
    first = visits.first
    if first.missing in ("page", "response"):
        kept = within_budget(delivered_policies(first, None))
        notes = (*first.notes, *kept.limits)
        return Subject(
            first.target, first.url, kept.delivered, visits=_answer(visits), notes=notes, unchecked=kept.unchecked
        )
    document = _document(first)
    second = _document(visits.second) if visits.second else None
    kept = within_budget(delivered_policies(first, document))
    notes = (*first.notes, *_header_notes(first), *document.notes, *kept.limits)
    subject = Subject(
        target=first.target,
        page=first.url,
        delivered=kept.delivered,
        document=_whole(document, first, kept.delivered),
        second=second,
        visits=visits,
        notes=notes,
        unchecked=kept.unchecked,
    )
    return _with_base(subject)


def _whole(document: Document, capture: Capture, delivered: Iterable[Delivered]) -> Document:
    """The document with what a HAR recorded, within the budget."""
    return requests_within_budget(_with_recorded(document, capture), delivered)


def _with_base(subject: Subject) -> Subject:
    """The subject, its page read again if its policies block the base URL now and did not before, or the reverse."""
    document, visits = subject.document, subject.visits
    if document is None or visits is None:
        return subject
    blocked = _blocks_base(subject.delivered, document, subject.page)
    if blocked == subject.ignores_base:
        return subject
    again = _whole(_document(visits.first, ignores_base=blocked), visits.first, subject.delivered)
    return replace(subject, document=again, ignores_base=blocked)


def _blocks_base(delivered: Iterable[Delivered], document: Document, page: str) -> bool:
    """Whether an enforced policy blocks the base URL, so that browsers resolve URLs as if the page set none."""
    base = next((found for found in document.requests if found.request.kind == "base"), None)
    if base is None:
        return False
    policies = [each for each in parse_policies(delivered) if each.disposition == "enforce" and each.order < base.order]
    address = parse_url(page)
    return address is not None and bool(PolicySet(address, tuple(policies)).decide(base.request).blocked)


def _header_notes(capture: Capture) -> Iterator[str]:
    from csplint.page.html.refresh import refresh_note  # noqa: PLC0415 - only for pages

    for value in capture.header("refresh"):
        if note := refresh_note(value.decode("latin-1"), capture.url):
            yield note


def _with_recorded(document: Document, capture: Capture) -> Document:
    """The document with what a HAR recorded besides what the HTML requests."""
    known = {(found.request.url, _GROUPS.get(found.request.kind, found.request.kind)) for found in document.requests}
    orders = [*(found.order for found in document.requests), *(meta.order for meta in document.metas)]
    order = max(orders, default=0) + 1
    recorded = [
        PageRequest(request, NOWHERE, RECORDED, "", request.url, order + number)
        for number, request in enumerate(capture.recorded)
        if (request.url, _GROUPS.get(request.kind, request.kind)) not in known
    ]
    return replace(document, requests=(*document.requests, *recorded)) if recorded else document


_GROUPS = {"dynamic-script": "script", "prefetch": "script", "beacon": "connect", "eventsource": "connect"}
"""Kinds that are one and the same file, however it is loaded."""


def _answer(visits: Visits) -> Visits | None:
    """A policy on its own is not a response, so nothing is known about other headers."""
    return None if visits.first.missing == "response" else visits


def _document(capture: Capture, *, ignores_base: bool = False) -> Document:
    from csplint.page.fetch.response_checks import is_xml  # noqa: PLC0415
    from csplint.page.html.parser import Reading, read_document, response_charset  # noqa: PLC0415 - 22 ms, only for pages

    links = tuple(value.decode("latin-1") for value in capture.header("link"))
    return read_document(
        capture.body,
        capture.url,
        charset=response_charset(capture.header("content-type")),
        target=capture.target,
        reading=Reading(xml=is_xml(capture), links=links, ignores_base=ignores_base),
    )


def policy_subject(target: str, page: str, enforced: list[str], report_only: list[str]) -> Subject:
    """A subject that is nothing but policies, as typed."""
    delivered = [Delivered(text, "text", "enforce") for text in enforced]
    delivered += [Delivered(text, "text", "report") for text in report_only]
    kept = within_budget(tuple(delivered))
    return Subject(target, page or UNKNOWN_PAGE, kept.delivered, notes=kept.limits, unchecked=kept.unchecked)
