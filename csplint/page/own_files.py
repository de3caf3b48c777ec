"""
The scripts and style sheets of a page that are files of the same folder, with their digests.

Only for a page that is a file itself. `read` gives the files; nothing else here reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

from csplint.csp.digest import DIGEST_BYTES
from csplint.page.document import Document, PageRequest

MOST_FILES = 200
"""Files of a page that are read."""

_KINDS = frozenset({"script", "style"})

Read = Callable[[str], bytes | None]
"""Gives the file at a path that begins with a slash, below the folder; None if there is none."""


class OwnFile(Struct, frozen=True):
    """A file that the page loads. path: below the folder, without a slash before it. digests: by algorithm, such as "sha256"."""

    found: PageRequest
    path: str
    digests: Mapping[str, bytes]


def own_files(document: Document, page: str, read: Read) -> tuple[OwnFile, ...]:
    """
    The files that a page loads with its script and link elements.

    page: the page's own path below the folder, with a slash before it. A page without a hash has none, because nothing compares
    its files with anything.
    """
    lowered = document.text.lower()
    if "integrity" not in lowered and "sha" not in lowered:
        return ()
    return tuple(made for _, made in zip(range(MOST_FILES), _found(document, page, read), strict=False))


def _found(document: Document, page: str, read: Read) -> Iterator[OwnFile]:
    base = next((each.written for each in document.requests if each.request.kind == "base"), "")
    digests: dict[str, Mapping[str, bytes]] = {}
    for each in document.requests:
        if each.request.kind not in _KINDS or each.element not in {"script", "link"}:
            continue
        path = _path(page, base, each.written)
        if path and path not in digests and len(digests) < MOST_FILES:
            data = read(path)
            digests[path] = {} if data is None else _digests(data)
        if path and digests.get(path):
            yield OwnFile(each, path[1:], digests[path])


def _path(page: str, base: str, written: str) -> str:
    """The path that a URL leads to in the folder, without its query string; "" for another host's."""
    try:
        url = urlsplit(urljoin(urljoin(page, base.strip()), written.strip().replace("\\", "/")))
    except ValueError:
        return ""
    path = unquote(url.path)
    return path if path.startswith("/") and not (url.scheme or url.netloc) and "\0" not in path else ""


def _digests(data: bytes) -> Mapping[str, bytes]:
    import hashlib  # noqa: PLC0415 - loads OpenSSL, only for pages with hashes

    return {algorithm: hashlib.new(algorithm, data).digest() for algorithm in DIGEST_BYTES}
