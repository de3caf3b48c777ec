"""The request that a browser's message is about, and the policies and the page that it is asked of."""

from __future__ import annotations

from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.policy import Delivered
from csplint.csp.request import KINDS, Kind, Request
from csplint.csp.url import UNKNOWN_PAGE, parse_url
from csplint.engine.subject import Subject
from csplint.messages.message import Message
from csplint.page.document import NOWHERE, REPORTED, Document, PageRequest, Script

_KINDS: dict[str, Kind] = {
    "script-src": "script",
    "script-src-elem": "script",
    "style-src": "style",
    "style-src-elem": "style",
    "img-src": "img",
    "font-src": "font",
    "media-src": "media",
    "object-src": "object",
    "manifest-src": "manifest",
    "prefetch-src": "prefetch",
    "worker-src": "worker",
    "connect-src": "connect",
    "frame-src": "frame",
    "child-src": "frame",
    "base-uri": "base",
    "form-action": "form",
    "frame-ancestors": "frame-ancestors",
}
_SCHEMES = {"data": "data:,", "blob": "blob:https://page.invalid/0", "filesystem": "filesystem:https://page.invalid/0"}
"""A URL for what a report shortens to its scheme."""

_INLINE = {"script-src": "inline-script", "style-src": "inline-style"}
"""What older reports call inline code, without saying whether it is an element or an attribute."""

SAMPLE_STYLE = "color:red"


class Known(Struct, frozen=True):
    """
    What is known besides the message.

    subject: the page, or the policies; None for neither. is_page: whether it is a page.
    """

    subject: Subject | None = None
    is_page: bool = False


class Asked(Struct, frozen=True):
    """A request, who is asked, and how much of the policy that is."""

    request: Request
    subject: Subject | None
    policy: Literal["whole", "part", "none"]


def asked(message: Message, known: Known) -> Asked | None:
    """What a message of the kind "csp" is about; None if it does not say what was blocked."""
    request = _request(message)
    if request is None:
        return None
    if known.subject is not None and known.subject.delivered:
        return Asked(request, known.subject, "whole")
    text = message.policy or message.violated
    if not text or (not message.policy and " " not in text.strip() and message.browser == "firefox"):
        return Asked(request, None, "none")  # older messages of Firefox have the directive's name only
    page = message.page or _page_of(request.url)
    delivered = (Delivered(text, "text", "enforce"),)
    subject = (
        replace(known.subject, delivered=delivered, visits=None) if known.subject else Subject(page, page, delivered)
    )
    return Asked(request, subject, "whole" if message.policy else "part")


def _page_of(url: str) -> str:
    """
    A page that such a message can come from, where it does not say which.

    A page's own blob: URLs have its origin; browsers print http addresses only on pages that are http themselves.
    """
    inner = parse_url(url.removeprefix("blob:")) if url.startswith("blob:") else None
    if inner is not None and inner.scheme in {"http", "https"}:
        return f"{inner.origin}/"
    return UNKNOWN_PAGE.replace("https:", "http:") if url.startswith(("http:", "ws:")) else UNKNOWN_PAGE


def _request(message: Message) -> Request | None:
    code = message.code or (_INLINE.get(message.directive, "") if message.blocked == "inline" else "")
    if code in KINDS:
        kind = cast("Kind", code)
        return Request(kind, content=SAMPLE_STYLE if kind in {"inline-style", "style-attr"} else "")
    named = _KINDS.get(message.directive) or _KINDS.get(message.violated.partition(" ")[0].lower())
    if named is None or not message.blocked or message.blocked in {"inline", "self", "unknown"}:
        return None
    kind = named
    url = _SCHEMES.get(message.blocked, message.blocked)
    if kind == "connect" and url.startswith(("ws:", "wss:")):
        kind = "ws"
    if kind == "worker" and url.startswith("blob:"):
        return Request("worker", _SCHEMES["blob"])
    return Request(kind, url.replace("…", "")) if ":" in url else None


def with_request(subject: Subject, request: Request, *, is_embed: bool) -> Subject:
    """The page with this request added at its end, as a script of the page would make it, or as a script tag of it."""
    document = subject.document or Document(subject.page, subject.page, (), (), (), (), {}, "")
    found = PageRequest(request, NOWHERE, REPORTED, "", request.url, _LAST)
    if not is_embed:
        return replace(subject, document=replace(document, requests=(*document.requests, found)))
    script = Script(
        kind="classic",
        text="",
        src=request.url,
        url=request.url,
        nonce=None,
        integrity="",
        attributes={"src": request.url},
        nonceable=True,
        place=NOWHERE,
        order=_LAST,
    )
    changed = replace(document, requests=(*document.requests, found), scripts=(*document.scripts, script))
    return replace(subject, document=changed)


_LAST = 1_000_000_000
"""The position of what is added to a page: after everything in it."""
