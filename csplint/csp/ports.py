"""Do ports match (CSP3 #port-part-match)? Three answers: Chromium's for what it loads, for navigations, and Firefox's."""

from __future__ import annotations

from csplint.csp.browsers import Browser
from csplint.csp.expression import ANY_PORT
from csplint.csp.url import DEFAULT_PORTS, Url

HTTP, HTTPS = DEFAULT_PORTS["http"], DEFAULT_PORTS["https"]


def port_matches(port: int | None, scheme: str, url: Url, browser: Browser, *, navigation: bool) -> bool:
    """
    Compare a source's port with a URL's, where their schemes match; `scheme` is the source's, or the page's.

    Where the scheme was upgraded the port must be one that goes with it.
    So `http://a.example:80` matches https on 443; `https://a.example:80` and `http://a.example:8080` do not in Chromium.
    It lets `http://a.example:443` match https for what a page loads and not for frames: the two are checked in
    different processes by different code.
    """
    if port == ANY_PORT:
        return True
    if port is None:
        return url.port == DEFAULT_PORTS.get(url.scheme) or (
            browser.own_default_port_matches and _lenient(DEFAULT_PORTS.get(scheme), url)
        )
    if browser.port_80_is_443 and (port, url.port) == (HTTP, HTTPS):
        return True
    if url.scheme == scheme or browser.upgrade_keeps_port:
        return port == url.port
    if url.port != DEFAULT_PORTS.get(url.scheme):
        return False
    return port == DEFAULT_PORTS[scheme] or (port == url.port and scheme == "http" and not navigation)


def _lenient(port: int | None, url: Url) -> bool:
    return port == url.port or (port, url.port) == (HTTP, HTTPS)


def self_port_matches(page: Url, url: Url, browser: Browser, *, navigation: bool) -> bool:
    """Compare the page's port with a URL's, for 'self'; their schemes match, and may differ by an upgrade."""
    if browser.own_default_port_matches:
        own = None if page.port == DEFAULT_PORTS.get(page.scheme) else page.port
        return port_matches(own, page.scheme, url, browser, navigation=navigation)
    if navigation:
        same = page.scheme == url.scheme
        return page.port == url.port if same else (page.port, url.port) == (HTTP, HTTPS)
    if url.port == page.port:
        # An http page on 443: Chromium takes the port for an upgraded one, and an upgraded port for none of its own.
        return not (page.scheme == "http" and url.port == HTTPS and url.scheme in {"https", "wss"})
    return page.port == DEFAULT_PORTS.get(page.scheme) and url.port == DEFAULT_PORTS.get(url.scheme)
