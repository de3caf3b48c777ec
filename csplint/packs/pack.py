"""
What a rule pack holds.

A pack is data: what a vendor's documents ask for, where each fact was read, and how certain it is. Code looks these up and
contains no vendor's host or name. rules/README.md describes every key for people who write packs.
"""

from __future__ import annotations

import datetime
from typing import Literal

from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.csp.request import Kind
from csplint.model import Severity
from csplint.packs.example import Example

Standing = Literal["documented", "contradicted", "observed"]

ANY_PROBLEM = "*"
"""As a rule's `problem`: every problem of its check that no other rule of the pack reports."""


FRESH_DAYS = 365
"""How long a pack's facts count as read lately."""


class PackInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """
    Whom a pack is about, and when its sources were last read.

    prefix: begins the ids of rules made from [[needs]]. incomplete: a sentence about what the pack cannot know, for every
    report about this vendor ("GTM: the container only; tags inside bring their own needs."); "" if it has all.
    """

    id: str
    title: str
    version: str
    source: str
    checked: datetime.date
    prefix: str = ""
    incomplete: str = ""

    def is_outdated(self, today: datetime.date) -> bool:
        """Whether its facts were read more than a year ago."""
        return (today - self.checked).days > FRESH_DAYS


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A document that facts were read in.

    address: its https URL; `csplint FILE#HEADING` for a file of csplint's own, which has no public address.
    """

    id: str
    title: str
    address: str
    note: str = ""


class Symptom(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the vendor's troubleshooting table, in the vendor's words (lost asterisks restored)."""

    id: str
    symptom: str
    cause: str
    fix: str


class ConsoleText(Struct, frozen=True, forbid_unknown_fields=True):
    """What browsers print when a request of these kinds is blocked; {url}, {origin} and {directive} are filled in."""

    kinds: tuple[str, ...]
    chromium: str
    firefox: str
    safari: str


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A host that serves the vendor's scripts.

    current: the vendor's current guide names it. role: "loader" for the host of the embed script and "cdn" for the host of
    the files it loads, where these are two; "" for one host that serves both.
    """

    origin: str
    current: bool
    source: str
    standing: Standing
    note: str
    role: Literal["", "loader", "cdn"] = ""


class Embed(Struct, frozen=True, forbid_unknown_fields=True):
    """
    One generation of the vendor's embed.

    where: whether its code is in the page or is a tag with src. marks: regular expressions, one of which its text (inline)
    or its src (external) matches. cdn, api: expressions whose group 1 is a URL that its text names. loads: what it loads
    next; {cdn} is replaced by each URL found by `cdn`. loads_as: the kind of those requests. uses: sources that this generation
    is known to need, which choose among a requirement's alternatives. needs_eval: which of its features use eval(). id, title,
    source: the pack's own where they are "".
    """

    where: Literal["inline", "external"]
    marks: tuple[str, ...]
    id: str = ""
    title: str = ""
    source: str = ""
    standing: Standing = "documented"
    cdn: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    loads_as: Kind = "dynamic-script"
    uses: tuple[str, ...] = ()
    needs_eval: str = ""


class Mistake(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A source that the vendor's own document has and browsers ignore or read otherwise, and what is meant.

    written: as the document has it, such as "https://*.cdn.*.example". meant: the sources that serve, "" if nobody knows.
    """

    written: str
    meant: str
    source: str
    note: str = ""


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """
    One thing the vendor says its widget needs.

    needs: source expressions, separated by spaces, all of which the directive must allow. any_of: alternatives instead, of
    which one must be allowed. kinds: the requests that load from them. role: "embed" for the scripts of the embed, which are
    also allowed by nonce or hash; "cdn" for the host the page's own embed names, else the current one; "permissions" for
    a Permissions-Policy header. row: the line of the vendor's table. rule: the rule that reports it. contradicts: documents
    that say otherwise. fails: what a visitor sees when it is not met ("messages fail"); "" for what `purpose` says.
    """

    id: str
    directive: str
    kinds: tuple[Kind, ...]
    purpose: str
    row: str
    source: str
    standing: Standing
    rule: str
    needs: str = ""
    any_of: tuple[str, ...] = ()
    role: Literal["", "embed", "cdn", "permissions"] = ""
    feature: str = ""
    note: str = ""
    fails: str = ""
    contradicts: tuple[str, ...] = ()


class Needs(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The short form of a requirement with its rule, texts and examples; `short_form.expand` makes them.

    attributes: 'unsafe-inline' is for style attributes only, not for style elements.
    """

    directive: str
    sources: tuple[str, ...]
    purpose: str
    source: str = ""
    name: str = ""
    severity: Severity = "error"
    feature: str = ""
    any_of: bool = False
    symptom: str = ""
    standing: Standing = "documented"
    note: str = ""
    fails: str = ""
    attributes: bool = False


class Feature(Struct, frozen=True, forbid_unknown_fields=True):
    """
    An optional part of the widget.

    marks: regular expressions that a URL the page loads matches when the feature is in use. permissions: what it needs of
    Permissions-Policy.
    """

    id: str
    title: str
    marks: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


class Ready(Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "global"}):
    """
    What shows in a browser how far the widget has come; either a mark or a global.

    mark: a message that its script writes to the console, or the name of a DOM event that it sends. name: as `global` in the
    file, a value of the page's scripts, such as "Chat" or "vendor.chat", that its script sets and the vendor's snippet does
    not. means: it has started, or it is ready.
    """

    means: Literal["started", "ready"]
    source: str
    standing: Standing
    mark: str = ""
    name: str = ""
    note: str = ""

    @property
    def shows(self) -> str:
        """The mark or the global."""
        return self.mark or self.name


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """
    How a visitor, or a script, opens the chat; either of the two.

    selector: a CSS selector of what to click. call: a function of the page, such as "Chat.open"; arguments: its arguments.
    """

    source: str
    standing: Standing
    selector: str = ""
    call: str = ""
    arguments: tuple[str, ...] = ()
    note: str = ""


class Permissions(Struct, frozen=True, forbid_unknown_fields=True):
    """The browser features that the widget does not use, so that Permissions-Policy can switch them off."""

    unused: tuple[str, ...]
    source: str


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a finding can be an instance of.

    id: prefix and three digits, never reused. name: kebab case, names the problem. check: the function in csplint.checks
    that looks for it. source, standing: where its facts were read and how certain they are. problem: which problem of the
    check it reports, where that is not its own name. symptom, symptoms: its row of the troubleshooting table, for some
    directives another. replaces: rules of other packs that report the same source in more general words. restates: those of
    them that report exactly the same problem for pages without this widget; who ignores this rule ignores them too.
    """

    id: str
    name: str
    severity: Severity
    check: str
    summary: str
    why: str
    fix: str
    source: str
    standing: Standing
    symptom: str = ""
    symptoms: dict[str, str] = {}
    problem: str = ""
    replaces: tuple[str, ...] = ()
    restates: tuple[str, ...] = ()
    example: tuple[Example, ...] = ()

    @property
    def reports(self) -> str:
        """The name that its check gives the problem it reports."""
        return self.problem or self.name


class Placeholders(Struct, frozen=True, forbid_unknown_fields=True):
    """Nonces that were copied from a document: `values` compared without letter case."""

    values: tuple[str, ...]
    source: str


BypassWay = Literal["jsonp", "angular", "content", "tenants", "gadget"]


class BypassHost(Struct, frozen=True):
    """
    A host whose scripts let anyone run code, and what is known of it.

    host: `*.` before a suffix under which anyone may have a name. paths: what is known to be there; one that ends in
    a slash includes all below it. way: a callback that the caller names ("jsonp"), an AngularJS file ("angular"), files
    that anyone may upload ("content"), names for anyone ("tenants"), or what the user's own list says ("gadget").
    source: where that was read, with its date. needs_eval: only with 'unsafe-eval'. dated: no recent list has it.
    """

    host: str
    paths: tuple[str, ...]
    way: BypassWay
    source: str
    needs_eval: bool = False
    dated: bool = False


class Pack(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """
    A whole pack.

    console: texts of browsers that differ for this widget; they go before csplint's own. attach: for rules of other packs,
    the row of this pack's troubleshooting table.
    """

    pack: PackInfo
    document: tuple[Reference, ...] = ()
    rule: tuple[Rule, ...] = ()
    symptom: tuple[Symptom, ...] = ()
    console: tuple[ConsoleText, ...] = ()
    host: tuple[Host, ...] = ()
    embed: tuple[Embed, ...] = ()
    requirement: tuple[Requirement, ...] = ()
    needs: tuple[Needs, ...] = ()
    feature: tuple[Feature, ...] = ()
    permissions: Permissions | None = None
    mistake: tuple[Mistake, ...] = ()
    ready: tuple[Ready, ...] = ()
    opening: Opening | None = None
    placeholders: tuple[Placeholders, ...] = ()
    attach: dict[str, str] = {}

    @memo_property
    def rules(self) -> dict[str, Rule]:
        """The rules by name."""
        return {rule.name: rule for rule in self.rule}

    @property
    def is_of_index(self) -> bool:
        """Whether it is one of the packs that a page chooses, whose marks are for all that a page loads."""
        return "is_of_index" in self.__dict__

    @memo_property
    def documents(self) -> dict[str, Reference]:
        """The documents by id."""
        return {document.id: document for document in self.document}

    @memo_property
    def loader(self) -> str:
        """The origin of the embed script by the vendor's current guide; "" where the pack has no such [[host]]."""
        return next((host.origin for host in self.host if host.current and host.role != "cdn"), "")

    @memo_property
    def cdn(self) -> tuple[str, ...]:
        """The origins of what the embed loads, where these are not the embed's own."""
        return tuple(host.origin for host in self.host if host.current and host.role == "cdn")
