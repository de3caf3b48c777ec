"""
A tiny HTML builder in which text is escaped by construction.

Whatever is handed over as a string is made `visible`, then escaped for HTML
(WHATWG HTML #escapingString); only this module makes `Html`, so what a page said
cannot become markup. `##[` and `::`, which GitHub's runner may obey when the
report is printed into its log, become character references.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from csplint.report.escape import LIMIT, visible

LONGEST_COPY = 8000
"""Longest run of text that is shown whole where it is there to be copied; a server would refuse a longer header."""

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
"""Elements after which a line ends, so that the file can be read and compared."""

_HREF = re.compile(r"#[a-z0-9-]+|https://[A-Za-z0-9./_~%?&=#+:@,-]{1,1000}")
"""Where a link may lead: into the report, or to an https address without anything odd in it."""


class Html(Struct, frozen=True):
    """Markup that is fit to be written. Made by the functions of this module alone."""

    markup: str


NEWLINE = Html("\n")
"""A line's end where it counts, in preformatted text."""

Child = Html | str | None
Value = str | int | bool | None


def escaped(text: str, limit: int = LIMIT) -> str:
    """Text for an element or a quoted attribute, every character of it showable."""
    return visible(text, limit).translate(_ENTITIES).replace("::", "&#58;&#58;")


def words(text: str, limit: int = LIMIT) -> Html:
    """Text with a limit of its own for its longest token."""
    return Html(escaped(text, limit))


def join(children: Iterable[Child]) -> Html:
    """Several pieces as one."""
    return Html("".join(each.markup if isinstance(each, Html) else escaped(each) for each in children if each))


def tag(name: str, /, *children: Child, **attributes: Value) -> Html:
    """
    An element: strings among the children are text, None and "" are nothing.

    Attributes are named as keywords (`class_`, `aria_label`); True gives a bare one, None and False none. Handlers,
    inline styles and addresses that are not the report's own or https are refused: they are never wanted here.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    end = "" if name in _VOID else f"{join(children).markup}</{name}>"
    return Html(f"<{name}{written}>{end}" + ("\n" if name in _BLOCKS else ""))


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on") or (name == "href" and not _HREF.fullmatch(str(value))):
        raise ValueError(f"the attribute {name} with the value {value!r} has no place in the report")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escaped(str(value), LONGEST_COPY)}"'


def link(address: str, *children: Child) -> Html:
    """A link to an https document; the address as text where it is no such thing."""
    if not (address.startswith("https://") and _HREF.fullmatch(address)):
        return join(children or (address,))
    return tag("a", *(children or (address,)), href=address, rel="noreferrer")


def code(text: str, limit: int = LIMIT, **attributes: Value) -> Html:
    """A word of the policy language, or anything else that is not prose."""
    return tag("code", words(text, limit), dir="ltr", **attributes)


def raw_text(name: str, text: str) -> Html:
    """
    A style or script element around our own text, which HTML does not unescape (HTML #cdata-rcdata-restrictions).

    Its hash is what the policy allows, so nothing is added to it.
    """
    if name not in {"style", "script"} or re.search(rf"</{name}|<!--", text, re.IGNORECASE):
        raise ValueError(f"this text would end its {name} element, or is not meant for one")
    return Html(f"<{name}>{text}</{name}>\n")


def document(*children: Child, **attributes: Value) -> str:
    """A whole HTML document."""
    return f"<!doctype html>\n{tag('html', *children, **attributes).markup}"
