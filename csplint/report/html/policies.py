"""Every policy, directive by directive, with findings highlighted and linked by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import DirectiveReport, Finding, PolicyReport, TargetReport
from csplint.report.escape import pieces
from csplint.report.html.fold import fold
from csplint.report.html.highlights import Highlight, Piece, directive_highlights, split
from csplint.report.html.tree import Html, Value, code, copyable, join, tag, text_of
from csplint.report.phrases import SEVERITY_WORDS, counted
from csplint.report.policy_facts import delivery_with_header, disposition_text, find_directive

_LONGEST = 700
"""Characters of the longest piece shown whole; the policy's text below is complete."""

Numbered = Sequence[tuple[int, Finding]]
"""Findings with their numbers in the target, from 1."""


def policies(target: TargetReport, numbered: Numbered, prefix: str) -> Html:
    """Give the section on policies; prefix: begins the ids of this target's elements."""
    shown: list[Html] = [
        _policy(number, policy, [(n, f) for n, f in numbered if f.policy == policy.index], prefix)
        for number, policy in enumerate(target.policies, start=1)
    ]
    if not shown:
        shown = [tag("p", "The page has no Content-Security-Policy, so nothing is restricted.", class_="none")]
    number = len(target.policies)
    title = "The policies as they are now" if number > 1 else "The policy as it is now"
    aside = f"{number} sent" if number > 1 else "" if number else "none"
    return fold(f"{prefix}-policies", title, aside, *shown, class_="policies")


def policy_title(policy: PolicyReport) -> str:
    """Give "Content-Security-Policy header, enforced" and the like."""
    return f"{delivery_with_header(policy)}, {disposition_text(policy)}"


def _policy(number: int, policy: PolicyReport, found: Numbered, prefix: str) -> Html:
    first: dict[str, int] = {}
    for directive in policy.directives:
        first.setdefault(directive.name.lower(), directive.span.start)
    groups = [directive_highlights(directive, found, first) for directive in policy.directives]
    highlighted = {each.number for group in groups for each in group}
    rest = [(each, finding) for each, finding in found if each not in highlighted]
    shown = [_directive(policy, each, group, prefix) for each, group in zip(policy.directives, groups, strict=True)]
    whole = copyable(f"{prefix}-p{number}-text", policy.value, "the whole policy")
    return tag(
        "div",
        tag("h4", f"Policy {number} ", tag("span", policy_title(policy), class_="how"), id=f"{prefix}-p{number}"),
        tag("ol", *shown, class_="directives") if shown else tag("p", "It has no directives."),
        tag("p", f"About the whole policy: {_label(rest)}", *references(rest, prefix)) if rest else None,
        tag("details", tag("summary", f"The policy's text, {counted(len(policy.value), 'character')}"), whole),
        class_="policy",
    )


def _label(rest: Numbered) -> str:
    return "finding " if len(rest) == 1 else "findings "


def _directive(policy: PolicyReport, directive: DirectiveReport, highlights: Sequence[Highlight], prefix: str) -> Html:
    text = policy.value[directive.span.start : directive.span.end]
    return tag("li", tag("code", *highlighted_text(text, highlights, prefix), dir="ltr"))


def highlighted_text(text: str, highlights: Sequence[Highlight], prefix: str = "") -> Iterator[Html]:
    """Give a directive's text with highlights; with a prefix, each is followed by a link to its finding."""
    shown = pieces(text, fold=True)
    name = next((at for at, char in enumerate(text) if char in "\t\n\f\r "), len(text))
    for piece in split(len(text), highlights):
        yield _piece(shown, piece, name)
        if prefix:
            yield from references([(each.number, each) for each in piece.ending], prefix)


def _piece(shown: Sequence[str], piece: Piece, name: int) -> Html:
    head = "".join(shown[piece.start : min(max(name, piece.start), piece.end)])
    tail = "".join(shown[max(name, piece.start) : piece.end])
    content = join((tag("b", text_of(_short(head))) if head else None, text_of(_short(tail), len(tail) + 1)))
    if not piece.covering:
        return content
    return tag("mark", content, class_=piece.covering[0].severity)


def _short(text: str) -> str:
    """The text, or the two ends of a very long one."""
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}… {len(text) - 2 * half:,} more characters …{text[-half:]}"


def references(found: Sequence[tuple[int, Highlight | Finding]], prefix: str) -> Iterator[Html]:
    """Give links to findings by their numbers."""
    for position, (number, each) in enumerate(found):
        if position:
            yield text_of(" ")
        label = f"finding {number}, {SEVERITY_WORDS[each.severity]}"
        attributes: dict[str, Value] = {"class_": f"ref {each.severity}", "aria_label": label}
        yield tag("a", str(number), href=f"#{prefix}-f{number}", **attributes)


def excerpt(policy: PolicyReport, finding: Finding) -> Html | None:
    """Give the finding's directive with its highlight, or the whole policy, or None if the finding has no span either."""
    directive = find_directive(policy, finding)
    if directive is None:
        return tag("p", code(policy.value), class_="excerpt") if finding.span else None
    highlights = directive_highlights(directive, [(1, finding)], {directive.name.lower(): directive.span.start})
    text = policy.value[directive.span.start : directive.span.end]
    return tag("p", tag("code", *highlighted_text(text, highlights), dir="ltr"), class_="excerpt")
