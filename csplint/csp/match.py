"""
Does a URL match a source expression (CSP3 #match-url-to-source-expression)?

The answer is None for yes, or the part that differs: the same code decides and explains.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.source import ANY_PORT, Source, SourceKind
from csplint.csp.url import DEFAULT_PORTS, NETWORK_SCHEMES, Url, percent_decode


class Mismatch:
    """Why a source expression does not match a URL; constants as SourceKind has them, and for the same reason."""

    SCHEME: Final = "scheme differs"
    HOST: Final = "host differs"
    PORT: Final = "port differs"
    PATH: Final = "path differs"
    NOT_A_LOCATION: Final = "matches no URL"
    NON_NETWORK: Final = "* matches network schemes only"
    OPAQUE_SELF: Final = "the page has no origin, so 'self' matches nothing"


AnyMismatch = Literal[
    "scheme differs",
    "host differs",
    "port differs",
    "path differs",
    "matches no URL",
    "* matches network schemes only",
    "the page has no origin, so 'self' matches nothing",
]

SECURE_FORM = {"http": "https", "ws": "wss"}
"""By CSP3 #scheme-part-match, the insecure form of a scheme also matches URLs of the secure form."""

SELF_UPGRADES = {("http", "https"), ("http", "ws"), ("http", "wss"), ("https", "wss"), ("ws", "wss")}
"""
'self' also matches the secure and the WebSocket form of the page's scheme (CSP3 #match-url-to-source-expression). The
specification lets http: match ws:, ws: match http: and so on in every expression; Chromium 156 and Firefox 153 do not.
"""

WEBSOCKET_UPGRADES = {("ws", "http"), ("ws", "https"), ("wss", "https")}
"""What WebSocket schemes match besides in WebKit (Browser.websockets_match_http), as the specification has it."""

DOWNGRADES = {("https", "http"), ("wss", "ws")}
"""What also matches in Firefox, in a policy that will upgrade the request (Browser.upgrades_before_check)."""

_NEVER_STAR = frozenset({"data", "blob", "filesystem"})


class Target(Struct, frozen=True):
    """
    A URL to match, and everything besides the source that the answer depends on.

    page: the document's URL: what 'self' means, and the scheme of a source without one.
    redirected: a redirect led to the URL, so paths are not compared (CSP3 #source-list-paths-and-redirects).
    navigation: a frame or a form navigates to the URL.
    upgraded: the policy will upgrade the URL, so that sources with the secure scheme match it too.
    mixed_image: the browser upgrades the URL whatever the policies say (`upgrade.is_mixed_image`).
    """

    url: Url
    page: Url
    redirected: bool = False
    navigation: bool = False
    browser: Browser = CHROMIUM
    upgraded: bool = False
    mixed_image: bool = False


def mismatch(source: Source, target: Target) -> AnyMismatch | None:
    """Compare a source with a target; None if it matches."""
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
    return scheme in NETWORK_SCHEMES or scheme == target.page.scheme


def _scheme_matches(expression: str, target: Target) -> bool:
    scheme = target.url.scheme
    if expression == scheme or SECURE_FORM.get(expression) == scheme:
        return True
    if target.browser.websockets_match_http:
        return (expression, scheme) in WEBSOCKET_UPGRADES
    return target.upgraded and (expression, scheme) in DOWNGRADES


def _self(target: Target) -> AnyMismatch | None:
    url, page = target.url, target.page
    if page.scheme not in DEFAULT_PORTS:
        return Mismatch.OPAQUE_SELF
    if not _scheme_matches(page.scheme, target) and (page.scheme, url.scheme) not in SELF_UPGRADES:
        return Mismatch.SCHEME
    if url.host != page.host:
        return Mismatch.HOST
    matches = _self_port_matches(page, url, target.browser, navigation=target.navigation)
    return None if matches else Mismatch.PORT


def _host(source: Source, target: Target) -> AnyMismatch | None:
    url, scheme = target.url, source.scheme or target.page.scheme
    if not _scheme_matches(scheme, target):
        return Mismatch.SCHEME
    has_host = url.scheme in DEFAULT_PORTS or target.browser.hosts_of_any_scheme
    if not _host_matches(source, url.host if has_host else ""):
        return Mismatch.HOST
    if not _port_matches(source.port, scheme, url, target.browser, navigation=target.navigation):
        return Mismatch.PORT
    if target.redirected or path_matches(source.path, url.path, target.browser):
        return None
    return Mismatch.PATH


def _host_matches(source: Source, host: str) -> bool:
    if not source.subdomains:
        return host == source.host
    return not source.host or host.endswith("." + source.host)


_HTTP, _HTTPS = DEFAULT_PORTS["http"], DEFAULT_PORTS["https"]


def _port_matches(port: int | None, scheme: str, url: Url, browser: Browser, *, navigation: bool) -> bool:
    """
    Compare a source's port with a URL's (CSP3 #port-part-match); `scheme` is the source's, or the page's.

    The schemes match already. Where the scheme was upgraded, the port must be the default port before or after. So
    `http://a.example:80` matches https on 443; in Chromium `https://a.example:80` and `http://a.example:8080` do not.
    Chromium lets `http://a.example:443` match https for subresources but not for frames: two processes check the two,
    with different code.
    """
    if port == ANY_PORT:
        return True
    if port is None:
        return url.port == DEFAULT_PORTS.get(url.scheme) or _own_default_matches(
            DEFAULT_PORTS.get(scheme), url, browser
        )
    if browser.port_80_is_443 and (port, url.port) == (_HTTP, _HTTPS):
        return True
    if url.scheme == scheme or browser.upgrade_keeps_port:
        return port == url.port
    if url.port != DEFAULT_PORTS.get(url.scheme):
        return False
    return port == DEFAULT_PORTS[scheme] or (port == url.port and scheme == "http" and not navigation)


def _own_default_matches(port: int | None, url: Url, browser: Browser) -> bool:
    """Compare the default port of the source's own scheme with the URL's."""
    if browser.own_default_port_matches and port == url.port:
        return True
    return browser.port_80_is_443 and (port, url.port) == (_HTTP, _HTTPS)


def _self_port_matches(page: Url, url: Url, browser: Browser, *, navigation: bool) -> bool:
    """Compare the page's port with a URL's, for 'self'; the schemes match already, perhaps by an upgrade."""
    if browser.port_80_is_443:
        own = None if page.port == DEFAULT_PORTS.get(page.scheme) else page.port
        return _port_matches(own, page.scheme, url, browser, navigation=navigation)
    if navigation:
        same = page.scheme == url.scheme
        return page.port == url.port if same else (page.port, url.port) == (_HTTP, _HTTPS)
    if url.port == page.port:
        # An http page on 443: Chromium takes its port for an upgraded one, and then does not match the page's own port.
        return not (page.scheme == "http" and url.port == _HTTPS and url.scheme in {"https", "wss"})
    return page.port == DEFAULT_PORTS.get(page.scheme) and url.port == DEFAULT_PORTS.get(url.scheme)


def path_matches(expression: str, path: str, browser: Browser) -> bool:
    """Compare decoded paths: exactly, or by prefix if the expression ends in a slash (CSP3 #path-part-match)."""
    if expression in {"", "/"}:
        return True
    if "%" not in expression and "%" not in path:
        wanted, actual = expression, path
    else:
        wanted, actual = _decoded(expression, browser), _decoded(path, browser)
    return actual.startswith(wanted) if wanted.endswith("/") else actual == wanted


def _decoded(path: str, browser: Browser) -> str:
    return percent_decode(path, utf8=browser.utf8_paths, replaced=browser.bad_utf8_is_replaced)
