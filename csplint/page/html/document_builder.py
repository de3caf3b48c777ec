"""
From tags to a Document: order, base URL, resolved URLs, and how much of it all is kept.

Tags come in the order of their start tags. That is the order a parser meets them
in, and so the order policies in meta elements go by; the tree's own order differs
where the parser moves things (out of tables, or back into head).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.csp.request import Request
from csplint.page.address import resolve, resolve_base, script_of, without_fragment
from csplint.page.css import StyleNeed, may_ask, style_requests
from csplint.page.document import Document, Meta, PageRequest, Place, Script
from csplint.page.html.element_request import Want
from csplint.page.html.elements import element_wants
from csplint.page.html.scripts import script_kind, script_source
from csplint.page.html.tag import Tag

MAX_REQUESTS = 20_000
# Requests, scripts and metas together; scripts that are data ask for nothing.
MAX_COUNTED = 40_000
# One long base URL makes every short one as long.
MAX_URLS = 30_000_000
# About three seconds of reading; see styles.MAX_SHEET.
MAX_CSS = 2_000_000
_MAX_WRITTEN_DATA = 200
_POLICY_METAS = ("content-security-policy", "content-security-policy-report-only")
# SVG's presentation attributes that name other resources; their values are CSS.
_SVG_URLS = ("clip-path", "cursor", "fill", "filter", "marker-end", "marker-mid", "marker-start", "mask", "stroke")


def read_tags(tags: Iterable[Tag], url: str, base: Tag | None, text: str) -> Document:
    """
    Give the Document these tags make up.

    tags: in order of their start tags, inert ones included. base: the one among
    them that sets the document's base URL.
    """
    reading = _Reading(url, base)
    for tag in tags:
        reading.read(tag)
        if reading.is_full:
            break
    return Document(
        url=url,
        base_url=reading.final_base,
        requests=tuple(reading.requests),
        scripts=tuple(reading.scripts),
        metas=tuple(reading.metas),
        generators=tuple(reading.generators),
        root_attributes=reading.root_attributes,
        text=text,
        limits=tuple(reading.limits),
    )


class _Reading:
    """What has been read so far."""

    def __init__(self, url: str, base: Tag | None) -> None:
        self._url = url
        self._base_tag = base
        self._base = url
        self.final_base = url if base is None else resolve_base(base.get("href"), url)
        self.requests: list[PageRequest] = []
        self.scripts: list[Script] = []
        self.metas: list[Meta] = []
        self.generators: list[str] = []
        self.root_attributes: dict[str, str] = {}
        # A dict for its order: each sentence once.
        self.limits: dict[str, None] = {}
        self._order = 0
        self._css_left = MAX_CSS
        self._urls_left = MAX_URLS

    @property
    def is_full(self) -> bool:
        """Whether the page asks for more than is kept; said in `limits` as soon as it is so."""
        problem = ""
        if len(self.requests) >= MAX_REQUESTS or self._order >= MAX_COUNTED:
            problem = f"The page asks for {MAX_REQUESTS:,} things or more; only the first were looked at."
        elif self._urls_left <= 0:
            problem = f"The page's URLs are over {MAX_URLS:,} characters long; only the first were looked at."
        if problem:
            self.limits[problem] = None
        return bool(problem)

    def read(self, tag: Tag) -> None:
        """Take one tag in."""
        if tag.name == "meta":
            self._meta(tag)
        if tag.is_inert:
            return
        if tag.name == "html":
            self.root_attributes = dict(tag.attributes)
        if tag == self._base_tag:
            self._set_base(tag)
        self._elements(tag)
        self._styles(tag)

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

    def _set_base(self, tag: Tag) -> None:
        """
        Ask for the base as written, refused or not by its scheme; from here on it holds.

        Whether a policy forbids it is for others to say; the document is read as if it did not.
        """
        self._base = self.final_base
        url = resolve(tag.get("href"), self._url)
        if url:
            self._keep(
                PageRequest(Request("base", url), tag.place, tag.name, "href", _quoted(tag.get("href")), self._next())
            )

    def _elements(self, tag: Tag) -> None:
        script_order = self._script(tag) if tag.name in ("script", "svg:script") else None
        for want in element_wants(tag):
            if self.is_full:
                return
            for request in self._requests(want, tag):
                shared = script_order if want.kind in ("script", "inline-script") else None
                order = self._next() if shared is None else shared
                place = tag.place if request.url or not want.attribute else _at(tag, want.attribute)
                self._keep(PageRequest(request, place, tag.name, want.attribute, _quoted(want.written or ""), order))

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

    def _requests(self, want: Want, tag: Tag) -> Iterator[Request]:
        """Give what a want comes to: nothing where its URL is none, two for a javascript: form action."""
        if want.written is None:
            if want.kind is not None:
                yield Request(want.kind, nonce=want.nonce, content=want.content, nonceable=want.nonceable)
            return
        url = self._resolve(want, tag)
        code = script_of(url) if want.may_run else None
        # Chromium asks form-action about a javascript: action too, before it runs it.
        if url and want.kind is not None and (code is None or want.kind == "form"):
            yield Request(want.kind, url, want.nonce, integrity=want.integrity, nonceable=want.nonceable)
        if code is not None:
            yield Request("javascript-url", content=code)

    def _resolve(self, want: Want, tag: Tag) -> str:
        """Give the URL asked for, "" where browsers would ask for nothing."""
        written = want.written or ""
        if want.kind == "form" and not written.strip():
            return self._url
        url = resolve(written, self.final_base if want.on_submit else self._base)
        if want.kind == "frame" and url.startswith("about:"):
            return ""
        # Chromium neither runs nor fetches a javascript: URL here.
        if want.kind == "object" and script_of(url) is not None:
            return ""
        if want.kind == "beacon" and not url.startswith(("http:", "https:")):
            return ""
        if tag.name == "svg:use" and (
            url.startswith("data:") or without_fragment(url) == without_fragment(resolve(self._url, ""))
        ):
            return ""
        return url

    def _styles(self, tag: Tag) -> None:
        if "style" in tag.attributes:
            request = Request("style-attr", content=tag.get("style"))
            self._keep(PageRequest(request, _at(tag, "style"), tag.name, "style", "", self._next()))
            self._css(tag, "style", tag.get("style"))
        if tag.name in ("style", "svg:style") and tag.word("type") in ("", "text/css"):
            self._css(tag, "", tag.text)
        elif tag.name.startswith("svg:"):
            for name in _SVG_URLS:
                if name in tag.attributes:
                    self._css(tag, name, f"{name}:{tag.get(name)}")

    def _css(self, tag: Tag, attribute: str, text: str) -> None:
        if not may_ask(text):
            return
        if self._css_left <= 0:
            self.limits[f"The page holds over {MAX_CSS:,} characters of CSS; what the rest names was left out."] = None
            return
        self._css_left -= len(text)
        found = style_requests(text, declarations=bool(attribute))
        if found.problem:
            what = f"{attribute} attribute" if attribute else "style sheet"
            self.limits[f"The {what} at line {tag.place.line} {found.problem}."] = None
        for need in found.needs:
            if self.is_full:
                return
            url = resolve(need.url, self._base)
            if url:
                place = _at(tag, attribute) if attribute else _within(tag.text_place, need)
                self._keep(
                    PageRequest(Request(need.kind, url), place, "css", attribute, _quoted(need.url), self._next())
                )

    def _keep(self, found: PageRequest) -> None:
        self._urls_left -= len(found.request.url)
        self.requests.append(found)


def _quoted(written: str) -> str:
    """Cut a long data: URL, which is for reports to quote; the request keeps it whole."""
    return written[:_MAX_WRITTEN_DATA] if written[:20].lstrip()[:5].lower() == "data:" else written


def _at(tag: Tag, attribute: str) -> Place:
    """Code in an attribute stands where the attribute does; everything else is looked for at its tag."""
    return tag.attribute_places.get(attribute, tag.place)


def _within(start: Place, need: StyleNeed) -> Place:
    column = need.column if need.line > 1 else start.column + need.column - 1
    return Place(start.line + need.line - 1, column)
