"""What `csplint reports` prints: whether a policy is ready, the policy, what the reports need, and what was set apart."""

from __future__ import annotations

from csplint.engine.reports.model import Need, ReportGroup, ReportsSummary
from csplint.report.phrases import counted, listed
from csplint.report.terminal import Lines, Style
from csplint.report.terminal import Part as P
from csplint.report.to_send import NONCE_STEP, directives, has_nonce

_MOST_NEEDS = 20
_MOST_ROWS = 10
_LONGEST = 8000

_ANSWER: dict[str, tuple[str, Style, str]] = {
    "yes": ("✓", "good", "Ready to enforce: yes"),
    "no": ("✗", "error", "Ready to enforce: no"),
    "unclear": ("?", "warning", "Ready to enforce: check first"),
}
_FIX: dict[str, Style] = {"ready": "good", "check first": "warning", "to do": "warning"}
_BROWSERS = {"chromium": "Chromium", "firefox": "Firefox", "safari": "Safari"}


def write_reports(lines: Lines, summary: ReportsSummary, *, verbose: bool = False) -> None:
    """Write everything; verbose: also the groups, every broken line that is kept, and all policies."""
    _head(lines, summary)
    _answer(lines, summary)
    _needs(lines, summary, most=len(summary.needs) if verbose else _MOST_NEEDS)
    _unexplained(lines, summary)
    _noise(lines, summary, most=len(summary.noise_reasons) if verbose else _MOST_ROWS)
    _broken(lines, summary, verbose=verbose)
    if verbose:
        _groups(lines, summary)


def _head(lines: Lines, summary: ReportsSummary) -> None:
    parts = [f"{summary.grouped:,} about the site", f"{summary.noise:,} noise", f"{summary.broken:,} not readable"]
    lines.prose(f"{_count(summary.read, 'report')}: {listed(parts)}.", hang=0)
    lines.line()


def _answer(lines: Lines, summary: ReportsSummary) -> None:
    mark, style, text = _ANSWER[summary.enforce.ready]
    reasons = summary.enforce.reasons
    first = f"{text}. {_sentence(reasons[0])}" if reasons else f"{text}."
    lines.prose(first, P(mark, style), " ", hang=2)
    for reason in (*reasons[1:], *summary.enforce.notes):
        lines.prose(_sentence(reason), "  ", hang=2)
    candidate = summary.candidate
    if candidate is None:
        return
    lines.line()
    made = "The policy in most reports, with what they need" if candidate.made else "The policy you gave"
    lines.prose(f"{made}:", "  ", hang=2)
    lines.line()
    lines.line("    Content-Security-Policy:")
    for each in directives(candidate.text):
        lines.prose(each, "      ", hang=8, limit=_LONGEST)
    if has_nonce(candidate.text):
        lines.line()
        lines.prose(NONCE_STEP, "  ", hang=2)


def _needs(lines: Lines, summary: ReportsSummary, *, most: int) -> None:
    """What the candidate leaves, and then what it allows."""
    left = {group.need for group in summary.groups if group.left != "no"}
    _some_needs(lines, "What is left", [need for n, need in enumerate(summary.needs) if n in left], most)
    _some_needs(lines, "What this policy allows", [need for n, need in enumerate(summary.needs) if n not in left], most)


def _some_needs(lines: Lines, heading: str, needs: list[Need], most: int) -> None:
    if not needs:
        return
    lines.line()
    lines.line(P(heading, "bold"))
    for need in needs[:most]:
        _need(lines, need)
    if len(needs) > most:
        lines.line(f"  {len(needs) - most:,} more: -v")


def _need(lines: Lines, need: Need) -> None:
    lines.line()
    label = P(f"{need.fix:<11}", _FIX[need.fix])
    where = f"{need.directive or '(no directive)'}  {_count(need.reports, 'report')}, {_count(need.pages, 'page')}"
    lines.line("  ", label, "  ", P(where, limit=200))
    lines.prose(need.text, " " * _INDENT, hang=_INDENT, limit=_LONGEST)
    if need.row is not None:
        whose = need.title if need.certain else f"If it is {need.title}"
        lines.prose(f"{whose}: {need.row.symptom} ({need.row.id})", " " * _INDENT, hang=_INDENT)


_INDENT = 15


def _unexplained(lines: Lines, summary: ReportsSummary) -> None:
    odd = [group for group in summary.groups if group.explained == "no"]
    if not odd:
        return
    lines.line()
    lines.line(P("Not explained by the policy in the report", "bold"))
    lines.prose(
        "The policy in these reports allows what they are about: the address redirects to another one, another policy blocked "
        "it, or an extension did.",
        "  ",
        hang=2,
    )
    for group in odd[:_MOST_ROWS]:
        _row(lines, group.reports, f"{group.directive}  {group.blocked or '(not said)'}")
    if len(odd) > _MOST_ROWS:
        lines.line(f"  {len(odd) - _MOST_ROWS:,} more groups: -v")


def _noise(lines: Lines, summary: ReportsSummary, *, most: int) -> None:
    if not summary.noise_reasons:
        return
    lines.line()
    lines.line(P("Set apart as noise", "bold"))
    for each in summary.noise_reasons[:most]:
        _row(lines, each.reports, f"{each.text} (first in line {each.line})")
    if len(summary.noise_reasons) > most:
        lines.line(f"  {len(summary.noise_reasons) - most:,} more reasons: -v")


def _broken(lines: Lines, summary: ReportsSummary, *, verbose: bool) -> None:
    if not summary.broken:
        return
    lines.line()
    lines.line(P("Not readable", "bold"))
    for reason, number in list(summary.broken_reasons.items())[:_MOST_ROWS]:
        first = next((each.line for each in summary.broken_lines if each.reason == reason), None)
        _row(lines, number, reason + (f" (first in line {first})" if first else ""))
    for each in summary.broken_lines if verbose else ():
        lines.line(f"  line {each.line}: {each.reason}")


def _groups(lines: Lines, summary: ReportsSummary) -> None:
    lines.line()
    lines.line(P("By page", "bold"))
    for group in summary.groups:
        _row(lines, group.reports, _described(group))


def _described(group: ReportGroup) -> str:
    browsers = listed([_BROWSERS[each] for each in group.browsers]) if group.browsers else "browser unknown"
    weak = f", {group.weak:,} may be an extension's" if group.weak else ""
    left = {"yes": "still blocked", "no": "allowed", "unknown": "not decided"}[group.left]
    page, blocked = group.page or "(no page)", group.blocked or "(not said)"
    return f"{page}  {group.directive}  {blocked}  {browsers}{weak}: {left}"


def _row(lines: Lines, number: int, text: str) -> None:
    lines.prose(text, f"  {number:>7,}  ", hang=11)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _count(number: int, noun: str) -> str:
    return counted(number, noun).replace(str(number), f"{number:,}", 1)
