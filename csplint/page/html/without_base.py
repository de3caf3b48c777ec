"""The page as it is where a policy blocks its base element: relative addresses lead to the page's own host."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.page.document import Document, PageRequest, Script
from csplint.page.html.address import resolve


def without_base(document: Document) -> Document:
    """The document with its addresses resolved against its own URL; the request for the base itself stays."""
    requests = tuple([_request(each, document) for each in document.requests])
    scripts = tuple([_script(each, document) for each in document.scripts])
    return replace(document, base_url=document.url, requests=requests, scripts=scripts)


def _request(found: PageRequest, document: Document) -> PageRequest:
    request = found.request
    if request.kind == "base" or not request.url or not found.written.strip():
        return found
    if request.url != resolve(found.written, document.base_url):
        return found  # before the base element, or of a scheme of its own that reports shorten
    return replace(found, request=replace(request, url=resolve(found.written, document.url) or request.url))


def _script(script: Script, document: Document) -> Script:
    if not script.url or script.src is None or script.url != resolve(script.src, document.base_url):
        return script
    return replace(script, url=resolve(script.src, document.url) or script.url)
