"""Read `Link` response headers (RFC 8288) into the link elements that they are like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from csplint.page.document import NOWHERE
from csplint.page.html.tag import Tag

MAX_LINKS = 200
_READ = frozenset({"preload", "modulepreload", "prefetch", "compression-dictionary"})
_TARGET = re.compile(r"[\s,]*<([^>]*)>")
_PARAMETER = re.compile(r"\s*;\s*([A-Za-z][A-Za-z0-9*-]*)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")
_NEXT = re.compile(r"[^,\"]*(?:\"(?:[^\"\\]|\\.)*\"[^,\"]*)*,?")


def link_tags(values: Iterable[str]) -> Iterator[Tag]:
    """
    A link element for each link of the headers, in their order, at most MAX_LINKS.

    Only those that every browser reads in a header; a style sheet there is for Firefox only.
    """
    found = 0
    for value in values:
        at = 0
        while found < MAX_LINKS and (target := _TARGET.match(value, at)) is not None:
            attributes, at = _parameters(value, target.end())
            if not _READ.isdisjoint(attributes.get("rel", "").lower().split()):
                yield _tag({**attributes, "href": target[1].strip()})
                found += 1
            rest = _NEXT.match(value, at)
            at = len(value) if rest is None or rest.end() == at else rest.end()


def _parameters(value: str, at: int) -> tuple[dict[str, str], int]:
    """The parameters by name, lower case; the first of a name counts."""
    found: dict[str, str] = {}
    while (parameter := _PARAMETER.match(value, at)) is not None:
        quoted, plain = parameter[2], parameter[3]
        text = plain or "" if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found.setdefault(parameter[1].lower(), text)
        at = parameter.end()
    return found, at


def _tag(attributes: dict[str, str]) -> Tag:
    words = " ".join(word for word in attributes["rel"].lower().split() if word in _READ)
    attributes = {**attributes, "rel": words}
    return Tag(
        name="link", attributes=attributes, place=NOWHERE, attribute_places={}, text_place=NOWHERE, parent_attributes={}
    )
