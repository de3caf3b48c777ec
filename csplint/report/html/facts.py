"""What is known about a target besides its policies: where it was read, what it runs on, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import TargetReport, WidgetReport
from csplint.report.html.fold import fold
from csplint.report.html.tree import Child, Html, code, tag
from csplint.report.phrases import counted, origin_lines
from csplint.report.policy_facts import delivery_text


def facts_line(target: TargetReport) -> str:
    """Give "200 · nginx, WordPress · 2 policies (header, meta element)"."""
    parts = [str(target.status) if target.status is not None else "", ", ".join(target.platforms)]
    return " · ".join(part for part in (*parts, _policies(target)) if part)


def _policies(target: TargetReport) -> str:
    if not target.policies:
        return "no policy" if target.outcome == "checked" else ""
    ways = [
        ("report-only " if policy.disposition == "report" else "") + delivery_text(policy) for policy in target.policies
    ]
    number = "1 policy" if len(ways) == 1 else f"{len(ways)} policies"
    return f"{number} ({', '.join(dict.fromkeys(ways))})"


def facts(target: TargetReport, prefix: str) -> Html | None:
    """Give the facts folded; what limits the check is said on the fold."""
    shown = facts_list(target)
    if shown is None:
        return None
    limits = f"{counted(len(target.limits), 'note')} on what could not be read" if target.limits else ""
    return fold(f"{prefix}-facts", "What was looked at", limits, shown, class_="seen-facts")


def facts_list(target: TargetReport) -> Html | None:
    """Give the facts as a list; None if nothing is known but the target's name."""
    rows = [tag("div", tag("dt", label), tag("dd", *content)) for label, content in _known(target)]
    return tag("dl", *rows, class_="facts") if rows else None


def _known(target: TargetReport) -> Iterator[tuple[str, Sequence[Child]]]:
    if target.final_url and target.final_url != target.target:
        yield ("Page URL" if target.status is None else "Final URL"), [code(target.final_url)]
    if target.status is not None:
        hops = f", after {counted(len(target.redirects), 'redirect')}" if target.redirects else ""
        yield "Response", [f"{target.status}{hops}"]
    if target.platforms:
        yield "Platform", [", ".join(target.platforms)]
    for widget in target.widgets:
        yield "Widget", list(_widget(widget))
    for limit in target.limits:
        yield "Note", [limit]
    for line in origin_lines(target):
        yield "Written in", [line]


def _widget(widget: WidgetReport) -> Iterator[Child]:
    yield f"{widget.vendor} {widget.embed}, {widget.where}, line {widget.place.line}"
    for number, host in enumerate(widget.hosts):
        yield ", loads from " if number == 0 else ", "
        yield code(host)
