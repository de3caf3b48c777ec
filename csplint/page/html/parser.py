"""
HTML as a browser with scripting on builds it; the only module that knows turbohtml.

In: the bytes a server sent and the encoding it named. Out: a Document. The tree
exists only in here; what elements mean is for `reading` and `elements`, what is
too dangerous to parse for `guards`. tests/page/html-cases.json is the contract a
replacement of the parser would have to keep.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

import turbohtml
import turbohtml.detect  # registers the whatwg-* codecs

from csplint.errors import TargetError
from csplint.page.document import Document, Place
from csplint.page.html.charset import http_charset
from csplint.page.html.document_builder import read_tags
from csplint.page.html.elements import ASKING
from csplint.page.html.parse_limits import refuse_too_complex, refuse_too_large
from csplint.page.html.reopening import FORMATTING
from csplint.page.html.tag import Tag
from csplint.page.html.token import Token

__all__ = ["http_charset", "read_document"]

_PREFIX = {turbohtml.Namespace.HTML: "", turbohtml.Namespace.SVG: "svg:", turbohtml.Namespace.MATHML: "math:"}
_WITH_TEXT = frozenset({"script", "style", "svg:script", "svg:style"})
# These mean something even without attributes.
_BARE = _WITH_TEXT | {"form"}
_CLOSED = re.compile(r"shadowrootmode\s*=[\s\"']*closed", re.IGNORECASE)
_ESCAPE = b"\x1b"


def read_document(body: bytes, url: str, *, charset: str | None, target: str) -> Document:
    """
    Parse a page.

    url: the document's own, absolute. charset: what Content-Type names (see
    `http_charset`); a byte order mark outranks it, it outranks a meta element, and
    a label browsers do not know counts as none. target: what the user named, for
    the error. Bytes that are no HTML at all are a page with nothing in it.

    Raises TargetError ("too-large", "too-complex") for what is not safe to parse.
    """
    refuse_too_large(body, target)
    label = _known(charset)
    for view in _views(body, label):
        refuse_too_complex(view, target, _tokenize)
    try:
        parsed = turbohtml.parse(body, encoding=label, scripting=True, source_locations=True)
    except MemoryError as exc:
        raise TargetError(target, "too-complex", "the page needs more memory to parse than there is") from exc
    text = _decode(body, parsed.encoding)
    found = _found(parsed, has_closed=_CLOSED.search(text) is not None)
    # Ahead of the others, because forms are sent by the base URL the page ends up with.
    base = next((_tag(element, text) for element in found if _sets_base(element)), None)
    return read_tags((_tag(element, text) for element in found), url, base, text)


def _known(charset: str | None) -> str | None:
    """Give the encoding's standard name, None for a label that is none."""
    if charset is None:
        return None
    try:
        return turbohtml.parse(b" ", encoding=charset).encoding
    except (LookupError, ValueError):
        return None


def _views(body: bytes, label: str | None) -> Iterator[str]:
    """
    Give the body as text in which every tag the parser could meet is seen.

    The encoding is known for sure only after parsing, which is too late. But tags are
    ASCII in every encoding of the web, save UTF-16 (a byte order mark or the server
    says so) and ISO-2022-JP (which needs escapes).
    """
    certain = turbohtml.parse(body[:3], encoding=label).encoding or ""
    yield _decode(body, certain) if certain.startswith("UTF-16") else body.decode("latin-1")
    if _ESCAPE in body:
        yield _decode(body, "ISO-2022-JP")


def _decode(body: bytes, encoding: str | None) -> str:
    """Decode and normalise newlines, so that offsets are the parser's."""
    text = codecs.decode(body, f"whatwg-{encoding}") if encoding else ""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _tokenize(text: str) -> Iterator[Token]:
    """Give what `guards` counts: tags with their source, raw text, comments."""
    for token in turbohtml.tokenize(text, capture_source=True):
        match token.type:
            case turbohtml.TokenType.START_TAG:
                yield Token("start", token.tag or "", token.source or "", len(token.attrs or ()))
            case turbohtml.TokenType.END_TAG:
                yield Token("end", token.tag or "", "", 0)
            case turbohtml.TokenType.TEXT:
                yield Token("text", "", token.data or "", 0)
            case turbohtml.TokenType.COMMENT:
                yield Token("comment", "", token.data or "", 0)


class _Found(NamedTuple):
    """An element that may ask for something; sorts by its start tag's place."""

    line: int
    column: int
    number: int
    node: turbohtml.Element
    name: str
    is_inert: bool
    in_shadow: bool


def _found(document: turbohtml.Document, *, has_closed: bool) -> list[_Found]:
    """
    Walk the tree, into templates (marked inert) and declarative shadow roots (alive).

    A formatting element the parser had to open again is there several times with one
    place in the source; it is one tag.
    """
    found: list[_Found] = []
    reopened: set[tuple[int, int]] = set()
    stack: list[tuple[Iterator[turbohtml.Node], bool, bool]] = [(iter(document.children), False, False)]
    while stack:
        nodes, is_inert, in_shadow = stack[-1]
        for node in nodes:
            if isinstance(node, turbohtml.Element):
                name = _PREFIX[node.namespace] + node.tag
                if _may_ask(node, name):
                    place = (node.source_line or 1, node.source_col or 0)
                    if name not in FORMATTING or place not in reopened:
                        found.append(_Found(*place, len(found), node, name, is_inert, in_shadow))
                    if name in FORMATTING:
                        reopened.add(place)
                if (shadow := _shadow_root(node, has_closed)) is not None:
                    stack.append((iter(shadow.children), is_inert, True))
                stack.append((iter(node.children), is_inert, in_shadow))
                break
            if isinstance(node, turbohtml.DocumentFragment):
                stack.append((iter(node.children), True, in_shadow))
                break
        else:
            stack.pop()
    found.sort()
    return found


def _shadow_root(node: turbohtml.Element, has_closed: bool) -> turbohtml.ShadowRoot | None:
    """
    Give an element's shadow root, a closed one too.

    The parser hides closed roots as the DOM does, but their scripts run. They are
    reached through the flat tree; one with nothing but slots in it stays out of reach.
    """
    if node.shadow_root is not None or not has_closed:
        return node.shadow_root
    parents = (child.parent for child in node.flattened_children)
    return next((parent for parent in parents if isinstance(parent, turbohtml.ShadowRoot)), None)


def _sets_base(found: _Found) -> bool:
    """HTML Standard #document-base-url: the first base element with an href, in the document's own tree."""
    return found.name == "base" and "href" in found.node.attrs and not found.is_inert and not found.in_shadow


def _may_ask(node: turbohtml.Element, name: str) -> bool:
    """Say quickly whether an element can matter at all; most of a page's cannot."""
    if name in _BARE:
        return True
    attributes = node.attrs
    if not attributes:
        return False
    if name in ("a", "area"):
        # Ordinary links are the bulk of many pages, and ask for nothing.
        href = node.attr("href") or ""
        if "ping" in attributes or (":" in href and not href.startswith(("http", "/", "#", "mailto:"))):
            return True
    elif name in ASKING or name.startswith("svg:"):
        return True
    return any(attribute == "style" or attribute.startswith("on") for attribute in attributes)


def _tag(found: _Found, text: str) -> Tag:
    node, name = found.node, found.name
    location = node.source_location
    parent = node.parent if isinstance(node.parent, turbohtml.Element) else None
    place, text_place, source = _implied(name, text), Place(1, 1), ""
    if location is not None and (span := location.start_tag) is not None:
        place = Place(span.start_line, span.start_col + 1)
        text_place = Place(span.end_line, span.end_col + 1)
        source = text[span.start_offset : span.end_offset]
    attributes = _attributes(node)
    may_bear_nonce = attributes and (name in _WITH_TEXT or (name == "link" and "nonce" in attributes))
    return Tag(
        name=name,
        attributes=attributes,
        place=place,
        attribute_places={
            attribute: Place(span.start_line, span.start_col + 1)
            for attribute, span in (location.attrs if location is not None else {}).items()
        },
        text=_own_text(node) if name in _WITH_TEXT else "",
        text_place=text_place,
        parent="" if parent is None else _PREFIX[parent.namespace] + parent.tag,
        parent_attributes=_attributes(parent) if parent is not None and name in ("source", "track") else {},
        is_inert=found.is_inert,
        in_shadow=found.in_shadow,
        content_span=_span(location, "content") if name == "meta" else None,
        has_duplicates=bool(may_bear_nonce) and _repeats(source),
    )


def _span(location: turbohtml.SourceLocation | None, attribute: str) -> tuple[int, int] | None:
    """Give where an attribute stands in the text; None for one that the parser merged from another tag, or none."""
    span = location.attrs.get(attribute) if location is not None else None
    return (span.start_offset, span.end_offset) if span is not None else None


def _attributes(node: turbohtml.Element) -> dict[str, str]:
    """Give attributes as written: attrs cuts class, rel and the like into lists, attr() is slow asked of many."""
    return {
        name.lower(): (value if isinstance(value, str) else node.attr(name) or "") for name, value in node.attrs.items()
    }


def _own_text(node: turbohtml.Element) -> str:
    """Join an element's own text, what browsers run and hash; children's text is not part of it."""
    return "".join(child.data for child in node.children if isinstance(child, turbohtml.Text | turbohtml.CData))


def _repeats(start_tag: str) -> bool:
    """Say whether a start tag repeats an attribute; asked of the one tag, as a page's list of errors can be huge."""
    return any(error.code == "duplicate-attribute" for error in turbohtml.parse(start_tag).errors)


def _implied(name: str, text: str) -> Place:
    """
    Place an element the parser made up and a later tag of that name gave attributes to.

    Only html and body can be both; the first such tag in the text is near enough.
    """
    found = re.search(rf"<{name}[\s/>]", text, re.IGNORECASE) if name in ("html", "body") else None
    if found is None:
        return Place(1, 1)
    before = text[: found.start()]
    return Place(before.count("\n") + 1, found.start() - before.rfind("\n"))
