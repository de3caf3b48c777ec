"""Blocked script elements: those that need a hash, and those that need a nonce or have one that does not count."""

from __future__ import annotations

from csplint.checks.context import Context
from csplint.checks.edits import add_sources
from csplint.checks.own_page.authorship import COMPARE_FIRST, compares
from csplint.checks.own_page.groups import Group, invalid_nonce, shortened
from csplint.checks.own_page.templates import unfilled
from csplint.checks.problem import STAND_IN, Problem, nonce_edit, policy_edits, server_edit
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.policy import Span
from csplint.model import Edit
from csplint.page.document import Script

MOST_HASHES = 25
"""Hashes that one edit adds: more would make the header very long."""

_MOST_TAGS = 20
_NONCE_ON_TAG = "Add the nonce from the response's header to the tag."
_NONCE_ON_TAGS = "Add the nonce from the response's header to each of the tags."


def explain_hash(context: Context, found: Group) -> Problem:
    """Inline scripts blocked by a list without a nonce: a hash each would allow them."""
    hashes = list(dict.fromkeys(script_hash(each.request.content) for each in found.blocked[: MOST_HASHES + 1]))
    too_many = len(found.blocked) > MOST_HASHES
    return found.problem(
        f"{found.blocks} on the page.",
        cause="None of the hashes in the list matches. A hash changes with every character of the script."
        if found.directive.list.hashes
        else "Hosts, schemes and 'self' allow files, never a script written into the page.",
        value=f"{found.written} {hashes[0]}",
        fix=_hash_fix(context, found, hashes, too_many=too_many),
        safety="safe" if compares(context) else "unsafe",
        edits=() if too_many else policy_edits(found.policy, add_sources(found.policy, found.first.effective, hashes)),
    )


def _hash_fix(context: Context, found: Group, hashes: list[str], *, too_many: bool) -> str:
    if too_many:
        return f"Move the code into files, or use a nonce: {len(found.blocked)} hashes would make the header very long."
    added = hashes[0] if len(hashes) == 1 else f"the hashes of the {len(hashes)} scripts"
    if found.directive.list.strict_dynamic:
        return f"Add {added} to {found.written}.{compare_first(context)}"
    return f"Move the code into a file, or add {added} to {found.written}.{compare_first(context)}"


def compare_first(context: Context) -> str:
    """What to do before a hash is used, if only one response is known; it begins with a space."""
    return "" if compares(context) else f" {COMPARE_FIRST}"


def explain_nonce(context: Context, found: Group) -> Problem:
    """Script tags without a nonce, or with one that is not in the list, blocked by a list that has nonces."""
    right = sorted(found.directive.list.nonces)[0]
    tag = found.first.request.nonce
    cause = f"The first is {_script(found)}."
    if found.directive.list.strict_dynamic and found.first.request.url:
        cause += " 'strict-dynamic' makes browsers ignore the hosts in the list."
    empty = _empty_nonces(context, found)
    if empty:
        cause += ' A tag with nonce="" has no nonce: what makes the page left it empty.'
    if "'unsafe-inline'" in found.directive.list.keywords and not found.first.request.url:
        cause += " A nonce in the list makes browsers ignore its 'unsafe-inline'."
    template = unfilled(tag)
    return found.problem(
        f"{found.blocks} on the page because {_nonce_fault(found, empty)}.",
        cause=cause,
        value=f"'nonce-{tag or right}'",
        span=_nonce_span(found, right),
        fix=template.fix if template else _NONCE_ON_TAGS if len(found.blocked) > 1 else _NONCE_ON_TAG,
        edits=nonce_edits(found, right),
    )


def _nonce_fault(found: Group, empty: int) -> str:
    many = len(found.blocked) > 1
    has = "they have" if many else "it has"
    if found.remedy == "nonce":
        if empty < len(found.blocked):
            return f"{has} no nonce"
        return "their nonce attributes are empty" if many else "its nonce attribute is empty"
    if template := unfilled(found.first.request.nonce):
        return f"{has} the nonce {shortened(found.first.request.nonce)!r}, which {template.what}"
    if len({each.request.nonce for each in found.blocked}) > 1:
        return "they have other nonces than the policy"
    return f"{has} the nonce {shortened(found.first.request.nonce)!r}, which is not the policy's"


def _empty_nonces(context: Context, found: Group) -> int:
    """How many of the tags have a nonce attribute without a value."""
    scripts = context.document.scripts if context.document else ()
    empty = {script.order for script in scripts if script.nonce == ""}
    return sum(each.own.found.order in empty for each in found.blocked)


def _script(found: Group) -> str:
    return shortened(found.first.request.url) or "an inline script"


def _nonce_span(found: Group, nonce: str) -> Span:
    spans = (token.span for token in found.directive.tokens if token.source.name == nonce)
    return next(spans, found.directive.name_span)


def nonce_edits(found: Group, nonce: str) -> tuple[Edit, ...]:
    """The nonce on each tag of a group; words if there are too many."""
    if len(found.blocked) > _MOST_TAGS:
        return server_edit(_NONCE_ON_TAGS)
    places = dict.fromkeys(each.own.found.place for each in found.blocked)
    return tuple(edit for place in places for edit in nonce_edit(place, nonce))


def explain_invalid_nonce(found: Group) -> Problem:
    """Scripts that would need a nonce, in a list whose nonce is not valid, so that browsers ignore it."""
    source = invalid_nonce(found.directive)
    text = source.text if source else ""
    template = unfilled(text)
    spans = (token.span for token in found.directive.tokens if token.source.text == text)
    return found.problem(
        f"{found.blocks} on the page: {shortened(text)} is not a valid nonce, so browsers ignore it.",
        cause=f"The first is {_script(found)}." + (f" The nonce {template.what}." if template else ""),
        value=text,
        span=next(spans, found.directive.name_span),
        fix=template.fix
        if template
        else "Put a nonce into the header when you send it: random, base64-encoded, and new in every response.",
    )


def explain_strict_dynamic(found: Group) -> Problem:
    """Script files under 'strict-dynamic' without a nonce: browsers ignore hosts, so no host can allow them."""
    span = next(token.span for token in found.directive.tokens if token.source.name == "'strict-dynamic'")
    return found.problem(
        f"{found.blocks} on the page: 'strict-dynamic' makes browsers ignore the hosts in the list.",
        cause=f"The first is {_script(found)}. Only a nonce on its tag or a listed integrity hash can allow a file.",
        value="'strict-dynamic'",
        span=span,
        fix="Add a nonce, new in every response, to the list and to the tags; or remove 'strict-dynamic'.",
        by_owner=lambda: _with_a_nonce(found),
    )


def _with_a_nonce(found: Group) -> tuple[Edit, ...]:
    """A nonce in the list and on the tags."""
    added = add_sources(found.policy, found.first.effective, [f"'nonce-{STAND_IN}'"])
    tags = nonce_edits(found, STAND_IN)
    return (*policy_edits(found.policy, added), *(edit for edit in tags if edit.kind == "tag"))


def explain_preload(found: Group) -> Problem:
    """Preloads of scripts, which only save time: the script's own tag is checked too."""
    return found.problem(
        f"{found.blocks} that link elements preload.",
        severity="info",
        cause=f"The first is {_script(found)}. Without the preload it only loads later; its own tag is checked separately.",
        value=f"{found.effective} preload",
        fix=f"Add the response's nonce to the link element, or allow the file's host in {found.effective}."
        if found.directive.list.nonces
        else f"Allow the file's host in {found.effective}, or remove the preload.",
    )


def explain_unnonceable(context: Context, found: Group) -> Problem:
    """The tag has the right nonce, but injected markup could have borrowed it (CSP3 #is-element-nonceable)."""
    own = found.first.own
    scripts = context.document.scripts if context.document else ()
    script = next((each for each in scripts if each.order == own.found.order), None)
    tags = "their tags have" if len(found.blocked) > 1 else "its tag has"
    return found.problem(
        f"{found.blocks} on the page, although {tags} the right nonce.",
        rule="nonce-not-nonceable",
        cause=_tag_fault(script),
        value=f"'nonce-{own.request.nonce}'",
        span=_nonce_span(found, own.request.nonce),
    )


def _tag_fault(script: Script | None) -> str:
    """What makes browsers ignore the nonce; the attributes are known only for scripts."""
    if script is None:
        return "The start tag repeats an attribute, or has <script or <style in one."
    for key, value in script.attributes.items():
        if any(mark in part.lower() for part in (key, value) for mark in ("<script", "<style")):
            return f"Its attribute {shortened(key)} contains <script or <style."
    return "Its start tag repeats an attribute."
