"""Which vendors' widgets a target is judged for."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.engine.subject import Subject
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack


def with_vendors(packs: PackSet, wanted: Sequence[str], subject: Subject) -> PackSet:
    """
    The packs, without those of vendors that nobody asks about.

    wanted: ids of vendors' packs, "auto" for the vendors whose embed the page has, "none" for no vendor; empty for all.
    """
    if not wanted:
        return packs
    left_out = {pack.pack.id for pack in packs.vendors if not _is_wanted(pack, wanted, subject)}
    return packs.without(frozenset(left_out)) if left_out else packs


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
    return (
        f"No {titles} in the page's HTML, so its needs are not judged. A tag manager may add it: to judge it anyway, "
        f"use --vendor {packs.vendors[0].pack.id}. For another vendor's widget, use --pack FILE."
    )


def _is_wanted(pack: Pack, wanted: Sequence[str], subject: Subject) -> bool:
    if pack.pack.id in wanted:
        return True
    if "auto" not in wanted or subject.document is None:
        return False
    from csplint.checks.vendor.embeds import find_embeds  # noqa: PLC0415 - only for pages

    return bool(find_embeds(subject.document, pack))
