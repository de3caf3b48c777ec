"""
A small HTML builder that escapes text by construction.

Every string passes `visible`, then HTML escaping (WHATWG HTML #escapingString). Only this module makes `Html`, so
untrusted text cannot become markup. `##` and `::`, in which a CI runner could read a command if the report is printed
to its log, become character references.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.report.escape import LIMIT, visible

LONGEST_COPY = 8000
"""Characters of the longest token to copy; servers refuse longer headers."""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "[": "&#91;"})
_VOID = frozenset({"meta", "link", "br"})
_BLOCKS = frozenset(
    {
        *("html", "head", "meta", "link", "title", "style", "script", "body"),
        *("header", "main", "footer", "nav", "section", "article", "div"),
        *("h1", "h2", "h3", "h4", "h5", "p", "pre", "ul", "ol", "li", "dl", "dt", "dd"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "svg", "button"),
    }
)
"""Elements followed by a line break, so that the file can be read and compared."""

_WHITE_SPACE = re.compile(r"[\t\n\f\r ]+")

_HREF = re.compile(r"#[a-z0-9-]+|https://[A-Za-z0-9./_~%?&=#+:@,-]{1,1000}")
"""Allowed link targets: an id of the report, or an https URL of plain characters."""


class Html(Struct, frozen=True):
    """Safe markup, made only by the functions of this module."""

    markup: str


NEWLINE = Html("\n")
"""A line break in preformatted text."""

Child = Html | str | None
Value = str | int | bool | None


def escaped(text: str, limit: int = LIMIT) -> str:
    """Give text for an element or a quoted attribute, every character visible; limit: the longest token shown whole."""
    return visible(text, limit).translate(_ENTITIES).replace("::", "&#58;&#58;").replace("##", "#&#35;")


def text_of(text: str, limit: int = LIMIT) -> Html:
    """Give text with its own limit for the longest token."""
    return Html(escaped(text, limit))


def join(children: Iterable[Child]) -> Html:
    """Give several pieces as one."""
    return Html("".join(each.markup if isinstance(each, Html) else escaped(each) for each in children if each))


def tag(name: str, /, *children: Child, **attributes: Value) -> Html:
    """
    Give an element; strings among the children are text, None and "" are skipped.

    Attributes are keywords (`class_`, `aria_label`); True gives a bare attribute, None and False give none. ValueError
    for event handlers, inline styles and links to anything but the report and https.
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    end = "" if name in _VOID else f"{join(children).markup}</{name}>"
    return Html(f"<{opening}>{end}" + ("\n" if name in _BLOCKS else ""))


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on") or (name == "href" and not _HREF.fullmatch(str(value))):
        raise ValueError(f"the attribute {name} with the value {value!r} is not allowed in the report")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escaped(str(value), LONGEST_COPY)}"'


def link(address: str, *children: Child) -> Html:
    """Give a link to an https document; only the text, or the address, if the address is not one."""
    if not (address.startswith("https://") and _HREF.fullmatch(address)):
        return join(children or (address,))
    return tag("a", *(children or (address,)), href=address, rel="noreferrer")


def code(text: str, limit: int = LIMIT, **attributes: Value) -> Html:
    """Give text that is not prose, such as a source expression."""
    return tag("code", text_of(text, limit), dir="ltr", **attributes)


def raw_text(name: str, text: str) -> Html:
    """
    Give a style or script element around csplint's own text, unescaped (HTML #cdata-rcdata-restrictions).

    Nothing is added to the text, because the report's policy allows its hash. ValueError if it could end the element.
    """
    if name not in {"style", "script"} or re.search(rf"</{name}|<!--", text, re.IGNORECASE):
        raise ValueError(f"the text could end its {name} element, or {name} is not a raw text element")
    return Html(f"<{name}>{text}</{name}>\n")


def picture(png: bytes, label: str) -> Html:
    """Give a picture that is part of the file; label: what it shows, for people who do not see it."""
    data = base64.b64encode(png).decode()
    return Html(f'<img src="data:image/png;base64,{data}" alt="{escaped(label)}">\n')


def document(*children: Child, **attributes: Value) -> str:
    """Give a whole HTML document."""
    return f"<!doctype html>\n{tag('html', *children, **attributes).markup}"


def copyable(id_: str, text: str, label: str) -> Html:
    """
    Give a block of text with a button that copies it.

    label: what the button copies, for screen readers. Lines stay lines; long ones wrap on the screen only. The button
    is hidden until the script shows it, because it does nothing without the script.
    """
    rows = [row.removesuffix("\r").expandtabs(4) for row in text.strip("\n").split("\n")]
    return copyable_rows(id_, [[text_of(row, LONGEST_COPY)] for row in rows], label)


def copyable_rows(id_: str, rows: Sequence[Sequence[Child]], label: str) -> Html:
    """Give the same for rows of several pieces."""
    lines = [join((NEWLINE if number else None, *row)) for number, row in enumerate(rows)]
    return tag("div", tag("pre", tag("code", *lines, id=id_, dir="ltr")), copy_button(id_, label), class_="copyable")


def copy_button(id_: str, label: str) -> Html:
    """Give a button that copies the text of the element `id_`; hidden until the script shows it."""
    words = tag("span", f" {label}", class_="unseen")
    return tag("button", "Copy", words, type="button", class_="copy", data_copies=id_, hidden=True)


def one_line(text: str) -> str:
    """Give a policy's text in one line: white space only separates words there (Infra #ascii-whitespace)."""
    return _WHITE_SPACE.sub(" ", text).strip(" ")
