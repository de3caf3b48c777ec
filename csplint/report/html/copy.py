"""
Text that is there to be taken away: a block that can be selected, and a button that copies it.

The button is hidden until the script shows it, so that without scripts nothing is offered that does not work.
"""

from __future__ import annotations

from collections.abc import Sequence

from csplint.report.html.tree import LONGEST_COPY, NEWLINE, Child, Html, join, tag, words


def copyable(name: str, text: str, what: str) -> Html:
    """
    A block of text under the id `name`; `what` names it for who cannot see which button stands where.

    Lines of `text` stay lines. Long lines wrap on the screen and are copied whole.
    """
    rows = [row.removesuffix("\r").expandtabs(4) for row in text.strip("\n").split("\n")]
    return copyable_rows(name, [[words(row, LONGEST_COPY)] for row in rows], what)


def copyable_rows(name: str, rows: Sequence[Sequence[Child]], what: str) -> Html:
    """The same for rows in pieces, some of which may be marked as new."""
    lines = [join((NEWLINE if number else None, *row)) for number, row in enumerate(rows)]
    button = tag("button", "Copy", tag("span", f" {what}", class_="unseen"), type="button", class_="copy",
                 data_copies=name, hidden=True)  # fmt: skip
    return tag("div", tag("pre", tag("code", *lines, id=name, dir="ltr")), button, class_="copyable")
