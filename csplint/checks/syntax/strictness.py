"""Of two lists for the same directive: does one allow less than the other, and nothing else?"""

from __future__ import annotations

from csplint.checks.syntax.places import identity
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.policy import Delivered, Directive, SourceList, State, parse_policies
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url

_MOST = 40
"""Sources of a list that are asked about one by one; who writes more in a second list means to add."""

_LOCATED = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})


def is_stricter(first: Directive, later: Directive, page: Url) -> bool:
    """Whether the later of two directives allows some of what the first does, and nothing besides."""
    if DIRECTIVES[first.name].kind not in {"sources", "ancestors"} or first.state != State.IN_FORCE:
        return False
    one, other = first.list, later.list
    if len(other.sources) > _MOST or _switches_more_off(one, other):
        return False
    # Whatever the directive, a source stands for the same URLs: so they are asked for as if of images.
    policies = PolicySet(page, parse_policies([Delivered(f"img-src {first.value}")]))
    words = {identity(source) for source in one.sources}
    return all(_is_in(source, words, policies) for source in other.sources) and not _are_in(one, other, page)


def _are_in(one: SourceList, other: SourceList, page: Url) -> bool:
    """Whether all that the first list allows is allowed by the other, too."""
    policies = PolicySet(page, parse_policies([Delivered(f"img-src {other.value}")]))
    words = {identity(source) for source in other.sources}
    return all(_is_in(source, words, policies) for source in one.sources[:_MOST])


def _is_in(source: Source, words: set[str], policies: PolicySet) -> bool:
    if source.kind in {SourceKind.NONE, SourceKind.INVALID} or identity(source) in words:
        return True
    located = source.kind in _LOCATED or source.name == "'self'"
    return located and covers(policies, source.text, "img")


def _switches_more_off(one: SourceList, other: SourceList) -> bool:
    """Whether something that only the first list says takes away what both say: then the later one allows more by saying less."""
    if one.strict_dynamic and not other.strict_dynamic:
        return True
    inline = "'unsafe-inline'" in other.keywords
    return inline and one.has_nonce_or_hash and not other.has_nonce_or_hash
