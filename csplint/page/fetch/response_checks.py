"""
Refuse responses that are not a page; each `require_` function raises a TargetError or does nothing.

Live and saved responses share them, so that a saved error page is refused for the same reason as a live one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.excerpt import excerpt
from csplint.page.fetch.decoding import starts_like_markup
from csplint.page.fetch.settings import FetchSettings
from csplint.page.kinds import body_kind, markup_kind, root_element

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
XML_TYPES = frozenset({"application/xml", "text/xml", "image/svg+xml"})
"""Types of documents that run scripts if their root element is html or svg."""

_TYPES: tuple[tuple[str, str], ...] = (
    ("application/pdf", "a PDF document"),
    ("application/json", "JSON"),
    ("application/rss+xml", "a feed (RSS or Atom)"),
    ("application/atom+xml", "a feed (RSS or Atom)"),
    ("application/zip", "an archive"),
    ("application/javascript", "a script"),
    ("text/javascript", "a script"),
    ("text/css", "a style sheet"),
    ("text/plain", "plain text"),
    ("image/", "an image"),
    ("audio/", "audio"),
    ("video/", "a video"),
    ("font/", "a font"),
)
XML_SUFFIXES = (".xhtml", ".xht", ".svg")
REFUSALS = frozenset({401, 403, 429})
REFUSED_HINT = "the server may block csplint but not browsers; try --user-agent, --header or --cookie-file"


def require_page_status(target: str, status: int, accepted: Iterable[int] = ()) -> None:
    """Refuse anything but 2xx and what the user accepts; a 206 is only part of a page, and csplint requests all of it."""
    if status in accepted or (HTTPStatus.OK <= status <= 299 and status != HTTPStatus.PARTIAL_CONTENT):  # noqa: PLR2004
        return
    anyway = f"use --accept-status {status} to check it anyway"
    hint = f"{REFUSED_HINT}; {anyway}" if status in REFUSALS else anyway
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        hint = "the proxy requires a user name and a password: --proxy http://USER:PASSWORD@HOST:PORT"
    raise TargetError(target, "status", f"the server responded with {_name(status)} instead of the page", hint=hint)


def require_html_type(target: str, values: tuple[bytes, ...], body: bytes) -> None:
    """
    Refuse what browsers do not show as a page.

    The type has to be HTML, or XML with html or a scripted svg at its root. Without a Content-Type the body must start like
    markup. Whatever the type, the body must have a tag, and must not be another format.
    """
    if not body.strip():
        raise TargetError(
            target,
            "empty",
            "the response has no body, so there is no page to check",
            hint="open the URL in a browser to see whether it shows a page",
        )
    named = media_type(values)
    if named in XML_TYPES:
        require_xml_page(target, body, f"has the type {excerpt(named)}")
    elif not named and not starts_like_markup(body):
        raise not_html(target, "it has no Content-Type and no markup")
    elif named and named not in HTML_TYPES:
        raise refused_type(target, named)
    require_markup(target, body, f", though its type is {excerpt(named)}" if named else "")
    if b"<" not in body:
        raise not_html(target, "its body has no markup, not even one tag")


def require_markup(target: str, body: bytes, though: str = "") -> None:
    """Refuse a body in another format than HTML. though: what the message adds."""
    if (kind := body_kind(body)) is not None:
        what = f"its body is {kind.what}{though}"
        raise TargetError(target, "not-html", f"the response is not an HTML page: {what}", hint=kind.instead)


def require_type(target: str, values: tuple[bytes, ...]) -> None:
    """Refuse a type that no page has, before the body is read."""
    named = media_type(values)
    if named and named not in HTML_TYPES | XML_TYPES:
        raise refused_type(target, named)


def require_xml_page(target: str, body: bytes, what: str) -> None:
    """Refuse XML that is neither XHTML nor an SVG document with a script. what: what the message says about it."""
    text = body.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")
    kind, root = markup_kind(text), root_element(text).rpartition(":")[2]
    if kind is not None:
        raise not_html(target, f"it {what} and is {kind.what}")
    if root == "svg" and "script" not in text.lower() and not re.search(r"\son[a-z]+\s*=", text, re.IGNORECASE):
        raise not_html(target, f"it {what} and is an image without a script")
    if root not in ("html", "svg"):
        raise not_html(target, f"it {what}, and its root element is not html")


def refused_type(target: str, named: str) -> TargetError:
    """The error for a media type that no page has."""
    known = next((what for start, what in _TYPES if named.startswith(start)), "")
    return not_html(target, f"it has the type {excerpt(named)}" + (f", so it is {known}" if known else ""))


def not_html(target: str, what: str) -> TargetError:
    """The error for a response that is no page; what: a clause that begins with "it"."""
    hint = "use the URL of a page that loads the widget"
    return TargetError(target, "not-html", f"the response is not an HTML page: {what}", hint=hint)


def media_type(values: tuple[bytes, ...]) -> str:
    """
    The media type that browsers use, in lower case and without parameters; "" if there is none.

    Of several it is the last valid one (Fetch #concept-header-extract-mime-type).
    """
    candidates = b",".join(values).decode("latin-1").lower().split(",")
    essences = [candidate.partition(";")[0].strip(" \t\r\n") for candidate in candidates]
    return next((essence for essence in reversed(essences) if "/" in essence), "")


def is_xml(capture: Capture) -> bool:
    """Whether browsers read a response by the rules of XML: by its type or, of a file without headers, its name."""
    if capture.missing == "headers":
        return capture.target.lower().endswith(XML_SUFFIXES)
    named = media_type(capture.header("content-type"))
    return named in XML_TYPES or named == "application/xhtml+xml"


def is_html_type(values: tuple[bytes, ...]) -> bool:
    """Whether these Content-Type headers name HTML."""
    return media_type(values) in HTML_TYPES


def require_small_headers(capture: Capture, settings: FetchSettings) -> None:
    """Refuse headers past the limits of the settings; browsers have such limits too."""
    total = sum(len(name) + len(value) + len(": \r\n") for name, value in capture.headers)
    if total > settings.max_header_bytes:
        raise headers_too_large(capture.target, settings.max_header_bytes)
    for name, value in capture.headers:
        if len(value) > settings.max_header_value_bytes:
            limit = settings.max_header_value_bytes
            message = f"the header {excerpt(name)} has more than {limit // 1024} KiB"
            raise TargetError(capture.target, "too-large", message, hint="shorten the header")


def headers_too_large(target: str, limit: int) -> TargetError:
    """The error for headers of more than `limit` bytes."""
    return TargetError(
        target,
        "too-large",
        f"the response headers have more than {limit // 1024} KiB, the most that csplint reads",
        hint="look at them with `curl -sI`; a policy or a cookie is probably repeated many times",
    )


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
