"""What is judged: the policies of a page as they came, the page, and the answers it came in; and the same after edits."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply
from csplint.csp.policy import Delivered, Policy, decode_header, parse_policies
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url
from csplint.errors import TargetError
from csplint.model import Edit
from csplint.page.capture import Capture, Visits
from csplint.page.document import Document, PageRequest, Place, Script

ENFORCED = "content-security-policy"
REPORT_ONLY = "content-security-policy-report-only"


class Subject(Struct, frozen=True):
    """
    One target, read.

    target: as the user named it. page: the page's URL. delivered: header values, then meta contents, in order.
    document, second, visits: None where there is only a policy.
    """

    target: str
    page: str
    delivered: tuple[Delivered, ...]
    document: Document | None = None
    second: Document | None = None
    visits: Visits | None = None


def delivered_policies(capture: Capture, document: Document | None) -> tuple[Delivered, ...]:
    """The policies of an answer: headers in the order sent, then the meta elements that count."""
    return (*_from_headers(capture), *_from_metas(document))


def _from_headers(capture: Capture) -> Iterable[Delivered]:
    for name, value in capture.headers:
        lowered = name.lower().decode("latin-1")
        if lowered in {ENFORCED, REPORT_ONLY}:
            yield Delivered(decode_header(value), "header", "enforce" if lowered == ENFORCED else "report")


def _from_metas(document: Document | None) -> Iterable[Delivered]:
    for meta in document.metas if document else ():
        if meta.counts and meta.name == ENFORCED and meta.content:
            yield Delivered(meta.content, "meta", "enforce", meta.order)


def edited(subject: Subject, policies: tuple[Policy, ...], edits: Iterable[Edit]) -> Subject:
    """The subject with the edits made that can be made here: in policies, in response headers, on tags."""
    edits = tuple(edits)
    delivered = tuple(Delivered(_text(p, edits), p.delivery, p.disposition, p.order, p.joined) for p in policies)
    changed = replace(subject, delivered=delivered)
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
    document = _document(first)
    second = _document(visits.second) if visits.second else None
    return Subject(first.target, first.url, delivered_policies(first, document), document, second, visits)


def _document(capture: Capture) -> Document:
    from csplint.page.html.parser import http_charset, read_document  # noqa: PLC0415 - 22 ms, for pages alone

    types = capture.header("content-type")
    charset = http_charset(types[-1]) if types else None
    return read_document(capture.body, capture.url, charset=charset, target=capture.target)


def policy_subject(target: str, page: str, enforced: list[str], report_only: list[str]) -> Subject:
    """A subject that is nothing but policies, as typed."""
    delivered = [Delivered(text, "text", "enforce") for text in enforced]
    delivered += [Delivered(text, "text", "report") for text in report_only]
    return Subject(target, page or UNKNOWN_PAGE, tuple(delivered))
