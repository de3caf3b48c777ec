"""
Frames written in the page (`<iframe srcdoc>`): their documents inherit the page's policies (CSP3 #initialize-document-csp).

Nonces, hashes and 'self' mean the same in them as in the page, and frame-src does not govern them (seen in both browsers).
A policy of the frame's own meta elements comes on top and is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.edits import add_sources
from csplint.checks.own_page.groups import Group, source_for
from csplint.checks.own_page.requests import BlockedRequest, OwnRequest, Verdicts, governing_policies
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.wording import in_words
from csplint.csp.edit import plain_name
from csplint.page.document import Document, Srcdoc

_CODE = frozenset({"script", "inline-script", "event-handler", "javascript-url"})
_ERRORS = _CODE | {"style", "inline-style"}
_MOST_REQUESTS = 2_000


@check(needs=("page",), rules=("srcdoc-blocked",))
def srcdoc_frames(context: Context) -> Iterator[Problem]:
    """Report what each policy blocks of a frame's document, one problem for each directive and frame."""
    frames = context.document.frames if context.document else ()
    verdicts = Verdicts(context) if frames else None
    for frame in frames:
        requests = tuple(_requests(frame, frame, runs_scripts=context.policies.runs_scripts))[:_MOST_REQUESTS]
        for policy in governing_policies(context):
            groups: dict[tuple[str, str], list[BlockedRequest]] = {}
            for each in verdicts.blocked(policy, requests) if verdicts else ():
                groups.setdefault((each.directive.name, plain_name(each.effective)), []).append(each)
            for (_, effective), blocked in groups.items():
                yield _problem(context, effective, blocked)


def _requests(frame: Srcdoc, outer: Srcdoc, *, runs_scripts: bool) -> Iterator[OwnRequest]:
    """What a frame's document requests, and what documents in it do, as if the outer frame's attribute requested it."""
    document: Document | None = frame.document
    if document is None:
        return
    runs_scripts = runs_scripts and frame.runs_scripts
    for each in document.requests:
        kind = each.request.kind
        if kind in {"base", "form"} or (kind in _CODE and not runs_scripts):
            continue
        yield OwnRequest(replace(each, place=outer.place, order=outer.order), each.request)
    for inner in document.frames:
        yield from _requests(inner, outer, runs_scripts=runs_scripts)


def _problem(context: Context, effective: str, blocked: list[BlockedRequest]) -> Problem:
    first = blocked[0]
    sources = tuple(
        dict.fromkeys(filter(None, (source_for(each.request.url, context.policies.page) for each in blocked)))
    )
    found = Group(first.policy, first.directive, effective, "host", sources, tuple(blocked))
    kinds = {each.request.kind for each in blocked}
    line = first.own.found.place.line
    hosts = f" from {in_words(sources)}" if sources else ""
    is_files = all(each.request.url for each in blocked) and not kinds & _CODE
    return found.problem(
        f"{found.blocks} in the srcdoc frame at line {line}{hosts}: the frame inherits the page's policy.",
        rule="srcdoc-blocked",
        severity=None if kinds & _ERRORS else "warning",
        value=f"{effective} {line}",
        brief=f"blocks {found.counted} of the srcdoc frame, line {line}",
        fix=f"Add {' '.join(sources)} to {effective}, or {_ADDRESS}."
        if is_files
        else f"{_ADDRESS[0].upper()}{_ADDRESS[1:]}.",
        safety="unsafe",
        edits=policy_edits(first.policy, add_sources(first.policy, first.effective, list(sources))) if is_files else (),
    )


_ADDRESS = "give the frame an address of its own (src), so that its own policy governs it"
