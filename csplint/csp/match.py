"""
Does a URL match a source expression (CSP3 #match-url-to-source-expression)?

The answer is None for yes, or the part that differs: the same walk decides and explains.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.source import ANY_PORT, Source, SourceKind
from csplint.csp.url import DEFAULT_PORTS, NETWORK_SCHEMES, Url, percent_decode


class Mismatch(StrEnum):
    """Why a source expression does not match a URL."""

    SCHEME = "scheme differs"
    HOST = "host differs"
    PORT = "port differs"
    PATH = "path differs"
    NOT_A_LOCATION = "matches no URL"
    NON_NETWORK = "* matches network schemes only"
    OPAQUE_SELF = "the page has no origin to be 'self'"


UPGRADES = {("http", "https"), ("ws", "wss")}
"""CSP3 #scheme-part-match lets a secure URL match the insecure form of its scheme."""

SELF_UPGRADES = {("http", "https"), ("http", "ws"), ("http", "wss"), ("https", "wss"), ("ws", "wss")}
"""
For 'self' alone (CSP3 #match-url-to-source-expression, its 'self' step) the secure and the WebSocket form count.
The specification's scheme-part matching also lets http: match ws:, ws: match http: and so on in every expression;
Chromium 156 and Firefox 153 do not.
"""


class Target(Struct, frozen=True):
    """
    A URL to be matched, and all that the answer depends on besides the source.

    page: the document's URL, which is what 'self' means and where a source without scheme takes its own from.
    redirected: the URL is reached by a redirect, so paths do not count (CSP3 #source-list-paths-and-redirects).
    navigation: the URL is to be navigated to, by a frame or a form.
    """

    url: Url
    page: Url
    redirected: bool = False
    navigation: bool = False
    browser: Browser = CHROMIUM


def mismatch(source: Source, target: Target) -> Mismatch | None:
    """Compare a source with a target; None where it matches."""
    url, page = target.url, target.page
    if source.kind is SourceKind.HOST:
        return _host(source, target)
    if source.kind is SourceKind.STAR:
        return None if url.scheme in NETWORK_SCHEMES or url.scheme == page.scheme else Mismatch.NON_NETWORK
    if source.kind is SourceKind.SCHEME:
        return None if _scheme_matches(source.scheme, url.scheme) else Mismatch.SCHEME
    if source.name == "'self'":
        return _self(url, page)
    return Mismatch.NOT_A_LOCATION


def _scheme_matches(expression: str, scheme: str) -> bool:
    return expression == scheme or (expression, scheme) in UPGRADES


def _self(url: Url, page: Url) -> Mismatch | None:
    if page.scheme not in DEFAULT_PORTS:
        return Mismatch.OPAQUE_SELF
    if url.scheme != page.scheme and (page.scheme, url.scheme) not in SELF_UPGRADES:
        return Mismatch.SCHEME
    if url.host != page.host:
        return Mismatch.HOST
    return None if _self_port_matches(url, page) else Mismatch.PORT


def _self_port_matches(url: Url, page: Url) -> bool:
    if url.port == page.port:
        return True
    return page.port == DEFAULT_PORTS.get(page.scheme) and url.port == DEFAULT_PORTS.get(url.scheme)


def _host(source: Source, target: Target) -> Mismatch | None:
    url, scheme = target.url, source.scheme or target.page.scheme
    if not _scheme_matches(scheme, url.scheme):
        return Mismatch.SCHEME
    if not _host_matches(source, url.host):
        return Mismatch.HOST
    if not _port_matches(source.port, scheme, target):
        return Mismatch.PORT
    if target.redirected or path_matches(source.path, url.path):
        return None
    return Mismatch.PATH


def _host_matches(source: Source, host: str) -> bool:
    if not source.subdomains:
        return host == source.host
    if not source.host:
        return bool(host)
    return host.endswith("." + source.host)


def _port_matches(port: int | None, scheme: str, target: Target) -> bool:
    """
    Compare ports (CSP3 #port-part-match); where the scheme was upgraded the port must be one that goes with it.

    So `http://a.example:80` matches https on 443; `https://a.example:80` and `http://a.example:8080` do not in Chromium.
    It lets `http://a.example:443` match https for what a page loads and not for frames: the two are checked in
    different processes by different code.
    """
    url, browser = target.url, target.browser
    if port == ANY_PORT:
        return True
    if port is None:
        return url.port == DEFAULT_PORTS.get(url.scheme)
    if browser.port_80_is_443 and (port, url.port) == (80, 443):
        return True
    if url.scheme == scheme or browser.upgrade_keeps_port:
        return port == url.port
    if url.port != DEFAULT_PORTS[url.scheme]:
        return False
    return port == DEFAULT_PORTS[scheme] or (port == url.port and scheme == "http" and not target.navigation)


def path_matches(expression: str, path: str) -> bool:
    """Compare decoded paths: exact, or by prefix where the expression ends in a slash (CSP3 #path-part-match)."""
    if expression in {"", "/"}:
        return True
    wanted, actual = percent_decode(expression), percent_decode(path)
    return actual.startswith(wanted) if wanted.endswith("/") else actual == wanted
