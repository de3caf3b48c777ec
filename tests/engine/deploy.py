"""
A shop on loopback whose owner does what `csplint fix` says, and nothing else.

A page is sent with its headers and HTML as templates: each response has a new nonce wherever {NONCE} is written, as in the
policies that csplint prints to be sent. `deployed` changes the templates as `corrected` of a report says: whole headers,
whole meta elements, and the tags that need a nonce.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions, run_checks
from csplint.model import Corrected, HeaderChange, Place, Report, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.fetch.settings import FetchSettings
from csplint.report.to_send import NONCE, to_send
from tests.servers import Answer, Received, Server, serve

PACKS = load_packs([])
OTHER, SHORT = "{OTHER}", "{SHORT}"


class Sent(Struct, frozen=True):
    """
    What the server sends for a page; {NONCE} in it is new in each response, and so are {OTHER} and {SHORT}, which are faults.

    features: optional parts of the widget that the check is asked about.
    """

    headers: tuple[tuple[str, str], ...]
    html: str
    features: tuple[str, ...] = ()

    def response(self) -> tuple[list[tuple[str, str]], bytes]:
        """The headers and the body of one response."""
        fresh = {
            NONCE: secrets.token_urlsafe(24),
            OTHER: secrets.token_urlsafe(24),
            SHORT: secrets.token_hex(4),
        }
        return [(name, _filled(value, fresh)) for name, value in self.headers], _filled(self.html, fresh).encode()


def _filled(text: str, fresh: dict[str, str]) -> str:
    for written, value in fresh.items():
        text = text.replace(written, value)
    return text


class Shop:
    """The pages by path, as they are sent at the moment. deploys: how often each of them was changed."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.deploys: dict[str, int] = {}
        self.server: Server

    def answer(self, request: Received) -> Answer:
        """What a browser, or csplint, gets."""
        headers, body = self.sent[request.path].response()
        return Answer(200, [(name, value.encode()) for name, value in headers], body)

    def add(self, sent: Sent) -> str:
        """Send a page from now on; gives its path."""
        path = f"/{len(self.sent)}"
        self.sent[path], self.deploys[path] = sent, 0
        return path

    def deploy(self, path: str, sent: Sent) -> None:
        """Send something else from now on."""
        self.sent[path] = sent
        self.deploys[path] += 1

    def check(self, path: str) -> Report:
        """Fetch the page over TLS and check it, as `csplint check URL` does."""
        url = self.server.url(path)
        asked = dict.fromkeys(self.sent[path].features, "asked for")
        options = RunOptions(features=asked, fetch=FetchSettings(insecure=True))
        return run_checks([UrlInput(url, url)], PACKS, options)


@contextmanager
def shop() -> Iterator[Shop]:
    """Serve for as long as the block runs."""
    running = Shop()
    with serve(running.answer, tls=True) as server:
        running.server = server
        yield running


def deployed(sent: Sent, target: TargetReport) -> Sent:
    """What the owner sends after reading the report: `corrected`, word for word."""
    assert target.corrected is not None
    html = _with_tags(sent.html, target.corrected)
    return replace(sent, headers=tuple(_headers(sent, target.corrected)), html=_with_metas(html, target.corrected))


def _headers(sent: Sent, corrected: Corrected) -> Iterator[tuple[str, str]]:
    """The headers in their order; csplint names policy headers in the order in which they are sent."""
    changes = list(corrected.headers)
    for name, value in sent.headers:
        change = _change(changes, name, value)
        if change is None or change.action == "keep":
            yield name, value
        elif change.after is not None:
            yield change.name, to_send(change.after)
        if change is not None:
            changes.remove(change)
    for change in changes:
        assert change.action == "add", f"no such header is sent: {change}"
        yield change.name, to_send(change.after or "")


def _change(changes: list[HeaderChange], name: str, value: str) -> HeaderChange | None:
    for change in changes:
        if change.name.lower() == name.lower() and change.action != "add" and _same(change.before or "", value):
            return change
    return None


def _same(before: str, value: str) -> bool:
    """Whether csplint means this header: it leaves out empty policies and outer white space, and the nonce was another."""
    parts = (each.strip(" \t") for each in value.split(","))
    written = ", ".join(each for each in parts if each.strip(" \t;"))
    return _NONCE_VALUE.sub("nonce-", before) == _NONCE_VALUE.sub("nonce-", written)


_NONCE_VALUE = re.compile(r"nonce-[^'\s;,]*")


def _with_tags(html: str, corrected: Corrected) -> str:
    for tag in sorted(corrected.tags, key=lambda each: (each.place.line, each.place.column), reverse=True):
        assert tag.attribute == "nonce"
        html = _changed(html, tag.place, _with_nonce)
    return html


def _with_nonce(tag: str) -> str:
    bare = re.sub(r"""\snonce(=("[^"]*"|'[^']*'|[^\s>]+))?(?=[\s>/])""", "", tag, flags=re.IGNORECASE)
    return re.sub(r"^<[a-z]+", lambda name: f'{name[0]} nonce="{NONCE}"', bare, flags=re.IGNORECASE)


def _with_metas(html: str, corrected: Corrected) -> str:
    metas = [each for each in corrected.metas if each.place and each.action != "keep"]
    for meta in sorted(
        metas, key=lambda each: (each.place.line, each.place.column) if each.place else (), reverse=True
    ):
        assert meta.place is not None
        whole = (
            f'<meta http-equiv="Content-Security-Policy" content="{escape(to_send(meta.after))}">' if meta.after else ""
        )
        html = _changed(html, meta.place, partial(_instead, whole))
    return html


def _instead(whole: str, _tag: str) -> str:
    return whole


def _changed(html: str, place: Place, change: Callable[[str], str]) -> str:
    """The HTML with the tag at a place changed; a tag ends at the first > outside quotes."""
    lines = html.split("\n")
    start = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
    tag = re.match(r"""<(?:"[^"]*"|'[^']*'|[^"'>])*>""", html[start:])
    assert tag is not None, (place, html[start : start + 50])
    return html[:start] + change(tag[0]) + html[start + len(tag[0]) :]
