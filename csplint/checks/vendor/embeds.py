"""
The vendor's embeds on a page: which generation, where, what they load and which hosts they name.

The check compares these hosts with the ones that the vendor's documents name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.csp.memo import memo
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.packs.pack import Embed, Pack
from csplint.page.document import Document, Script

_LONGEST_SNIPPET = 200_000
"""Characters of an inline script that are searched; a snippet has about 1,000."""


class FoundEmbed(Struct, frozen=True):
    """
    One embed on the page.

    loads: URLs of the scripts it adds, where its text names them. cdn, api: origins that its own text or tag names for
    scripts and for calls.
    """

    embed: Embed
    script: Script
    loads: tuple[str, ...]
    cdn: tuple[str, ...]
    api: tuple[str, ...]

    @property
    def is_inline(self) -> bool:
        """Whether its code is in the page."""
        return self.embed.where == "inline"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every origin it names."""
        return tuple(dict.fromkeys((*self.cdn, *self.api)))

    def start(self) -> Request:
        """The request that starts it."""
        script = self.script
        return Request(
            kind="inline-script" if self.is_inline else "script",
            url=script.url,
            nonce=script.nonce or "",
            content=script.text if self.is_inline else "",
            integrity=script.integrity,
            nonceable=script.nonceable,
        )

    def following(self) -> tuple[Request, ...]:
        """The requests for the scripts it adds, where they are known."""
        return tuple(Request(kind=self.embed.loads_as, url=url) for url in self.loads)


MOST_EMBEDS = 50
"""Embeds of one vendor on a page; sites have one, by mistake two or three."""


def find_embeds(document: Document, pack: Pack) -> tuple[FoundEmbed, ...]:
    """The embeds of the pack's vendor among the page's scripts, in document order, up to MOST_EMBEDS."""
    known = _known(document)
    for other, embeds in known:
        if other is pack:
            return embeds
    found = tuple(islice(_found(document, pack), MOST_EMBEDS))
    known.append((pack, found))
    return found


@memo
def _known(_document: Document) -> list[tuple[Pack, tuple[FoundEmbed, ...]]]:
    """The embeds of each pack that were found so far: a page is judged again after each fix, with the same scripts."""
    return []


def _found(document: Document, pack: Pack) -> Iterator[FoundEmbed]:
    for script in document.scripts:
        if script.kind not in {"classic", "module"}:
            continue
        text = script.url if script.src is not None else script.text[:_LONGEST_SNIPPET]
        embed = _generation(text, "inline" if script.src is None else "external", pack)
        if embed is not None:
            yield _read(embed, script, text, document.base_url)


def _generation(text: str, where: str, pack: Pack) -> Embed | None:
    for embed in pack.embed:
        if embed.where == where and any(re.search(mark, text) for mark in embed.marks):
            return embed
    return None


def _read(embed: Embed, script: Script, text: str, base: str) -> FoundEmbed:
    if embed.where == "external":
        return FoundEmbed(embed, script, (), _origins([text], base), ())
    cdn = _named(embed.cdn, text, base)
    loads = tuple(dict.fromkeys(pattern.replace("{cdn}", url) for pattern in embed.loads for url in cdn))
    return FoundEmbed(embed, script, loads, _origins(cdn, base), _origins(_named(embed.api, text, base), base))


def _named(expressions: Iterable[str], text: str, base: str) -> list[str]:
    """The URLs that group 1 of the expressions finds in the text."""
    found: list[str] = []
    for expression in expressions:
        urls = (parse_url(match[1], base) for match in re.finditer(expression, text))
        found += [url.href for url in urls if url is not None]
    return list(dict.fromkeys(found))


def _origins(urls: Iterable[str], base: str) -> tuple[str, ...]:
    parsed = (parse_url(url, base) for url in urls)
    return tuple(dict.fromkeys(url.origin for url in parsed if url is not None and url.origin != "null"))


def seen_features(document: Document, pack: Pack) -> dict[str, str]:
    """The optional parts of the widget that the page loads something of: id -> what it loads."""
    seen: dict[str, str] = {}
    for feature in pack.feature:
        for request in document.requests:
            if any(re.search(mark, request.request.url) for mark in feature.marks):
                seen[feature.id] = f"the page loads {request.request.url}"
                break
    return seen


@check(
    of="answer",
    needs=("page",),
    rules=(
        "embed-host-differs",
        "no-embed-found",
    ),
)
def embed_hosts(context: VendorContext) -> Iterator[Problem]:
    """Report embeds that load from another host than the vendor's guide names, and a page without a known embed."""
    if context.document is None:
        return
    if not context.embeds:
        yield Problem(
            rule="no-embed-found",
            message=f"csplint found no embed of {context.pack.pack.title} in the page's HTML.",
        )
    reported = {context.pack.loader, *context.pack.cdn}
    for embed in context.embeds:
        for origin in embed.cdn:
            if origin not in reported:
                reported.add(origin)
                yield _other_host(context, embed, origin)


def _other_host(context: VendorContext, embed: FoundEmbed, origin: str) -> Problem:
    return Problem(
        rule="embed-host-differs",
        message=f"The page's embed ({embed.embed.title}) loads from {origin}; the current guide names {context.pack.loader}.",
        cause=_note(context.pack, origin),
        value=origin,
        place=embed.script.place,
    )


def _note(pack: Pack, origin: str) -> str:
    for host in pack.host:
        if host.origin == origin:
            return f"{origin}: {host.note} ({pack.documents[host.source].title}, {host.standing})."
    return "No document of the vendor that csplint knows names this host."
