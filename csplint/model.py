"""
The report: what a run found, in the shape every writer and every program reads.

The JSON report is these types, encoded; its JSON Schema is made from them. Keys
are only ever added (`format_version` stays until one would have to go). Spans
count characters of the policy's own text from 0, `end` exclusive; lines and
columns count from 1. Everything but `run` is the same for the same input.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
FailOn = Literal["error", "warning", "info", "never"]


class Span(Struct, frozen=True):
    """A stretch of a policy's text."""

    start: int
    end: int


class Place(Struct, frozen=True):
    """A point in the page's source."""

    line: int
    column: int


class Region(Struct, frozen=True):
    """
    A stretch of the file that a target was read from; `end_column` is the first after it.

    Lines end in LF or CRLF, columns count code points. No columns where the lines alone are known.
    """

    line: int
    column: int | None
    end_line: int
    end_column: int | None


class Edit(Struct, frozen=True, kw_only=True):
    """
    One change.

    kind "policy": replace the characters `start` to `end` of policy number `policy` by `text` (start equals end: insert).
    kind "remove-policy": stop sending policy number `policy`.
    kind "header": send the header `name` with the value `text`.
    kind "tag": in the page, give the tag at `place` the attribute `name` with the value `text`.
    kind "server": what to do where the page or its headers are made, in words, in `text`.
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

    safety: "safe" changes nothing but what the finding is about; "unsafe" wants a look, because it may allow or
    block more, or because nobody could try it: words alone, or what only a server can do. edits: all positions are those of
    the unchanged policy, and none overlap. Those that can be made on the page and its headers were made and judged again:
    the finding is gone and nothing new has come.
    """

    summary: str
    safety: Literal["safe", "unsafe"]
    edits: tuple[Edit, ...] = ()


JUDGED_EDITS = frozenset({"policy", "tag", "header"})
"""The kinds of edits that can be made and judged here; instructions for a server cannot."""


class BrowserVerdict(Struct, frozen=True):
    """What one browser does where browsers differ."""

    blocked: bool


class Console(Struct, frozen=True):
    """What the user's browser prints in its console for this failure, as far as it can be known."""

    chromium: str
    firefox: str
    safari: str


class Suppression(Struct, frozen=True):
    """Why a finding is accepted, and until when (a date), both from the user's configuration."""

    reason: str
    expires: str | None


class Finding(Struct, frozen=True, kw_only=True):
    """
    One thing that is wrong, or worth knowing.

    rule, name, pack: the rule it is an instance of. symptom: the row of the pack's troubleshooting table, symptom_text its words.
    policy: index in the target's `policies`; directive, value, span: what in it. place: where in the page.
    region: where in the file, of a target that is a saved page or response; null where that cannot be told exactly.
    browsers: by name, where they differ. fingerprint: the same for the same fault in a later run, whatever the nonce.
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
    """One directive of a policy, as written, in force or not."""

    name: str
    value: str
    span: Span


class PolicyReport(Struct, frozen=True):
    """One policy the page carries."""

    index: int
    delivery: Literal["header", "meta", "text"]
    disposition: Literal["enforce", "report"]
    value: str
    directives: tuple[DirectiveReport, ...]


class WidgetReport(Struct, frozen=True):
    """One embed found on the page; `where` is "inline" or "external", `place` its tag."""

    vendor: str
    embed: str
    where: Literal["inline", "external"]
    hosts: tuple[str, ...]
    place: Place


class AllowedBy(Struct, frozen=True):
    """What meets a requirement: the policy's index, its directive and source expression."""

    policy: int
    directive: str
    source: str


State = Literal["met", "unmet", "partly", "not-applicable"]


class RequirementReport(Struct, frozen=True):
    """One thing a vendor (a pack's id) says its widget needs, and whether the page's policies allow it."""

    id: str
    directive: str
    needs: str
    feature: str | None
    state: State
    by: AllowedBy | None
    why: str
    vendor: str = ""


class Skipped(Struct, frozen=True):
    """A rule that was not asked, and why."""

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
    Everything about one target; `name` is what the configuration calls it, "" for nothing.

    kind: what `target` names: a page's URL, a saved page or response, the same on standard input, or policies as text.
    """

    target: str
    kind: TargetKind = "url"
    name: str = ""
    final_url: str | None = None
    status: int | None = None
    redirects: tuple[RedirectReport, ...] = ()
    outcome: Literal["checked", "failed"] = "checked"
    error: TargetFault | None = None
    platforms: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    policies: tuple[PolicyReport, ...] = ()
    widgets: tuple[WidgetReport, ...] = ()
    requirements: tuple[RequirementReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class PackReport(Struct, frozen=True):
    """A rule pack that was used; `source` is the document its rules restate, `checked` when it was last read."""

    id: str
    version: str
    source: str
    checked: str


class Tool(Struct, frozen=True):
    """What made the report."""

    version: str
    packs: tuple[PackReport, ...]


class Run(Struct, frozen=True):
    """The run: the only part of a report that differs between two runs over the same input."""

    started_at: str
    duration_ms: int
    exit_code: int
    fail_on: FailOn


class Summary(Struct, frozen=True):
    """Counts over all targets."""

    error: int
    warning: int
    info: int
    suppressed: int
    baselined: int
    targets: int
    targets_failed: int


class KnownFinding(Struct, frozen=True):
    """An entry of a baseline: a finding that was there before. All but the fingerprint is for the reader."""

    fingerprint: str
    rule: str
    target: str
    message: str


class Report(Struct, frozen=True, kw_only=True):
    """A whole run; `gone` holds what the baseline knows and this run, which looked for it, did not find."""

    format: Literal["csplint"] = "csplint"
    format_version: Literal[1] = 1
    tool: Tool
    run: Run
    targets: tuple[TargetReport, ...]
    summary: Summary
    gone: tuple[KnownFinding, ...] = ()
