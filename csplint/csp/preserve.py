"""
What a changed policy no longer allows.

A correction must not block what worked. A source list names finitely many things, so each of them is asked about: every
location by the witnesses of `cover`, inline code and eval() that nobody foresaw, each nonce and each hash. What is named
nowhere is allowed by both policies or by neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.allowances import ALLOWANCES, EFFECTIVE_DIRECTIVE, RequestHop, strict_dynamic_counts
from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.directives import CHAINS
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Directive, Policy, SourceList, State, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import Url


class Loss(Struct, frozen=True):
    """
    Something that was allowed and no longer is.

    effective: the directive that it is asked of. source: the source expression that allowed it; "" where nothing
    restricted it, so that no source can give it back.
    """

    effective: str
    source: str = ""


class Comparisons(Struct):
    """How many comparisons one pair of policies took so far."""

    made: int = 0


_KINDS: tuple[Kind, ...] = get_args(Kind)
_CODE: frozenset[Kind] = frozenset(
    {
        "inline-script",
        "dynamic-inline-script",
        "event-handler",
        "javascript-url",
        "eval",
        "wasm",
        "inline-style",
        "style-attr",
    }
)
"""Kinds without a URL: no location allows them."""

_BY_NONCE: frozenset[Kind] = frozenset({"script", "dynamic-script", "inline-script", "style", "inline-style"})
_BY_HASH: frozenset[Kind] = frozenset({"script", "inline-script", "inline-style", "event-handler", "style-attr"})
_ATTRIBUTES: frozenset[Kind] = frozenset({"event-handler", "style-attr"})
_SCRIPTS: frozenset[Kind] = frozenset({"script", "dynamic-script"})
_OWN_LIST_COUNTS: frozenset[Kind] = frozenset({"img", "media", "frame"})


MOST_COMPARED = 2_000_000
"""
Comparisons of a source with a source, for one pair of policies, a quarter of a second; a policy of 300 sources takes 90,000.
What is not compared counts as lost, so a correction that cannot be tested is not offered.
"""


@memo(
    key=lambda before, after, page: (
        before,
        (after and (after.text, after.delivery, after.disposition, after.order), page.tuple_origin),
    )
)
def losses(before: Policy, after: Policy | None, page: Url) -> tuple[Loss, ...]:
    """
    What `before` allows on a page and `after` does not, in any browser; `after` is None where the policy is gone.

    Also what a sandbox, Trusted Types or upgrade-insecure-requests newly forbid.
    """
    if after is None or before.text == after.text:
        return ()
    if after is not None and _only_grows(before, after):
        return ()
    found, work = dict.fromkeys(_whole_page(before, after)), Comparisons()
    for browser in BROWSERS:
        one, other = _read(before, browser), _read(after, browser)
        if one is None or other is None:
            continue
        found.update(dict.fromkeys(_lists(one, other, PolicySet(page, (other,), browser), work)))
    return tuple(found)


def _only_grows(before: Policy, after: Policy) -> bool:
    """
    Whether some lists got hosts or schemes at their ends, and nothing else changed: in every browser that allows no less.

    Most fixes do that, so it is seen before each browser reads both policies. Left out is what other directives decide too.
    """
    if before.delivery != after.delivery or len(before.directives) != len(after.directives):
        return False
    if "%" in after.text or "upgrade-insecure-requests" in after.in_force:
        return False
    pairs = zip(before.directives, after.directives, strict=True)
    return all(_written(one) == _written(other) or _grows(one, other) for one, other in pairs)


def _grows(one: Directive, other: Directive) -> bool:
    if one.written != other.written or one.name not in _BY_ONE_LIST or (one.state, other.state) != _IN_FORCE:
        return False
    added = other.value.removeprefix(f"{one.value} ")
    return bool(one.value) and added != other.value and all(map(_is_host_or_scheme, added.split(" ")))


def _is_host_or_scheme(text: str) -> bool:
    source = parse_source(text)
    return source.is_ordinary or source.kind == SourceKind.SCHEME


_IN_FORCE = (State.IN_FORCE, State.IN_FORCE)
_BY_ONE_LIST = frozenset({f"{kind}-src" for kind in ("connect", "font", "frame", "img", "media", "script", "style")})


def starts_no_script(policy: Policy) -> bool:
    """
    Whether no script can start on a page with this policy, in any browser, although it has 'strict-dynamic'.

    Then there is no script whose own scripts 'strict-dynamic' could allow. A meta element may come after a script.
    """
    return policy.delivery != "meta" and all(_starts_no_script(policy, browser) for browser in BROWSERS)


def _starts_no_script(policy: Policy, browser: Browser) -> bool:
    read = _read(policy, browser)
    elements, attributes = (read.governing(f"script-src-{each}") if read else None for each in ("elem", "attr"))
    if elements is None or attributes is None or not strict_dynamic_counts(elements):
        return False
    by_attribute = {"'unsafe-inline'", "'unsafe-hashes'"} & attributes.list.keywords
    by_tag = elements.list.has_nonce_or_hash or elements.list.switches
    return not by_tag and (attributes is elements or not by_attribute)


@memo(key=lambda policy, browser: (policy, browser.name))
def _read(policy: Policy, browser: Browser) -> Policy | None:
    """The policy, enforced, as one browser reads it; None where it is nothing to that browser, or more than one policy."""
    if browser is CHROMIUM and policy.directives[0].browser is CHROMIUM:
        return policy if policy.disposition == "enforce" else replace(policy, disposition="enforce")
    read = parse_policies([Delivered(policy.text, policy.delivery, "enforce", policy.order)], browser)
    return read[0] if len(read) == 1 else None


_DIRECTIVES = ("sandbox", "require-trusted-types-for", "trusted-types", "upgrade-insecure-requests")


def _whole_page(before: Policy, after: Policy) -> Iterator[Loss]:
    """Directives that restrict the whole page, where they are new, gone or stricter."""
    for name in _DIRECTIVES:
        one, other = before.in_force.get(name), after.in_force.get(name)
        if other is None:
            if one is not None and name == "upgrade-insecure-requests":
                yield Loss(name)
        elif one is None or not set(one.value.lower().split()) <= set(other.value.lower().split()):
            yield Loss(name)


def _lists(before: Policy, after: Policy, policies: PolicySet, work: Comparisons) -> Iterator[Loss]:
    changed = _changed(before, after)
    if not changed:
        return
    for kind in _KINDS:
        effective = EFFECTIVE_DIRECTIVE[kind]
        if changed.isdisjoint(CHAINS[effective]):
            continue
        one, other = before.governing(effective), after.governing(effective)
        if other is None or (one and _written(one) == _written(other)):
            continue
        if one is None:
            yield Loss(effective)
        else:
            yield from _sources(one, other, kind, policies, work)


def _changed(before: Policy, after: Policy) -> set[str]:
    """The names of the directives in force that only one policy has, or has so: most fixes change one."""
    names = before.in_force.keys() | after.in_force.keys()
    return {name for name in names if _written(before.in_force.get(name)) != _written(after.in_force.get(name))}


def _written(directive: Directive | None) -> tuple[str, str] | None:
    """A directive's text; its name's letter case matters to WebKit (Browser.strict_dynamic_reads_name)."""
    return (directive.written, directive.value) if directive else None


def _sources(one: Directive, other: Directive, kind: Kind, policies: PolicySet, work: Comparisons) -> Iterator[Loss]:
    effective, certain = EFFECTIVE_DIRECTIVE[kind], _certain(other, kind, policies)
    if certain and one.name == other.name and _only_adds(one.list, other.list):
        return  # as most fixes do
    for source in _locations(one, kind):
        if source.text in certain:
            continue
        work.made += len(other.list.sources)
        if work.made > MOST_COMPARED or not covers(policies, source.text, kind):
            yield Loss(effective, source.text)
    for source in (*_by_own_list(one, kind, policies), *_keywords(one, other, kind), *_trusted(one, other, kind)):
        yield Loss(effective, source.text)


def _certain(other: Directive, kind: Kind, policies: PolicySet) -> frozenset[str]:
    """The sources of the other list that allow all that they match: nothing else in the policy has a say about this kind."""
    [policy] = policies.policies
    alone = kind not in _BY_TWO_LISTS and "%" not in policy.text and "upgrade-insecure-requests" not in policy.in_force
    if not alone or other.list.switches or strict_dynamic_counts(other):
        return frozenset()
    return _texts(other.list)


@memo(key=lambda one, other: (one, other.value))
def _only_adds(one: SourceList, other: SourceList) -> bool:
    """Whether a list has all sources of another one, and no more that switch some off; asked where it has no 'strict-dynamic'."""
    same = one.nonces == other.nonces and one.hashes == other.hashes
    return same and one.keywords <= other.keywords and _texts(one) <= _texts(other)


_BY_TWO_LISTS: frozenset[Kind] = frozenset({"object", "prefetch"})


@memo
def _texts(listed: SourceList) -> frozenset[str]:
    return frozenset(source.text for source in listed.locations)


def _by_own_list(one: Directive, kind: Kind, policies: PolicySet) -> Iterator[Source]:
    """The sources that match more in a kind's own directive than in its fallbacks, and lose it (Browser.star_takes_data)."""
    for text in ("data:,", f"blob:{policies.page.origin}/{EXAMPLE}") if kind in _OWN_LIST_COUNTS else ():
        request = Request(kind, text)
        [hop] = policies.hops(request)
        by = ALLOWANCES[kind](one, hop)
        if by is not None and policies.decide(request).blocked:
            yield by


def _locations(directive: Directive, kind: Kind) -> Iterable[Source]:
    if kind in _CODE or (kind in _SCRIPTS and strict_dynamic_counts(directive)):
        return ()
    return directive.list.locations


def _keywords(one: Directive, other: Directive, kind: Kind) -> Iterator[Source]:
    """The keyword by which code that nobody foresaw was allowed, where it no longer is."""
    if kind in _CODE or kind in {"dynamic-script", "worker", "blob-worker"}:
        ask = RequestHop(Request(kind, content=EXAMPLE), None)
        by = ALLOWANCES[kind](one, ask)
        if by is not None and ALLOWANCES[kind](other, ask) is None:
            yield by


def _trusted(one: Directive, other: Directive, kind: Kind) -> Iterator[Source]:
    """The nonces and hashes that the other list does not have."""
    if not one.list.has_nonce_or_hash:
        return
    if kind in _CODE and ALLOWANCES[kind](other, RequestHop(Request(kind, content=EXAMPLE), None)) is not None:
        return  # code that nobody foresaw may run, so may this
    by_hash = kind in _BY_HASH and (kind not in _ATTRIBUTES or "'unsafe-hashes'" in one.list.keywords)
    lost_attributes = by_hash and kind in _ATTRIBUTES and "'unsafe-hashes'" not in other.list.keywords
    for source in one.list.sources:
        nonce_lost = source.name in one.list.nonces and source.name not in other.list.nonces
        hash_lost = source.is_hash and (lost_attributes or _hash(source) not in other.list.hashes)
        if (kind in _BY_NONCE and nonce_lost) or (by_hash and hash_lost):
            yield source


def _hash(source: Source) -> tuple[str, bytes]:
    return source.algorithm, source.digest
