"""Write the report to standard output, in its format; nothing else is written there."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct
from msgspec.structs import replace

from csplint.cli.errors import silence_stdout
from csplint.cli.options import Format, When
from csplint.cli.streams import own
from csplint.cli.terminal import report_width, use_colour, use_links
from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.options import NEW_ONLY, Show

if TYPE_CHECKING:
    from csplint.report.location import Anchors
    from csplint.report.terminal import Lines, Look


class Display(Struct, frozen=True):
    """How the user wants to see a report; colour and links apply only to text on standard output."""

    colour: When = "auto"
    links: When = "auto"
    show: Show = NEW_ONLY


class Written(Struct, frozen=True):
    """What to write: the report, the packs with its rules, and where its targets are in the repository."""

    report: Report
    packs: PackSet
    anchors: Anchors | None = None


def write_report(written: Written, form: Format, display: Display) -> None:
    """Write a report to standard output; if the reader has gone away, that is no error."""
    try:
        if form == "text":
            look = _look(colour=use_colour(display.colour), links=use_links(display.links))
            _write_text(written.report, own(sys.stdout), look, display.show)
        else:
            out = own(sys.stdout) if form == "github" else sys.stdout
            out.write(_rendered(written, form, known=display.show.known))
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def write_outputs(written: Written, outputs: Sequence[tuple[Format, str]], show: Show) -> None:
    """
    Write a report to files, all or none, in full and without colour and links. Raises UsageError if that fails.

    A file has the escapes of standard output, because somebody may print it to a log.
    """
    if not outputs:
        return
    from csplint.cli.files import write_files  # noqa: PLC0415 - only for files

    write_files({path: _content(written, form, show).encode("utf-8", "backslashreplace") for form, path in outputs})


def _content(written: Written, form: Format, show: Show) -> str:
    if form != "text":
        return _rendered(written, form, known=show.known)
    out = StringIO()
    _write_text(written.report, out, _look(colour=False, links=False), replace(show, quiet=False, verbose=True))
    return out.getvalue()


def _rendered(written: Written, form: Format, *, known: bool) -> str:
    if form == "html":
        from csplint.report.html.report import write_html  # noqa: PLC0415 - a run loads only what it writes

        return write_html(written.report, written.packs, known=known)
    from csplint.report.location import NO_ANCHORS  # noqa: PLC0415
    from csplint.report.writers import writers  # noqa: PLC0415

    return writers(written.anchors or NO_ANCHORS, known=known)[form](written.report, written.packs)


def _write_text(report: Report, out: TextIO, look: Look, show: Show) -> None:
    from csplint.report.text.report import write_text  # noqa: PLC0415

    write_text(report, out, look, show)


@contextlib.contextmanager
def text_lines(display: Display) -> Iterator[Lines]:
    """Lines for text on standard output, as reports are written; if the reader has gone away, that is no error."""
    from csplint.report.terminal import Lines  # noqa: PLC0415

    try:
        yield Lines(own(sys.stdout), _look(colour=use_colour(display.colour), links=use_links(display.links)))
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def _look(*, colour: bool, links: bool) -> Look:
    from csplint.report.terminal import Look  # noqa: PLC0415

    return Look(colour=colour, width=report_width(), links=links)
