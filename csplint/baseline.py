"""
A baseline: the findings that were there when csplint was taken up, so that only new ones fail.

Fingerprints hold no nonce, position or wording, so they survive deploys.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from csplint.errors import UsageError
from csplint.model import Report


class Entry(Struct, frozen=True):
    """One known finding; all but the fingerprint is for the reader."""

    fingerprint: str
    rule: str
    target: str
    message: str


class Baseline(Struct, frozen=True, kw_only=True):
    """The file."""

    format: str = "csplint-baseline"
    format_version: int = 1
    findings: tuple[Entry, ...]


def write_baseline(report: Report) -> bytes:
    """The findings of a report as a baseline file, sorted, so that a changed one shows small differences."""
    entries = {
        finding.fingerprint: Entry(finding.fingerprint, finding.name, target.target, finding.message)
        for target in report.targets
        for finding in target.findings
        if finding.state != "suppressed"
    }
    ordered = sorted(entries.values(), key=lambda entry: (entry.target, entry.rule, entry.fingerprint))
    return msgspec.json.format(msgspec.json.encode(Baseline(findings=tuple(ordered))), indent=2) + b"\n"


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints of a baseline file; UsageError where it is none."""
    return frozenset(entry.fingerprint for entry in load_baseline(path).findings)


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
