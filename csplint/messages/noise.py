"""
Tells reports about a site from those about what visitors' own software does to its pages.

Noise is set apart and counted with its reason, never dropped unseen. Code without a URL (`inline`, `eval`) is never noise by
itself, though many extensions cause such reports: it is also exactly what a blocked embed looks like. `is_weak` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from csplint.csp.url import Url, parse_url
from csplint.messages.message import Message
from csplint.messages.noise_hosts import BROWSER_SCHEMES, EXTENSION_SCHEMES, INJECTED, INJECTED_PATHS
from csplint.messages.report_json import OTHER_TYPES

NoiseKind = Literal["extension", "browser", "injected", "loopback", "document", "not-csp"]

Spared = Callable[[Url], bool]
"""Whether a URL is a vendor's: it is never noise."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(?::|$)")
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0")
_BARE_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d+){3})(?::\d+)?(?:/.*)?")
"""What old browsers report of a host: without its scheme."""

_WITHOUT_URL = frozenset({"inline", "eval", "wasm-eval", "self", ""})


class Noise(Struct, frozen=True):
    """
    Why a report says nothing about the site.

    kind: "extension", "browser" (the browser itself, or an app that shows pages), "injected" (other software on the visitor's
    machine or network), "loopback" (a program on the visitor's machine), "document" (no page of a site) or "not-csp"
    (another type of report). text: the reason, as a sentence without its full stop.
    """

    kind: NoiseKind
    text: str


def noise(message: Message, is_spared: Spared) -> Noise | None:
    """Why a report is noise; None if it is about the site, or may be. What blocks a vendor's URL, or its file, never is."""
    if message.kind != "csp":
        return Noise("not-csp", _about(message))
    blocked, source = _network(message.blocked), _network(message.source_file)
    if blocked is not None and is_spared(blocked):
        return None
    if (found := _scheme(message)) or (source is not None and is_spared(source)):
        return found
    urls = [url for url in (blocked, source) if url is not None]
    return _document(message) or _host(message, urls) or _loopback(message, urls)


def is_weak(message: Message) -> bool:
    """Whether the report may be an extension's doing: code without a URL, and no file that it came from."""
    return message.blocked in _WITHOUT_URL and not message.source_file


def is_loopback(url: Url) -> bool:
    """Whether the host is the machine itself."""
    return bool(_LOOPBACK.fullmatch(url.host))


def _about(message: Message) -> str:
    name = message.about if message.about in OTHER_TYPES.values() else "something else"
    return f"the report is not about CSP, but about {name}"


def _scheme(message: Message) -> Noise | None:
    for where, text in (("blocked", message.blocked), ("source", message.source_file)):
        scheme = _scheme_of(text)
        verb = f"what was blocked begins with {scheme}:" if where == "blocked" else f"a file of {scheme}: caused it"
        if scheme in EXTENSION_SCHEMES:
            return Noise("extension", f"a browser extension: {verb}")
        if scheme in BROWSER_SCHEMES:
            return Noise("browser", f"the browser or an app: {verb}")
    if _scheme_of(message.blocked) == "about":
        return Noise("browser", "an empty document of the browser was blocked (about:)")
    if "chromewebdata" in message.blocked or "chromewebdata" in message.source_file:
        return Noise("browser", "an error page of the browser")
    return None


def _scheme_of(text: str) -> str:
    """The scheme; reports carry only the scheme of most URLs that are not http (CSP3 #strip-url-for-use-in-reports)."""
    found = _SCHEME.match(text)
    return found[1].lower() if found else ""


def _document(message: Message) -> Noise | None:
    scheme = _scheme_of(message.page)
    if message.page.lower() in {"about", "about:blank"}:
        return Noise("document", "the document is about:blank, not a page of the site")
    if scheme in EXTENSION_SCHEMES | BROWSER_SCHEMES | {"data"}:
        return Noise("document", f"the document is of {scheme}:, not a page of the site")
    return None


def _host(message: Message, urls: list[Url]) -> Noise | None:
    for url in urls:
        name = _injected(url)
        if name and not _is_the_sites(url, message):
            return Noise("injected", f"{name} ({url.host})")
    return None


def _injected(url: Url) -> str:
    for host, path, name in INJECTED_PATHS:
        if url.host == host and url.path.startswith(path):
            return name
    labels = url.host.split(".")
    return next((INJECTED[host] for n in range(len(labels)) if (host := ".".join(labels[n:])) in INJECTED), "")


def _is_the_sites(url: Url, message: Message) -> bool:
    """Whether the page is on this host, or its policy names it: then the site knows it."""
    page = parse_url(message.page)
    return (page is not None and page.host == url.host) or url.host in message.policy


def _loopback(message: Message, urls: list[Url]) -> Noise | None:
    """A page on loopback loads from there by right; of an unknown page nothing is certain."""
    page = parse_url(message.page)
    if page is None or is_loopback(page):
        return None
    for url in urls:
        if is_loopback(url) and url.host not in message.policy:
            return Noise("loopback", f"a program on the visitor's own machine ({url.host})")
    return None


def _network(text: str) -> Url | None:
    if _BARE_LOOPBACK.fullmatch(text):
        text = f"http://{text}"
    url = parse_url(text) if ":" in text else None
    return url if url is not None and url.scheme in {"http", "https", "ws", "wss"} else None
