"""The scripts of a page under a strict policy: which tags need the nonce, which hashes allow them, and what neither can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.own_page.authorship import changing_texts, sender
from csplint.checks.own_page.senders import Sender
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.browsers import CHROMIUM
from csplint.csp.digest import encode, integrity_digests
from csplint.csp.request import Request
from csplint.page.document import NOWHERE, Document, PageRequest, Place, Script

_WRITES_SCRIPT = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(.{0,400}?<\\?scr", re.IGNORECASE | re.DOTALL)
_CALLS_EVAL = re.compile(r"(?<![\w.$])eval\s*\(|\bnew\s+Function\s*\(")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_.-]*")
_NOT_COPIED = frozenset({"nonce", "defer", "src", "href"})
_SEARCHED = 200_000
"""Characters of an inline script that are searched; snippets have a few thousand."""

_MOST_HASHES = 100
"""Hashes in a policy: more would make a header of over 5,000 characters, which some servers refuse."""


class ScriptTag(Struct, frozen=True, kw_only=True):
    """
    One tag that loads or runs a script, or preloads one.

    text: the code of an inline script. url: of a file, resolved; "" for an inline script. preload: it is a link element.
    script: the script element, None for a link. sender: what adds it to the page, if that is not the site itself. generated: its
    code differs between two responses. widget: the title of the vendor whose embed it is.
    """

    place: Place
    text: str
    url: str
    nonce: str
    integrity: str
    preload: bool
    script: Script | None
    sender: Sender | None
    generated: bool
    widget: str

    @property
    def injected(self) -> bool:
        """Whether a CDN adds it after the server has sent the page, so that the server cannot give it a nonce."""
        return self.sender is not None and self.sender.kind == "cdn"

    @property
    def is_inline(self) -> bool:
        """Whether its code is in the page."""
        return not self.preload and (self.script is None or self.script.src is None)

    @property
    def writes_script(self) -> bool:
        """Whether its code writes a script tag with document.write, which 'strict-dynamic' does not trust."""
        return self.is_inline and _WRITES_SCRIPT.search(self.text[:_SEARCHED]) is not None

    @property
    def calls_eval(self) -> bool:
        """Whether its code calls eval() or new Function()."""
        return self.is_inline and _CALLS_EVAL.search(self.text[:_SEARCHED]) is not None


def script_tags(context: Context, after: int = -1) -> tuple[ScriptTag, ...]:
    """The page's script tags in document order, without those that a policy at position `after` does not govern."""
    document = context.document
    if document is None:
        return ()
    scripts = {script.place: script for script in document.scripts}
    widgets = {embed.script.place: vendor.pack.pack.title for vendor in context.vendors for embed in vendor.embeds}
    changing = changing_texts(context)
    found: dict[Place, ScriptTag] = {}
    for each in _requests(document):
        if each.order > after and each.place not in found:
            script = scripts.get(each.place)
            found[each.place] = _tag(each, script, widgets.get(each.place, ""), changing)
    return tuple(found[place] for place in sorted(found))


def _requests(document: Document) -> Iterator[PageRequest]:
    """Requests of tags; a preload in a header has none, and the script itself is a request of its own."""
    scripts = (each for each in document.requests if each.request.kind in {"script", "inline-script"})
    yield from (each for each in scripts if each.place != NOWHERE)
    yield from _for_old_browsers(document)


def _for_old_browsers(document: Document) -> Iterator[PageRequest]:
    """Scripts with nomodule, which only browsers without modules run; some of those know nonces."""
    for script in document.scripts:
        if script.kind != "classic" or "nomodule" not in script.attributes:
            continue
        nonce, written = script.nonce or "", script.src or ""
        if script.url:
            yield PageRequest(
                Request("script", script.url, nonce), script.place, "script", "src", written, script.order
            )
        elif script.src is None and script.text:
            request = Request("inline-script", nonce=nonce, content=script.text)
            yield PageRequest(request, script.place, "script", "", "", script.order)


def _tag(found: PageRequest, script: Script | None, widget: str, changing: frozenset[str]) -> ScriptTag:
    request = found.request
    return ScriptTag(
        place=found.place,
        text=request.content,
        url=request.url,
        nonce=request.nonce,
        integrity=request.integrity,
        preload=script is None and found.element == "link",
        script=script,
        sender=sender(request),
        generated=request.kind == "inline-script" and request.content in changing,
        widget=widget,
    )


class Hashes(Struct, frozen=True):
    """
    What a policy by hash allows of a page.

    sources: the hash sources, without repeats. loader: the code of an inline script that loads `moved`, "" where there is
    nothing to move; its hash is among the sources. moved: the files that no hash in the list allows. changing: the inline
    scripts whose code differs between responses. too_many: the inline scripts beyond the limit.
    """

    sources: tuple[str, ...]
    loader: str
    moved: tuple[ScriptTag, ...]
    changing: tuple[ScriptTag, ...]
    too_many: tuple[ScriptTag, ...]


def hashes(tags: Sequence[ScriptTag]) -> Hashes:
    """The hashes that allow a page's scripts; a file is allowed by its integrity attribute, or by a script that loads it."""
    own = [each for each in tags if not each.injected and not each.preload]
    stable = [each for each in own if each.is_inline and not each.generated and each.sender is None]
    by_text = dict.fromkeys(each.text for each in stable)
    counted = dict.fromkeys(list(by_text)[:_MOST_HASHES])
    files = [each for each in own if not each.is_inline]
    moved = tuple(each for each in files if not _integrity_sources(each))
    loader = _loader(moved) if moved else ""
    by_integrity = [source for each in files for source in _integrity_sources(each)]
    sources = [*map(script_hash, counted), *by_integrity, *([script_hash(loader)] if loader else [])]
    return Hashes(
        tuple(dict.fromkeys(sources)),
        loader,
        moved,
        tuple(each for each in own if each.generated),
        tuple(each for each in stable if each.text not in counted),
    )


def _integrity_sources(tag: ScriptTag) -> list[str]:
    """The hash sources of a file's integrity attribute: browsers want all of its digests in the list (CSP3 #external-hash)."""
    digests = integrity_digests(tag.integrity, CHROMIUM)
    return [f"'{name}-{encode(digest)}'" for name, digest in digests] if all(digest for _, digest in digests) else []


def _loader(moved: Iterable[ScriptTag]) -> str:
    """
    Code that adds the files' script elements with their attributes, in order; one line, plain ASCII.

    No text of the page can end the script element or the string it is in: < is escaped.
    """
    each_tag = json.dumps([_attributes(tag) for tag in moved]).replace("<", "\\u003c").replace(">", "\\u003e")
    return (
        f"for (const attributes of {each_tag}) {{ const script = document.createElement('script'); "
        "for (const name in attributes) script.setAttribute(name, attributes[name]); "
        "script.async = 'async' in attributes; document.head.append(script); }"
    )


def _attributes(tag: ScriptTag) -> Mapping[str, str]:
    """
    A tag's attributes that setAttribute() takes.

    Without its nonce, its event handlers, and defer, which has no effect on an added script.
    """
    attributes = tag.script.attributes if tag.script else {}
    kept = {name: value for name, value in attributes.items() if _is_kept(name)}
    return {**kept, "src": tag.url}


def _is_kept(name: str) -> bool:
    return name not in _NOT_COPIED and not name.startswith("on") and _ATTRIBUTE.fullmatch(name) is not None


def with_trust(
    document: Document, nonces: Mapping[Place, str], integrity: Mapping[Place, str], renamed: Mapping[str, str]
) -> Document:
    """The page with other nonces and integrity attributes on some of its scripts, and some nonces renamed everywhere."""

    def nonce(place: Place, own: str) -> str:
        return nonces.get(place, renamed.get(own, own))

    def script(each: Script) -> Script:
        own = each.nonce if each.nonce is None and each.place not in nonces else nonce(each.place, each.nonce or "")
        return replace(each, nonce=own, integrity=integrity.get(each.place, each.integrity))

    def request(each: PageRequest) -> PageRequest:
        own = each.request
        if own.kind in {"script", "inline-script"}:
            trust = {"nonce": nonce(each.place, own.nonce), "integrity": integrity.get(each.place, own.integrity)}
            return replace(each, request=replace(own, **trust))
        return replace(each, request=replace(own, nonce=renamed[own.nonce])) if own.nonce in renamed else each

    scripts, requests = tuple(map(script, document.scripts)), tuple(map(request, document.requests))
    return replace(document, scripts=scripts, requests=requests)
