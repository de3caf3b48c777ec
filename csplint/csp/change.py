"""
What became of a page's policies: what is allowed now and was not, and the reverse.

A page allows what all of its enforced policies allow. Each nonce stands for every nonce: a server makes a new one for each
response. Decided by `preserve.losses`, so by asking about everything that the lists name, in every browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import Struct

from csplint.csp.allowances import EFFECTIVE_DIRECTIVE
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.edit import plain_name
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.preserve import Loss, losses
from csplint.csp.request import Kind
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url

MOST_POLICIES = 8
"""Enforced policies of a page that are compared; sites send one or two."""

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)
_ANY_NONCE = "'nonce-a-new-one-in-every-response'"


class Change(Struct, frozen=True):
    """
    What changed.

    looser: allowed now and not before; tighter: the reverse. Each with its directive and the source expression that allows it, ""
    where no directive restricts it. appeared, gone: the page had no enforced policy before, or has none now.
    """

    looser: tuple[Loss, ...] = ()
    tighter: tuple[Loss, ...] = ()
    appeared: bool = False
    gone: bool = False

    @property
    def is_looser(self) -> bool:
        """Whether anything is allowed now that was not."""
        return bool(self.looser) or self.gone


def change(before: Sequence[Delivered], after: Sequence[Delivered], page: str = "") -> Change:
    """
    Compare the policies of two answers for the same page.

    page: its URL, which is what 'self' means; "" for any https page.
    """
    url = parse_url(page) or parse_url(UNKNOWN_PAGE)
    if url is None:  # pragma: no cover - a constant
        raise ValueError("no page")
    old, new = _enforced(before), _enforced(after)
    if not old or not new:
        return Change(appeared=bool(new) and not old, gone=bool(old) and not new)
    return Change(looser=_plain(_gained(old, new, url)), tighter=_plain(_gained(new, old, url)))


def _enforced(delivered: Sequence[Delivered]) -> tuple[Policy, ...]:
    read = [Delivered(_NONCE.sub(_ANY_NONCE, each.text), each.delivery, each.disposition) for each in delivered]
    return tuple(each for each in parse_policies(read) if each.disposition == "enforce")[:MOST_POLICIES]


def _gained(old: Sequence[Policy], new: Sequence[Policy], page: Url) -> Iterator[Loss]:
    """What all of the new policies allow and one of the old ones does not."""
    for policy in old:
        for number, each in enumerate(new):
            others = PolicySet(page, tuple(other for index, other in enumerate(new) if index != number))
            yield from (loss for loss in losses(each, policy, page) if _is_allowed(others, loss))


def _is_allowed(policies: PolicySet, loss: Loss) -> bool:
    """Whether the other policies of the same answer allow this too."""
    if not policies.policies or loss.effective not in _KINDS:
        return True
    if not loss.source:
        return not policies.restricts(loss.effective)
    source = parse_source(loss.source)
    if source.is_location:
        return covers(policies, loss.source, _KINDS[loss.effective])
    governing = [each.governing(loss.effective) for each in policies.policies]
    return all(each is None or _has(each.list.sources, source.text) for each in governing)


def _has(sources: Sequence[object], text: str) -> bool:
    return any(getattr(each, "text", "").lower() == text.lower() for each in sources)


_KINDS: dict[str, Kind] = {EFFECTIVE_DIRECTIVE[kind]: kind for kind in reversed(get_args(Kind))}


_STANDS_FOR = {"worker-src": "script-src"}
"""A directive that applies in the absence of another: the same source in both is said once."""


def _plain(found: Iterator[Loss]) -> tuple[Loss, ...]:
    """Under the names that people write, each once, in a fixed order."""
    written = {Loss(plain_name(each.effective), each.source) for each in found}
    unrestricted = {each.effective for each in written if not each.source}
    kept = [
        each
        for each in written
        if (not each.source or each.effective not in unrestricted)
        and Loss(_STANDS_FOR.get(each.effective, ""), each.source) not in written
    ]
    return tuple(sorted(kept, key=lambda each: (each.effective, each.source)))
