"""What a blocked script or style really needs: a nonce or a hash cannot allow what somebody else wrote or what changes."""

from __future__ import annotations

from collections.abc import Callable

from csplint.checks.context import Context
from csplint.checks.own_page.authorship import changing_texts, prerendered, sender, speculation_orders
from csplint.checks.own_page.groups import Refine, Refined, Remedy
from csplint.checks.own_page.hashed_text import OtherText, other_texts
from csplint.checks.own_page.requests import BlockedRequest

_BY_NONCE: frozenset[Remedy] = frozenset({"nonce", "other-nonce"})
_BY_HASH: frozenset[Remedy] = frozenset({"hash", "style"})
_NOT_BY_HOST: frozenset[Remedy] = frozenset({"nonce", "other-nonce", "hash", "strict-dynamic"})
_MOST_COMPARED = 100
"""Inline texts of a page whose variants are hashed."""


def refine(context: Context) -> Refine:
    """A function that refines the remedies of this context's blocked requests."""
    speculation, changing, made_before = speculation_orders(context), changing_texts(context), prerendered(context)
    find_other = _finder()

    def refined(blocked: BlockedRequest, remedy: Remedy) -> Refined:
        request = blocked.request
        if request.kind == "inline-script" and blocked.own.found.order in speculation:
            return Refined("speculation")
        wrote = sender(request)
        if wrote is not None and remedy in _NOT_BY_HOST:
            return Refined("injected", wrote)
        if remedy in _BY_NONCE and made_before is not None:
            return Refined("prerendered")
        if not request.content or remedy not in _BY_HASH | _BY_NONCE | {"style-nonce"}:
            return Refined(remedy)
        if remedy in _BY_HASH and request.content in changing and request.kind != "style-attr":
            return Refined("changing")
        if blocked.directive.list.hashes and (other := find_other(blocked)):
            return Refined("other-text", other=other)
        return Refined(remedy)

    return refined


_ELEMENTS = {"inline-script": "script", "inline-style": "style"}


def _finder() -> Callable[[BlockedRequest], OtherText | None]:
    """Find the listed hash of a variant of a request's text, for the first _MOST_COMPARED texts."""
    known: dict[tuple[int, str, str], OtherText | None] = {}

    def find(blocked: BlockedRequest) -> OtherText | None:
        element = _ELEMENTS.get(blocked.request.kind, "")
        key = blocked.policy.index, blocked.directive.name, blocked.request.content
        if not element or (key not in known and len(known) >= _MOST_COMPARED):
            return None
        if key not in known:
            known[key] = other_texts(blocked.request.content, element, blocked.directive.list.sources)
        return known[key]

    return find
