"""The report of `csplint verify` as text."""

from __future__ import annotations

from csplint.model.verified import Sighting, VerifiedPage, VerifyReport, VisitReport
from csplint.report.terminal import Lines, Part, Style
from csplint.report.verified_words import (
    browser_title,
    chat_line,
    explanation,
    mark,
    place,
    prediction_line,
    remarks,
    sum_line,
    visit_title,
    what_happened,
)

_STYLES: dict[str, Style] = {"✓": "good", "✗": "error", "!": "warning", "?": "warning"}
_WORD, _DIRECTIVE = 10, 18
_MOST_ROWS = 40


def write_verified(report: VerifyReport, lines: Lines) -> None:
    """Write the report."""
    for page in report.pages:
        _write_page(lines, page, browser_title(report))
        lines.line()
    for note in report.browser.notes:
        lines.prose(note, "note: ", hang=2)
    lines.prose(sum_line(report), hang=0)


def _write_page(lines: Lines, page: VerifiedPage, browser: str) -> None:
    if page.error is not None:
        lines.line(Part(page.target, "bold"))
        lines.prose(f"could not be opened: {page.error.message}", "  ", hang=2)
        if page.error.hint:
            lines.prose(f"hint: {page.error.hint}", "  ", hang=2)
        return
    lines.line(Part(page.target, "bold"), f"  {page.status} · {browser}")
    if page.final_url not in (None, page.target):
        lines.line("  → ", page.final_url or "")
    for visit in page.visits:
        lines.line()
        _write_visit(lines, visit)


def _write_visit(lines: Lines, visit: VisitReport) -> None:
    lines.prose(visit_title(visit), hang=0)
    for vendor in visit.vendors:
        lines.prose(chat_line(vendor, visit), Part(mark(vendor), _STYLES[mark(vendor)]), " ", hang=2)
        lines.prose(prediction_line(vendor), "  ", hang=2)
    for each in visit.sightings[:_MOST_ROWS]:
        _write_sighting(lines, each)
    if len(visit.sightings) > _MOST_ROWS:
        lines.line(f"  and {len(visit.sightings) - _MOST_ROWS} more; --format json lists them")
    if not visit.sightings:
        lines.line("  The browser reported nothing that a policy blocks.")
    for remark in remarks(visit):
        lines.prose(remark, "  note: ", hang=4)
    if visit.picture:
        lines.line(f"  picture: {visit.picture}")


def _write_sighting(lines: Lines, each: Sighting) -> None:
    word = what_happened(each)
    style: Style = "error" if word == "blocked" else "warning"
    start = (Part(f"  {word:<{_WORD}}", style), f"{each.directive:<{_DIRECTIVE}} ")
    lines.prose(place(each), *start, hang=_WORD + 2)
    lines.prose(explanation(each), " " * (_WORD + 2), hang=_WORD + 2)
