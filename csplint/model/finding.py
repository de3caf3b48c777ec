"""A finding, and the edits that fix it."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from csplint.model.places import Place, Region, Span

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
    kind "file": replace `region` of the file that the target was read from with `text`; insert if it is empty.
    No other kind has a region, and JSON has the key only here.
    """

    kind: Literal["policy", "remove-policy", "header", "tag", "server", "file"]
    policy: int | None = None
    start: int | None = None
    end: int | None = None
    name: str | None = None
    text: str = ""
    place: Place | None = None
    region: Region | UnsetType = UNSET


class Fix(Struct, frozen=True):
    """
    What to change.

    safety: "safe" changes only what the finding is about. Check an "unsafe" fix first: it may allow or block more, or
    csplint could not test it, because it is only words or a change on the server. edits: positions are those of the
    unchanged policy or file, and edits do not overlap. Edits of the page, its headers and its file are tested: with them,
    the finding disappears and no new one appears.
    """

    summary: str
    safety: Literal["safe", "unsafe"]
    edits: tuple[Edit, ...] = ()


JUDGED_EDITS = frozenset({"policy", "tag", "header"})
"""The kinds of edits that csplint applies and tests in a page and its headers; it cannot test changes on a server."""

TESTED_EDITS = JUDGED_EDITS | {"file"}
"""The same with edits of configuration files, which are read and judged again as a whole."""


class BrowserVerdict(Struct, frozen=True, omit_defaults=True):
    """What one browser does, if browsers differ; `why` it decides otherwise than Chromium, "" if that is not known."""

    blocked: bool
    why: str = ""


class Console(Struct, frozen=True):
    """The messages in each browser's console, "" if unknown."""

    chromium: str
    firefox: str
    safari: str


class Suppression(Struct, frozen=True):
    """Why a finding is accepted, and its expiry date, from the user's configuration."""

    reason: str
    expires: str | None


Effect = Literal["widget", "parts", "page", "protection", "advice"]
"""
What a finding does. widget: a vendor's widget does not load. parts: parts of it fail. page: the policy does not do what its
author meant, or blocks something of the page itself. protection: the page is less protected. advice: nothing is broken.
"""
EFFECTS: tuple[Effect, ...] = ("widget", "parts", "page", "protection", "advice")
"""In the order of reports."""


FindingState = Literal["new", "baselined", "suppressed"]


class FindingPart(Struct, frozen=True, kw_only=True):
    """One of several problems that are one finding because they have one reason; the fields are those of Finding."""

    rule: str
    name: str
    message: str
    value: str | None
    symptom: str | None
    symptom_text: str | None
    fingerprint: str


class Finding(Struct, frozen=True, kw_only=True):
    """
    One problem, or advice.

    rule, name, pack: id and name of its rule, and the rule's pack. symptom, symptom_text: id and text of the row in the
    pack's troubleshooting table. policy: index in the target's `policies`; directive, value, span: its place in that
    policy. effective_directive: the directive that browsers look for first, such as img-src where `directive` is
    default-src. place: its place in the page. region: its place in the file, if the target is a saved page or response and
    the place is known exactly. browsers: by name, if they differ. fingerprint: the same for the same problem in a later
    run, even with another nonce. effect: what it does. brief: the message in a few words, for a list that shows the
    directive beside it; "" if there are none. parts: if several problems with one reason are this finding, all of them;
    its own rule, name, symptom and fingerprint are those of the first.
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
    effective_directive: str | None = None
    value: str | None = None
    span: Span | None = None
    place: Place | None = None
    region: Region | None = None
    browsers: dict[str, BrowserVerdict] | None = None
    console: Console | None = None
    docs: str
    fingerprint: str
    effect: Effect = "advice"
    brief: str = ""
    parts: tuple[FindingPart, ...] = ()
    state: FindingState = "new"
    suppression: Suppression | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its rules, each once."""
        return tuple(dict.fromkeys(each.name for each in self.parts or (self,)))
