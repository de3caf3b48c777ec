"""Script tags that need a nonce: without one, with another one, or with one that does not count."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.own_page.groups import Group, lost_nonce
from csplint.checks.own_page.wording import counted, name, problem, shown
from csplint.checks.problem import Problem, nonce_edit, server_edit
from csplint.csp.policy import Span
from csplint.model import Edit
from csplint.page.document import Script

_MOST_TAGS = 20
_RULE = "page-blocks-own-resource"


def tell_nonce(found: Group) -> Problem:
    """Tags that carry no nonce under a list that goes by nonces, or one the list does not have."""
    right = sorted(found.directive.list.nonces)[0]
    tag, many = found.first.own.request.nonce, len(found.refusals) > 1
    has = f"have the nonce {shown(tag)!r}" if found.way == "other-nonce" else "have no nonce"
    if found.way == "other-nonce" and len({each.own.request.nonce for each in found.refusals}) > 1:
        has = "have other nonces than the policy"
    verb = has if many else has.replace("have", "has", 1)
    cause = f"The first is {_what(found)}."
    if found.directive.list.strict_dynamic and found.first.own.request.url:
        cause += " 'strict-dynamic' makes browsers ignore the hosts in the list."
    return replace(
        problem(found, _RULE, f"{name(found)} blocks {counted(found)} of the page, which {verb}."),
        cause=cause,
        value=f"'nonce-{tag or right}'",
        span=_span(found, right),
        fix="Write the response's nonce, the one in the header, on the tag." if not many else _EACH,
        edits=_nonces(found, right),
    )


_EACH = "Write the response's nonce, the one in the header, on each of the tags."


def _what(found: Group) -> str:
    return shown(found.first.own.request.url) or "an inline script"


def _span(found: Group, nonce: str) -> Span:
    spans = (token.span for token in found.directive.tokens if token.source.name == nonce)
    return next(spans, found.directive.name_span)


def _nonces(found: Group, nonce: str) -> tuple[Edit, ...]:
    if len(found.refusals) > _MOST_TAGS:
        return server_edit(_EACH)
    places = dict.fromkeys(each.own.found.place for each in found.refusals)
    return tuple(edit for place in places for edit in nonce_edit(place, nonce))


def tell_lost_nonce(found: Group) -> Problem:
    """Scripts that would go by a nonce which browsers dropped from the list."""
    lost = lost_nonce(found.directive)
    text = lost.text if lost else ""
    return replace(
        problem(
            found,
            _RULE,
            f"{name(found)} blocks {counted(found)} of the page: {shown(text)} is no nonce, and browsers drop it.",
        ),
        cause=f"The first is {_what(found)}.",
        value=text,
        span=next((t.span for t in found.directive.tokens if t.source.text == text), found.directive.name_span),
        fix="Send the header from where the nonce is made, base64-encoded and new in every response.",
    )


def tell_dead(found: Group) -> Problem:
    """Script tags under 'strict-dynamic' without a nonce: no host can allow them."""
    token = next(t for t in found.directive.tokens if t.source.name == "'strict-dynamic'")
    return replace(
        problem(
            found, _RULE, f"{name(found)} blocks {counted(found)} of the page: under 'strict-dynamic' no host counts."
        ),
        cause=f"The first is {_what(found)}. A file is allowed by a nonce on its tag, or by an integrity hash that is listed.",
        value="'strict-dynamic'",
        span=token.span,
        fix="Put a nonce, new in every response, into the list and on the tags; or remove 'strict-dynamic'.",
    )


def tell_preload(found: Group) -> Problem:
    """A preload is a head start; the script itself is judged by its own tag."""
    return replace(
        problem(found, _RULE, f"{name(found)} blocks {counted(found)} that link elements ask for ahead of time."),
        severity="info",
        cause=f"The first is {_what(found)}. The script's own tag is judged apart; without the preload it only comes later.",
        value=f"{found.effective} preload",
        fix="Give the link element the response's nonce, or have the list allow the file's host."
        if found.directive.list.nonces
        else "Have the list allow the file's host, or leave the preload out.",
    )


def tell_unnonceable(context: Context, found: Group) -> Problem:
    """The tag has the right nonce, and could have been forged by dangling markup (CSP3 #is-element-nonceable)."""
    first = found.first.own
    scripts = context.document.scripts if context.document else ()
    script = next((each for each in scripts if each.order == first.found.order), None)
    many = len(found.refusals) > 1
    return replace(
        problem(
            found,
            "nonce-not-nonceable",
            f"{name(found)} blocks {counted(found)} of the page, although the tag{'s have' if many else ' has'} the right nonce.",
        ),
        cause=_mark(script),
        value=f"'nonce-{first.request.nonce}'",
        span=_span(found, first.request.nonce),
    )


def _mark(script: Script | None) -> str:
    """Which of the two faults it is; only of scripts are the attributes known."""
    if script is None:
        return "The start tag repeats an attribute, or has <script or <style in one."
    for key, value in script.attributes.items():
        if any(mark in part.lower() for part in (key, value) for mark in ("<script", "<style")):
            return f"Its attribute {shown(key)} holds <script or <style."
    return "Its start tag repeats an attribute."
