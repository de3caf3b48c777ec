"""
What a baseline knows and a run no longer finds: mended, most likely, so that the baseline can be written anew.

An entry left in place would pass its fault unseen when it comes back. Silence
proves nothing, though, where nobody looked: an entry counts as gone only if its
target was read whole and its rule was asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.engine.suppressions import Triage, is_wanted
from csplint.model import KnownFinding, TargetReport
from csplint.packs.merge import RUN, PackSet


def gone_findings(targets: Sequence[TargetReport], triage: Triage, packs: PackSet) -> tuple[KnownFinding, ...]:
    """
    The entries of the baseline that no longer occur, in the file's order.

    targets: as they were checked, before anything was left out: what an ignore accepts or --min-severity hides is there.
    """
    if not triage.baseline:
        return ()
    there = {finding.fingerprint for target in targets for finding in target.findings}
    asked = set(_asked(targets, triage, packs))
    return tuple(
        entry
        for entry in triage.baseline.values()
        if entry.fingerprint not in there and (entry.target, entry.rule) in asked
    )


def _asked(targets: Sequence[TargetReport], triage: Triage, packs: PackSet) -> Iterator[tuple[str, str]]:
    """Each target that was read whole, with each rule that was asked of it; those about the run's settings never are."""
    wanted = [
        rule for name, rule in packs.rules.items() if is_wanted(name, triage) and packs.homes[name].pack.id != RUN
    ]
    for target in targets:
        if target.outcome == "failed" or target.limits:
            continue
        skipped = {each.rule for each in target.skipped}
        yield from ((target.target, rule.name) for rule in wanted if rule.id not in skipped)
