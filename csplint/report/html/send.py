"""One corrected policy as a block to copy."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.report.escape import visible
from csplint.report.html.comparison import Comparison, DirectiveLine, compare
from csplint.report.html.tree import LONGEST_COPY, Html, code, copy_button, join, one_line, tag, text_of
from csplint.report.phrases import counted
from csplint.report.to_send import to_send

_SHORT = 160
"""Characters of a value that is only named, not copied."""

_MOST_REMOVED = 20
"""Removed directives that are listed; the policies below have them all."""


class Sent(Struct, frozen=True):
    """A value to send. name: the header's, "" for a meta element. where: what becomes of it, in words."""

    name: str
    before: str
    after: str
    where: str


def send_block(sent: Sent, id_: str) -> Html:
    """Give the block: the name, the directives with what is new, and the value in one line under the id `id_`."""
    after = one_line(to_send(sent.after))
    compared = compare(one_line(to_send(sent.before)), after)
    label, value = (sent.name, after) if sent.name else ("meta element", _element(after))
    title = tag("h4", code(label), " ", tag("span", sent.where, class_="how"))
    return tag(
        "div",
        tag("div", title, copy_button(id_, _label(sent)) if is_shown_whole(value) else None, class_="send-head"),
        _directives(compared, is_all_new=not sent.before),
        _removed(compared),
        _whole(value, id_, "As one line" if sent.name else "As an element"),
        class_="send",
    )


def _label(sent: Sent) -> str:
    return f"the value of {sent.name}" if sent.name else "the meta element"


def _element(value: str) -> str:
    """A meta element; in its attribute only the double quote and the ampersand mean something."""
    content = value.replace("&", "&amp;").replace('"', "&quot;")
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def is_shown_whole(text: str) -> bool:
    """Whether the report shows these characters as they are, so that a copy is exact."""
    return visible(text, LONGEST_COPY) == text


def _whole(value: str, id_: str, title: str) -> Html:
    """The value in one line; its copy is exact, or the report says that it is not."""
    text = tag("pre", tag("code", text_of(value, LONGEST_COPY), id=id_, dir="ltr"))
    warning = None
    if not is_shown_whole(value):
        warning = tag("p", "It has text that cannot be shown. The JSON report has it unchanged.", class_="inexact")
    return tag("details", tag("summary", title), warning, text)


def _directives(compared: Comparison, *, is_all_new: bool) -> Html | None:
    """One directive a line; in a policy that is new as a whole, nothing is marked."""
    lines = [_line(line, is_marked=line.is_new and not is_all_new) for line in compared.lines]
    return tag("ol", *lines, class_="sendable") if lines else None


def _line(line: DirectiveLine, *, is_marked: bool) -> Html:
    return tag("li", tag("code", *_pieces(line, is_marked=is_marked), dir="ltr"), class_="new" if is_marked else None)


def _pieces(line: DirectiveLine, *, is_marked: bool) -> Iterator[Html]:
    last = len(line.pieces) - 1
    for number, (text, is_new) in enumerate(line.pieces):
        end = line.end if number == last else ""
        shown = join(_words(text, end, is_first=number == 0))
        yield join((text_of(" ") if number else None, tag("ins", shown) if is_new and is_marked else shown))


def _words(text: str, end: str, *, is_first: bool) -> Iterator[Html]:
    """The words of a piece, each one that lines break before and after; the first of a directive is its name."""
    words = text.split(" ")
    for number, word in enumerate(words):
        shown = text_of(word + (end if number == len(words) - 1 else ""), LONGEST_COPY)
        if number:
            yield text_of(" ")
        yield tag("span", tag("b", shown) if is_first and not number else shown, class_="source")


def _removed(compared: Comparison) -> Html | None:
    if not compared.removed:
        return None
    rows = [tag("li", tag("del", code(short_value(each)))) for each in compared.removed[:_MOST_REMOVED]]
    more = len(compared.removed) - _MOST_REMOVED
    rest = tag("li", f"and {counted(more, 'directive')} more") if more > 0 else None
    return tag("div", tag("p", "Removed", class_="lead"), tag("ul", *rows, rest), class_="gone")


def short_value(value: str) -> str:
    """Give a value to recognise, not to copy: its nonces replaced, its end cut."""
    text = one_line(to_send(value))
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()} …"
