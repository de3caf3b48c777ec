"""
What each element asks for, other than its style and what style sheets name.

One function for an element (or a group that works alike), found by the tag's
name; they give wants with URLs as written, and know neither base URL nor order.
Where the standard leaves it open, or Chromium departs from it, Chromium 156 was
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from csplint.csp.request import Kind
from csplint.page.html.element_request import Want, inline, nonced
from csplint.page.html.handlers import is_handler
from csplint.page.html.links import link_wants
from csplint.page.html.scripts import runs, script_kind, script_source
from csplint.page.html.srcset import srcset_urls
from csplint.page.html.tag import Tag


def element_wants(tag: Tag) -> Iterator[Want]:
    """Give everything one element asks for: itself first, then its event handlers."""
    if (reader := _ELEMENTS.get(tag.name)) is not None:
        yield from reader(tag)
    for name, value in tag.attributes.items():
        if is_handler(tag.name, name):
            yield Want(kind="event-handler", attribute=name, content=value)


def _script(tag: Tag) -> Iterator[Want]:
    if not runs(tag, script_kind(tag)):
        return
    source = script_source(tag)
    if source is None:
        yield inline(tag, "inline-script")
    else:
        attribute = "src" if tag.href is None or tag.name == "script" else tag.href[0]
        yield nonced(tag, "script", attribute, source)


def _style(tag: Tag) -> Iterator[Want]:
    """HTML Standard #update-a-style-block; Chromium reports sheets of another type too, but never applies them."""
    if tag.word("type") in ("", "text/css"):
        yield inline(tag, "inline-style")


def _url(tag: Tag, attribute: str, kind: Kind) -> Iterator[Want]:
    """One attribute with one URL; browsers ask for nothing where it is empty."""
    if tag.get(attribute).strip():
        yield Want(kind=kind, attribute=attribute, written=tag.get(attribute))


def _image(tag: Tag) -> Iterator[Want]:
    yield from _url(tag, "src", "img")
    yield from _candidates(tag)


def _candidates(tag: Tag) -> Iterator[Want]:
    for url in srcset_urls(tag.get("srcset")):
        yield Want(kind="img", attribute="srcset", written=url)


def _background(tag: Tag) -> Iterator[Want]:
    return _url(tag, "background", "img")


def _media(tag: Tag) -> Iterator[Want]:
    yield from _url(tag, "src", "media")
    if tag.name == "video":
        yield from _url(tag, "poster", "img")


def _source(tag: Tag) -> Iterator[Want]:
    if tag.parent == "picture":
        yield from _candidates(tag)
    elif tag.parent in ("audio", "video") and "src" not in tag.parent_attributes:
        yield from _url(tag, "src", "media")


def _track(tag: Tag) -> Iterator[Want]:
    if tag.parent in ("audio", "video"):
        yield from _url(tag, "src", "media")


def _frame(tag: Tag) -> Iterator[Want]:
    """
    A frame with srcdoc never asks for its src.

    Its document inherits the page's policies, but is a document of its own: what
    it holds is not looked into.
    """
    if "srcdoc" in tag.attributes and tag.name == "iframe":
        return
    for want in _url(tag, "src", "frame"):
        yield Want(kind="frame", attribute="src", written=want.written, may_run=True)


def _object(tag: Tag) -> Iterator[Want]:
    return _url(tag, "data" if tag.name == "object" else "src", "object")


def _link_out(tag: Tag) -> Iterator[Want]:
    """a and area: only a javascript: URL is the page's own doing; ping is sent on the way out."""
    if tag.href is None:
        return
    attribute, href = tag.href
    yield Want(kind=None, attribute=attribute, written=href, may_run=True)
    if not tag.name.startswith("svg:"):
        for url in tag.get("ping").split():
            yield Want(kind="beacon", attribute="ping", written=url, on_submit=True)


def _form(tag: Tag) -> Iterator[Want]:
    if tag.word("method") != "dialog":
        yield Want(kind="form", attribute="action", written=tag.get("action"), may_run=True, on_submit=True)


def _submitter(tag: Tag) -> Iterator[Want]:
    """A button that submits may name another action; input type=image is such a button with a picture."""
    kind = tag.word("type")
    if tag.name == "input" and kind == "image":
        yield from _url(tag, "src", "img")
    submits = kind in ("submit", "image") if tag.name == "input" else kind not in ("reset", "button")
    if submits and "formaction" in tag.attributes and tag.word("formmethod") != "dialog":
        written = tag.get("formaction")
        yield Want(kind="form", attribute="formaction", written=written, may_run=True, on_submit=True)


def _svg_image(tag: Tag) -> Iterator[Want]:
    """image, feImage and use; a bare fragment names something in this page."""
    if tag.href is not None and tag.href[1].strip() and not tag.href[1].strip().startswith("#"):
        yield Want(kind="img", attribute=tag.href[0], written=tag.href[1])


_ELEMENTS: dict[str, Callable[[Tag], Iterator[Want]]] = {
    **dict.fromkeys(("script", "svg:script"), _script),
    **dict.fromkeys(("style", "svg:style"), _style),
    **dict.fromkeys(("a", "area", "svg:a"), _link_out),
    **dict.fromkeys(("audio", "video"), _media),
    **dict.fromkeys(("iframe", "frame"), _frame),
    **dict.fromkeys(("object", "embed"), _object),
    **dict.fromkeys(("button", "input"), _submitter),
    **dict.fromkeys(("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"), _background),
    **dict.fromkeys(("svg:image", "svg:feImage", "svg:use"), _svg_image),
    "form": _form,
    "img": _image,
    "link": link_wants,
    "source": _source,
    "track": _track,
}
# Elements that may ask for something by an attribute of their own; the others, by style and handlers alone.
ASKING = frozenset(_ELEMENTS) | {"base", "html", "meta"}
