"""
The report of `csplint verify` as one HTML file, with the pictures inside.

It makes no request: its own policy allows its one style, and pictures that are part of the file.
"""

from __future__ import annotations

from collections.abc import Mapping

from csplint.model.verified import Sighting, VerifiedPage, VerifyReport, VisitReport
from csplint.report.html.report import hash_source
from csplint.report.html.style import STYLE
from csplint.report.html.tree import Html, code, document, picture, raw_text, tag
from csplint.report.verified_words import (
    browser_title,
    chat_line,
    explanation,
    is_fine,
    mark,
    place,
    prediction_line,
    remarks,
    sum_line,
    visit_title,
    what_happened,
)

_STYLE = f"""{STYLE}
.visit {{ margin-top: 1.25rem; }}
.visit img {{ max-width: 100%; height: auto; border: 1px solid var(--line); margin-top: .75rem; }}
.visit td, .visit th {{ vertical-align: top; text-align: start; padding: .35rem .6rem .35rem 0; overflow-wrap: anywhere; }}
.visit td:nth-child(-n + 2), .visit th {{ white-space: nowrap; }}
"""
_TONES = {"✓": "good", "✗": "error", "!": "warning", "?": "warning"}
_MOST_LINES = 100

Pictures = Mapping[tuple[int, int], bytes]
"""PNG files by the number of the page and of its visit."""


def write_verified_html(report: VerifyReport, pictures: Pictures) -> str:
    """The whole document."""
    fine = all(is_fine(page) for page in report.pages)
    symbol = tag("span", "✓" if fine else "✗", aria_hidden="true", class_="symbol")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{sum_line(report).rstrip('.')} – csplint verify"),
        raw_text("style", _STYLE),
    )
    body = tag(
        "body",
        tag(
            "header",
            tag("p", f"csplint verify · {browser_title(report)}", class_="brand"),
            tag("h1", symbol, tag("span", sum_line(report)), class_="good" if fine else "error"),
        ),
        tag("main", *(_page(page, number, pictures) for number, page in enumerate(report.pages)), id="main"),
        tag(
            "footer",
            tag("p", f"csplint {report.tool.version}. Visited {report.started_at}; exit code {report.exit_code}."),
        ),
    )
    return document(head, body, lang="en")


def _policy() -> str:
    return f"default-src 'none'; style-src '{hash_source(_STYLE)}'; img-src data:; base-uri 'none'; form-action 'none'"


def _page(page: VerifiedPage, number: int, pictures: Pictures) -> Html:
    title = tag("h2", code(page.target))
    if page.error is not None:
        hint = tag("p", page.error.hint, class_="detail") if page.error.hint else None
        return tag("section", title, tag("p", f"Could not be opened: {page.error.message}"), hint)
    visits = [_visit(visit, pictures.get((number, at)), page.target) for at, visit in enumerate(page.visits)]
    return tag("section", title, *visits)


def _visit(visit: VisitReport, png: bytes | None, target: str) -> Html:
    chats = [
        tag(
            "p",
            tag("strong", f"{mark(vendor)} {chat_line(vendor, visit)}", class_=_TONES[mark(vendor)]),
            " ",
            prediction_line(vendor),
        )
        for vendor in visit.vendors
    ]
    notes = [tag("li", remark) for remark in remarks(visit)]
    console = [tag("li", code(f"{line.level}: {line.text}")) for line in visit.console[:_MOST_LINES]]
    return tag(
        "div",
        tag("h3", visit_title(visit)),
        *chats,
        _table(visit.sightings) if visit.sightings else tag("p", "The browser reported nothing that a policy blocks."),
        tag("ul", *notes) if notes else None,
        tag("details", tag("summary", f"The console ({len(visit.console)})"), tag("ul", *console)) if console else None,
        picture(png, f"{target}: {visit_title(visit)}") if png else None,
        class_="visit",
    )


def _table(sightings: tuple[Sighting, ...]) -> Html:
    heads = tag("tr", *(tag("th", text, scope="col") for text in ("", "Directive", "What", "Why")))
    rows = [
        tag(
            "tr",
            tag("td", what_happened(each)),
            tag("td", code(each.directive)),
            tag("td", code(place(each))),
            tag("td", explanation(each)),
        )
        for each in sightings
    ]
    return tag("table", tag("thead", heads), tag("tbody", *rows))
