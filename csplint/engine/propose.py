"""
A policy where there is none, and a strict one: made from what the page itself loads and what its widgets need.

Both start from a policy that is narrower than the page needs, and let `correct` add what the page and the widgets are
found to need; so both are judged like any other correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.edit import apply, replace_sources
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.correct import Correction, correct
from csplint.engine.evaluate import evaluate
from csplint.engine.subject import Subject, all_policies
from csplint.model import Place
from csplint.packs.merge import PackSet
from csplint.page.document import Document, Script

START = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
"""What a page gets that has no policy, before what it loads is added."""

BEFORE_ENFORCING = (
    "Send it as Content-Security-Policy-Report-Only first: nothing is blocked, and browsers report what would be.",
    "csplint sees what the page's HTML and CSS name. Scripts may load more; their addresses come with the reports.",
    "Other pages of the site may need other sources. Check each kind of page, or collect reports from all of them.",
    "Rename the header to Content-Security-Policy once no reports come for a week of normal traffic.",
)
"""What has to be known before a policy that was made from one page is enforced."""

NONCE = "{NONCE}"
"""Stands for the nonce in a policy to send. Not base64, so that browsers ignore it where it was left in by mistake."""

_TRIED = "Y3NwbGludCB0cmllcyB0aGlzIG5vbmNl"
"""The nonce that a strict policy is judged with."""

_STRICT = ("'strict-dynamic'", "https:", "'unsafe-inline'")
"""
Browsers that know nonces ignore 'unsafe-inline', those that know 'strict-dynamic' ignore https:; older ones need them.
"""


class Strict(Struct, frozen=True):
    """
    A strict policy, judged.

    correction: with the nonce that was tried. tags: the script tags that need a nonce attribute. by_hand: what no
    nonce can allow, in words.
    """

    correction: Correction
    tags: tuple[Place, ...]
    by_hand: tuple[str, ...]


def from_nothing(subject: Subject, packs: PackSet, features: Mapping[str, str]) -> Correction:
    """A policy for a subject that has none, from its own resources and the needs of its widgets."""
    started = replace(subject, delivered=(Delivered(START, "header", "enforce"),))
    return correct(evaluate(started, packs, features), packs, features)


def strict(subject: Subject, packs: PackSet, features: Mapping[str, str]) -> Strict:
    """
    The subject's policies with scripts allowed by a nonce and 'strict-dynamic' only; one from START where there are none.

    The first enforced policy gets the strict script-src; the others keep theirs, as far as `correct` leaves them.
    """
    policies = all_policies(subject)
    enforced = next((each for each in policies if each.disposition == "enforce"), None)
    if enforced is None:
        delivered = (*subject.delivered, Delivered(_strict_text(_parsed(START)), "header", "enforce"))
    else:
        texts = {each.index: each.text for each in policies} | {enforced.index: _strict_text(enforced)}
        delivered = tuple(
            Delivered(texts[each.index], each.delivery, each.disposition, each.order, each.joined) for each in policies
        )
    changed = replace(subject, delivered=delivered, document=_with_nonces(subject.document))
    correction = correct(evaluate(changed, packs, features), packs, features)
    return Strict(correction, tuple(_tags(subject.document)), tuple(_by_hand(subject.document)))


def _parsed(text: str) -> Policy:
    [policy] = parse_policies([Delivered(text)])
    return policy


def _strict_text(policy: Policy) -> str:
    """The policy with a strict script-src, and without what gets round it."""
    name = "script-src-elem"
    wanted = (f"'nonce-{_TRIED}'", *_STRICT)
    governing = policy.governing(name)
    if governing is None:
        text = f"{policy.text.rstrip('; ')}; script-src {' '.join(wanted)}"
    else:
        unwanted = [each.text for each in governing.list.sources if not _stays(each.name)]
        text = apply(policy.text, replace_sources(policy, name, unwanted, wanted))
    for directive, value in (("object-src", "'none'"), ("base-uri", "'none'")):
        if _parsed(text).in_force.get(directive) is None:
            text = f"{text.rstrip('; ')}; {directive} {value}"
    return text


def _stays(name: str) -> bool:
    """Whether a keyword of the old list keeps its meaning in the strict one."""
    return name in {"'unsafe-eval'", "'wasm-unsafe-eval'", "'report-sample'"}


def _with_nonces(document: Document | None) -> Document | None:
    """The page with the nonce on every script tag, as its owner will send it."""
    if document is None:
        return None
    places = {script.place for script in document.scripts if _runs(script)}
    scripts = tuple(replace(each, nonce=_TRIED) if each.place in places else each for each in document.scripts)
    requests = tuple(
        replace(each, request=replace(each.request, nonce=_TRIED)) if each.place in places else each
        for each in document.requests
    )
    return replace(document, scripts=scripts, requests=requests)


def _runs(script: Script) -> bool:
    return script.kind in {"classic", "module", "importmap", "speculationrules"}


def _tags(document: Document | None) -> Iterator[Place]:
    for script in document.scripts if document else ():
        if _runs(script):
            yield Place(script.place.line, script.place.column)


def _by_hand(document: Document | None) -> Iterator[str]:
    """What a nonce cannot allow: handlers and javascript: addresses."""
    for found in document.requests if document else ():
        if found.request.kind == "event-handler":
            yield f"line {found.place.line}: move the {found.attribute} handler into a script (addEventListener)."
        elif found.request.kind == "javascript-url":
            yield f"line {found.place.line}: replace the javascript: address with a handler in a script."


def shown(text: str) -> str:
    """A strict policy as it is sent: with the place for the nonce instead of the one that was tried."""
    return text.replace(_TRIED, NONCE)
