"""Which vendors' widgets a page has: their snippets in its scripts, their files among what it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.csp.memo import memo
from csplint.csp.url import parse_url
from csplint.packs.pack import Pack
from csplint.packs.vendor_index import VendorEntry, vendor_index
from csplint.page.document import Document

LONGEST_SNIPPET = 200_000
"""Characters of an inline script that are searched; a snippet has about 1,000."""

MOST_TEXT = 2_000_000
"""Characters of all inline scripts, and of all URLs, that are searched."""


@memo
def found_vendors(document: Document) -> tuple[str, ...]:
    """The ids of the vendors of the index whose widget the page has, in the index's order."""
    texts = {where: "\n".join(_pieces(where, document)).lower() for where in ("inline", "external")}
    return tuple(each.id for each in vendor_index() if _is_in(each, texts, document))


def _is_in(vendor: VendorEntry, texts: dict[str, str], document: Document) -> bool:
    for mark in vendor.marks:
        lowered = texts[mark.where]
        if mark.literal in lowered and any(mark.expression.search(each) for each in _pieces(mark.where, document)):
            return True
    return False


def _pieces(where: str, document: Document) -> Iterator[str]:
    """The scripts or URLs one by one: an expression may be anchored."""
    left = MOST_TEXT
    for text in _scripts(document) if where == "inline" else _addresses(document):
        left -= len(text)
        if left < 0:
            return
        yield text


def _scripts(document: Document) -> Iterator[str]:
    for script in document.scripts:
        if script.src is None and script.kind in {"classic", "module"}:
            yield script.text[:LONGEST_SNIPPET]


def _addresses(document: Document) -> Iterator[str]:
    yield from (script.url for script in document.scripts if script.url)
    yield from (found.request.url for found in document.requests if found.request.url[:5] != "data:")


def loaded_origins(document: Document, pack: Pack) -> tuple[str, ...]:
    """The origins of the vendor's files that the page loads and that are no script of an embed: a style sheet, a frame."""
    marks = [re.compile(mark) for each in pack.embed if each.where == "external" for mark in each.marks]
    if not marks:
        return ()
    matching = (url for url in _pieces("external", document) if any(mark.search(url) for mark in marks))
    found = (parse_url(url) for url in matching)
    return tuple(dict.fromkeys(url.origin for url in found if url is not None))
