"""Policies in meta elements: those that do not count, what they cannot say, and what ran before them."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Directive, Policy, State
from csplint.page.document import Document, Meta, PageRequest

_SCRIPTS = frozenset({"script", "svg:script"})
_EFFECTIVE = "script-src-elem"
_LOOKED_AT = 50
"""Scripts before a meta element that are asked about; more would not change what is said."""


@check(
    of="answer",
    needs=("page",),
    capped=True,
    rules=(
        "ignored-in-meta",
        "meta-misplaced",
        "meta-too-late",
    ),
)
def metas(context: Context) -> Iterator[Problem]:
    """Report meta elements that do nothing, directives that do nothing in one, and scripts no policy governs yet."""
    if context.document is None:
        return
    for meta in context.document.metas:
        if meta.name.endswith("-report-only"):
            yield _report_only(meta)
        elif meta.content and not meta.counts:
            yield _misplaced(context, context.document, meta)
    yield from _ignored(context)
    yield from _late(context, context.document)


def _report_only(meta: Meta) -> Problem:
    value = meta.content or ""
    return Problem(
        rule="ignored-in-meta",
        message="A meta element holds a report-only policy, which browsers read in a header alone: nothing is reported.",
        value="Content-Security-Policy-Report-Only",
        place=meta.place,
        edits=server_edit(f"Content-Security-Policy-Report-Only: {value}"),
    )


def _misplaced(context: Context, document: Document, meta: Meta) -> Problem:
    alone = not context.policies.policies
    return Problem(
        rule="meta-misplaced",
        severity="error" if alone else None,
        message="The policy in this meta element does not count: browsers read one in <head> alone, and this one stands "
        + ("elsewhere. No policy is in force on the page." if alone else "elsewhere."),
        cause=_head_ended(document, meta),
        place=meta.place,
        edits=server_edit("Move the meta element to the top of <head>, or send its policy as a header."),
    )


def _head_ended(document: Document, meta: Meta) -> str:
    """Whether </head> comes only later in the source: then something before the meta element ended the head."""
    end = document.text.lower().find("</head")
    line = document.text.count("\n", 0, end) + 1
    if end < 0 or line <= meta.place.line:
        return ""
    return (
        f"The source closes </head> at line {line}, but browsers have ended the head before that: text, or an element "
        "such as div, img, a or iframe, does so at once."
    )


def _ignored(context: Context) -> Iterator[Problem]:
    for policy in context.policies.policies:
        for directive in policy.directives if policy.delivery == "meta" else ():
            if directive.state == State.IGNORED_IN_META:
                yield Problem(
                    rule="ignored-in-meta",
                    severity="info" if _said_elsewhere(context, policy, directive) else None,
                    message=f"{directive.name} stands in a meta element, where browsers ignore it.",
                    policy=policy,
                    directive=directive.name,
                    value=directive.value,
                    span=directive.span,
                    edits=server_edit(f"Content-Security-Policy: {directive.written} {directive.value}".rstrip()),
                )


def _said_elsewhere(context: Context, policy: Policy, directive: Directive) -> bool:
    """Whether what is ignored here is in force by another way, so that nothing is lost."""
    if directive.name == "report-uri" and "report-to" in policy.in_force:
        return True
    if directive.name == "frame-ancestors" and context.visits and context.visits.first.header("x-frame-options"):
        return True
    return any(directive.name in each.in_force for each in context.policies.policies)


def _late(context: Context, document: Document) -> Iterator[Problem]:
    seen: set[int] = set()
    for policy in context.policies.policies:
        directive = policy.governing(_EFFECTIVE) if policy.delivery == "meta" else None
        if directive is None or policy.order in seen:
            continue
        seen.add(policy.order)
        early = [found for found in document.requests if found.order < policy.order and _is_script(found)]
        if early and not any(each.governing(_EFFECTIVE) for each in context.in_force_at(early[0].order).policies):
            yield _too_late(context, policy, directive, early)


def _is_script(found: PageRequest) -> bool:
    return found.element in _SCRIPTS and found.request.kind in {"script", "inline-script"}


def _too_late(context: Context, policy: Policy, directive: Directive, early: list[PageRequest]) -> Problem:
    """A script the policy would allow anyway makes it advice; one it would block shows what slipped past it."""
    alone = context.policies.only(policy)
    refused = [found for found in early[:_LOOKED_AT] if alone.decide(found.request).blocked]
    first = (refused or early)[0]
    what = f"The script at line {first.place.line}"
    if len(early) > 1:
        what = f"{len(early)} scripts stand before the meta element, the one at line {first.place.line} among them, and"
    return Problem(
        rule="meta-too-late",
        severity=None if refused else "info",
        message=f"{what} {'are' if len(early) > 1 else 'stands before the meta element and is'} not governed by its policy"
        + (", which would have blocked it." if refused else "."),
        policy=policy,
        directive=directive.name,
        span=directive.name_span,
        place=first.place,
        edits=server_edit(
            "Move the meta element before the first script, right after <meta charset>; or send a header."
        ),
    )
