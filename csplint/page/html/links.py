"""What a link element requests, by its rel keywords (HTML Standard #linkTypes)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from csplint.csp.request import Kind
from csplint.page.html.srcset import srcset_urls
from csplint.page.html.tag import ElementRequest, Tag, nonced_request

_ICONS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"})
# HTML Standard #translate-a-preload-destination. Older versions also had as=document, audio, video and worker; Chromium
# fetches nothing for them.
_PRELOADS: dict[str, Kind] = {
    "fetch": "connect",
    "font": "font",
    "image": "img",
    "script": "script",
    "style": "style",
    "track": "media",
}
# What a module graph may hold: Chromium checks the latter two against style-src and connect-src, and supports no workers.
_MODULE_PRELOADS: dict[str, Kind] = {"": "script", "script": "script", "style": "style", "json": "connect"}


def link_requests(tag: Tag) -> Iterator[ElementRequest]:
    """What one link element fetches; each of several rel keywords counts."""
    keywords = tag.get("rel").lower().split()
    if "preload" in keywords:
        yield from _preload(tag)
    href = tag.get("href")
    if not href.strip():
        return
    if "stylesheet" in keywords and _is_sheet(tag):
        yield nonced_request(tag, "style", "href", href)
    if not _ICONS.isdisjoint(keywords):
        yield ElementRequest(kind="img", attribute="href", written=href, role="icon")
    if "manifest" in keywords:
        yield ElementRequest(kind="manifest", attribute="href", written=href)
    if "modulepreload" in keywords and (kind := _MODULE_PRELOADS.get(tag.word("as"))) is not None:
        yield replace(nonced_request(tag, kind, "href", href), role="modulepreload")
    if "compression-dictionary" in keywords:
        yield ElementRequest(kind="connect", attribute="href", written=href)
    if "prefetch" in keywords:
        yield nonced_request(tag, "prefetch", "href", href)


def _is_sheet(tag: Tag) -> bool:
    """Whether browsers fetch the sheet: also alternate ones and those for another medium, not disabled or non-CSS ones."""
    return "disabled" not in tag.attributes and tag.word("type").partition(";")[0].strip() in ("", "text/css")


def _preload(tag: Tag) -> Iterator[ElementRequest]:
    kind = _PRELOADS.get(tag.word("as"))
    if kind is None:
        return
    if kind == "img":
        for url in srcset_urls(tag.get("imagesrcset")):
            yield ElementRequest(kind="img", attribute="imagesrcset", written=url)
    if tag.get("href").strip():
        yield nonced_request(tag, kind, "href", tag.get("href"))
