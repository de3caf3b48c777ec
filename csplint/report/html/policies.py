"""Every policy, directive by directive, with the faulty parts marked and numbered as the findings are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import DirectiveReport, Finding, PolicyReport, TargetReport
from csplint.report.escape import pieces
from csplint.report.html.copy import copyable
from csplint.report.html.marks import Mark, Piece, cut, directive_marks
from csplint.report.html.tree import Html, Value, code, join, tag, words
from csplint.report.words import counted, header_name, policy_kind

_LONGEST = 700
"""Longest run of one directive's text under the same marks that is shown whole; the policy's own text has it all."""

Numbered = Sequence[tuple[int, Finding]]
"""Findings with their numbers in the target, from 1."""


def policies(target: TargetReport, numbered: Numbered, mark: str) -> Html:
    """The section on policies; `mark` begins the ids of this target's elements."""
    shown: list[Html] = [
        _policy(number, policy, [(n, f) for n, f in numbered if f.policy == policy.index], mark)
        for number, policy in enumerate(target.policies, start=1)
    ]
    if not shown:
        shown = [tag("p", "The page has no Content-Security-Policy: nothing is restricted.", class_="none")]
    heading = tag("h3", "Policy" if len(shown) == 1 else "Policies", id=f"{mark}-policies")
    return tag("section", heading, *shown, class_="policies")


def policy_title(policy: PolicyReport) -> str:
    """Say how a policy was sent and whether it blocks."""
    kind = policy_kind(policy)
    how = kind if policy.delivery == "text" else f"{header_name(policy)} {kind}"
    return f"{how}, {'enforced' if policy.disposition == 'enforce' else 'report-only'}"


def _policy(number: int, policy: PolicyReport, found: Numbered, mark: str) -> Html:
    first: dict[str, int] = {}
    for directive in policy.directives:
        first.setdefault(directive.name.lower(), directive.span.start)
    marks = [directive_marks(directive, found, first) for directive in policy.directives]
    told = {each.number for group in marks for each in group}
    rest = [(each, finding) for each, finding in found if each not in told]
    shown = [_directive(policy, each, group, mark) for each, group in zip(policy.directives, marks, strict=True)]
    whole = copyable(f"{mark}-p{number}-text", policy.value, "the whole policy")
    return tag(
        "div",
        tag("h4", f"Policy {number} ", tag("span", policy_title(policy), class_="how"), id=f"{mark}-p{number}"),
        tag("ol", *shown, class_="directives") if shown else tag("p", "It has no directive."),
        tag("p", f"About the policy as a whole: {_listed(rest)}", *references(rest, mark)) if rest else None,
        tag("details", tag("summary", f"The policy's text, {counted(len(policy.value), 'character')}"), whole),
        class_="policy",
    )


def _listed(rest: Numbered) -> str:
    return "finding " if len(rest) == 1 else "findings "


def _directive(policy: PolicyReport, directive: DirectiveReport, marks: Sequence[Mark], mark: str) -> Html:
    text = policy.value[directive.span.start : directive.span.end]
    return tag("li", tag("code", *marked(text, marks, mark), dir="ltr"))


def marked(text: str, marks: Sequence[Mark], mark: str = "") -> Iterator[Html]:
    """A policy's text with its marks; where `mark` says whose they are, a reference follows each."""
    shown = pieces(text, fold=True)
    name = next((at for at, char in enumerate(text) if char in "\t\n\f\r "), len(text))
    for piece in cut(len(text), marks):
        yield _piece(shown, piece, name)
        if mark:
            yield from references([(each.number, each) for each in piece.ending], mark)


def _piece(shown: Sequence[str], piece: Piece, name: int) -> Html:
    head = "".join(shown[piece.start : min(max(name, piece.start), piece.end)])
    tail = "".join(shown[max(name, piece.start) : piece.end])
    inner = join((tag("b", words(_short(head))) if head else None, words(_short(tail), len(tail) + 1)))
    if not piece.under:
        return inner
    return tag("mark", inner, class_=piece.under[0].severity)


def _short(text: str) -> str:
    """The two ends of what is longer than anybody reads."""
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}… {len(text) - 2 * half:,} more characters …{text[-half:]}"


def references(found: Sequence[tuple[int, Mark | Finding]], mark: str) -> Iterator[Html]:
    """Links to findings by their numbers."""
    for place, (number, each) in enumerate(found):
        if place:
            yield words(" ")
        label = f"finding {number}, {each.severity}"
        attributes: dict[str, Value] = {"class_": f"ref {each.severity}", "aria_label": label}
        yield tag("a", str(number), href=f"#{mark}-f{number}", **attributes)


def excerpt(policy: PolicyReport, finding: Finding) -> Html | None:
    """The directive a finding is about, its own part of it marked; None where it is about none."""
    span = finding.span
    name = (finding.directive or "").lower()
    for directive in policy.directives:
        if (
            span.start >= directive.span.start and span.end <= directive.span.end
            if span
            else directive.name.lower() == name
        ):
            marks = directive_marks(directive, [(1, finding)], {directive.name.lower(): directive.span.start})
            text = policy.value[directive.span.start : directive.span.end]
            return tag("p", tag("code", *marked(text, marks), dir="ltr"), class_="excerpt")
    return tag("p", code(policy.value), class_="excerpt") if span else None
