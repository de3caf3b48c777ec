"""The summary of a scan as one HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csplint.model import SEVERITIES
from csplint.report.html.report import policy
from csplint.report.html.style import STYLE
from csplint.report.html.tree import Html, document, raw_text, tag
from csplint.report.phrases import counted
from csplint.scan.summary import STATES
from csplint.scan.tally import MOST_LISTED, Tally


def write_html(tally: Tally, lines: Sequence[str]) -> str:
    """Give the summary as a whole document, with the first targets that need attention. lines: those of `summary`."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{counted(tally.targets, 'target')} – csplint scan"),
        raw_text("style", STYLE),
    )
    return document(head, tag("body", tag("main", *_sections(tally, lines), id="main")), lang="en")


def _sections(tally: Tally, lines: Sequence[str]) -> Iterable[Html]:
    yield tag("h1", "csplint scan")
    yield tag("p", lines[0])
    verdicts = [(f"{tally.states[state]:,}", text) for state, text in STATES.items() if tally.states[state]]
    yield from _table("Verdict", ("Targets", "Verdict"), verdicts)
    vendors = [(f"{count:,}", vendor, state) for (vendor, state), count in sorted(tally.vendors.items())]
    yield from _table("Vendor", ("Targets", "Vendor", "Verdict"), vendors)
    failed = [(f"{count:,}", kind) for kind, count in tally.errors.most_common()]
    yield from _table("Could not be checked", ("Targets", "Reason"), failed)
    ordered = sorted(tally.rules.items(), key=lambda each: (SEVERITIES.index(each[0][1]), -each[1], each[0][0]))
    rules = [(f"{count:,}", "advice" if severity == "info" else severity, name) for (name, severity), count in ordered]
    yield from _table("Rules", ("Targets", "Severity", "Rule"), rules)
    rows = [(each.target, f"not checked: {each.error}" if each.error else STATES[each.state]) for each in tally.listed]
    what = f"The first {MOST_LISTED:,} targets to look at" if len(rows) == MOST_LISTED else "Targets to look at"
    yield from _table(what, ("Target", "Result"), rows)


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[Html]:
    if not rows:
        return
    yield tag("h2", title)
    yield tag(
        "table",
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in names))),
        tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)),
    )
