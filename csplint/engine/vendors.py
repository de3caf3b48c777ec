"""Which vendors' widgets a target is judged for, and their packs, which are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from csplint.csp.memo import memo
from csplint.engine.subject import Subject
from csplint.model import TargetReport
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack


def with_vendors(packs: PackSet, wanted: Sequence[str], subject: Subject) -> PackSet:
    """
    The packs, with those of the vendors that the page has and without those that nobody asks about.

    wanted: ids of vendors' packs, "auto" for the vendors whose widget the page has, "none" for no vendor; empty for those of
    the packs and whatever is found.
    """
    found = _found(packs, wanted, subject)
    if found:
        packs = with_packs(packs, found)
    if not wanted:
        return packs
    left_out = {pack.pack.id for pack in packs.vendors if not _is_wanted(pack, wanted, subject)}
    return packs.without(frozenset(left_out)) if left_out else packs


def with_any_vendor(packs: PackSet, wanted: Sequence[str]) -> PackSet:
    """The packs, with those of every vendor that a page may turn out to have; `wanted` as above."""
    if not _looks(packs, wanted):
        return packs
    from csplint.packs.vendor_index import vendor_index  # noqa: PLC0415

    loaded = {pack.pack.id for pack in packs.packs}
    return with_packs(packs, tuple(each.id for each in vendor_index() if each.id not in loaded))


def _looks(packs: PackSet, wanted: Sequence[str]) -> bool:
    """Whether the packs of vendors that a page has are added: not if the user named packs or vendors."""
    return packs.finds and (not wanted or "auto" in wanted)


def _found(packs: PackSet, wanted: Sequence[str], subject: Subject) -> tuple[str, ...]:
    """The vendors of the page whose pack is not among the packs; none if the user named packs or vendors."""
    if not _looks(packs, wanted) or subject.document is None:
        return ()
    from csplint.engine.detect import found_vendors  # noqa: PLC0415 - only for pages

    loaded = {pack.pack.id for pack in packs.packs}
    return tuple(each for each in found_vendors(subject.document) if each not in loaded)


@memo(key=lambda packs, ids: (packs, ids))
def with_packs(packs: PackSet, ids: tuple[str, ...]) -> PackSet:
    """The packs and those of more vendors, read once."""
    from csplint.packs.read import load_pack  # noqa: PLC0415

    more = tuple(load_pack(each, examples=False) for each in ids)
    return replace(packs, packs=(*packs.packs, *more))


def used_packs(packs: PackSet, targets: Iterable[TargetReport]) -> PackSet:
    """The packs of a run, with those of the vendors that were found on its pages."""
    loaded = {pack.pack.id for pack in packs.packs}
    judged = (each.vendor for target in targets if target.verdict for each in target.verdict.vendors)
    found = tuple(sorted({each for each in judged if each not in loaded}))
    return with_packs(packs, found) if found else packs


def no_widget(packs: PackSet, chosen: PackSet, wanted: Sequence[str], subject: Subject) -> str:
    """
    Why no vendor's needs are judged although the user asked for those of the page's widgets, as a sentence; "" otherwise.

    chosen: what `with_vendors` made of the packs.
    """
    if chosen.vendors or "auto" not in wanted or not packs.vendors:
        return ""
    if subject.document is None:
        return "There is no page in which to look for a widget, so no vendor's needs are judged."
    titles = " or ".join(pack.pack.title for pack in packs.vendors)
    others = " nor of another vendor that csplint knows (`csplint vendors`)" if packs.finds else ""
    return (
        f"No {titles} in the page's HTML{others}, so its needs are not judged. A tag manager may add it: to judge it anyway, "
        f"use --vendor {packs.vendors[0].pack.id}. For another vendor's widget, use --pack FILE."
    )


def _is_wanted(pack: Pack, wanted: Sequence[str], subject: Subject) -> bool:
    if pack.pack.id in wanted:
        return True
    if "auto" not in wanted or subject.document is None:
        return False
    from csplint.checks.vendor.embeds import find_embeds  # noqa: PLC0415 - only for pages
    from csplint.engine.detect import loaded_origins  # noqa: PLC0415

    return bool(find_embeds(subject.document, pack)) or bool(loaded_origins(subject.document, pack))
