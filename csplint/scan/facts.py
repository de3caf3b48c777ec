"""What a scan's summary counts of one target: read from its report, or from its line in an earlier output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from csplint.model import Severity


class _Error(Protocol):
    @property
    def kind(self) -> str: ...


class _Vendor(Protocol):
    @property
    def vendor(self) -> str: ...
    @property
    def state(self) -> str: ...


class _Verdict(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def vendors(self) -> Sequence[_Vendor]: ...


class _Finding(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def state(self) -> str: ...


class _Target(Protocol):
    """A TargetReport, or as much of it as a line was read for."""

    @property
    def target(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def whole(self) -> bool: ...
    @property
    def error(self) -> _Error | None: ...
    @property
    def verdict(self) -> _Verdict | None: ...
    @property
    def findings(self) -> Sequence[_Finding]: ...


class Facts(Struct, frozen=True):
    """
    One target, as the summary counts it.

    state: of the verdict, "" without one. error: the kind of error of a failed target, "" for none. severities: new
    findings by severity. rules: the names of the rules that have new findings, each once. vendors: id and state.
    """

    target: str = ""
    kind: str = "url"
    name: str = ""
    error: str = ""
    whole: bool = True
    state: str = ""
    severities: dict[Severity, int] = {}
    rules: tuple[tuple[str, Severity], ...] = ()
    vendors: tuple[tuple[str, str], ...] = ()


def facts_of(report: _Target) -> Facts:
    """What the summary counts of a target."""
    new = [finding for finding in report.findings if finding.state == "new"]
    severities: dict[Severity, int] = {}
    for finding in new:
        severities[finding.severity] = severities.get(finding.severity, 0) + 1
    verdict = report.verdict
    return Facts(
        target=report.target,
        kind=report.kind,
        name=report.name,
        error=report.error.kind if report.error else "unknown" if report.outcome == "failed" else "",
        whole=report.whole,
        state=verdict.state if verdict and report.outcome == "checked" else "",
        severities=severities,
        rules=tuple(dict.fromkeys((finding.name, finding.severity) for finding in new)),
        vendors=tuple((each.vendor, each.state) for each in verdict.vendors) if verdict else (),
    )


class _ErrorLine(Struct):
    kind: str


class _VendorLine(Struct):
    vendor: str
    state: str


class _VerdictLine(Struct):
    state: str
    vendors: list[_VendorLine] = []


class _FindingLine(Struct):
    name: str
    severity: Severity
    state: str = "new"


class _Line(Struct):
    target: str
    kind: str = "url"
    name: str = ""
    outcome: str = "checked"
    whole: bool = True
    error: _ErrorLine | None = None
    verdict: _VerdictLine | None = None
    findings: list[_FindingLine] = []


_DECODER = msgspec.json.Decoder(_Line)


def facts_of_line(line: bytes) -> Facts:
    """What the summary counts of a target's line; raises msgspec.DecodeError if it is not one, or not whole."""
    return facts_of(_DECODER.decode(line))
