"""Read a page from a HAR, the JSON file that a browser's network panel saves."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.request import Request
from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop
from csplint.page.excerpt import excerpt
from csplint.page.fetch.redirects import REDIRECT_STATUSES, RedirectError, follow, read_address
from csplint.page.fetch.response_checks import (
    is_html_type,
    media_type,
    require_html_type,
    require_page_status,
)
from csplint.page.saved.json_place import JsonText, TooLongError
from csplint.page.saved.recorded import Recorded, page_requests, request_headers
from csplint.page.saved.text import SavedText, saved_error

HINT = 'save it from the network panel with content ("Save all as HAR with content"), with the cache disabled'
MOST_LISTED = 10
"""URLs named in a message."""

UTF_8_BOM = b"\xef\xbb\xbf"


class Entry(Struct, frozen=True):
    """
    One exchange of the HAR, as far as needed.

    content: as it is in the JSON, not validated. load: the page load that it belongs to ("pageref"), "" if unknown. raw: the
    whole entry, as it is in the JSON.
    """

    index: int
    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    content: Mapping[str, Any]
    load: str = ""
    raw: Mapping[str, Any] = {}

    def values(self, name: bytes) -> tuple[bytes, ...]:
        return tuple(value for key, value in self.headers if key.lower() == name)

    @property
    def location(self) -> str:
        """Where a redirect leads, as an absolute URL; "" for any other entry."""
        locations = self.values(b"location")
        if self.status not in REDIRECT_STATUSES or not locations:
            return ""
        try:
            return follow(self.url, locations[0].decode("utf-8", errors="replace")).url
        except RedirectError:
            return ""

    @property
    def is_document(self) -> bool:
        """Whether it is an HTML response. Entries that a browser blocked or cancelled have status 0."""
        sent = self.values(b"content-type") or (_bytes(_text(self.content.get("mimeType"))),)
        return self.status > 0 and not self.location and any(sent) and is_html_type(sent)


def read_har(target: str, text: bytes, page: str | None) -> Capture:
    """
    The first HTML response, or the one with the page's URL if the user passed it; raises TargetError.

    If the HAR has only one, `page` is the URL to judge it by. The redirects before it are found by where they lead.
    """
    entries = _entries(target, text)
    documents = [entry for entry in entries if entry.is_document]
    if not documents:
        raise saved_error(target, f"none of the {len(entries)} entries of the HAR is an HTML page", HINT)
    document = documents[0] if page is None or len(documents) == 1 else _chosen(target, page, entries, documents)
    address = page if page is not None and len(documents) == 1 else document.url
    others = _others(document, documents) if page is None else ()
    capture = _capture(target, document, entries)
    return replace(
        capture,
        url=address,
        saved=SavedText(data=text, headers=_starts(text, document.index)),
        notes=(*others, *capture.notes),
    )


def read_har_pages(name: str, text: bytes) -> Iterator[tuple[str, Capture | TargetError]]:
    """
    Every page of a HAR that was loaded on its own, not in a frame: its URL, and its answer or why it cannot be checked.

    name: of the file. Raises TargetError if it is no HAR.
    """
    entries = _entries(name, text)
    pages: dict[str, Entry] = {}
    for entry in entries:
        if entry.is_document:
            pages.setdefault(entry.load or str(entry.index), entry)
    for page in pages.values():
        try:
            capture = _capture(page.url, page, entries)
            require_page_status(page.url, page.status)
            require_html_type(page.url, page.values(b"content-type"), capture.body)
            yield page.url, capture
        except TargetError as error:
            yield page.url, error


def _capture(target: str, document: Entry, entries: Sequence[Entry]) -> Capture:
    recorded, note = _recorded(document, entries)
    return Capture(
        target=target,
        url=document.url,
        status=document.status,
        headers=document.headers,
        body=_body(target, document) if _has_text(document) or not _has_policy(document) else b"",
        redirects=_hops(entries[: document.index], document.url),
        notes=note,
        recorded=recorded,
    )


def _recorded(page: Entry, entries: Sequence[Entry]) -> tuple[tuple[Request, ...], tuple[str, ...]]:
    """What the page requested, and a note about the requests whose page is not known."""
    later = [entry for entry in entries[page.index + 1 :] if entry.url and entry.load == page.load]
    # The next page of the same visit begins where no frame is loaded.
    end = next((n for n, entry in enumerate(later) if entry.is_document and _is_page(entry)), len(later))
    has_frames = any(entry.is_document for entry in later[:end])
    requests, left_out = page_requests(page.url, [_request(entry) for entry in later[:end]], has_frames=has_frames)
    if not left_out:
        return requests, ()
    which = "1 recorded request" if left_out == 1 else f"{left_out} recorded requests"
    return requests, (f"The HAR does not say whether the page or a frame made {which}; csplint left that out.",)


def _is_page(entry: Entry) -> bool:
    """Whether a document is a page of its own, and not a frame's."""
    return request_headers(_mapping(entry.raw.get("request")).get("headers")).get("sec-fetch-dest") == "document"


def _request(entry: Entry) -> Recorded:
    request = _mapping(entry.raw.get("request"))
    initiator = _mapping(entry.raw.get("_initiator"))
    frames = _mapping(initiator.get("stack")).get("callFrames")
    caller = frames[-1] if isinstance(frames, list) and frames else None
    media_types = entry.values(b"content-type") or (_bytes(_text(entry.content.get("mimeType"))),)
    return Recorded(
        url=entry.url,
        method=_text(request.get("method")).upper(),
        headers=request_headers(request.get("headers")),
        resource=_text(entry.raw.get("_resourceType")).lower(),
        made_by=_text(initiator.get("url")) or _text(_mapping(caller).get("url")),
        media_type=media_type(media_types),
        location=entry.location,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _chosen(target: str, page: str, entries: Sequence[Entry], documents: Sequence[Entry]) -> Entry:
    """The document with this URL, or the one that it redirects to; raises TargetError if there is none."""
    url = page
    for entry in entries:
        if entry.url != url:
            continue
        if entry.is_document:
            return entry
        url = entry.location or url
    message = f"--page: the HAR has no HTML page {excerpt(page)}; it has {_listed(documents)}"
    raise saved_error(target, message, "pass the URL of one of them, or leave out --page to check the first")


def _others(judged: Entry, documents: Sequence[Entry]) -> tuple[str, ...]:
    """A note if the HAR has several pages: not the frames of one page, which belong to the same page load."""
    pages = {entry.load or str(entry.index): entry for entry in reversed(documents)}  # the first of each load
    others = [entry for entry in reversed(pages.values()) if entry.url != judged.url]
    if not others:
        return ()
    return (
        f"The HAR has several pages; csplint checked the first, {excerpt(judged.url)}. "
        f"To check another, pass its URL with --page: {_listed(others)}.",
    )


def _listed(documents: Sequence[Entry]) -> str:
    """Their URLs, each once, as far as a sentence can hold them."""
    urls = list(dict.fromkeys(entry.url for entry in documents))
    more = f" and {len(urls) - MOST_LISTED} more" if len(urls) > MOST_LISTED else ""
    return ", ".join(excerpt(url) for url in urls[:MOST_LISTED]) + more


def _hops(earlier: Sequence[Entry], url: str) -> tuple[Hop, ...]:
    """Search backwards from the page for the entry that leads to it, and so on."""
    hops: list[Hop] = []
    for entry in reversed(earlier):
        if entry.location == url:
            hops.append(Hop(entry.url, entry.status, url))
            url = entry.url
    return tuple(reversed(hops))


def _entries(target: str, text: bytes) -> list[Entry]:
    try:
        log = json.loads(text)["log"]
        raw = log["entries"]
    except json.JSONDecodeError as exc:
        raise saved_error(target, f"line {exc.lineno}: not valid JSON ({exc.msg})", HINT) from exc
    except (KeyError, TypeError) as exc:
        raise saved_error(target, "the file is JSON, but not a HAR: log.entries is missing", HINT) from exc
    except (RecursionError, ValueError) as exc:
        raise saved_error(target, "the JSON cannot be read: it is nested too deeply or not Unicode", HINT) from exc
    if not isinstance(raw, list):
        raise saved_error(target, "log.entries is not a list", HINT)
    return [_entry(target, index, entry) for index, entry in enumerate(raw)]


def _entry(target: str, index: int, raw: Any) -> Entry:
    try:
        response, url = raw["response"], raw["request"]["url"]
        content = response.get("content") or {}
        headers = tuple(pair for header in response.get("headers") or () for pair in _pairs(header))
        status = response.get("status", 0)
        number = status if isinstance(status, int) else 0
        return Entry(index, _address(url), number, headers, dict(content), _text(raw.get("pageref")), raw)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise saved_error(target, f"log.entries[{index}] is not a valid HAR entry", HINT) from exc


def _address(url: str) -> str:
    """Serialize the URL; "" if it is invalid."""
    try:
        return read_address(url).url
    except ValueError:
        return ""


def _pairs(header: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Chromium joins repeated headers with a line feed, which no header can contain."""
    name = header["name"]
    return [] if name.startswith(":") else [(_bytes(name), _bytes(value)) for value in header["value"].split("\n")]


def _starts(text: bytes, index: int) -> tuple[list[int], ...] | None:
    """For each header of an entry, the offset of each byte of its value and, last, of its end; None if the text is too long."""
    try:
        return tuple(_header_starts(JsonText(text), index))
    except TooLongError:
        return None


def _header_starts(source: JsonText, index: int) -> Iterator[list[int]]:
    entries = source.members(source.members(source.start)["log"])["entries"]
    entry = next(islice(source.elements(entries), index, None))
    headers = source.members(source.members(entry)["response"]).get("headers")
    for at in source.elements(headers) if headers is not None else ():
        header = source.members(at)
        if source.characters(header["name"])[0][0] != ":":
            yield from _value_starts(source.characters(header["value"]))


def _value_starts(characters: Sequence[tuple[str, int]]) -> Iterator[list[int]]:
    """Split values as `_pairs` does: a line feed ends a value, and a character may become several bytes."""
    first = 0
    for index, (character, end) in enumerate(characters):
        if character in {"", "\n"}:
            value = characters[first:index]
            encoding = _encoding("".join(each for each, _ in value))
            yield [*(at for each, at in value for _ in each.encode(encoding, errors="replace")), end]
            first = index + 1


def _bytes(text: str) -> bytes:
    return text.encode(_encoding(text), errors="replace")


def _encoding(text: str) -> str:
    """Browsers show header bytes as Latin-1; anything beyond Latin-1 must have been UTF-8."""
    return "utf-8" if max(text, default="") > "\xff" else "latin-1"


def _has_text(entry: Entry) -> bool:
    return isinstance(entry.content.get("text"), str)


def _has_policy(entry: Entry) -> bool:
    """Whether there is something to judge without the page's text."""
    return any(entry.values(name) for name in (b"content-security-policy", b"content-security-policy-report-only"))


def _body(target: str, entry: Entry) -> bytes:
    text = entry.content.get("text")
    if not isinstance(text, str):
        raise saved_error(
            target, f"log.entries[{entry.index}] does not contain the text of the page {excerpt(entry.url)}", HINT
        )
    if entry.content.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as exc:
            raise saved_error(target, f"log.entries[{entry.index}] has text that is not valid base64", HINT) from exc
    body = text.encode("utf-8", errors="replace")
    # The browser has decoded it already. The mark overrides the page's own charset.
    return body if text.isascii() else UTF_8_BOM + body.removeprefix(UTF_8_BOM)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
