"""Policies in meta elements: those that browsers ignore, directives without effect there, and scripts that run before them."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Directive, Policy, State
from csplint.page.document import Document, Meta, PageRequest

_SCRIPT_ELEMENTS = frozenset({"script", "svg:script"})
_EFFECTIVE = "script-src-elem"
_MOST_JUDGED = 50
"""Scripts before a meta element that are judged; more would hardly change the finding."""


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
    """Report meta elements and directives in them that browsers ignore, and scripts that run before any policy applies."""
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
        message="Browsers read a report-only policy only from a header, so the one in this meta element reports nothing.",
        value="Content-Security-Policy-Report-Only",
        place=meta.place,
        edits=server_edit(f"Content-Security-Policy-Report-Only: {value}"),
    )


def _misplaced(context: Context, document: Document, meta: Meta) -> Problem:
    is_only = not context.policies.policies
    return Problem(
        rule="meta-misplaced",
        severity="error" if is_only else None,
        message="Browsers ignore the policy in this meta element, because it is not in <head>."
        + (" No policy is in force on the page." if is_only else ""),
        cause=_head_ended(document, meta),
        place=meta.place,
        edits=server_edit("Move the meta element to the top of <head>, or send its policy as a header."),
    )


def _head_ended(document: Document, meta: Meta) -> str:
    """Where </head> comes later in the source: that something before the meta element ended the head; else ""."""
    end = document.text.lower().find("</head")
    line = document.text.count("\n", 0, end) + 1
    if end < 0 or line <= meta.place.line:
        return ""
    return (
        f"The source closes </head> at line {line}, but browsers end the head earlier: at the first text, or at the first "
        "element such as div, img, a or iframe."
    )


def _ignored(context: Context) -> Iterator[Problem]:
    for policy in context.policies.policies:
        for directive in policy.directives if policy.delivery == "meta" else ():
            if directive.state == State.IGNORED_IN_META:
                yield Problem(
                    rule="ignored-in-meta",
                    severity="info" if _is_in_force_otherwise(context, policy, directive) else None,
                    message=f"Browsers ignore {directive.name} in a meta element.",
                    policy=policy,
                    directive=directive.name,
                    value=directive.value,
                    span=directive.span,
                    edits=server_edit(f"Content-Security-Policy: {directive.written} {directive.value}".rstrip()),
                )


def _is_in_force_otherwise(context: Context, policy: Policy, directive: Directive) -> bool:
    """Whether a header or another policy has the effect that the ignored directive was meant to have."""
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
    return found.element in _SCRIPT_ELEMENTS and found.request.kind in {"script", "inline-script"}


def _too_late(context: Context, policy: Policy, directive: Directive, early: list[PageRequest]) -> Problem:
    """A note where the policy would allow the scripts anyway."""
    policy_only = context.policies.only(policy)
    blocked = [found for found in early[:_MOST_JUDGED] if policy_only.decide(found.request).blocked]
    first = (blocked or early)[0]
    message = f"The script at line {first.place.line} comes before the meta element, so its policy does not govern it."
    if len(early) > 1:
        message = f"{len(early)} scripts, including the one at line {first.place.line}, come before the meta element, "
        message += "so its policy does not govern them."
    if blocked:
        message += " It would have blocked the script." if len(early) == 1 else " It would have blocked that one."
    return Problem(
        rule="meta-too-late",
        severity=None if blocked else "info",
        message=message,
        policy=policy,
        directive=directive.name,
        span=directive.name_span,
        place=first.place,
        edits=server_edit(
            "Move the meta element before the first script, right after <meta charset>, or send the policy as a header."
        ),
    )
