"""
Stubs of vendors' scripts, made of their packs: each asks for one thing of every kind and source that its vendor's needs list.

A need that is optional asks for nothing. Of alternatives, a stub asks for those that it is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from csplint.packs.pack import Pack, Requirement
from csplint.packs.read import load_pack

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
UNSEEN = {"form", "worker"}
"""Kinds that reach no server here: a form opens a window, and a worker of another origin is refused before CSP is asked."""

WATCH = """
window.ran = [];
window.pending = 0;
window.violations = [];
document.addEventListener('securitypolicyviolation', event => {
  if (event.disposition === 'enforce') {
    window.violations.push([event.effectiveDirective, event.blockedURI, event.sourceFile + ':' + event.lineNumber]);
  }
});
"""
"""For every document, before its own scripts."""

STUB = """
(() => {
  const add = (name, attributes) => {
    const made = Object.assign(document.createElement(name), attributes);
    (document.body || document.head).append(made);
    return made;
  };
  const blob = (text, type) => URL.createObjectURL(new Blob([text], {type: type}));
  const ASK = {
    script: url => add('script', {src: url}),
    connect: url => url.startsWith('ws') ? new WebSocket(url) : fetch(url, {mode: 'no-cors'}),
    ws: url => new WebSocket(url),
    img: url => { new Image().src = url; },
    media: url => new Audio(url).load(),
    font: url => new FontFace('stub', 'url("' + url + '")').load(),
    frame: url => add('iframe', {src: url}),
    object: url => add('object', {data: url}),
    style: url => add('link', {rel: 'stylesheet', href: url}),
    'inline-style': () => add('style', {textContent: '#stub-VENDOR { color: red }'}),
    'style-attr': () => add('p', {}).setAttribute('style', 'color: red'),
    worker: url => new Worker(url),
    form: url => add('form', {method: 'post', target: '_blank', action: url}).submit(),
  };
  const run = async () => {
    window.pending += 1;
    window.ran.push('VENDOR');
    for (const [kind, url, text] of ASKS) {
      try {
        const asked = ASK[kind](text === null ? url : blob(text, url));
        if (asked && asked.catch) asked.catch(() => 0);
      } catch (error) {}
      await new Promise(done => setTimeout(done, 5));
    }
    window.pending -= 1;
  };
  if (!window.ran.includes('VENDOR')) {
    document.body ? run() : addEventListener('DOMContentLoaded', run);
  }
})();
"""


class Ask(Struct, frozen=True):
    """One request of a stub. text: of a blob to make first, whose type is `url`; None for a URL."""

    kind: str
    url: str
    text: str | None = None


def asks(vendor: str, chosen: Mapping[str, str]) -> list[Ask]:
    """What a vendor's stub asks for. chosen: of alternatives, the one of a requirement, by its id; else the first."""
    pack = load_pack(vendor, examples=False)
    loaders = {each.origin for each in pack.host if each.role == "loader"}
    return [
        ask
        for each in pack.requirement
        if not each.feature and each.role != "permissions"
        for ask in _asks(each, chosen, loaders if each.role == "embed" else set())
    ]


def _asks(requirement: Requirement, chosen: Mapping[str, str], itself: set[str]) -> Iterator[Ask]:
    sources = requirement.needs or chosen.get(requirement.id, requirement.any_of[0] if requirement.any_of else "")
    kinds = {"script" if kind == "dynamic-script" else kind: None for kind in requirement.kinds}
    for kind in kinds:
        yield from (_ask(kind, source) for source in sources.split() if source not in itself)


BLOBS = {"script": "text/javascript", "worker": "text/javascript", "img": "image/gif", "frame": "text/html"}


def _ask(kind: str, source: str) -> Ask:
    if source == "'unsafe-inline'":
        return Ask(kind, "")
    if source == "'self'":
        return Ask(kind, f"/stub?live={kind}")
    if source == "blob:":
        return Ask(kind, BLOBS.get(kind, "text/plain"), "")
    if source == "data:":
        return Ask(kind, PIXEL if kind == "img" else "data:,")
    assert re.match(r"(https|wss)://", source), source
    url = source.replace("*.", "any0.")
    return Ask(kind, f"{url}{'' if url.endswith('/') else '/'}stub?live={kind}")


def stub(vendor: str, wanted: list[Ask]) -> str:
    """The script."""
    listed = json.dumps([[each.kind, each.url, each.text] for each in wanted])
    return STUB.replace("ASKS", listed).replace("VENDOR", vendor)


def is_loader(pack: Pack, url: str) -> bool:
    """Whether a URL is that of the vendor's embed."""
    return any(re.search(mark, url) for each in pack.embed if each.where == "external" for mark in each.marks)
