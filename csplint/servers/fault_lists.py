"""What the faults of every server's configuration have in common."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import islice

from csplint.servers.source import Fault, Response, Source

MOST_FAULTS = 200
"""Faults of a file that are reported."""

LITERAL_NONCE = (
    "The nonce in this file is the same in every response, so an attacker can use it.",
    "Let the application send the policy with a new nonce for each response, or use hashes.",
)
"""Message and fix of the rule literal-nonce."""


def by_range(fault: Fault) -> Hashable:
    """A rule reports a stretch of the file once."""
    return fault.rule, fault.start, fault.end


def each_once(faults: Iterable[Fault], key: Callable[[Fault], Hashable] = by_range) -> list[Fault]:
    """The first MOST_FAULTS faults with different keys, by their places."""
    found: dict[Hashable, Fault] = {}
    for fault in faults:
        found.setdefault(key(fault), fault)
        if len(found) >= MOST_FAULTS:
            break
    return sorted(found.values(), key=lambda fault: fault.start)


def static_source(
    server: str, responses: Iterable[Response], faults: Iterable[Fault], limits: Iterable[str] = ()
) -> Source:
    """What a reader found in a file, each fault and each limit once, the first MOST_FAULTS faults."""
    return Source(
        server=server,
        responses=tuple(responses),
        faults=tuple(islice(dict.fromkeys(faults), MOST_FAULTS)),
        limits=tuple(dict.fromkeys(limits)),
    )
