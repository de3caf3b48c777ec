"""
Build a Document from tags: order, base URL, resolved URLs, and limits on how much is stored.

Tags come in the order of their start tags. A parser reads them in that order, so policies in meta elements apply in it
too; the tree's order differs where the parser moves elements (out of tables, or back into head).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.csp.request import Request
from csplint.page.css import StyleRequest, may_request, style_requests
from csplint.page.document import LITERAL, Document, Link, Meta, PageRequest, Place, Script, Srcdoc
from csplint.page.html.address import resolve, resolve_base, script_of, without_fragment
from csplint.page.html.elements import element_requests
from csplint.page.html.literals import MAX_LITERALS, MAX_TEXT, literals, writes_policy
from csplint.page.html.refresh import refresh_note
from csplint.page.html.scripts import runs, script_kind, script_source
from csplint.page.html.tag import ElementRequest, Tag

MAX_REQUESTS = 20_000
MAX_COUNTED = 40_000
"""Requests, scripts and metas together; data scripts make no request."""

MAX_URLS = 10_000_000
"""Characters of all URLs together; one long base URL makes every short URL as long."""

MAX_CSS = 1_000_000
"""Characters, which take about a second and a half to parse (see css.MAX_SHEET)."""

MAX_LINKS = 200
"""Links that open a window or save a file; reports only count them and name the first."""

_MAX_WRITTEN_DATA = 200
_WEB = ("http:", "https:")
# A WebSocket's address may be written with http: too (WHATWG WebSockets #get-a-url-record).
_OF_LITERALS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("connect", "beacon", "eventsource", "dynamic-script", "worker"), _WEB),
    "ws": ("ws:", "wss:"),
}
_LINKS = frozenset({"a", "area", "base", "form"})
_POLICY_METAS = ("content-security-policy", "content-security-policy-report-only")
# SVG's presentation attributes that name other resources; their values are CSS.
_SVG_URLS = ("clip-path", "cursor", "fill", "filter", "marker-end", "marker-mid", "marker-start", "mask", "stroke")


def read_tags(tags: Iterable[Tag], url: str, base: Tag | None, text: str, *, ignores_base: bool = False) -> Document:
    """
    Build the Document of these tags.

    tags: in the order of their start tags, including inert ones. url: the document's own. base: the tag that sets the
    document's base URL. text: the decoded source. ignores_base: a policy blocks the base URL.
    """
    builder = _Builder(url, base, ignores_base=ignores_base)
    for tag in tags:
        builder.add(tag)
        if builder.is_full:
            break
    return Document(
        url=url,
        base_url=builder.final_base,
        requests=tuple(builder.requests),
        scripts=tuple(builder.scripts),
        metas=tuple(builder.metas),
        generators=tuple(builder.generators),
        root_attributes=builder.root_attributes,
        text=text,
        limits=tuple(builder.limits),
        notes=tuple(builder.notes),
        links=tuple(builder.links),
        frames=tuple(builder.frames),
    )


class _Builder:
    """The document so far."""

    def __init__(self, url: str, base: Tag | None, *, ignores_base: bool) -> None:
        self._url = url
        self._base_tag = base
        self._base = url
        self.final_base = url if base is None or ignores_base else resolve_base(base.get("href"), url)
        self.requests: list[PageRequest] = []
        self.scripts: list[Script] = []
        self.metas: list[Meta] = []
        self.generators: list[str] = []
        self.links: list[Link] = []
        self.frames: list[Srcdoc] = []
        self.root_attributes: dict[str, str] = {}
        # A dict, to store each sentence once and in order.
        self.limits: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self._order = 0
        self._literals_left = MAX_LITERALS
        self._script_text_left = MAX_TEXT
        self._css_left = MAX_CSS
        self._urls_left = MAX_URLS

    @property
    def is_full(self) -> bool:
        """Whether the page makes more requests than are stored; if so, adds that to `limits`."""
        problem = ""
        if len(self.requests) >= MAX_REQUESTS or self._order >= MAX_COUNTED:
            problem = f"The page makes {MAX_REQUESTS:,} or more requests; only the first ones were checked."
        elif self._urls_left <= 0:
            problem = f"The page's URLs have more than {MAX_URLS:,} characters; only the first ones were checked."
        if problem:
            self.limits[problem] = None
        return bool(problem)

    def add(self, tag: Tag) -> None:
        """Add one tag."""
        if tag.name == "meta":
            self._meta(tag)
        if tag.is_inert:
            return
        if tag.name == "html":
            self.root_attributes = dict(tag.attributes)
        if tag == self._base_tag:
            self._set_base(tag)
        if tag.name in _LINKS and len(self.links) < MAX_LINKS:
            self.links += self._links(tag)
        if tag.name == "iframe" and "srcdoc" in tag.attributes:
            self._srcdoc(tag)
        self._elements(tag)
        self._styles(tag)

    def _links(self, tag: Tag) -> Iterator[Link]:
        """A base element's target is that of every link; download counts on links with an address, before the target."""
        if tag.name in ("a", "area") and "download" in tag.attributes and "href" in tag.attributes:
            yield Link("download", tag.place)
        elif tag.word("target") == "_blank" and (tag.name in ("base", "form") or "href" in tag.attributes):
            yield Link("window", tag.place)

    def _srcdoc(self, tag: Tag) -> None:
        sandbox = frozenset(tag.word("sandbox").split()) if "sandbox" in tag.attributes else None
        self.frames.append(Srcdoc(tag.get("srcdoc"), sandbox, _at(tag, "srcdoc"), self._next(), self._base))

    def _next(self) -> int:
        self._order += 1
        return self._order - 1

    def _meta(self, tag: Tag) -> None:
        name = tag.word("http-equiv")
        if name in _POLICY_METAS:
            counts = tag.parent == "head" and not tag.is_inert
            self.metas.append(
                Meta(name, tag.attributes.get("content"), counts, tag.place, self._next(), tag.content_span)
            )
        elif tag.word("name") == "generator" and not tag.is_inert:
            self.generators.append(tag.get("content"))
        elif name == "refresh" and not tag.is_inert and (note := refresh_note(tag.get("content"), self._url)):
            self.notes[note] = None

    def _set_base(self, tag: Tag) -> None:
        """
        Resolve later URLs against this base, and add the request for it, even if browsers ignore its scheme.

        Whether a policy blocks the base is known only once the page's policies are; then the page is read again.
        """
        self._base = self.final_base
        url = resolve(tag.get("href"), self._url)
        if url:
            self._add_request(
                PageRequest(Request("base", url), tag.place, tag.name, "href", _quoted(tag.get("href")), self._next())
            )

    def _elements(self, tag: Tag) -> None:
        script_order = self._script(tag) if tag.name in ("script", "svg:script") else None
        for wanted in element_requests(tag):
            if self.is_full:
                return
            for request in self._requests(wanted, tag):
                shared = script_order if wanted.kind in ("script", "inline-script") else None
                order = self._next() if shared is None else shared
                place = tag.place if request.url or not wanted.attribute else _at(tag, wanted.attribute)
                self._add_request(
                    PageRequest(
                        request, place, tag.name, wanted.attribute, _quoted(wanted.written or ""), order, wanted.role
                    )
                )
        if script_order is not None and script_source(tag) is None:
            self._literals(tag)

    def _literals(self, tag: Tag) -> None:
        """The addresses that an inline script names, and whether it may write a policy."""
        if not runs(tag, kind := script_kind(tag)) or kind not in ("classic", "module"):
            return
        if writes_policy(tag.text):
            self.notes[
                f"The script at line {tag.place.line} names Content-Security-Policy. If it writes a policy into the page, "
                "csplint does not see that, because it runs no scripts."
            ] = None
        self._script_text_left -= len(tag.text)
        for found in literals(tag.text) if self._script_text_left >= 0 else ():
            url = resolve(found.written, self._base)
            if self._literals_left <= 0 or self.is_full:
                return
            if url.startswith(_OF_LITERALS[found.kind]):
                self._literals_left -= 1
                place = _in_text(tag, found.offset)
                self._add_request(
                    PageRequest(Request(found.kind, url), place, LITERAL, found.call, found.written, self._next())
                )

    def _script(self, tag: Tag) -> int:
        source, order = script_source(tag), self._next()
        self.scripts.append(
            Script(
                kind=script_kind(tag),
                text=tag.text,
                src=source,
                url="" if source is None or not source.strip() else resolve(source, self._base),
                nonce=tag.attributes.get("nonce"),
                integrity=tag.get("integrity"),
                attributes=dict(tag.attributes),
                nonceable=tag.is_nonceable,
                place=tag.place,
                order=order,
            )
        )
        return order

    def _requests(self, wanted: ElementRequest, tag: Tag) -> Iterator[Request]:
        """The requests that browsers make: none for an invalid URL, two for a javascript: form action."""
        if wanted.written is None:
            if wanted.kind is not None:
                yield Request(wanted.kind, nonce=wanted.nonce, content=wanted.content, nonceable=wanted.nonceable)
            return
        url = self._resolve(wanted, tag)
        code = script_of(url) if wanted.may_run else None
        # Chromium checks a javascript: action against form-action too, before it runs it.
        if url and wanted.kind is not None and (code is None or wanted.kind == "form"):
            yield Request(wanted.kind, url, wanted.nonce, integrity=wanted.integrity, nonceable=wanted.nonceable)
        if code is not None:
            yield Request("javascript-url", content=code)

    def _resolve(self, wanted: ElementRequest, tag: Tag) -> str:
        """The requested URL, "" if browsers make no request."""
        written = wanted.written or ""
        if wanted.kind == "form" and not written.strip():
            return self._url
        url = resolve(written, self.final_base if wanted.on_submit else self._base)
        if wanted.kind == "frame" and url.startswith("about:"):
            return ""
        # Chromium neither runs nor fetches a javascript: URL in an object.
        if wanted.kind == "object" and script_of(url) is not None:
            return ""
        if wanted.kind == "beacon" and not url.startswith(("http:", "https:")):
            return ""
        if tag.name == "svg:use" and (
            url.startswith("data:") or without_fragment(url) == without_fragment(resolve(self._url, ""))
        ):
            return ""
        return url

    def _styles(self, tag: Tag) -> None:
        if "style" in tag.attributes:
            request = Request("style-attr", content=tag.get("style"))
            self._add_request(PageRequest(request, _at(tag, "style"), tag.name, "style", "", self._next()))
            self._css(tag, "style", tag.get("style"))
        if tag.name in ("style", "svg:style") and tag.word("type") in ("", "text/css"):
            self._css(tag, "", tag.text)
        elif tag.name.startswith("svg:"):
            for name in _SVG_URLS:
                if name in tag.attributes:
                    self._css(tag, name, f"{name}:{tag.get(name)}")

    def _css(self, tag: Tag, attribute: str, text: str) -> None:
        if not may_request(text):
            return
        if self._css_left <= 0:
            self.limits[f"The page has more than {MAX_CSS:,} characters of CSS; the rest was not checked."] = None
            return
        self._css_left -= len(text)
        found = style_requests(text, declarations=bool(attribute))
        if found.problem:
            what = f"{attribute} attribute" if attribute else "style sheet"
            self.limits[f"The {what} at line {tag.place.line} {found.problem}."] = None
        for named in found.requests:
            if self.is_full:
                return
            url = resolve(named.url, self._base)
            if url:
                place = _at(tag, attribute) if attribute else _within(tag.text_place, named)
                self._add_request(
                    PageRequest(Request(named.kind, url), place, "css", attribute, _quoted(named.url), self._next())
                )

    def _add_request(self, found: PageRequest) -> None:
        self._urls_left -= len(found.request.url)
        self.requests.append(found)


def _quoted(written: str) -> str:
    """The URL as reports quote it: a long data: URL is cut (the request has all of it)."""
    return written[:_MAX_WRITTEN_DATA] if written[:20].lstrip()[:5].lower() == "data:" else written


def _at(tag: Tag, attribute: str) -> Place:
    """The position of code in an attribute; that of the tag if the attribute's is unknown."""
    return tag.attribute_places.get(attribute, tag.place)


def _in_text(tag: Tag, offset: int) -> Place:
    """The position of an offset in the tag's text."""
    before = tag.text[:offset]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") if line else tag.text_place.column + offset
    return Place(tag.text_place.line + line, column)


def _within(start: Place, named: StyleRequest) -> Place:
    column = named.column if named.line > 1 else start.column + named.column - 1
    return Place(start.line + named.line - 1, column)
