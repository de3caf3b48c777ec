"""What `csplint reports` says of its reports; `--format json` is `ReportsSummary`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.messages.message import SaidBy
from csplint.messages.noise import NoiseKind

FixLabel = Literal["ready", "check first", "to do"]
Explained = Literal["yes", "no", "unknown"]
Ready = Literal["yes", "no", "unclear"]


class Row(Struct, frozen=True, kw_only=True):
    """A row of a vendor's troubleshooting table."""

    id: str
    symptom: str
    cause: str
    fix: str


class Need(Struct, frozen=True, kw_only=True):
    """
    What reports ask for.

    directive: where `source` goes; of a need without a source, the directive that blocked. fix: "ready" for a vendor's or the
    site's own address, "check first" for one that only the owner knows to be right, "to do" if no source helps. text: what to
    do, a sentence. vendor, requirement: ids of the pack; "" if it is nobody's. title: of the vendor's widget. certain: False
    if other things than this widget make the same report. row: of the vendor's table. reports, pages: how many.
    """

    directive: str
    source: str
    fix: FixLabel
    text: str
    vendor: str = ""
    title: str = ""
    requirement: str = ""
    certain: bool = True
    row: Row | None = None
    reports: int = 0
    pages: int = 0


class ReportGroup(Struct, frozen=True, kw_only=True):
    """
    Reports of one page about one thing.

    page: without query and fragment. directive: the effective one. blocked: origin and path, or a word of CSP3 ("inline").
    code: which code without a URL, as in `Message`. weak: how many may be an extension's doing. first, last: days, "" if
    unknown. explained: whether the policy in the reports blocks this; "no": a redirect, another policy or an extension caused
    them. left: whether the candidate policy still blocks it; "unknown" if the reports do not show that. need: a number in
    `needs`, None if nothing is to be added. whole: False if this also holds reports of pages and paths beyond the limit.
    """

    page: str
    directive: str
    disposition: Literal["enforce", "report"] | None
    blocked: str
    code: str
    reports: int
    weak: int
    browsers: dict[SaidBy, int]
    first: str
    last: str
    sample: str
    explained: Explained
    left: Explained
    need: int | None
    whole: bool


class NoiseCount(Struct, frozen=True, kw_only=True):
    """Reports that were set apart for one reason. line: of the first of them."""

    kind: NoiseKind
    text: str
    reports: int
    line: int


class BrokenLine(Struct, frozen=True, kw_only=True):
    """A line without a report. file: the number of the file, from 0."""

    file: int
    line: int
    reason: str


class SentPolicy(Struct, frozen=True, kw_only=True):
    """A policy in the reports, with {NONCE} for its nonce. "" stands for reports that carry none."""

    text: str
    disposition: Literal["enforce", "report"] | None
    reports: int


class Coverage(Struct, frozen=True, kw_only=True):
    """What the reports cover. pages: at least, if `pages_exact` is False. days: None if no line says when it was received."""

    pages: int
    pages_exact: bool
    days: int | None
    first_day: str
    last_day: str


class Candidate(Struct, frozen=True, kw_only=True):
    """The policy that was replayed. made: by csplint, from the policy in most reports and what they need."""

    text: str
    made: bool


class Replay(Struct, frozen=True, kw_only=True):
    """
    The reports under the candidate policy: `blocked` it still blocks, `unknown` are not decided by what a report holds.

    allowed + blocked + unknown = grouped.
    """

    allowed: int
    blocked: int
    unknown: int


class Enforce(Struct, frozen=True, kw_only=True):
    """Whether the candidate can be enforced, and why; `notes` are what a yes does not cover."""

    ready: Ready
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


class ReportsSummary(Struct, frozen=True, kw_only=True):
    """
    Everything that was read: read = grouped + noise + broken.

    ungrouped: reports of `grouped` that are in no group, because there are more than `MAX_GROUPS`; broken_lines: the first of
    them; broken_reasons: all of them, by reason.
    """

    schema: Literal["csplint-reports-1"] = "csplint-reports-1"
    read: int
    grouped: int
    noise: int
    broken: int
    ungrouped: int
    coverage: Coverage
    needs: tuple[Need, ...]
    groups: tuple[ReportGroup, ...]
    noise_reasons: tuple[NoiseCount, ...]
    broken_lines: tuple[BrokenLine, ...]
    broken_reasons: dict[str, int]
    policies: tuple[SentPolicy, ...]
    candidate: Candidate | None
    replay: Replay | None
    enforce: Enforce
