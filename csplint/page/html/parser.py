"""
Parse HTML as a browser with scripting enabled does; the only module that uses turbohtml.

In: the bytes that a server sent and the encoding it named. Out: a Document. Only this module sees the tree;
`document_builder` and `elements` know what elements mean, `parse_limits` what is too dangerous to parse. Another parser
would have to pass tests/page/html-cases.json.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import turbohtml
import turbohtml.detect  # registers the whatwg-* codecs
from msgspec import Struct
from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.document import Document, Place, Srcdoc
from csplint.page.html.charset import http_charset, response_charset
from csplint.page.html.document_builder import MAX_LINKS, read_tags
from csplint.page.html.elements import REQUESTING
from csplint.page.html.link_header import link_tags
from csplint.page.html.parse_limits import refuse_too_complex, refuse_too_large
from csplint.page.html.reopening import FORMATTING, Token
from csplint.page.html.tag import Tag
from csplint.page.html.xml_parser import read_xml, xml_encoding

__all__ = ["Reading", "http_charset", "read_document", "response_charset"]

_PREFIX = {turbohtml.Namespace.HTML: "", turbohtml.Namespace.SVG: "svg:", turbohtml.Namespace.MATHML: "math:"}
_WITH_TEXT = frozenset({"script", "style", "svg:script", "svg:style"})
# These matter even without attributes.
_BARE = _WITH_TEXT | {"form"}
# Not the usual "open", so perhaps "closed", with or without character references.
_CLOSED = re.compile(r"shadowrootmode\s*=(?!\s*[\"']?open[\s\"'>])", re.IGNORECASE)
_MAY_HOST = "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span"
_HOSTS = frozenset(_MAY_HOST.split())
_ESCAPE = b"\x1b"
# "<?" in UTF-16 without a byte order mark: browsers then take HTML for UTF-16 too.
_UTF_16_XML = (b"<\0", b"\0<")


class Reading(Struct, frozen=True):
    """
    What there is to know about a page besides its bytes and encoding.

    xml: it is read by the rules of XML, as XHTML or SVG. links: the values of its Link headers. ignores_base: the page's
    policies block the base URL that it sets.
    """

    xml: bool = False
    links: tuple[str, ...] = ()
    ignores_base: bool = False


def read_document(
    body: bytes, url: str, *, charset: str | None, target: str, reading: Reading | None = None
) -> Document:
    """
    Parse a page.

    url: the document's own, absolute. charset: the encoding that Content-Type names (see `response_charset`); a byte order mark
    overrides it, it overrides a meta element, and an unknown label is ignored. target: what the user named, for the error.
    reading: what else there is to know. Bytes that are not HTML give an empty page.

    Raises TargetError ("too-large", "too-complex") for a page that is not safe to parse.
    """
    reading = reading or Reading()
    refuse_too_large(body, target)
    label = _known(charset) or (_known(xml_encoding(body)) if reading.xml or body[:2] in _UTF_16_XML else None)
    for view in _views(body, label):
        refuse_too_complex(view, target, None if reading.xml else _tokenize)
    page = _parse_xml(body, label) if reading.xml else _parse(body, label, target)
    tags = chain(link_tags(reading.links), page.tags)
    document = read_tags(tags, url, page.base, page.text, ignores_base=reading.ignores_base)
    return _with_frames(replace(document, limits=(*page.limits, *document.limits)), target)


class _Page(NamedTuple):
    """
    A parsed page.

    tags: every tag that may matter, in the order of the text; made one by one, as not all may be read. base: the one that
    sets the base URL, found first because forms use the base URL of the finished page. text: the decoded source.
    """

    tags: Iterable[Tag]
    base: Tag | None
    text: str
    limits: tuple[str, ...] = ()


def _parse_xml(body: bytes, label: str | None) -> _Page:
    text = _decode(body, turbohtml.parse(body[:3], encoding=label or "utf-8").encoding)
    tags, limits = read_xml(text)
    base = next((tag for tag in tags if tag.name == "base" and "href" in tag.attributes and not tag.is_inert), None)
    return _Page(tags, base, text, limits)


def _parse(body: bytes | str, label: str | None, target: str) -> _Page:
    """
    Parse HTML; text has its newlines normalized already.

    The parser hides closed shadow roots as the DOM does, but their scripts run. A page that may have one is parsed with its
    roots left in their templates.
    """
    try:
        parsed = turbohtml.parse(body, encoding=label, scripting=True, source_locations=True)
        text = _decode(body, parsed.encoding) if isinstance(body, bytes) else body
        if "shadowrootmode" in text.lower() and _CLOSED.search(text):
            parsed = turbohtml.parse(
                body, encoding=label, scripting=True, source_locations=True, allow_declarative_shadow_roots=False
            )
    except MemoryError as exc:
        raise TargetError(target, "too-complex", "there is not enough memory to parse the page") from exc
    found, limits = _found(parsed)
    base = next((_tag(element, text) for element in found if _sets_base(element)), None)
    return _Page((_tag(element, text) for element in found), base, text, limits)


def _with_frames(document: Document, target: str, depth: int = 0) -> Document:
    """The document with its srcdoc documents parsed, and those in them; their text is a part of the page's."""
    if not document.frames:
        return document
    frames, left, limits = [], _MAX_SRCDOC, dict.fromkeys(document.limits)
    for number, frame in enumerate(document.frames):
        left -= len(frame.text)
        inner = _srcdoc(frame, target) if left >= 0 and number < _MAX_FRAMES and depth < _DEEPEST_FRAME else None
        if inner is None:
            limits[f"The srcdoc frame at line {frame.place.line} was not read: it is too large or complex."] = None
            frames.append(frame)
        else:
            inner = _with_frames(inner, target, depth + 1)
            limits |= dict.fromkeys(inner.limits)
            if any(meta.counts for meta in inner.metas):
                limits[
                    f"The srcdoc frame at line {frame.place.line} has a policy of its own, which was not checked."
                ] = None
            frames.append(replace(frame, document=inner))
        if len(limits) > _MAX_FRAMES:
            break
    return replace(document, frames=(*frames, *document.frames[len(frames) :]), limits=tuple(limits))


def _srcdoc(frame: Srcdoc, target: str) -> Document | None:
    """The document of a srcdoc attribute, whose base URL is the page's; None for one that is not safe to parse."""
    text = frame.text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        refuse_too_complex(text, target, _tokenize)
    except TargetError:
        return None
    page = _parse(text, None, target)
    document = read_tags(page.tags, frame.base, page.base, page.text)
    return replace(document, limits=(*page.limits, *document.limits))


_MAX_FRAMES = 20
_MAX_SRCDOC = 1_000_000
"""Characters of all srcdoc attributes of one document."""

_DEEPEST_FRAME = 3


def _known(charset: str | None) -> str | None:
    """The encoding's standard name, None for an unknown label."""
    if charset is None:
        return None
    try:
        return turbohtml.parse(b" ", encoding=charset).encoding
    except (LookupError, ValueError):
        return None


def _views(body: bytes, label: str | None) -> Iterator[str]:
    """
    The body as text that shows every tag the parser could find.

    The encoding is only certain after parsing, which is too late. But tags are ASCII in every encoding of the web except
    UTF-16 (which a byte order mark or the server names) and ISO-2022-JP (which needs escapes).
    """
    certain = turbohtml.parse(body[:3], encoding=label).encoding or ""
    yield _decode(body, certain) if certain.startswith("UTF-16") else body.decode("latin-1")
    if _ESCAPE in body:
        yield _decode(body, "ISO-2022-JP")


def _decode(body: bytes, encoding: str | None) -> str:
    """Decode and normalize newlines, so that offsets match the parser's."""
    text = codecs.decode(body, f"whatwg-{encoding}") if encoding else ""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _tokenize(text: str) -> Iterator[Token]:
    """What `parse_limits` counts: tags with their source, raw text, comments."""
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
    """An element that may make requests; sorts by the position of its start tag."""

    line: int
    column: int
    number: int
    node: turbohtml.Element
    name: str
    is_inert: bool
    in_shadow: bool


MAX_FOUND = 60_000
"""Elements that may make requests; half a million would take 300 MB and seconds."""

_TOO_MANY = (
    f"The page has more than {MAX_FOUND:,} elements that may load or run something; only the first ones were checked."
)


def _found(document: turbohtml.Document) -> tuple[list[_Found], tuple[str, ...]]:
    """
    Walk the tree, with templates (inert) and declarative shadow roots (not inert), up to MAX_FOUND elements.

    A formatting element that the parser reopened occurs several times with the same position; it is one tag.
    """
    found: list[_Found] = []
    opening = 0
    reopened: set[tuple[int, int]] = set()
    hosts: set[tuple[int, int]] = set()
    stack: list[tuple[Iterator[turbohtml.Node], bool, bool]] = [(iter(document.children), False, False)]
    while stack and len(found) < MAX_FOUND:
        nodes, is_inert, in_shadow = stack[-1]
        for node in nodes:
            if isinstance(node, turbohtml.Element):
                name = _PREFIX[node.namespace] + node.tag
                opens = opening < MAX_LINKS and name in ("a", "area") and _opens(node)
                opening += opens
                if opens or _may_request(node, name):
                    place = (node.source_line or 1, node.source_col or 0)
                    if name not in FORMATTING or place not in reopened:
                        found.append(_Found(*place, len(found), node, name, is_inert, in_shadow))
                    if name in FORMATTING:
                        reopened.add(place)
                if node.shadow_root is not None:
                    stack.append((iter(node.shadow_root.children), is_inert, True))
                if (root := _root_in_template(node, hosts)) is not None:
                    stack.append((iter(root.children), is_inert, True))
                else:
                    stack.append((iter(node.children), is_inert, in_shadow))
                break
            if isinstance(node, turbohtml.DocumentFragment):
                stack.append((iter(node.children), True, in_shadow))
                break
        else:
            stack.pop()
    found.sort()
    return found, (_TOO_MANY,) if len(found) == MAX_FOUND else ()


def _root_in_template(node: turbohtml.Element, hosts: set[tuple[int, int]]) -> turbohtml.DocumentFragment | None:
    """
    The contents of a template that browsers make a shadow root of: the first one of its host with a valid mode.

    hosts: the places of the hosts that have a root; this one is added.
    """
    host = node.parent
    if node.tag != "template" or not isinstance(host, turbohtml.Element):
        return None
    mode = (node.attr("shadowrootmode") or "").lower()
    place = (host.source_line or 1, host.source_col or 0)
    if mode not in ("open", "closed") or place in hosts or not (host.tag in _HOSTS or "-" in host.tag):
        return None
    hosts.add(place)
    return next((child for child in node.children if isinstance(child, turbohtml.DocumentFragment)), None)


def _sets_base(found: _Found) -> bool:
    """HTML Standard #document-base-url: the first base element with an href, in the document's own tree."""
    return found.name == "base" and "href" in found.node.attrs and not found.is_inert and not found.in_shadow


def _opens(node: turbohtml.Element) -> bool:
    """Whether a link may open a window or save a file."""
    return "target" in node.attrs or "download" in node.attrs


def _may_request(node: turbohtml.Element, name: str) -> bool:
    """Whether an element can matter at all, quickly; most of a page's elements cannot."""
    if name in _BARE:
        return True
    attributes = node.attrs
    if not attributes:
        return False
    if name in ("a", "area"):
        # Many pages consist mostly of ordinary links, which make no request.
        href = node.attr("href") or ""
        if "ping" in attributes or (":" in href and not href.startswith(("http", "/", "#", "mailto:"))):
            return True
    elif name in REQUESTING or name.startswith("svg:"):
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
            for attribute, span in (
                location.attrs if location is not None and len(attributes) < _MOST_PLACED else {}
            ).items()
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


_MOST_PLACED = 1_000
"""Attributes of one tag that have a place each; of a tag with more, only the tag has one."""


def _span(location: turbohtml.SourceLocation | None, attribute: str) -> tuple[int, int] | None:
    """Start and end of an attribute in the text; None if it is missing, or merged from another tag."""
    span = location.attrs.get(attribute) if location is not None else None
    return (span.start_offset, span.end_offset) if span is not None else None


def _attributes(node: turbohtml.Element) -> dict[str, str]:
    """Attributes as written: `attrs` splits class, rel and the like into lists, and `attr()` is slow for many."""
    return {
        name.lower(): (value if isinstance(value, str) else node.attr(name) or "") for name, value in node.attrs.items()
    }


def _own_text(node: turbohtml.Element) -> str:
    """An element's own text, which browsers run and hash, without that of its children."""
    return "".join(child.data for child in node.children if isinstance(child, turbohtml.Text | turbohtml.CData))


def _repeats(start_tag: str) -> bool:
    """Whether a start tag repeats an attribute; parses only the tag, because a page's list of errors can be huge."""
    return any(error.code == "duplicate-attribute" for error in turbohtml.parse(start_tag).errors)


def _implied(name: str, text: str) -> Place:
    """
    The position of an element that the parser implied and a later tag of the same name gave attributes.

    Only html and body can be such elements; the first tag of that name in the text is close enough.
    """
    found = re.search(rf"<{name}[\s/>]", text, re.IGNORECASE) if name in ("html", "body") else None
    if found is None:
        return Place(1, 1)
    before = text[: found.start()]
    return Place(before.count("\n") + 1, found.start() - before.rfind("\n"))


def read_hrefs(body: bytes, target: str) -> tuple[list[str], str]:
    """
    The links of a page as written, in their order, without those that ask not to be followed; and the base, "" for none.

    The page is only cut into tags: what scripts add, or what is in a comment, is no link. Raises TargetError as `read_document`.
    """
    refuse_too_large(body, target)
    found: dict[str, None] = {}
    base = ""
    for token in turbohtml.tokenize(body.decode("utf-8", "replace")):
        if token.type != turbohtml.TokenType.START_TAG or token.tag not in {"a", "area", "base", "meta"}:
            continue
        attributes = {name: value or "" for name, value in reversed(token.attrs or [])}
        if token.tag == "base":
            base = base or attributes.get("href", "")
        elif token.tag == "meta":
            if attributes.get("name", "").lower() == "robots" and "nofollow" in attributes.get("content", "").lower():
                return [], ""
        elif "href" in attributes and "nofollow" not in attributes.get("rel", "").lower():
            found[attributes["href"]] = None
            if len(found) == MAX_HREFS:
                break
    return list(found), base


MAX_HREFS = 5_000
"""Links of one page that are read."""
