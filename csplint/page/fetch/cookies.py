"""Cookies that the user passes: a file in Netscape's format, or a Cookie header."""

from __future__ import annotations

from http.cookiejar import Cookie, CookieJar, LoadError, MozillaCookieJar

from csplint.errors import UsageError
from csplint.files import MAX_DATA_BYTES, read_file


def load_cookies(path: str | None) -> CookieJar:
    """
    Read a cookies.txt; without a path, the jar is empty. Raises UsageError if the file cannot be read.

    Two quirks are corrected: curl writes a session cookie as one that expired in 1970, and `http.cookiejar` only knows a host
    without a dot as "host.local".
    """
    jar = CookieJar()
    if path is None:
        return jar
    saved = MozillaCookieJar(path)
    try:
        read_file(path, MAX_DATA_BYTES)  # the jar reads whatever a path leads to, to its end
        saved.load(ignore_discard=True, ignore_expires=True)
    except OSError as exc:
        if isinstance(exc, LoadError):
            raise UsageError(_not_netscape(path)) from exc
        raise UsageError(f"the cookie file {path} cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:
        raise UsageError(_not_netscape(path)) from exc
    for cookie in saved:
        jar.set_cookie(_smoothed(cookie))
    return jar


def merge_cookies(given: bytes, from_jar: bytes) -> bytes:
    """Join the user's own Cookie header with the cookies that the site has set since; the site's newer values win."""
    newer = _pairs(from_jar)
    names = {pair.partition(b"=")[0] for pair in newer}
    return b"; ".join([pair for pair in _pairs(given) if pair.partition(b"=")[0] not in names] + newer)


def _pairs(header: bytes) -> list[bytes]:
    return [pair.strip() for pair in header.split(b";") if pair.strip()]


def _smoothed(cookie: Cookie) -> Cookie:
    if not cookie.expires:
        cookie.expires, cookie.discard = None, True
    if "." not in cookie.domain.strip("."):
        cookie.domain += ".local"
    return cookie


def _not_netscape(path: str) -> str:
    return (
        f"the cookie file {path} is not in Netscape's format: "
        'its first line must be "# Netscape HTTP Cookie File", and every other line needs seven fields separated by tabs'
    )
