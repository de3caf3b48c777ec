"""What a blocked script or style really needs: a nonce or a hash cannot allow what somebody else wrote or what changes."""

from __future__ import annotations

from collections.abc import Callable

from csplint.checks.context import Context
from csplint.checks.own_page.authorship import changing_texts, prerendered, sender, senders
from csplint.checks.own_page.groups import Refine, Refined, Remedy
from csplint.checks.own_page.hashed_text import OtherText, other_texts
from csplint.checks.own_page.requests import BlockedRequest

_BY_NONCE: frozenset[Remedy] = frozenset({"nonce", "other-nonce"})
_BY_HASH: frozenset[Remedy] = frozenset({"hash", "style"})
_NOT_BY_HOST: frozenset[Remedy] = frozenset({"nonce", "other-nonce", "hash", "strict-dynamic"})
_MOST_CHARACTERS = 500_000
"""Characters of the inline texts of a page whose variants are hashed; a large real page has a fifth of it."""

_EACH = 2_000
"""What each text costs besides its characters."""


def refine(context: Context) -> Refine:
    """A function that refines the remedies of this context's blocked requests."""
    changing, made_before = changing_texts(context), prerendered(context)
    find_other = _finder()
    find_sender = senders(context.document).of if context.document else sender

    def refined(blocked: BlockedRequest, remedy: Remedy) -> Refined:
        request = blocked.request
        wrote = find_sender(request)
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
    """Find the listed hash of a variant of a request's text, for the page's first texts up to _MOST_CHARACTERS."""
    compared: dict[str, int] = {}

    def find(blocked: BlockedRequest) -> OtherText | None:
        text, element = blocked.request.content, _ELEMENTS.get(blocked.request.kind, "")
        if not element:
            return None
        if text not in compared and sum(compared.values()) + len(text) > _MOST_CHARACTERS:
            return None
        compared[text] = len(text) + _EACH
        return other_texts(text, element, blocked.directive.list.sources)

    return find
