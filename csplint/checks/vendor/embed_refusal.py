"""A policy that refuses an embed's script: where, and which of the vendor's hosts its list lacks or names instead."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem, where, within
from csplint.csp.cover import overlap
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Span
from csplint.csp.request import Request
from csplint.csp.source import SourceKind
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import Url
from csplint.page.document import Place

EFFECTIVE = "script-src-elem"
"""The directive that governs script elements."""


class Refusal(Struct, frozen=True):
    """
    An embed's script and the directive that refuses it.

    request: what is refused, as browsers would name it; None where no request shows it. place: the embed's tag, None where
    the page shows no embed.
    """

    policy: Policy
    directive: Directive
    request: Request | None
    place: Place | None = None

    @property
    def where(self) -> str:
        """The subject of a sentence: the directive, and why it applies if it is a fallback."""
        return where(self.directive, EFFECTIVE)

    @property
    def within(self) -> str:
        """The same for the middle of a sentence."""
        return within(self.directive, EFFECTIVE)

    @property
    def list_name(self) -> str:
        """The directive that an edit adds sources to: a script-src of its own where default-src governs."""
        return "script-src" if self.directive.name == "default-src" else self.directive.name

    def _span_of(self, at: str) -> Span:
        sources = enumerate(self.directive.list.sources)
        found = next((number for number, source in sources if at in {source.text, source.name}), None)
        return self.directive.name_span if found is None else self.directive.token(found).span

    def problem(self, rule: str, message: str, *, at: str | None = None, **details: Any) -> Problem:
        """
        A problem of this refusal; `details` are further fields of Problem.

        at: the source of the list that the problem is about, as written or as a keyword; its span is the problem's.
        """
        found: dict[str, Any] = {
            "span": self._span_of(at) if at else self.directive.name_span,
            "request": self.request,
            "brief": f"blocks the embed script{f', line {self.place.line}' if self.place else ''}",
            "effective": "script-src",
            "stops": f"embed {self.place.line}:{self.place.column}" if self.place else "any embed",
        }
        return Problem(
            rule=rule,
            message=message,
            policy=self.policy,
            directive=self.directive.name,
            place=self.place,
            **(found | details),
        )


def sample_url(origin: str, path: str = EXAMPLE) -> str:
    """A URL at an origin, which may have a wildcard and a path; any0 stands for what is not known."""
    host, slash, rest = origin.replace("*.", f"{EXAMPLE}.").partition("://")
    if "/" in rest and not rest.endswith("/"):
        return f"{host}{slash}{rest}"  # the path of one file
    return f"{host}{slash}{rest.removesuffix('/')}/{path}"


def host_rule(context: VendorContext, policy: Policy, needed: tuple[str, ...]) -> tuple[str, str | None]:
    """The problem where `needed` is not listed, and the source that names another of the vendor's hosts, where one does."""
    others = tuple([host.origin for host in context.pack.host if host.origin not in needed])
    directive = policy.governing(EFFECTIVE)
    named = _names_one_of(directive.list, policy, context.policies.page, others) if directive else None
    return ("outdated-host", named) if named else ("script-host-missing", None)


@memo(key=lambda listed, policy, page, origins: (listed, (page, origins)))
def _names_one_of(listed: SourceList, policy: Policy, page: Url, origins: tuple[str, ...]) -> str | None:
    """The source that names the first of these hosts that a source names."""
    for origin in origins:
        other = [source for source in overlap(policy, page, origin, EFFECTIVE) if source.kind == SourceKind.HOST]
        if other and other[0].host:
            return other[0].text
    return None


def has_misspelt_nonce(directive: Directive) -> bool:
    """Whether the list has an invalid nonce, which browsers ignore and the nonce check reports."""
    return any(
        source.kind == SourceKind.INVALID and source.text.lower().startswith("'nonce-")
        for source in directive.list.sources
    )
