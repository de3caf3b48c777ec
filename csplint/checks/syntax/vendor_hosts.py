"""
Hosts of vendors that are misspelt, and sources that a vendor's own document has by mistake.

Both are read from the index of all vendors' packs, because it is the policy that shows them, not the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, token_predicate
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import groups
from csplint.csp.source import Source, SourceKind
from csplint.packs.pack import Mistake
from csplint.packs.vendor_index import VendorEntry, vendor_index

SHORTEST = 9
"""Characters of a name that is compared; a shorter one with a letter more is often another company's."""


@lru_cache(1)
def _near() -> dict[str, str]:
    """Every name that lacks one letter of a vendor's, with its end, and the vendor's: "googletagmanger.com" and the right one."""
    found: dict[str, str] = {}
    for domain in _domains():
        found.update(dict.fromkeys(_shorter(domain), domain))
    return found


@lru_cache(1)
def _domains() -> frozenset[str]:
    return frozenset(_domain(host) for each in vendor_index() for host in each.hosts)


def _domain(host: str) -> str:
    """The last two labels, which is enough to compare names."""
    return ".".join(host.rsplit(".", 2)[-2:])


def _shorter(domain: str) -> set[str]:
    name, dot, end = domain.partition(".")
    return {f"{name[:at]}{name[at + 1 :]}{dot}{end}" for at in range(len(name))} if len(name) >= SHORTEST else set()


_END = 4
"""Characters of a name's beginning and end, one of which a wrong letter leaves as it is."""


@lru_cache(1)
def _starts() -> frozenset[str]:
    return frozenset(domain[:_END] for domain in _domains())


@lru_cache(1)
def _ends() -> frozenset[str]:
    return frozenset(domain.partition(".")[0][-_END:] for domain in _domains())


def meant_domain(host: str) -> str:
    """The vendor's domain that a host misspells by a letter: missing, too many, another, or two exchanged; "" for none."""
    labels = host.rsplit(".", 2)
    name = labels[-2] if len(labels) > 1 else host
    if len(name) < SHORTEST - 1 or (name[:_END] not in _starts() and name[-_END:] not in _ends()):
        return ""  # as nearly every host
    domain = _domain(host)
    if domain in _domains():
        return ""
    near = _near()
    if domain in near:
        return near[domain]
    return next((near.get(each, each) for each in _shorter(domain) if each in near or each in _domains()), "")


@token_predicate(SourceKind.HOST, ordinary="by name")
def is_near_miss(source: Source) -> bool:
    """Whether a source names a host that is nearly a vendor's."""
    return bool(source.host) and bool(meant_domain(source.host))


@check(when=(any_token(is_near_miss),), rules=("near-miss-host",), capped=True)
def near_miss_host(context: Context) -> Iterator[Problem]:
    """Report hosts that are a vendor's with a letter wrong."""
    for policy in context.policies.policies:
        for group in groups(policy, is_near_miss):
            host = group.source.host
            meant = meant_domain(host)
            right = group.source.text.lower().replace(_domain(host), meant)
            yield Problem(
                rule="near-miss-host",
                message=f"{group.source.text} in {group.names} is not {meant}: a letter is wrong, and the domain may be anybody's.",
                fix=f"Write {right}.",
                safety="unsafe",
                edits=policy_edits(policy, group.replaced(right)),
                **group.location,
            )


@lru_cache(1)
def _mistakes() -> dict[str, tuple[VendorEntry, Mistake]]:
    return {mistake.written.lower(): (each, mistake) for each in vendor_index() for mistake in each.mistakes}


@token_predicate(SourceKind.HOST, SourceKind.INVALID, ordinary="by name")
def is_copied_mistake(source: Source) -> bool:
    """Whether a vendor's own document has this source by mistake."""
    return source.text.lower() in _mistakes()


@check(when=(any_token(is_copied_mistake),), rules=("copied-mistake",), capped=True)
def copied_mistake(context: Context) -> Iterator[Problem]:
    """Report sources that were copied from a vendor's document, where they are a mistake."""
    for policy in context.policies.policies:
        for group in groups(policy, is_copied_mistake):
            vendor, mistake = _mistakes()[group.source.text.lower()]
            yield Problem(
                rule="copied-mistake",
                message=f"{group.source.text} in {group.names} is a mistake in the document of {vendor.title}.",
                cause=mistake.note,
                fix=f"Write {mistake.meant}." if mistake.meant else "Remove it.",
                safety="unsafe",
                edits=policy_edits(policy, group.replaced(mistake.meant)) if len(mistake.meant.split()) == 1 else (),
                **group.location,
            )
