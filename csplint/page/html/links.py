"""What a link element asks for, by its rel keywords (HTML Standard #linkTypes)."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.csp.request import Kind
from csplint.page.html.element_request import Want, nonced
from csplint.page.html.srcset import srcset_urls
from csplint.page.html.tag import Tag

_ICONS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"})
# HTML Standard #translate-a-preload-destination. as=document, audio, video and worker were
# in older texts; Chromium fetches nothing for them.
_PRELOADS: dict[str, Kind] = {
    "fetch": "connect",
    "font": "font",
    "image": "img",
    "script": "script",
    "style": "style",
    "track": "media",
}
# What a module graph may hold: Chromium asks style-src and connect-src for the latter two, and knows no workers here.
_MODULE_PRELOADS: dict[str, Kind] = {"": "script", "script": "script", "style": "style", "json": "connect"}


def link_wants(tag: Tag) -> Iterator[Want]:
    """Give what one link element would fetch; several rel keywords each count."""
    keywords = tag.get("rel").lower().split()
    if "preload" in keywords:
        yield from _preload(tag)
    href = tag.get("href")
    if not href.strip():
        return
    if "stylesheet" in keywords and _is_sheet(tag):
        yield nonced(tag, "style", "href", href)
    if not _ICONS.isdisjoint(keywords):
        yield Want(kind="img", attribute="href", written=href)
    if "manifest" in keywords:
        yield Want(kind="manifest", attribute="href", written=href)
    if "modulepreload" in keywords and (kind := _MODULE_PRELOADS.get(tag.word("as"))) is not None:
        yield nonced(tag, kind, "href", href)
    if "prefetch" in keywords:
        yield nonced(tag, "prefetch", "href", href)


def _is_sheet(tag: Tag) -> bool:
    """Alternate sheets are fetched too, and so are those for another medium; disabled and foreign ones are not."""
    return "disabled" not in tag.attributes and tag.word("type").partition(";")[0].strip() in ("", "text/css")


def _preload(tag: Tag) -> Iterator[Want]:
    kind = _PRELOADS.get(tag.word("as"))
    if kind is None:
        return
    if kind == "img":
        for url in srcset_urls(tag.get("imagesrcset")):
            yield Want(kind="img", attribute="imagesrcset", written=url)
    if tag.get("href").strip():
        yield nonced(tag, kind, "href", tag.get("href"))
