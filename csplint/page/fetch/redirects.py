"""
URLs on the way to a page: credentials removed, `Location` resolved, origins compared.

URLs are parsed by the WHATWG standard, as browsers do. No URL from here has a user name or a password; they only remain in
the `Authorization` value.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from ada_url import URL
from msgspec import Struct

from csplint.page.excerpt import excerpt

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


class RedirectError(Exception):
    """A redirect that browsers do not follow; the message is a sentence for the user."""


class Address(Struct, frozen=True):
    """
    A URL to fetch, serialized, without credentials and fragment.

    authorization: the Authorization header's value for the credentials that the URL had.
    """

    url: str
    authorization: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


def read_address(url: str, base: str | None = None) -> Address:
    """Parse an absolute URL, or one relative to `base`; raises ValueError if it is invalid."""
    parsed = URL(url, base)
    authorization = _basic(parsed.username, parsed.password)
    if authorization:
        parsed.username = parsed.password = ""
    return Address(parsed.href.partition("#")[0], authorization)


def without_credentials(text: str) -> str:
    """The user's text without any `user:password@`, whether or not it is a URL."""
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:[/\\]", re.sub(r"[\t\r\n]", "", text).strip(), re.IGNORECASE)
    for guess in (text,) if has_scheme else (text, f"https://{text}"):
        try:
            parsed = URL(guess)
        except ValueError:
            continue
        if parsed.protocol not in ("http:", "https:"):
            continue
        return read_address(guess).url if parsed.username or parsed.password else text
    return re.sub(r".*@", "...@", text, flags=re.DOTALL)


def redirect_location(status: int, locations: Sequence[bytes]) -> str | None:
    """
    Where a browser goes from this response, as written in `Location`; None if it stays.

    An empty `Location` is not a redirect. Raises RedirectError for `Location` headers that differ, as Chromium fails then.
    """
    if status not in REDIRECT_STATUSES or not any(locations):
        return None
    if len(set(locations)) > 1:
        raise RedirectError("the redirect has several, different Location headers")
    try:
        return locations[0].decode("utf-8")
    except UnicodeDecodeError:
        return locations[0].decode("latin-1")


def follow(current: str, location: str) -> Address:
    """Resolve a redirect's `Location` against the URL that sent it; raises RedirectError unless it is http or https."""
    try:
        address = read_address(location, current)
        scheme = URL(address.url).protocol
    except ValueError as exc:
        shown = excerpt(re.sub(r".*@", "...@", location, flags=re.DOTALL))
        raise RedirectError(f"the redirect leads to {shown}, which is not a valid URL") from exc
    if scheme not in ("http:", "https:"):
        raise RedirectError(f"the redirect leads to a {excerpt(scheme)} URL, which browsers do not follow")
    return address


def origin(url: str) -> str:
    """Scheme, host and port in one string."""
    return URL(url).origin


def is_target_origin(target_origin: str, url: str) -> bool:
    """
    Whether a URL has the target's origin, so that it may get the user's headers and credentials.

    The one exception to "same scheme, host and port" is https instead of http on the same host, both on default ports: most
    sites redirect that way, and it only makes the exchange safer.
    """
    here = origin(url)
    return here == target_origin or (URL(url).port == "" and here.replace("https://", "http://", 1) == target_origin)


def _basic(username: str, password: str) -> str | None:
    if not username and not password:
        return None
    pair = unquote_to_bytes(username) + b":" + unquote_to_bytes(password)
    return "Basic " + base64.b64encode(pair).decode("ascii")
