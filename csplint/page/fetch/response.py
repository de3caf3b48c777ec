"""
Is this answer a page that can be checked? Each function is silent or raises a TargetError.

Shared by live answers and saved ones, so that a saved error page is refused
for the reason a live one is.
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
REFUSED_HINT = "the server may refuse the tool, not the page: try --user-agent, --header or --cookie-file"


def require_page_status(target: str, status: int, accepted: Iterable[int] = ()) -> None:
    """Refuse anything but 2xx and what the user accepts; 206 is a part of a page that nobody asked for in parts."""
    if status in accepted or (HTTPStatus.OK <= status <= 299 and status != HTTPStatus.PARTIAL_CONTENT):  # noqa: PLR2004
        return
    anyway = f"--accept-status {status} checks the answer all the same"
    hint = f"{REFUSED_HINT}; {anyway}" if status in REFUSALS else anyway
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        hint = "the proxy wants a user name and a password: --proxy http://USER:PASSWORD@HOST:PORT"
    raise TargetError(target, "status", f"the answer is {_name(status)}, which is not the page", hint=hint)


def require_html_type(target: str, values: tuple[bytes, ...], body: bytes) -> None:
    """Refuse what a browser would not show as HTML; without a Content-Type the body must begin like markup."""
    if not body.strip():
        raise TargetError(
            target,
            "empty",
            "the answer has no body, so there is no page to check",
            hint="open the address in a browser: does it show a page?",
        )
    named = media_type(values)
    if named in HTML_TYPES or (not named and starts_like_markup(body)):
        return
    what = f"the answer is of type {excerpt(named)}" if named else "the answer has no Content-Type and no markup"
    hint = "name the address of a page that loads the widget"
    raise TargetError(target, "not-html", f"{what}, not an HTML page", hint=hint)


def media_type(values: tuple[bytes, ...]) -> str:
    """
    Give the type that counts, in lower case and without parameters; "" where there is none.

    Of several it is the last usable one (Fetch #concept-header-extract-mime-type).
    """
    candidates = b",".join(values).decode("latin-1").lower().split(",")
    essences = [candidate.partition(";")[0].strip(" \t\r\n") for candidate in candidates]
    return next((essence for essence in reversed(essences) if "/" in essence), "")


def is_html_type(values: tuple[bytes, ...]) -> bool:
    """Do these Content-Type headers say HTML?"""
    return media_type(values) in HTML_TYPES


def require_small_headers(capture: Capture, settings: FetchSettings) -> None:
    """Refuse more header than is worth reading; browsers have such limits too."""
    total = sum(len(name) + len(value) + len(": \r\n") for name, value in capture.headers)
    if total > settings.max_header_bytes:
        raise headers_too_large(capture.target, settings.max_header_bytes)
    for name, value in capture.headers:
        if len(value) > settings.max_header_value_bytes:
            limit = settings.max_header_value_bytes
            message = f"the header {excerpt(name)} is larger than {limit // 1024} KiB"
            raise TargetError(capture.target, "too-large", message, hint="shorten the header")


def headers_too_large(target: str, limit: int) -> TargetError:
    """Say that the headers of an answer are past the limit."""
    return TargetError(
        target,
        "too-large",
        f"the answer's headers are larger than {limit // 1024} KiB, the most that csplint reads",
        hint="look at them with `curl -sI`: a policy or a cookie is probably repeated many times",
    )


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
