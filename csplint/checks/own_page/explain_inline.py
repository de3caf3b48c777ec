"""Blocked code in attributes and javascript: URLs, and blocked styles in the page."""

from __future__ import annotations

import re
from typing import Any

from csplint.checks.context import Context
from csplint.checks.edits import add_sources, replace_sources
from csplint.checks.own_page.authorship import compares
from csplint.checks.own_page.explain_scripts import MOST_HASHES, compare_first, nonce_edits
from csplint.checks.own_page.groups import Group, shortened
from csplint.checks.own_page.requests import BlockedRequest
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.edit import with_directive
from csplint.csp.policy import Directive
from csplint.csp.source import Source, SourceKind

_UNSAFE_INLINE, _UNSAFE_HASHES = "'unsafe-inline'", "'unsafe-hashes'"
_SEARCHED = 10_000
"""Characters of a handler that are searched."""


def explain_attributes(found: Group) -> Problem:
    """Event handlers and javascript: URLs, which neither nonces nor hosts can allow."""
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
    return _explain_handlers(found)


_ASYNC_SHEET = re.compile(r"\bthis\s*\.\s*(media\s*=|rel\s*=\s*['\"]stylesheet)")
"""The onload handler of a link that shows its style sheet once it has loaded (media=print, or rel=preload)."""


def _explain_handlers(found: Group) -> Problem:
    first = found.first.own.found
    sheets = [each for each in found.blocked if _is_async_sheet(each)]
    unlisted = [each for each in found.blocked if not _is_listed(found.directive, each.request.content)]
    known = not unlisted and _UNSAFE_HASHES not in found.directive.list.keywords
    return found.problem(
        f"{found.blocks} on the page.",
        severity="error" if sheets else "warning",
        cause=" ".join(
            filter(
                None,
                (
                    f"The first is {first.attribute} on {first.element}. Nonces and hosts never allow code in attributes.",
                    _sheets_cause(len(sheets)),
                    _attribute_cause(found.directive, known=known),
                ),
            )
        ),
        value="event handlers",
        fix=_handler_fix(found, sheets=bool(sheets), known=known),
        safety="unsafe",
        edits=policy_edits(found.policy, add_sources(found.policy, found.first.effective, [_UNSAFE_HASHES]))
        if known
        else (),
    )


def _is_async_sheet(blocked: BlockedRequest) -> bool:
    found, code = blocked.own.found, blocked.request.content
    return found.element == "link" and found.attribute == "onload" and _ASYNC_SHEET.search(code[:_SEARCHED]) is not None


def _is_listed(directive: Directive, code: str) -> bool:
    """Whether the hash of an attribute's code is in the list."""
    return any(each.text == script_hash(code) for each in directive.list.sources if each.is_hash)


def _sheets_cause(sheets: int) -> str:
    if not sheets:
        return ""
    what = (
        "a style sheet on once it has loaded, so that sheet is"
        if sheets == 1
        else "style sheets on, so those sheets are"
    )
    return f"{'It switches' if sheets == 1 else f'{sheets} of them switch'} {what} never applied; style-src is not the cause."


def _attribute_cause(directive: Directive, *, known: bool) -> str:
    """Why something in the policy that seems to allow the handlers does not."""
    if known:
        return f"The hash in {directive.name} counts for code in attributes only together with {_UNSAFE_HASHES}."
    if directive.name == "script-src-attr":
        return "script-src-attr governs code in attributes, so nothing in script-src counts for it."
    if _UNSAFE_INLINE in directive.list.keywords:
        return f"A nonce or hash in {directive.name} makes browsers ignore its {_UNSAFE_INLINE}."
    return ""


def _handler_fix(found: Group, *, sheets: bool, known: bool) -> str:
    if known:
        return f"Add {_UNSAFE_HASHES} to {found.written}, or attach the handler with addEventListener in a script file."
    if sheets:
        return (
            "Remove the handler and link the style sheet plainly (<link rel=stylesheet>), or set its media attribute from a script "
            f"that the policy allows. Its hash together with {_UNSAFE_HASHES} allows only this code."
        )
    inline = (
        f", or {_UNSAFE_INLINE} in script-src-attr, allows" if found.directive.name == "script-src-attr" else " allows"
    )
    return (
        "Attach the handler with addEventListener in a script that the policy allows. "
        f"If you cannot change it, its hash together with {_UNSAFE_HASHES}{inline} {'it' if 'or' in inline else 'only this code'}."
    )


def explain_styles(context: Context, found: Group) -> Problem:
    """
    Style elements and attributes in a list without a nonce, which they share.

    An error if there is an element, which usually breaks the whole layout; attributes often only style a detail.
    """
    has_elements = any(each.request.kind == "inline-style" for each in found.blocked)
    return found.problem(
        f"{found.blocks} on the page.",
        rule="page-needs-inline-style",
        severity="error" if has_elements else "warning",
        cause=_ignored_cause(found),
        value=_UNSAFE_INLINE,
        **_style_fix(context, found),
    )


def _ignored_cause(found: Group) -> str:
    """That the list allows inline styles, but something else in it makes browsers ignore that."""
    if _UNSAFE_INLINE not in found.directive.list.keywords:
        return ""
    return f"A nonce or hash in the list makes browsers ignore its {_UNSAFE_INLINE}."


def _style_fix(context: Context, found: Group) -> dict[str, Any]:
    only_elements = all(each.request.kind == "inline-style" for each in found.blocked)
    policy, effective = found.policy, found.first.effective
    if only_elements and len(found.blocked) <= MOST_HASHES:
        hashes = list(dict.fromkeys(script_hash(each.request.content) for each in found.blocked))
        return {
            "fix": f"Move the styles into a file, or add their hashes ({shortened(' '.join(hashes))}) to {found.written}."
            f"{compare_first(context)}",
            "safety": "safe" if compares(context) else "unsafe",
            "edits": policy_edits(policy, add_sources(policy, effective, hashes)),
        }
    inline = [each.text for each in found.directive.list.sources if _is_about_inline(each)]
    return {
        "fix": f"Move the styles into classes of a style sheet, or allow 'unsafe-inline' in {found.written}, "
        "without a nonce or hash next to it.",
        "safety": "unsafe",
        "edits": policy_edits(policy, replace_sources(policy, effective, inline, [_UNSAFE_INLINE])),
    }


def _is_about_inline(source: Source) -> bool:
    """Whether it is 'unsafe-inline', or a nonce or hash, which make browsers ignore 'unsafe-inline'."""
    return source.kind == SourceKind.NONCE or source.is_hash or source.name == _UNSAFE_INLINE


def explain_style_nonce(found: Group) -> Problem:
    """Style elements without the nonce of a list that has one."""
    right = min(found.directive.list.nonces)
    tags = "their tags do" if len(found.blocked) > 1 else "its tag does"
    return found.problem(
        f"{found.blocks} on the page because {tags} not have the policy's nonce.",
        rule="page-needs-inline-style",
        cause=_ignored_cause(found),
        value=f"{found.written} nonce",
        span=next((t.span for t in found.directive.tokens if t.source.name == right), found.list_span),
        fix="Add the nonce from the response's header to each of the style tags."
        if len(found.blocked) > 1
        else "Add the nonce from the response's header to the style tag.",
        edits=nonce_edits(found, right),
    )


def explain_style_attributes(found: Group) -> Problem:
    """Style attributes beside a nonce or hash, which stays for the elements: attributes get a directive of their own."""
    policy = found.policy
    return found.problem(
        f"{found.blocks} on the page.",
        rule="page-needs-inline-style",
        severity="warning",
        cause=_ignored_cause(found)
        or "Nonces never allow style attributes, and hashes only together with 'unsafe-hashes'.",
        value="style-src-attr 'unsafe-inline'",
        fix="Move the styles into classes of a style sheet, or add style-src-attr 'unsafe-inline', which allows style attributes "
        "only: the nonce or hash for style elements stays.",
        safety="unsafe",
        edits=policy_edits(policy, with_directive(policy, "style-src-attr", _UNSAFE_INLINE)),
    )
