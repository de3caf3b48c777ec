"""
`csplint pack check`, beyond the examples: addresses that nobody can open, dates, and what a pack shares with another one.

A fault is wrong in any case. Advice may be right as it is: two products of one vendor share hosts.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from csplint.packs.pack import Pack
from csplint.packs.read import load_pack, place
from csplint.packs.vendor_index import VendorEntry, entry

_PLACEHOLDER = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost)$|(?:^|\.)example\.(?:com|org|net)$|^(?:your|my)-?(?:site|domain|vendor)\b"
)
"""Hosts that are nobody's (RFC 2606), or stand for the reader's own."""


def review_faults(pack: Pack, today: datetime.date) -> Iterator[str]:
    """What is wrong with the pack's addresses and its date, as "file:line: what"."""
    if pack.pack.checked > today:
        yield f"{place(pack, 'pack', 'checked')}: checked is {pack.pack.checked}, which is in the future"
    addresses: list[tuple[tuple[str | int, ...], str]] = [(("pack", "source"), pack.pack.source)]
    addresses += [(("document", number, "address"), each.address) for number, each in enumerate(pack.document)]
    seen: set[str] = set()
    for keys, address in addresses:
        fault = "" if address in seen else _address_fault(address, is_example=_is_example(pack))
        seen.add(address)
        if fault:
            yield f"{place(pack, *keys)}: {fault}: {address}"


def _address_fault(address: str, *, is_example: bool) -> str:
    if address.startswith("csplint "):
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "the address is no URL"
    if parts.scheme != "https":
        return "the address is not an https URL"
    if re.search(r"\s", address) or ("." not in host and host != "localhost"):
        return "the address names no host"
    if not is_example and _PLACEHOLDER.search(host):
        return "the address is a placeholder"
    return ""


def _is_example(pack: Pack) -> bool:
    """Whether a pack is an example: its vendor's own hosts are nobody's."""
    hosts = entry(pack).hosts
    return any(_PLACEHOLDER.search(host) for host in hosts)


def review_advice(pack: Pack, today: datetime.date, others: Iterable[VendorEntry]) -> Iterator[str]:
    """What may be as it should, as "file:line: what". others: the packs of the index."""
    if pack.pack.is_outdated(today):
        at = place(pack, "pack", "checked")
        yield f"{at}: the facts were read on {pack.pack.checked}, more than a year ago; read {pack.pack.source} again"
    own = _script_hosts(pack)
    for other in others:
        if other.id == pack.pack.id:
            continue
        if shared := sorted(_shared(own, other)):
            yield (
                f"{place(pack, 'pack')}: script-src shares {', '.join(shared)} with the pack {other.id}; "
                "check that the marks tell them apart"
            )
        for number, embed in enumerate(pack.embed):
            for mark in embed.marks:
                if any(embed.where == each.where and _matches(mark, each.literal) for each in other.marks):
                    yield f"{place(pack, 'embed', number, 'marks')}: {mark!r} also finds the widget of the pack {other.id}"


def _script_hosts(pack: Pack) -> frozenset[str]:
    needs = (text for each in pack.requirement if each.directive == "script-src" for text in each.needs.split())
    return frozenset(re.sub(r"[:/].*$", "", text.lower().partition("://")[2]) for text in needs if "://" in text)


def _shared(own: frozenset[str], other: VendorEntry) -> frozenset[str]:
    if own.isdisjoint({*other.hosts, *(f"*.{host}" for host in other.hosts)}):
        return frozenset()
    return own & _script_hosts(load_pack(other.id, examples=False))


def _matches(mark: str, literal: str) -> bool:
    """Whether a mark finds the text that every match of another mark holds, which may lack the beginning of its address."""
    texts = (literal, f"https{literal}", f"https://{literal}") if literal else ()
    return any(re.search(mark, text, re.IGNORECASE) for text in texts)
