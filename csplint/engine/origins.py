"""
Which configuration file sends a policy that arrived, and which policies of the files did not arrive.

A policy is the same if its directives have the same sources, in any order; nonces differ in each response.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csplint.csp.policy import Delivered, Disposition, Policy, decode_header, parse_policies
from csplint.engine.inputs import SourceInput
from csplint.engine.subject import ENFORCED, Subject, all_policies
from csplint.model import PolicyOrigin
from csplint.page.saved.text import SavedText

MOST_ORIGINS = 20
"""Of the policies that did not arrive, and of the places of one that did."""

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)

Meaning = tuple[str, frozenset[tuple[str, frozenset[str]]]]


def origins(subject: Subject, parts: Sequence[SourceInput]) -> tuple[PolicyOrigin, ...]:
    """Where each policy of a response is written, then the policies of the files that are in no response."""
    written: dict[Meaning, list[PolicyOrigin]] = {}
    for meaning, place in _written(parts):
        written.setdefault(meaning, []).append(place)
    found: list[PolicyOrigin] = []
    arrived: set[Meaning] = set()
    for policy in all_policies(subject):
        meaning = _meaning(policy)
        arrived.add(meaning)
        places = written.get(meaning, [PolicyOrigin()]) if policy.delivery == "header" else []
        found += [PolicyOrigin(policy.index, each.path, each.line, each.scope) for each in places[:MOST_ORIGINS]]
    lost = [place for meaning, places in written.items() if meaning not in arrived for place in places]
    return (*found, *lost[:MOST_ORIGINS])


def _written(parts: Sequence[SourceInput]) -> Iterator[tuple[Meaning, PolicyOrigin]]:
    for each in parts:
        for sent in each.part.sent if each.part else ():
            if sent.value is None:
                continue
            line, _ = SavedText(data=each.data).position(sent.start) or (0, 0)
            disposition: Disposition = "enforce" if sent.name.lower() == ENFORCED else "report"
            text = decode_header(sent.value.text.encode())
            for policy in parse_policies([Delivered(text, "header", disposition)]):
                yield _meaning(policy), PolicyOrigin(None, each.path, line, each.part.scope if each.part else "")


def _meaning(policy: Policy) -> Meaning:
    directives = ((each.name, frozenset(_NONCE.sub("'nonce'", each.value).split())) for each in policy.directives)
    return policy.disposition, frozenset(directives)
