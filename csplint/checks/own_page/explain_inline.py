"""Blocked code in attributes and javascript: URLs, and blocked styles in the page."""

from __future__ import annotations

from typing import Any

from csplint.checks.edits import add_sources, replace_sources
from csplint.checks.own_page.groups import Group, shortened
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.vendor.page_embed import script_hash
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
    only_elements = all(each.request.kind == "inline-style" for each in found.blocked)
    policy, effective = found.policy, found.first.effective
    if only_elements and len(found.blocked) <= _MOST_HASHES and not ignored:
        hashes = list(dict.fromkeys(script_hash(each.request.content) for each in found.blocked))
        return {
            "fix": f"Move the styles into a file, or add their hashes ({shortened(' '.join(hashes))}) to {found.effective}.",
            "edits": policy_edits(policy, add_sources(policy, effective, hashes)),
        }
    inline = [each.text for each in found.directive.list.sources if _is_about_inline(each)]
    return {
        "fix": f"Move the styles into classes of a style sheet, or allow 'unsafe-inline' in {found.effective}, "
        "without a nonce or hash next to it.",
        "safety": "unsafe",
        "edits": policy_edits(policy, replace_sources(policy, effective, inline, [_UNSAFE_INLINE])),
    }


def _is_about_inline(source: Source) -> bool:
    """Whether it is 'unsafe-inline', or a nonce or hash, which make browsers ignore 'unsafe-inline'."""
    return source.kind == SourceKind.NONCE or source.is_hash or source.name == _UNSAFE_INLINE
