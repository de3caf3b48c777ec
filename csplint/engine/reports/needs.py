"""
What a group of reports needs: the source to add and the directive to add it to, or what else to do.

Reports come from anybody, so only a vendor's address and the site's own are "ready". Another host is the owner's to decide; of
a host of scripts, no policy is made before that, as its scripts could do everything that the page can.
"""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.csp.directives import CHAINS
from csplint.csp.edit import plain_name
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy
from csplint.csp.source import SourceKind
from csplint.csp.url import NETWORK_SCHEMES, Url, parse_url
from csplint.engine.reports.groups import Group
from csplint.engine.reports.model import FixLabel, Need, Row
from csplint.engine.reports.request import NO_URL, Blocked
from csplint.engine.vendor_requests import Owner, VendorRequests
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Symptom

RUNS_CODE = frozenset({"script-src", "worker-src", "object-src", "base-uri", "default-src", "frame-ancestors"})
"""Directives whose sources decide which code runs."""

_FIXED_RULES = {
    "nonce": "nonce-without-strict-dynamic",
    "inline": "inline-embed-under-allow-list",
    "eval": "embed-needs-eval",
}
"""Names of problems that a vendor's pack may have a rule for, whose row of the troubleshooting table explains a report."""

INLINE = "'unsafe-inline'"

PAGE = "{PAGE}"
"""In a need's text, the place for the page's address: one need is of many pages."""

_PLAIN_PAGE = re.compile(r"https?://[A-Za-z0-9._~:/-]+")


class Advice(Struct, frozen=True):
    """A need, and whether the policy that csplint makes has its source."""

    need: Need
    is_added: bool


class _Case(Struct, frozen=True):
    """A group and its surroundings. directive: the one in force in the policy, None if the policy is not known."""

    packs: PackSet
    vendors: VendorRequests
    group: Group
    directive: Directive | None

    @property
    def what(self) -> Blocked:
        return self.group.what

    @property
    def name(self) -> str:
        """The directive to write: the one in force, or that of this kind of request where another stands in for it."""
        reported = plain_name(self.what.directive)
        if self.directive is None or self.directive.name in {"default-src", "child-src"}:
            return reported
        return self.directive.name

    @property
    def has_trust(self) -> bool:
        """Whether the list has a nonce or a hash, so that 'unsafe-inline' has no effect."""
        return self.directive is not None and self.directive.list.has_nonce_or_hash

    @property
    def is_strict(self) -> bool:
        return self.directive is not None and self.directive.list.strict_dynamic


def advice(packs: PackSet, vendors: VendorRequests, group: Group, policy: Policy | None) -> Advice:
    """What a group needs. policy: the one in its reports, None if they have none."""
    name = group.what.directive
    directive = policy.governing(name) if policy is not None and name in CHAINS else None
    case = _Case(packs, vendors, group, directive)
    if case.what.blocked in NO_URL or case.what.code:
        return _code(case)
    url = parse_url(case.what.blocked)
    if url is not None and url.scheme in NETWORK_SCHEMES and name in CHAINS:
        return _url(case, url)
    if case.what.blocked.rstrip(":") in {"data", "blob", "filesystem", "mediastream"} and name in CHAINS:
        return _scheme(case, f"{case.what.blocked.rstrip(':')}:")
    return _words(case, _other(case.what))


def _url(case: _Case, url: Url) -> Advice:
    owner = case.vendors.of_url(url, case.what.directive)
    if case.what.directive == "frame-ancestors":
        return _words(case, "Another site shows this page in a frame. If it may, add its address to frame-ancestors.")
    if (case.is_strict and case.name.startswith("script-src")) or (case.has_trust and owner and _is_embed(owner)):
        return _tag(case, owner)
    if owner:
        source = owner.source or url.origin
        return _source(case, source, "ready", owner, is_added=True)
    if _is_own(url, case.what.page):
        return _source(case, _own_source(url, case.what.page), "ready", None, is_added=True)
    return _source(case, url.origin, "check first", None, is_added=plain_name(case.name) not in RUNS_CODE)


def _is_embed(owner: Owner) -> bool:
    return owner.requirement is not None and owner.requirement.role == "embed"


def _tag(case: _Case, owner: Owner | None) -> Advice:
    """A script that a nonce or hash must allow."""
    row = _row(case.packs, _FIXED_RULES["nonce"], owner.pack) if owner else None
    why = (
        "'strict-dynamic' makes browsers ignore hosts"
        if case.is_strict
        else "the policy uses a nonce or hash for scripts"
    )
    text = f"{why[0].upper()}{why[1:]}: give the script's tag the nonce of the response, or load it from a script that has one."
    return Advice(_need(case, "", "to do", text, owner, row), is_added=False)


def _scheme(case: _Case, source: str) -> Advice:
    owner = case.vendors.needing(source, case.what.directive)
    if plain_name(case.name) in RUNS_CODE - {"worker-src"}:
        text = f"{source} in {case.name} lets anyone who can write a string into the page run it. Load the code from a file."
        return _words(case, text)
    label: FixLabel = "ready" if owner else "check first"
    return _source(case, source, label, owner, is_added=True, certain=case.group.is_vendors)


def _code(case: _Case) -> Advice:
    """Code without a URL, by what it is."""
    directive, code = case.what.directive, case.what.code
    if code == "wasm":
        return _source(case, "'wasm-unsafe-eval'", "check first", None, is_added=False)
    if code == "eval":
        row, pack = _any_row(case, _FIXED_RULES["eval"])
        text = "A script calls eval() or new Function(). 'unsafe-eval' would allow every string: update or replace the script."
        return _words(case, text, row, pack)
    if directive.startswith("style-src"):
        return _inline_style(case)
    if directive == "script-src-attr":
        return _words(case, "An event handler attribute such as onclick. Move its code into a script file.")
    if directive.startswith(("script-src", "default-src")):
        return _inline_script(case)
    return _words(case, _other(case.what))


def _inline_script(case: _Case) -> Advice:
    pack = case.vendors.inline_embed(case.group.sample)
    name = _FIXED_RULES["nonce" if case.has_trust else "inline"]
    row, home = (_row(case.packs, name, pack), pack) if pack else _any_row(case, name)
    text = (
        "A script in the page's HTML. A host never allows it, and a report does not hold its whole text: give it a nonce, "
        f"or its hash, which `csplint check {PAGE}` prints."
    )
    return _words(case, text, row, home, certain=pack is not None)


def _inline_style(case: _Case) -> Advice:
    owner = case.vendors.needing(INLINE, case.what.directive)
    if owner is None or case.has_trust:
        text = "A style in the page's HTML, or set by a script. Give a <style> element a nonce; move style attributes into a file."
        return Advice(_need(case, "", "to do", text, owner, None, certain=case.group.is_vendors), is_added=False)
    label: FixLabel = "ready" if case.group.is_vendors else "check first"
    return _source(case, INLINE, label, owner, is_added=True, certain=case.group.is_vendors)


def with_page(text: str, page: str) -> str:
    """A need's text with a page's address in the place of `PAGE`; "URL" for what a shell would not take as it is."""
    return text.replace(PAGE, page if _PLAIN_PAGE.fullmatch(page) else "URL")


def _other(what: Blocked) -> str:
    if what.directive == "require-trusted-types-for":
        return "A script gives a plain string to a function that runs it. Use a Trusted Types policy in the script."
    if what.directive == "trusted-types":
        return "A script makes a Trusted Types policy. Add the policy's name to trusted-types; the report does not hold it."
    if what.directive == "frame-ancestors":
        return "Another site shows this page in a frame. If it may, add its address to frame-ancestors."
    return "The report does not say what was blocked."


def _source(  # noqa: PLR0913 - what a need is made of
    case: _Case, source: str, fix: FixLabel, owner: Owner | None, *, is_added: bool, certain: bool = True
) -> Advice:
    text = f"Add {source} to {case.name}"
    if fix == "check first":
        text += " if the site uses it" if owner is None else f" if the page has {owner.pack.pack.title}"
    row = None
    if owner and owner.requirement:
        row = case.packs.row(owner.requirement.rule, case.name)
    return Advice(_need(case, source, fix, f"{text}.", owner, _as_row(row), certain=certain), is_added=is_added)


def _words(
    case: _Case, text: str, row: Row | None = None, pack: Pack | None = None, *, certain: bool = False
) -> Advice:
    need = _need(case, "", "to do", text, Owner(pack) if pack else None, row, certain=certain or pack is None)
    return Advice(need, is_added=False)


def _need(  # noqa: PLR0913, PLR0917
    case: _Case, source: str, fix: FixLabel, text: str, owner: Owner | None, row: Row | None, *, certain: bool = True
) -> Need:
    return Need(
        directive=case.name if source else case.what.directive,
        source=source,
        fix=fix,
        text=text,
        vendor=owner.pack.pack.id if owner else "",
        title=owner.pack.pack.title if owner else "",
        requirement=owner.requirement.id if owner and owner.requirement else "",
        certain=certain,
        row=row,
    )


def _row(packs: PackSet, problem: str, pack: Pack | None) -> Row | None:
    """The row of a pack's rule for a problem."""
    rules = packs.reporting.get(problem, ())
    return next((_as_row(packs.row(rule)) for rule in rules if pack is None or packs.homes[rule] is pack), None)


def _any_row(case: _Case, problem: str) -> tuple[Row | None, Pack | None]:
    """The row of the first vendor that has a rule for a problem, and the vendor."""
    for pack in case.packs.vendors:
        if row := _row(case.packs, problem, pack):
            return row, pack
    return None, None


def _as_row(symptom: Symptom | None) -> Row | None:
    return Row(id=symptom.id, symptom=symptom.symptom, cause=symptom.cause, fix=symptom.fix) if symptom else None


def _is_own(url: Url, page: str) -> bool:
    """Whether the host is the page's, or below it."""
    own = parse_url(page)
    if own is None or not own.host:
        return False
    base = own.host.removeprefix("www.")
    return url.host == base or url.host.endswith(f".{base}")


def _own_source(url: Url, page: str) -> str:
    own = parse_url(page)
    source = parse_source("'self'")
    if own is not None and source.kind == SourceKind.KEYWORD and mismatch(source, Target(url, own)) is None:
        return "'self'"
    return url.origin
