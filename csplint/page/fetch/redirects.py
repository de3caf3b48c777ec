"""
URLs on the way to a page: credentials taken off, `Location` resolved, origins compared.

URLs are read by the WHATWG standard, as a browser reads them. Nothing that
leaves here carries a user name or a password but the `Authorization` value.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from ada_url import URL

from csplint.page.excerpt import excerpt

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


class RedirectError(Exception):
    """A redirect that no browser would follow; the text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Address:
    """A fetchable URL: serialised, without credentials and fragment; `authorization` is what the credentials became."""

    url: str
    authorization: str | None = None


def read_address(url: str, base: str | None = None) -> Address:
    """Read an absolute URL, or one relative to `base`; raise ValueError where it is none."""
    parsed = URL(url, base)
    authorization = _basic(parsed.username, parsed.password)
    if authorization:
        parsed.username = parsed.password = ""
    return Address(parsed.href.partition("#")[0], authorization)


def without_credentials(text: str) -> str:
    """Give what the user typed with any `user:password@` taken off, whether or not it is a URL."""
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
    Give where a browser would go from this answer, None where it would stay.

    Differing `Location` headers are refused, as Chromium refuses them; an
    empty one is no redirect.
    """
    if status not in REDIRECT_STATUSES or not any(locations):
        return None
    if len(set(locations)) > 1:
        raise RedirectError("the redirect has several Location headers that differ")
    try:
        return locations[0].decode("utf-8")
    except UnicodeDecodeError:
        return locations[0].decode("latin-1")


def follow(current: str, location: str) -> Address:
    """Resolve a redirect's `Location` against the URL that sent it; only http and https are followed."""
    try:
        address = read_address(location, current)
        scheme = URL(address.url).protocol
    except ValueError as exc:
        shown = excerpt(re.sub(r".*@", "...@", location, flags=re.DOTALL))
        raise RedirectError(f"the redirect leads to {shown}, which is not a URL") from exc
    if scheme not in ("http:", "https:"):
        raise RedirectError(f"the redirect leads to a {excerpt(scheme)} address, which browsers do not follow")
    return address


def origin(url: str) -> str:
    """Give scheme, host and port in one string."""
    return URL(url).origin


def is_home(home: str, url: str) -> bool:
    """
    Is this URL of the origin the user named, so that it may see the user's headers and credentials?

    The one exception to "same scheme, host and port": from http to https of
    the same host, both on their default ports. Nearly every redirect of a
    shop is that one, and it only makes the journey safer.
    """
    here = origin(url)
    return here == home or (URL(url).port == "" and here.replace("https://", "http://", 1) == home)


def _basic(username: str, password: str) -> str | None:
    if not username and not password:
        return None
    pair = unquote_to_bytes(username) + b":" + unquote_to_bytes(password)
    return "Basic " + base64.b64encode(pair).decode("ascii")
