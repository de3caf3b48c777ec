"""Blocked code in attributes and javascript: URLs, and blocked styles in the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csplint.checks.edits import add_sources, replace_sources
from csplint.checks.own_page.explain_scripts import MOST_TAGS
from csplint.checks.own_page.groups import Group, shortened
from csplint.checks.own_page.requests import BlockedRequest
from csplint.checks.problem import Problem, nonce_edit, policy_edits, server_edit
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.edit import with_directive
from csplint.csp.source import Source, SourceKind

_MOST_HASHES = 25
_UNSAFE_INLINE = "'unsafe-inline'"


def explain_attributes(found: Group) -> Problem:
    """Event handlers and javascript: URLs, which neither nonces nor hosts can allow."""
    first = found.first.own.found
    if found.remedy == "no-code":
        return found.problem(
            f"{found.blocks} that {'does' if len(found.blocked) == 1 else 'do'} nothing.",
            severity="info",
            cause="Nothing breaks, but each click logs a violation in the console and in reports.",
            value="javascript:",
            fix="Use a button, or give the link an address.",
        )
    if found.remedy == "code":
        return found.problem(
            f"{found.blocks} on the page.",
            severity="warning",
            cause=f"The first is javascript:{shortened(found.first.request.content.strip())}",
            value="javascript: code",
            fix="Attach the code with addEventListener in a script that the policy allows. "
            "A hash allows a javascript: URL only together with 'unsafe-hashes'.",
        )
    return found.problem(
        f"{found.blocks} on the page.",
        severity="warning",
        cause=f"The first is {first.attribute} on {first.element}. Nonces and hosts never allow code in attributes.",
        value="event handlers",
        fix="Attach the handler with addEventListener in a script that the policy allows. "
        "If you cannot change it, its hash together with 'unsafe-hashes' allows only this code.",
    )


def explain_styles(found: Group) -> Problem:
    """
    Style elements and attributes, which share a list.

    An error if there is an element, which usually breaks the whole layout; attributes often only style a detail.
    """
    has_elements = any(each.request.kind == "inline-style" for each in found.blocked)
    ignored = _UNSAFE_INLINE in found.directive.list.keywords
    return found.problem(
        f"{found.blocks} on the page.",
        rule="page-needs-inline-style",
        severity="error" if has_elements else "warning",
        cause="A nonce or hash in the list makes browsers ignore its 'unsafe-inline'." if ignored else "",
        value=_UNSAFE_INLINE,
        **_style_fix(found, ignored=ignored),
    )


def _style_fix(found: Group, *, ignored: bool) -> dict[str, Any]:
    elements = [each for each in found.blocked if each.request.kind == "inline-style"]
    only_elements = len(elements) == len(found.blocked)
    policy, effective = found.policy, found.first.effective
    if found.directive.list.nonces and found.directive.name != "style-src-attr":
        return _fix_beside_nonce(found, elements)
    if only_elements and len(found.blocked) <= _MOST_HASHES and not ignored:
        hashes = list(dict.fromkeys(script_hash(each.request.content) for each in found.blocked))
        return {
            "fix": f"Move the styles into a file, or add their hashes ({shortened(' '.join(hashes))}) to {found.effective}.",
            "edits": policy_edits(policy, add_sources(policy, effective, hashes)),
        }
    if not elements and found.directive.list.hashes and found.directive.name != "style-src-attr":
        return _allow_attributes(found)
    inline = [each.text for each in found.directive.list.sources if _is_about_inline(each)]
    return {
        "fix": f"Move the styles into classes of a style sheet, or allow 'unsafe-inline' in {found.effective}, "
        "without a nonce or hash next to it.",
        "safety": "unsafe",
        "edits": policy_edits(policy, replace_sources(policy, effective, inline, [_UNSAFE_INLINE])),
    }


def _fix_beside_nonce(found: Group, elements: Sequence[BlockedRequest]) -> dict[str, Any]:
    """Keep the nonce: it goes on the elements, and attributes, which have no nonce, get a list of their own."""
    if not elements:
        return _allow_attributes(found)
    tags = f"Add the nonce from the response's header to the style {'elements' if len(elements) > 1 else 'element'}."
    if len(elements) > MOST_TAGS:
        return {"fix": tags, "edits": server_edit(tags)}
    nonce = min(found.directive.list.nonces)
    places = dict.fromkeys(each.own.found.place for each in elements)
    edits = tuple(edit for place in places for edit in nonce_edit(place, nonce))
    if len(elements) == len(found.blocked):
        return {"fix": tags, "edits": edits}
    attributes = _allow_attributes(found)
    return {**attributes, "fix": f"{tags} {attributes['fix']}", "edits": (*edits, *attributes["edits"])}


def _allow_attributes(found: Group) -> dict[str, Any]:
    """style-src-attr beside the list: it leaves the list's nonces and hashes as they are."""
    own = with_directive(found.policy, "style-src-attr", _UNSAFE_INLINE)
    return {
        "fix": "Move the style attributes into classes of a style sheet, or add style-src-attr 'unsafe-inline', which allows "
        "style attributes and leaves the nonces and hashes of style elements in force.",
        "safety": "unsafe",
        "edits": policy_edits(found.policy, own),
    }


def _is_about_inline(source: Source) -> bool:
    """Whether it is 'unsafe-inline', or a nonce or hash, which make browsers ignore 'unsafe-inline'."""
    return source.kind == SourceKind.NONCE or source.is_hash or source.name == _UNSAFE_INLINE
