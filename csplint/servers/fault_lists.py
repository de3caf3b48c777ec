"""What the faults of every server's configuration have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator

from csplint.servers.source import STAND_IN, Fault, Written

MOST_FAULTS = 200
"""Faults of a file that are reported."""

_NONCE = re.compile(r"'nonce-([^'\s;,]*)'", re.IGNORECASE)


def literal_nonces(value: Written, computing: str, start: int, end: int, scope: str) -> Iterator[Fault]:
    """
    A fault for each nonce in a policy's value that is written in the file.

    computing: the characters that begin what the server computes. start, end: the statement, for a nonce in several pieces.
    """
    for found in _NONCE.finditer(value.text):
        nonce, places = found[1], value.starts[found.start(1) : found.end(1)]
        if not nonce or STAND_IN in nonce or set(computing) & set(nonce):
            continue
        whole = places[-1] - places[0] == len(nonce) - 1
        yield Fault(
            rule="literal-nonce",
            message="The nonce in this file is the same in every response, so an attacker can use it.",
            fix="Let the application send the policy with a new nonce for each response, or use hashes.",
            start=places[0] if whole else start,
            end=places[-1] + 1 if whole else end,
            scope=scope,
        )


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
