"""
A hash in the policy that is of other text than the browser hashes: with CRLF line ends, trimmed, minified, with its tag.

Browsers hash exactly what is between the tags, after the HTML standard's newline normalization, as UTF-8
(CSP3 #match-element-to-source-list). Tools hash files, templates or strings, which often differ by white space.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct

from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.memo import BoundedCache
from csplint.csp.source import Source, SourceKind

LONGEST = 100_000
"""Characters of an inline text whose variants are hashed; each has about fifty."""

_MOST_HASHES = 200
"""Hashes of a list that are compared."""


class OtherText(Struct, frozen=True):
    """A listed hash that is of a variant of a text. how: how that variant differs, to follow 'the hash of this script'."""

    source: Source
    how: str


def _minified(text: str) -> str:
    """Without white space beside punctuation; other white space is one space."""
    return re.sub(r" ?([^\w$ ]) ?", r"\1", " ".join(text.split()))


Change = tuple[str, Callable[[str], str]]

_LINES: tuple[Change, ...] = (
    ("with CRLF line ends", lambda text: text.replace("\n", "\r\n")),
    ("with CR line ends", lambda text: text.replace("\n", "\r")),
)
_SPACES: tuple[Change, ...] = (
    ("without the white space around it", str.strip),
    ("without the white space before it", str.lstrip),
    ("without the white space after it", str.rstrip),
    ("with a line end after it", lambda text: f"{text}\n"),
    ("trimmed, with a line end after it", lambda text: f"{text.strip()}\n"),
    ("trimmed, with line ends around it", lambda text: f"\n{text.strip()}\n"),
    ("without the first line end", lambda text: text.removeprefix("\n")),
    ("without the last line end", lambda text: text.removesuffix("\n")),
    ("without its indentation", textwrap.dedent),
    ("trimmed, and without its indentation", lambda text: textwrap.dedent(text).strip()),
    ("without white space around its lines", lambda text: "\n".join(line.strip() for line in text.split("\n"))),
    ("without white space around its lines", lambda text: "\n".join(line.strip() for line in text.strip().split("\n"))),
    ("without white space after its lines", lambda text: "\n".join(line.rstrip() for line in text.split("\n"))),
    ("with spaces for tabs", lambda text: text.replace("\t", "    ")),
    ("with spaces for tabs", lambda text: text.replace("\t", "  ")),
    ("on one line", lambda text: " ".join(text.split())),
    ("on one line", lambda text: "".join(line.strip() for line in text.split("\n"))),
    ("minified", _minified),
    ("minified", lambda text: _minified(text).rstrip(";")),
    ("without its last semicolon", lambda text: text.strip().removesuffix(";")),
    ("with a semicolon after it", lambda text: f"{text.strip()};"),
)
_MARKUP: tuple[Change, ...] = (
    ("as HTML text, with &amp; for &", lambda text: html.escape(text, quote=False)),
    ("as HTML text, with &quot; for quotation marks", html.escape),
)


def other_texts(text: str, element: str, sources: Iterable[Source]) -> OtherText | None:
    """
    Find the listed hash that is of a variant of an inline text; None if there is none.

    element: the name of the element that the text is in, "script" or "style". sources: the list's; only hashes count.
    """
    wanted = _by_algorithm(sources)
    if not text or len(text) > LONGEST:
        return None
    for algorithm, digests in wanted.items():
        for digest, how in _DIGESTS[element, algorithm][text].items():
            if found := digests.get(digest):
                return OtherText(found, how)
    return None


def _digests(text: str, element: str, algorithm: str) -> Mapping[bytes, str]:
    """The digests of a text's variants, and how each differs; the first of equal ones."""
    found: dict[bytes, str] = {}
    for how, data in _variants(text, element):
        found.setdefault(_digest(algorithm, data), how)
    return found


_DIGESTS = {
    (element, algorithm): BoundedCache(
        partial(_digests, element=element, algorithm=algorithm), most=512, longest=LONGEST, altogether=1_000_000
    )
    for element in ("script", "style")
    for algorithm in DIGEST_BYTES
}
"""A page is judged again for each of its fixes, with the same texts."""


def _by_algorithm(sources: Iterable[Source]) -> Mapping[str, dict[bytes, Source]]:
    found: dict[str, dict[bytes, Source]] = {}
    hashes = (each for each in sources if each.kind == SourceKind.HASH and each.algorithm in DIGEST_BYTES)
    for each, _ in zip(hashes, range(_MOST_HASHES), strict=False):
        found.setdefault(each.algorithm, {}).setdefault(each.digest, each)
    return found


def _variants(text: str, element: str) -> Iterator[tuple[str, bytes]]:
    """The variants of a text as bytes, each once, without the text itself."""
    seen = {_utf8(text)}
    for how, data in _candidates(text, element):
        if data not in seen:
            seen.add(data)
            yield how, data


def _candidates(text: str, element: str) -> Iterator[tuple[str, bytes]]:
    spaced = [(how, change(text)) for how, change in _SPACES]
    for how, change in _LINES:
        yield how, _utf8(change(text))
    for how, changed in spaced:
        yield how, _utf8(changed)
    for how, changed in spaced:
        yield f"{how}, with CRLF line ends", _utf8(changed.replace("\n", "\r\n"))
    for how, change in _MARKUP:
        yield how, _utf8(change(text))
    for whole in (f"<{element}>{text}</{element}>", f"<{element}>{text.strip()}</{element}>"):
        yield f"with its <{element}> tags", _utf8(whole)
        yield f"with its <{element}> tags and CRLF line ends", _utf8(whole.replace("\n", "\r\n"))
        yield f"with its <{element}> tags and a line end", _utf8(f"{whole}\n")
    yield "with a byte order mark", b"\xef\xbb\xbf" + _utf8(text)
    if not text.isascii():
        yield "encoded as windows-1252, not UTF-8", text.encode("cp1252", "replace")
    yield "encoded as UTF-16, not UTF-8", text.encode("utf-16-le", "replace")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _digest(algorithm: str, data: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - loads OpenSSL, only for lists with hashes

    return hashlib.new(algorithm, data).digest()
