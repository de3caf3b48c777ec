"""
Refuse responses that are not a page; each `require_` function raises a TargetError or does nothing.

Live and saved responses share them, so that a saved error page is refused for the same reason as a live one.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.excerpt import excerpt
from csplint.page.fetch.decoding import starts_like_markup
from csplint.page.fetch.settings import FetchSettings

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
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
    """Refuse what browsers do not show as HTML; without a Content-Type the body must start like markup."""
    if not body.strip():
        raise TargetError(
            target,
            "empty",
            "the response has no body, so there is no page to check",
            hint="open the URL in a browser to see whether it shows a page",
        )
    named = media_type(values)
    if named in HTML_TYPES or (not named and starts_like_markup(body)):
        return
    what = f"has the type {excerpt(named)}" if named else "has no Content-Type and no markup"
    hint = "use the URL of a page that loads the widget"
    raise TargetError(target, "not-html", f"the response is not an HTML page: it {what}", hint=hint)


def media_type(values: tuple[bytes, ...]) -> str:
    """
    The media type that browsers use, in lower case and without parameters; "" if there is none.

    Of several it is the last valid one (Fetch #concept-header-extract-mime-type).
    """
    candidates = b",".join(values).decode("latin-1").lower().split(",")
    essences = [candidate.partition(";")[0].strip(" \t\r\n") for candidate in candidates]
    return next((essence for essence in reversed(essences) if "/" in essence), "")


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
