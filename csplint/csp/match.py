"""
Does a URL match a source expression (CSP3 #match-url-to-source-expression)?

The answer is None for yes, or the part that differs: the same walk decides and explains.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.ports import port_matches, self_port_matches
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import DEFAULT_PORTS, NETWORK_SCHEMES, Url, percent_decode

AnyMismatch = Literal[
    "scheme differs",
    "host differs",
    "port differs",
    "path differs",
    "matches no URL",
    "* matches network schemes only",
    "the page has no origin to be 'self'",
]


class Mismatch:
    """Why a source expression does not match a URL."""

    SCHEME: Final = "scheme differs"
    HOST: Final = "host differs"
    PORT: Final = "port differs"
    PATH: Final = "path differs"
    NOT_A_LOCATION: Final = "matches no URL"
    NON_NETWORK: Final = "* matches network schemes only"
    OPAQUE_SELF: Final = "the page has no origin to be 'self'"


UPGRADES = {("http", "https"), ("ws", "wss")}
"""CSP3 #scheme-part-match lets a secure URL match the insecure form of its scheme."""

SELF_UPGRADES = {("http", "https"), ("http", "ws"), ("http", "wss"), ("https", "wss"), ("ws", "wss")}
"""
For 'self' alone (CSP3 #match-url-to-source-expression, its 'self' step) the secure and the WebSocket form count.
The specification's scheme-part matching also lets http: match ws:, ws: match http: and so on in every expression;
Chromium 156 and Firefox 153 do not.
"""

DOWNGRADES = {("https", "http"), ("wss", "ws")}
"""What Firefox lets match besides, in a policy that will upgrade the request (Browser.upgrades_before_asking)."""

_NEVER_STAR = frozenset({"data", "blob", "filesystem"})


class Target(Struct, frozen=True):
    """
    A URL to be matched, and all that the answer depends on besides the source.

    page: the document's URL, which is what 'self' means and where a source without scheme takes its own from.
    redirected: the URL is reached by a redirect, so paths do not count (CSP3 #source-list-paths-and-redirects).
    navigation: the URL is to be navigated to, by a frame or a form.
    effective: the directive that a violation would name, "" for none in particular.
    upgraded: the policy will upgrade the URL, so that its secure scheme counts as well.
    """

    url: Url
    page: Url
    redirected: bool = False
    navigation: bool = False
    browser: Browser = CHROMIUM
    effective: str = ""
    upgraded: bool = False


def mismatch(source: Source, target: Target) -> AnyMismatch | None:
    """Compare a source with a target; None where it matches."""
    if source.kind == SourceKind.HOST:
        return _host(source, target)
    if source.kind == SourceKind.STAR:
        return None if _star_matches(target) else Mismatch.NON_NETWORK
    if source.kind == SourceKind.SCHEME:
        return None if _scheme_matches(source.scheme, target) else Mismatch.SCHEME
    if source.name == "'self'":
        return _self(target)
    return Mismatch.NOT_A_LOCATION


def _star_matches(target: Target) -> bool:
    scheme, browser = target.url.scheme, target.browser
    if browser.star_matches_any_scheme:
        return scheme not in _NEVER_STAR
    if scheme in NETWORK_SCHEMES or scheme == target.page.scheme:
        return True
    return browser.star_takes_data_images and scheme == "data" and target.effective == "img-src"


def _scheme_matches(expression: str, target: Target) -> bool:
    scheme = target.url.scheme
    if expression == scheme or (expression, scheme) in UPGRADES:
        return True
    return target.upgraded and (expression, scheme) in DOWNGRADES


def _self(target: Target) -> AnyMismatch | None:
    url, page = target.url, target.page
    if page.scheme not in DEFAULT_PORTS:
        return Mismatch.OPAQUE_SELF
    if target.browser.self_takes_blob_frames and target.effective == "frame-src" and _is_own_blob(url, page):
        return None
    if not _scheme_matches(page.scheme, target) and (page.scheme, url.scheme) not in SELF_UPGRADES:
        return Mismatch.SCHEME
    if url.host != page.host:
        return Mismatch.HOST
    matches = self_port_matches(page, url, target.browser, navigation=target.navigation)
    return None if matches else Mismatch.PORT


def _is_own_blob(url: Url, page: Url) -> bool:
    return url.scheme == "blob" and url.path.startswith(f"{page.origin}/")


def _host(source: Source, target: Target) -> AnyMismatch | None:
    url, scheme = target.url, source.scheme or target.page.scheme
    if not _scheme_matches(scheme, target):
        return Mismatch.SCHEME
    has_host = url.scheme in DEFAULT_PORTS or target.browser.hosts_of_any_scheme
    if not _host_matches(source, url.host if has_host else "", url):
        return Mismatch.HOST
    if not port_matches(source.port, scheme, url, target.browser, navigation=target.navigation):
        return Mismatch.PORT
    if target.redirected or path_matches(source.path, url.path, utf8=target.browser.utf8_paths):
        return None
    return Mismatch.PATH


def _host_matches(source: Source, host: str, url: Url) -> bool:
    if not source.subdomains:
        return host == source.host
    if not source.host:
        return bool(url.host)
    return host.endswith("." + source.host)


def path_matches(expression: str, path: str, *, utf8: bool = True) -> bool:
    """Compare decoded paths: exact, or by prefix where the expression ends in a slash (CSP3 #path-part-match)."""
    if expression in {"", "/"}:
        return True
    wanted, actual = percent_decode(expression, utf8=utf8), percent_decode(path, utf8=utf8)
    return actual.startswith(wanted) if wanted.endswith("/") else actual == wanted
