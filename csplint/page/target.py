"""Tell what a target on the command line is: a URL, a file, or standard input."""

from __future__ import annotations

import re
from pathlib import Path

from ada_url import URL
from msgspec import Struct

from csplint.errors import UsageError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.redirects import without_credentials

# No top-level domain is called like one of these.
SAVED_SUFFIXES = (
    *(".har", ".html", ".htm", ".xhtml", ".txt", ".http", ".mhtml", ".mht", ".webarchive"),
    *(".json", ".xml", ".svg", ".pdf", ".toml", ".yaml", ".yml", ".conf", ".log"),
)
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
HOST_AND_PORT = re.compile(r"[^/?#@]*:[0-9]+(?:[/?#].*)?", re.DOTALL)
WEB = frozenset({"http", "https"})
OTHER_SCHEMES = frozenset({"about", "blob", "data", "file", "ftp", "javascript", "mailto", "view-source", "ws", "wss"})


class UrlTarget(Struct, frozen=True):
    """A page to fetch. url: may hold credentials, so `repr` leaves it out. shown: what the user typed, without them."""

    url: str
    shown: str

    def __repr__(self) -> str:
        return f"UrlTarget(shown={self.shown!r})"


class FileTarget(Struct, frozen=True):
    """A saved response; the file may not exist (`saved.formats.load` reads it)."""

    path: str

    @property
    def shown(self) -> str:
        return self.path


class StdinTarget(Struct, frozen=True):
    """A saved response on standard input."""

    shown: str = "-"


def classify(target: str) -> UrlTarget | FileTarget | StdinTarget:
    """
    Tell what a target is; raises UsageError if it is none of the three.

    In order: `-`; an existing file; a path that ends like a saved response (`saved/shop.har`), so that a mistyped one is
    reported as missing instead of looked up as a host, unless it starts with a host (`shop.example/index.html`). Anything
    else is a URL, with https if it has no scheme, for loopback too.
    """
    if target == "-":
        return StdinTarget()
    if _exists(target) or _is_like_a_path(target):
        return FileTarget(target)
    return UrlTarget(_url(target), without_credentials(target))


def looks_like_url(text: str) -> bool:
    """
    Whether a person takes a text for the address of a page: it has a scheme of the web, or begins with a host.

    A single word is a host too, but looks like a name.
    """
    bare = re.sub(r"[\t\r\n]", "", text).strip()
    scheme = SCHEME.match(bare)
    if scheme and scheme[1].lower() in WEB | OTHER_SCHEMES:
        return True
    first = re.split(r"[/\\]", bare, maxsplit=1)[0]
    if re.match(r"[/\\]{2}", bare) is None and "@" not in first and not _begins_with_host(bare):
        return False
    return URL.can_parse(f"https://{bare}")


def _exists(target: str) -> bool:
    """Whether there is such a file or pipe. A folder named like a host is taken for the host: sites are stored in those."""
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
    """Whether the part before the first slash looks like a host: it has a dot or a port, or is "localhost"."""
    first = re.split(r"[/\\]", target, maxsplit=1)[0]
    return not first.startswith(".") and ("." in first or ":" in first or first.lower() == "localhost")


def _url(target: str) -> str:
    # A browser removes tabs and line breaks anywhere in a URL, so they must not hide a scheme.
    text = re.sub(r"[\t\r\n]", "", target).strip()
    if not text:
        raise UsageError("the target is empty: use a URL, a file, or - for standard input")
    scheme = SCHEME.match(text)
    if scheme is None or _is_host_first(text, scheme[1].lower()):
        text = f"https://{text}"
    elif scheme[1].lower() not in WEB:
        raise UsageError(_unsupported(scheme[1].lower()))
    try:
        url = URL(text)
    except ValueError as exc:
        raise UsageError(_not_a_target(target)) from exc
    # To a browser "http:shop.example" is the same as "http://shop.example", so it is the same here.
    return url.href


def _is_host_first(text: str, scheme: str) -> bool:
    """Whether what looks like a scheme ("localhost:", "user:") is a host with a port, or a user name."""
    if scheme in WEB | OTHER_SCHEMES:
        return False
    authority = re.split(r"[/\\?#]", text, maxsplit=1)[0]
    return "@" in authority or HOST_AND_PORT.fullmatch(text) is not None


def _unsupported(scheme: str) -> str:
    if scheme == "file":
        return "csplint does not fetch file: URLs; use the path of the file instead"
    return f"csplint cannot fetch {scheme}: URLs; use an http:// or https:// URL"


def _not_a_target(target: str) -> str:
    shown = excerpt(without_credentials(target))
    hint = "use the URL of a page (https://shop.example/), a saved response, or - for standard input"
    if re.search(r"\s", target.strip()):
        hint += "; pass the text of a policy with --policy"
    return f"{shown} is neither a valid URL nor a file: {hint}"
