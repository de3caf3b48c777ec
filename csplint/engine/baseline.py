"""
A baseline: the findings that were there when csplint was taken up, so that only new ones fail.

Fingerprints hold no nonce, position or wording, so they survive deploys.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from csplint.errors import UsageError
from csplint.model import KnownFinding, Report
from csplint.packs.merge import RUN


class Baseline(Struct, frozen=True, kw_only=True):
    """The file."""

    format: str = "csplint-baseline"
    format_version: int = 1
    findings: tuple[KnownFinding, ...]


def known_findings(report: Report) -> tuple[KnownFinding, ...]:
    """
    What of a report a baseline holds, sorted, so that a changed file shows small differences.

    Not what an ignore accepts already, nor what the run says of its own settings: a baseline knows faults of sites.
    """
    entries = {
        finding.fingerprint: KnownFinding(finding.fingerprint, finding.name, target.target, finding.message)
        for target in report.targets
        for finding in target.findings
        if finding.state != "suppressed" and finding.pack != RUN
    }
    return tuple(sorted(entries.values(), key=lambda entry: (entry.target, entry.rule, entry.fingerprint)))


def write_baseline(known: tuple[KnownFinding, ...]) -> bytes:
    """Known findings as a baseline file."""
    return msgspec.json.format(msgspec.json.encode(Baseline(findings=known)), indent=2) + b"\n"


def read_baseline(path: str) -> dict[str, KnownFinding]:
    """The entries of a baseline file by fingerprint; UsageError where it is none."""
    return {entry.fingerprint: entry for entry in load_baseline(path).findings}


def load_baseline(path: str) -> Baseline:
    """The file as it stands; UsageError where it is none."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the path is what the user typed
            baseline = msgspec.json.decode(file.read(), type=Baseline)
    except OSError as error:
        raise UsageError(f"cannot read the baseline {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no baseline of csplint: {error}") from error
    if baseline.format != "csplint-baseline" or baseline.format_version != 1:
        raise UsageError(f"{path} is no baseline that this csplint reads")
    return baseline
