"""What a target on the command line means: a URL, a file, or standard input."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ada_url import URL

from csplint.errors import UsageError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.redirects import without_credentials

SAVED_SUFFIXES = (".har", ".html", ".htm", ".txt", ".http")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
HOST_AND_PORT = re.compile(r"[^/?#@]*:[0-9]+(?:[/?#].*)?", re.DOTALL)
WEB = frozenset({"http", "https"})
OTHER_SCHEMES = frozenset({"about", "blob", "data", "file", "ftp", "javascript", "mailto", "view-source", "ws", "wss"})


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """`url` is what to fetch and may hold credentials; `shown` is what the user typed, without them."""

    url: str = field(repr=False)
    shown: str


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A saved response; whether it can be read is found out by `saved.load`."""

    path: str

    @property
    def shown(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class StdinTarget:
    """A saved response on standard input."""

    shown: str = "-"


def classify(target: str) -> UrlTarget | FileTarget | StdinTarget:
    """
    Say what a target is; UsageError where it is none of the three.

    In order: `-`; a file that is there; a path that ends like a saved response
    (`saved/shop.har`), so that a mistyped one is called missing instead of
    being looked up as a host, though not if it begins with a host
    (`shop.example/index.html`); everything else is an address, and https where
    no scheme is written, loopback included.
    """
    if target == "-":
        return StdinTarget()
    if _is_there(target) or _is_like_a_path(target):
        return FileTarget(target)
    return UrlTarget(_url(target), without_credentials(target))


def _is_there(target: str) -> bool:
    """Is there such a file (or a pipe)? A folder counts only if it cannot be meant as a host: sites live in such."""
    path = Path(target)
    try:
        return path.exists() and bool(target.strip()) and not (path.is_dir() and _begins_with_host(target))
    except (OSError, ValueError):
        return False


def _is_like_a_path(target: str) -> bool:
    first, slash, _ = target.partition("/")
    if not target.lower().endswith(SAVED_SUFFIXES) or SCHEME.match(target) or re.search(r"[@?#]", first):
        return False
    return not (slash and _begins_with_host(target))


def _begins_with_host(target: str) -> bool:
    """Is the part before the first slash a host, as far as its looks go: a dot, a port or "localhost" in it?"""
    first = re.split(r"[/\\]", target, maxsplit=1)[0]
    return not first.startswith(".") and ("." in first or ":" in first or first.lower() == "localhost")


def _url(target: str) -> str:
    # A browser drops tabs and line breaks wherever they stand, so they must not hide a scheme.
    text = re.sub(r"[\t\r\n]", "", target).strip()
    if not text:
        raise UsageError("the target is empty: name a URL, a file, or - for standard input")
    scheme = SCHEME.match(text)
    if scheme is None or _is_host_first(text, scheme[1].lower()):
        text = f"https://{text}"
    elif scheme[1].lower() not in WEB:
        raise UsageError(_unsupported(scheme[1].lower()))
    try:
        url = URL(text)
    except ValueError as exc:
        raise UsageError(_no_target(target)) from exc
    # "http:shop.example" is the same as "http://shop.example" to a browser, and so it is here.
    return url.href


def _is_host_first(text: str, scheme: str) -> bool:
    """Is what looks like a scheme ("localhost:", "user:") a host with a port, or a user name?"""
    if scheme in WEB | OTHER_SCHEMES:
        return False
    authority = re.split(r"[/\\?#]", text, maxsplit=1)[0]
    return "@" in authority or HOST_AND_PORT.fullmatch(text) is not None


def _unsupported(scheme: str) -> str:
    if scheme == "file":
        return "a file: address is not fetched; give the path of the file instead"
    return f"{scheme}: addresses hold no page that csplint can fetch; give an http:// or https:// address"


def _no_target(target: str) -> str:
    shown = excerpt(without_credentials(target))
    hint = "name a page (https://shop.example/), a saved response, or - for standard input"
    if re.search(r"\s", target.strip()):
        hint += "; the text of a policy is given with --policy"
    return f"{shown} is neither an address nor a file: {hint}"
