"""
What data is that is not a page: an image, a feed, a server's configuration, a browser's console line.

The content decides, not the file's name. Each kind has a name for the message, and what to give csplint instead. Magic
numbers are those of the MIME Sniffing Standard and of the formats' own specifications.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

A_PAGE = "use the URL of a page, its HTML, `curl -i` output or a HAR"
THE_POLICY = "pass only the policy, the text between the quotes, with --policy; or use the URL of a page"
MAX_LOOKED_AT = 16 * 1024
"""Bytes or characters that are searched."""


class Kind(Struct, frozen=True):
    """
    What some data is.

    what: with its article ("a PDF document"). instead: what to give csplint, as the imperative of a sentence.
    """

    what: str
    instead: str = A_PAGE


_RESPONSE = "save the response with `curl -i URL > FILE`, or use the URL of the page"
_UNPACK = "decompress it, and check the page that is in it"
_IMAGE, _MEDIA = Kind("an image"), Kind("audio or video")
_FONT, _OFFICE = Kind("a font"), Kind("an office document")
_PROGRAM = Kind("a program")
_COMPRESSED = Kind("compressed data", _UNPACK)

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind("a PDF document")),
    (b"%!PS", Kind("a PostScript document")),
    (b"\x89PNG\r\n\x1a\n", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"\0\0\x01\0", _IMAGE),
    (b"II*\0", _IMAGE),
    (b"MM\0*", _IMAGE),
    (b"8BPS", _IMAGE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (b"{\\rtf", _OFFICE),
    (b"\x1f\x8b", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\xfd7zXZ\0", _COMPRESSED),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (b"wOFF", _FONT),
    (b"wOF2", _FONT),
    (b"OTTO", _FONT),
    (b"\0\x01\0\0", _FONT),
    (b"ID3", _MEDIA),
    (b"OggS", _MEDIA),
    (b"fLaC", _MEDIA),
    (b"\x1a\x45\xdf\xa3", _MEDIA),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"\0asm", Kind("a WebAssembly module")),
    (b"SQLite format 3\0", Kind("a database")),
)
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP = (
    (b"mimetypeapplication/vnd.oasis", _OFFICE),
    (b"mimetypeapplication/epub", Kind("an e-book")),
    (b"word/", _OFFICE),
    (b"xl/", _OFFICE),
    (b"ppt/", _OFFICE),
    (b"", Kind("a ZIP archive", _UNPACK)),
)
# The MIME Sniffing Standard's "binary data byte", without NUL, which stray pages have.
_BINARY = re.compile(r"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def binary_kind(data: bytes) -> Kind | None:
    """What binary data is, by its first bytes; None for text and for what is not known."""
    if data.startswith(_ZIP_MAGIC):
        return next(kind for mark, kind in _ZIP if mark in data[:MAX_LOOKED_AT])
    if data.startswith(b"bplist00"):
        archive = b"WebMainResource" in data[:MAX_LOOKED_AT]
        return Kind("a Safari web archive", _RESPONSE) if archive else Kind("a property list")
    if data.startswith(b"RIFF") and data[8:12] in (b"WEBP", b"AVI ", b"WAVE"):
        return _IMAGE if data[8:12] == b"WEBP" else _MEDIA
    if data[4:8] == b"ftyp":
        return _IMAGE if data[8:12] in (b"avif", b"avis", b"heic", b"mif1") else _MEDIA
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


_START = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>|<!doctype(?:[^>\[]|\[[^\]]*+\])*+>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<([a-z_][\w.:-]*)", re.IGNORECASE)
_ROOTS: dict[str, Kind] = {
    **dict.fromkeys(("rss", "feed", "rdf:rdf"), Kind("a feed (RSS or Atom)")),
    **dict.fromkeys(("urlset", "sitemapindex"), Kind("a sitemap", "use the URL of one of the pages that it lists")),
    **dict.fromkeys(("configuration", "system.webserver", "add"), Kind("a web.config file", THE_POLICY)),
    **dict.fromkeys(
        ("ifmodule", "virtualhost", "directory", "files", "filesmatch", "location", "locationmatch", "if"),
        Kind("the configuration of an Apache server", THE_POLICY),
    ),
    **dict.fromkeys(("plist", "project", "opml", "kml", "gpx", "soap:envelope", "checkstyle"), Kind("an XML file")),
    **dict.fromkeys(("testsuites", "testsuite"), Kind("a JUnit report")),
}
_ELEMENTS = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br button canvas
caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption
figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label
legend li link main map mark marquee math menu meta meter nav nobr noembed noframes noscript object ol optgroup option
output p param picture pre progress q rp rt ruby s samp script search section select slot small source span strike strong
style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr
"""
_NAMES = frozenset(_ELEMENTS.split())
_TAG = re.compile(r"<(?:(!doctype)\s+html|([a-z][a-z0-9]*+))(?=[\s/>])", re.IGNORECASE)


def root_element(text: str) -> str:
    """The name of the first tag, lower case, if the text begins with it; "" otherwise. A doctype may be before it."""
    start = _START.match(text)
    found = _ROOT.match(text, start.end() if start else 0)
    return found[1].lower() if found else ""


def has_html(text: str) -> bool:
    """Whether the text has a doctype or a tag of HTML, complete or not."""
    return any(found[1] or found[2].lower() in _NAMES for found in _TAG.finditer(text))


def markup_kind(text: str) -> Kind | None:
    """What a text that begins with a tag is, if it is not HTML, XHTML or SVG."""
    if text.startswith("<?php"):
        return Kind("a PHP program", "use the URL of the page that it makes")
    root = root_element(text)
    if not root or re.match(r"\s*<!doctype\s+html", text, re.IGNORECASE):
        return None
    if root in _ROOTS:
        return _ROOTS[root]
    is_xml = re.match(r"\s*<\?xml\s", text) is not None
    return Kind("an XML file") if is_xml and root.rpartition(":")[2] not in ("html", "svg") else None


def json_kind(text: str) -> Kind | None:
    """What valid JSON is, or several lines of it; None for other text. A HAR is JSON too."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        first, _, rest = text.partition("\n")
        return json_kind(first) if first.strip()[:1] in ("{", "[") and rest else None
    if not isinstance(value, dict | list):
        return None
    return REPORTED if _is_report(value) else Kind("JSON, but not a HAR")


def _is_report(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and ("csp-report" in first or first.get("type") == "csp-violation")


_ASK = "explain it with `csplint why`, or use the URL of the page"
REPORTED = Kind("a browser's report of a violation", _ASK)
CONSOLE = Kind("a line of a browser's console", _ASK)
_CONSOLE = re.compile(
    r"Refused to [a-z]+ |violates the (?:following|document's) Content Security Policy|because it violates the following"
    r"|page.s settings (?:blocked|observed)|Content Security Policy directive",
)
YAML = Kind("a YAML file", THE_POLICY)
_LINES = re.MULTILINE | re.IGNORECASE
_TEXTS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_CONSOLE, CONSOLE),
    (
        re.compile(r"\A(?:[$>%#] *)?curl(?:\.exe)?\s+['\"-]|\A(?:[$>%#] *)?curl(?:\.exe)?\s+https?:"),
        Kind("a curl command", "run it with -i, save what it prints with > FILE, and check that file"),
    ),
    (
        re.compile(r"\A(?:await )?fetch\(\s*[\"'`]|\A(?:\$\w+ *= *)?Invoke-(?:WebRequest|RestMethod)"),
        Kind("a request that a browser copied as code", _RESPONSE),
    ),
    (
        re.compile(r"\A(?:From: <Saved by|[\w-]+:.*\n(?:.*\n){0,20}Content-Type: multipart/related)", re.IGNORECASE),
        Kind("an MHTML archive, which has no response headers and no scripts", _RESPONSE),
    ),
    (
        re.compile(r"^[ \t]*\[\[target\]\]|^[ \t]*\[tool\.csplint", _LINES),
        Kind("a configuration of csplint", "use it with --config, and leave the target out"),
    ),
    (
        re.compile(r"^[ \t]*(?:add_header\s|proxy_pass\s|server\s*\{|location\s.*\{|http\s*\{|upstream\s.*\{)", _LINES),
        Kind("the configuration of an nginx server", THE_POLICY),
    ),
    (
        re.compile(r"^[ \t]*Header\s+(?:always\s+|onsuccess\s+)?(?:set|add|append|merge|unset)\s|^[ \t]*Rewrite(?:Engine|Rule)\s"
                   r"|^[ \t]*</?(?:IfModule|VirtualHost|Directory|Files(?:Match)?|Location)\b", _LINES),
        Kind("the configuration of an Apache server", THE_POLICY),
    ),
    (re.compile(r"^[ \t]*header\s+(?:\{|\S+\s+\{|-?Content-Security)", _LINES), Kind("a Caddyfile", THE_POLICY)),
    (
        re.compile(r"^/\S*[ \t]*\r?\n[ \t]+[\w-]+:", re.MULTILINE),
        Kind("a _headers file", THE_POLICY),
    ),
    (re.compile(r"^\[{1,2}[\w. \"-]+\]{1,2}[ \t]*$(?s:.{0,200}?)^[\w.\"-]+\s*=", _LINES), Kind("a TOML or INI file", THE_POLICY)),
    (re.compile(r"\A(?:#.*\n|\s)*(?:---\s*$|[\w./\"'-]+:(?:\s*$|\s+\S.*$))", re.MULTILINE), YAML),
)  # fmt: skip


def text_kind(text: str) -> Kind | None:
    """What a text without HTML is; None if nothing is known but that it is text."""
    start = text[:MAX_LOOKED_AT].strip()
    return next((kind for pattern, kind in _TEXTS if pattern.search(start)), None)


def body_kind(body: bytes) -> Kind | None:
    """What a body is that is not a page, though its Content-Type may say so; None for what browsers show as HTML."""
    if (kind := binary_kind(body)) is not None:
        return kind
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    if text.lstrip()[:1] in ("{", "[") and (kind := json_kind(text)) is not None:
        return kind
    return None


def kinds(data: bytes, text: str) -> Iterator[Kind]:
    """What a file may be that is not a page, the surest first. data: its bytes; text: the same, decoded."""
    if (kind := body_kind(data)) is not None:
        yield kind
    if (kind := markup_kind(text)) is not None:
        yield kind
    if not has_html(text) or not text.lstrip().startswith("<"):
        kind = text_kind(text)
        if kind is not None and not (kind == YAML and has_html(text)):
            yield kind
        if _BINARY.search(text[:MAX_LOOKED_AT]) or "\0" in text[:MAX_LOOKED_AT]:
            yield Kind("binary data")
