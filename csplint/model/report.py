"""The whole report: a run, its targets, and what was found about each."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from csplint.model.answer import Corrected, Verdict
from csplint.model.finding import FailOn, Finding
from csplint.model.inventory import ScriptReport
from csplint.model.places import Place, Span


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


State = Literal["met", "unmet", "partly", "unknown", "not-applicable"]
"""
unknown: something that is neither in the policies nor in the page decides, such as a header that the files' server sends.
"""


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


class PolicyOrigin(Struct, frozen=True):
    """
    Where a policy is written.

    policy: its index in the target's `policies`; null if no response has it. path, line: the file, "" if none of the files
    that were named with --source has it. scope: the part of the site, as in TargetReport.
    """

    policy: int | None = None
    path: str = ""
    line: int = 0
    scope: str = ""


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
    scope: the part of a site that a configuration file sends these policies for, in words, "" for all of it.
    origins: which files send its policies, if --source named some.
    whole: False if csplint left out something that the verdict depends on, such as a policy beyond its limits.
    scripts: the page's scripts, if an inventory was asked for.
    no_widget: why no vendor's needs are judged, where --vendor auto found no widget; "" otherwise.
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
    scope: str = ""
    origins: tuple[PolicyOrigin, ...] = ()
    whole: bool = True
    no_widget: str = ""
    scripts: tuple[ScriptReport, ...] | UnsetType = UNSET
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
