"""
A baseline: a file of the findings that existed when you started to use csplint, so that only new ones fail a run.

It stores fingerprints, which hold no nonce, position or wording, so it survives deploys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from csplint.engine.suppressions import FindingSettings, Sieve
from csplint.errors import UsageError
from csplint.files import MAX_DATA_BYTES, read_file
from csplint.model import KnownFinding, Report, TargetReport
from csplint.packs.merge import RUN, PackSet


class Baseline(Struct, frozen=True, kw_only=True):
    """The file."""

    format: str = "csplint-baseline"
    format_version: int = 1
    findings: tuple[KnownFinding, ...]


def known_findings(report: Report) -> tuple[KnownFinding, ...]:
    """
    The entries of a report's baseline, sorted so that a new version of the file differs in few lines.

    Without suppressed findings, and without findings about the run's own settings.
    """
    entries = {
        each.fingerprint: KnownFinding(each.fingerprint, each.name, target.name or target.target, each.message)
        for target in report.targets
        for finding in target.findings
        if finding.state != "suppressed" and finding.pack != RUN
        for each in finding.parts or (finding,)
    }
    return tuple(sorted(entries.values(), key=lambda entry: (entry.target, entry.rule, entry.fingerprint)))


def write_baseline(known: tuple[KnownFinding, ...]) -> bytes:
    """Known findings as a baseline file."""
    return msgspec.json.format(msgspec.json.encode(Baseline(findings=known)), indent=2) + b"\n"


def read_baseline(path: str) -> dict[str, KnownFinding]:
    """The entries of a baseline file by fingerprint. Raises UsageError as `load_baseline` does."""
    return {entry.fingerprint: entry for entry in load_baseline(path).findings}


def load_baseline(path: str) -> Baseline:
    """Read a baseline file. Raises UsageError if it cannot be read or is not a baseline."""
    try:
        baseline = msgspec.json.decode(read_file(path, MAX_DATA_BYTES), type=Baseline)
    except OSError as error:
        raise UsageError(f"cannot read the baseline {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise UsageError(f"{path} is not a csplint baseline: {error}") from error
    if baseline.format != "csplint-baseline" or baseline.format_version != 1:
        raise UsageError(f"{path} is not a baseline that this version of csplint can read")
    return baseline


def gone_findings(targets: Sequence[TargetReport], sieve: Sieve, packs: PackSet) -> tuple[KnownFinding, ...]:
    """
    The baseline's entries that no longer occur, in the file's order; probably fixed, so a new baseline can drop them.

    An entry counts as gone only if its target was read whole and its rule was checked. sieve: what it has seen still
    occurs, even if an ignore or the minimum severity hides it.
    """
    settings = sieve.settings
    if not settings.baseline:
        return ()
    checked = set(_checked(targets, settings, packs))
    return tuple(
        entry
        for entry in settings.baseline.values()
        if entry.fingerprint not in sieve.seen and (entry.target, entry.rule) in checked
    )


def _checked(targets: Sequence[TargetReport], settings: FindingSettings, packs: PackSet) -> Iterator[tuple[str, str]]:
    """Each target that was read whole with each rule that was checked for it, except rules about the run's settings."""
    rules = [rule for name, rule in packs.rules.items() if settings.selects(name) and packs.homes[name].pack.id != RUN]
    for target in targets:
        if target.outcome == "failed" or target.limits:
            continue
        skipped = {each.rule for each in target.skipped}
        yield from ((target.name or target.target, rule.name) for rule in rules if rule.id not in skipped)
