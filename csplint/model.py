"""
The report: the findings of a run, as every writer and every program reads them.

The JSON report encodes these types, and its JSON Schema is made from them. Keys may be added, never removed, while
`format_version` is the same. Spans count characters of the policy's text from 0, `end` exclusive; lines and columns
count from 1. For the same input, everything but `run` is the same.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.answer import Corrected, Verdict
from csplint.places import Place as Place  # noqa: PLC0414 - part of the report
from csplint.places import Region as Region  # noqa: PLC0414 - part of the report
from csplint.places import Span as Span  # noqa: PLC0414 - part of the report

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
FailOn = Literal["error", "warning", "info", "never"]


class Edit(Struct, frozen=True, kw_only=True):
    """
    One change.

    kind "policy": replace the characters `start` to `end` of policy `policy` with `text`; insert if start equals end.
    kind "remove-policy": stop sending policy `policy`.
    kind "header": send the header `name` with the value `text`.
    kind "tag": give the page's tag at `place` the attribute `name` with the value `text`.
    kind "server": `text` says what to change on the server.
    """

    kind: Literal["policy", "remove-policy", "header", "tag", "server"]
    policy: int | None = None
    start: int | None = None
    end: int | None = None
    name: str | None = None
    text: str = ""
    place: Place | None = None


class Fix(Struct, frozen=True):
    """
    What to change.

    safety: "safe" changes only what the finding is about. Check an "unsafe" fix first: it may allow or block more, or
    csplint could not test it, because it is only words or a change on the server. edits: positions are those of the
    unchanged policy, and edits do not overlap. Edits of the page and its headers are tested: with them, the finding
    disappears and no new one appears.
    """

    summary: str
    safety: Literal["safe", "unsafe"]
    edits: tuple[Edit, ...] = ()


JUDGED_EDITS = frozenset({"policy", "tag", "header"})
"""The kinds of edits that csplint applies and tests; it cannot test changes on a server."""


class BrowserVerdict(Struct, frozen=True):
    """What one browser does, if browsers differ."""

    blocked: bool


class Console(Struct, frozen=True):
    """The messages in each browser's console, "" if unknown."""

    chromium: str
    firefox: str
    safari: str


class Suppression(Struct, frozen=True):
    """Why a finding is accepted, and its expiry date, from the user's configuration."""

    reason: str
    expires: str | None


class Finding(Struct, frozen=True, kw_only=True):
    """
    One problem, or advice.

    rule, name, pack: id and name of its rule, and the rule's pack. symptom, symptom_text: id and text of the row in the
    pack's troubleshooting table. policy: index in the target's `policies`; directive, value, span: its place in that
    policy. place: its place in the page. region: its place in the file, if the target is a saved page or response and
    the place is known exactly. browsers: by name, if they differ. fingerprint: the same for the same problem in a later
    run, even with another nonce.
    """

    rule: str
    name: str
    pack: str
    severity: Severity
    message: str
    why: str
    symptom: str | None = None
    symptom_text: str | None = None
    cause: str = ""
    fix: Fix | None = None
    policy: int | None = None
    directive: str | None = None
    value: str | None = None
    span: Span | None = None
    place: Place | None = None
    region: Region | None = None
    browsers: dict[str, BrowserVerdict] | None = None
    console: Console | None = None
    docs: str
    fingerprint: str
    state: Literal["new", "baselined", "suppressed"] = "new"
    suppression: Suppression | None = None


class DirectiveReport(Struct, frozen=True):
    """One directive of a policy, as written, even if browsers ignore it."""

    name: str
    value: str
    span: Span


class PolicyReport(Struct, frozen=True):
    """One policy of the page."""

    index: int
    delivery: Literal["header", "meta", "text"]
    disposition: Literal["enforce", "report"]
    value: str
    directives: tuple[DirectiveReport, ...]


class WidgetReport(Struct, frozen=True):
    """One embed found on the page. where: how its script is included; hosts: what it loads from; place: its tag."""

    vendor: str
    embed: str
    where: Literal["inline", "external"]
    hosts: tuple[str, ...]
    place: Place


class AllowedBy(Struct, frozen=True):
    """What meets a requirement: the policy's index, its directive and its source expression."""

    policy: int
    directive: str
    source: str


State = Literal["met", "unmet", "partly", "not-applicable"]


class RequirementReport(Struct, frozen=True):
    """One requirement of a vendor (a pack's id), and whether the page's policies meet it."""

    id: str
    directive: str
    needs: str
    feature: str | None
    state: State
    by: AllowedBy | None
    why: str
    vendor: str = ""


class Skipped(Struct, frozen=True):
    """A rule that was skipped, and why."""

    rule: str
    reason: str


class RedirectReport(Struct, frozen=True):
    """One redirect on the way to the page."""

    url: str
    status: int
    location: str


class TargetFault(Struct, frozen=True):
    """Why a target could not be checked."""

    kind: str
    message: str
    hint: str


TargetKind = Literal["url", "file", "stdin", "policy"]


class TargetReport(Struct, frozen=True, kw_only=True):
    """
    Everything about one target.

    kind: what `target` is: a page's URL, a saved page or response, the same from standard input, or policies as text.
    name: the target's name in the configuration, "" for none. limits: what could not be read or checked.
    passed: ids of the rules that found nothing.
    """

    target: str
    kind: TargetKind = "url"
    name: str = ""
    final_url: str | None = None
    status: int | None = None
    redirects: tuple[RedirectReport, ...] = ()
    outcome: Literal["checked", "failed"] = "checked"
    error: TargetFault | None = None
    verdict: Verdict | None = None
    corrected: Corrected | None = None
    platforms: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    policies: tuple[PolicyReport, ...] = ()
    widgets: tuple[WidgetReport, ...] = ()
    requirements: tuple[RequirementReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class PackReport(Struct, frozen=True):
    """A rule pack of the run. source: the document that its rules follow; checked: when somebody last read it."""

    id: str
    version: str
    source: str
    checked: str


class Tool(Struct, frozen=True):
    """The version of csplint and its packs."""

    version: str
    packs: tuple[PackReport, ...]


class Run(Struct, frozen=True):
    """The run: the only part of a report that differs between two runs with the same input."""

    started_at: str
    duration_ms: int
    exit_code: int
    fail_on: FailOn


class Summary(Struct, frozen=True):
    """Counts over all targets; a severity counts new findings only."""

    error: int
    warning: int
    info: int
    suppressed: int
    baselined: int
    targets: int
    targets_failed: int


class KnownFinding(Struct, frozen=True):
    """An entry of a baseline: a finding of an earlier run. Only the fingerprint identifies it; the rest is for readers."""

    fingerprint: str
    rule: str
    target: str
    message: str


class Report(Struct, frozen=True, kw_only=True):
    """A whole run. gone: baseline entries that the run looked for and did not find."""

    format: Literal["csplint"] = "csplint"
    format_version: Literal[1] = 1
    tool: Tool
    run: Run
    targets: tuple[TargetReport, ...]
    summary: Summary
    gone: tuple[KnownFinding, ...] = ()
