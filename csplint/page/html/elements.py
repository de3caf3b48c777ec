"""
What each element requests, apart from its style and the URLs in style sheets.

One function for each element (or a group that works alike), found by the tag's name. They yield requests with URLs as
written, without regard to base URL or order. Where the standard leaves it open, or Chromium departs from it, they do what
Chromium 156 does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from csplint.csp.request import Kind
from csplint.page.html.handlers import is_handler
from csplint.page.html.links import link_requests
from csplint.page.html.scripts import runs, script_kind, script_source
from csplint.page.html.srcset import srcset_urls
from csplint.page.html.tag import ElementRequest, Tag, inline_request, nonced_request


def element_requests(tag: Tag) -> Iterator[ElementRequest]:
    """Everything that one element requests: itself first, then its event handlers."""
    if (reader := _ELEMENTS.get(tag.name)) is not None:
        yield from reader(tag)
    for name, value in tag.attributes.items():
        if is_handler(tag.name, name):
            yield ElementRequest(kind="event-handler", attribute=name, content=value)


def _script(tag: Tag) -> Iterator[ElementRequest]:
    if not runs(tag, script_kind(tag)):
        return
    source = script_source(tag)
    if source is None:
        yield inline_request(tag, "inline-script")
    else:
        attribute = "src" if tag.href is None or tag.name == "script" else tag.href[0]
        yield nonced_request(tag, "script", attribute, source)


def _style(tag: Tag) -> Iterator[ElementRequest]:
    """HTML Standard #update-a-style-block; Chromium also checks sheets of another type, but never applies them."""
    if tag.word("type") in ("", "text/css"):
        yield inline_request(tag, "inline-style")


def _url(tag: Tag, attribute: str, kind: Kind) -> Iterator[ElementRequest]:
    """An attribute with one URL; browsers request nothing if it is empty."""
    if tag.get(attribute).strip():
        yield ElementRequest(kind=kind, attribute=attribute, written=tag.get(attribute))


def _image(tag: Tag) -> Iterator[ElementRequest]:
    role = "image set" if "srcset" in tag.attributes or tag.parent == "picture" else ""
    for each in _url(tag, "src", "img"):
        yield replace(each, role=role)
    yield from _candidates(tag)


def _candidates(tag: Tag) -> Iterator[ElementRequest]:
    for url in srcset_urls(tag.get("srcset")):
        yield ElementRequest(kind="img", attribute="srcset", written=url, role="image set")


def _background(tag: Tag) -> Iterator[ElementRequest]:
    return _url(tag, "background", "img")


def _media(tag: Tag) -> Iterator[ElementRequest]:
    yield from _url(tag, "src", "media")
    if tag.name == "video":
        yield from _url(tag, "poster", "img")


def _source(tag: Tag) -> Iterator[ElementRequest]:
    if tag.parent == "picture":
        yield from _candidates(tag)
    elif tag.parent in ("audio", "video") and "src" not in tag.parent_attributes:
        yield from _url(tag, "src", "media")


def _track(tag: Tag) -> Iterator[ElementRequest]:
    if tag.parent in ("audio", "video"):
        yield from _url(tag, "src", "media")


def _frame(tag: Tag) -> Iterator[ElementRequest]:
    """
    A frame with srcdoc never requests its src.

    Its document inherits the page's policies; it is a document of its own (see `page.document.Srcdoc`).
    """
    if "srcdoc" in tag.attributes and tag.name == "iframe":
        return
    for src in _url(tag, "src", "frame"):
        yield ElementRequest(kind="frame", attribute="src", written=src.written, may_run=True)


def _object(tag: Tag) -> Iterator[ElementRequest]:
    return _url(tag, "data" if tag.name == "object" else "src", "object")


def _link_out(tag: Tag) -> Iterator[ElementRequest]:
    """a and area: following a link is no request of the page, but running a javascript: URL and sending a ping are."""
    if tag.href is None:
        return
    attribute, href = tag.href
    yield ElementRequest(kind=None, attribute=attribute, written=href, may_run=True)
    if not tag.name.startswith("svg:"):
        for url in tag.get("ping").split():
            yield ElementRequest(kind="beacon", attribute="ping", written=url, on_submit=True)


def _form(tag: Tag) -> Iterator[ElementRequest]:
    if tag.word("method") != "dialog":
        yield ElementRequest(kind="form", attribute="action", written=tag.get("action"), may_run=True, on_submit=True)


def _submitter(tag: Tag) -> Iterator[ElementRequest]:
    """A submit button may name another action; input type=image is such a button with an image."""
    kind = tag.word("type")
    if tag.name == "input" and kind == "image":
        yield from _url(tag, "src", "img")
    submits = kind in ("submit", "image") if tag.name == "input" else kind not in ("reset", "button")
    if submits and "formaction" in tag.attributes and tag.word("formmethod") != "dialog":
        written = tag.get("formaction")
        yield ElementRequest(kind="form", attribute="formaction", written=written, may_run=True, on_submit=True)


def _svg_image(tag: Tag) -> Iterator[ElementRequest]:
    """image, feImage and use; a URL that is only a fragment refers to this page."""
    if tag.href is not None and tag.href[1].strip() and not tag.href[1].strip().startswith("#"):
        yield ElementRequest(kind="img", attribute=tag.href[0], written=tag.href[1])


def _svg_animation(tag: Tag) -> Iterator[ElementRequest]:
    """`set` and `animate` that give an image another URL; which element `href` names is not looked up."""
    # Its name is in lower case where the HTML parser read it.
    if (tag.get("attributename") or tag.get("attributeName")) not in _LINKS or (
        tag.href is None and tag.parent not in _SVG_IMAGES
    ):
        return
    for attribute in ("from", "to", "by", "values"):
        for url in tag.get(attribute).split(";") if attribute == "values" else (tag.get(attribute),):
            if _ADDRESS.match(url.strip()):
                yield ElementRequest(kind="img", attribute=attribute, written=url)


_LINKS = ("href", "xlink:href")
_SVG_IMAGES = ("svg:image", "svg:feImage", "svg:use")
_ADDRESS = re.compile(r"https?:|/|[^\s:#]+\.(?:png|jpe?g|gif|svg|webp|avif)", re.IGNORECASE)
_ELEMENTS: dict[str, Callable[[Tag], Iterator[ElementRequest]]] = {
    **dict.fromkeys(("script", "svg:script"), _script),
    **dict.fromkeys(("style", "svg:style"), _style),
    **dict.fromkeys(("a", "area", "svg:a"), _link_out),
    **dict.fromkeys(("audio", "video"), _media),
    **dict.fromkeys(("iframe", "frame"), _frame),
    **dict.fromkeys(("object", "embed"), _object),
    **dict.fromkeys(("button", "input"), _submitter),
    **dict.fromkeys(("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"), _background),
    **dict.fromkeys(_SVG_IMAGES, _svg_image),
    **dict.fromkeys(("svg:set", "svg:animate"), _svg_animation),
    "form": _form,
    "img": _image,
    "link": link_requests,
    "source": _source,
    "track": _track,
}
# Elements with attributes of their own that make requests; others only make them by style and event handlers.
REQUESTING = frozenset(_ELEMENTS) | {"base", "html", "meta"}
