"""What the explanations of a blocked embed share: what was refused where, and which of the embed's hosts are missing."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem
from csplint.csp.cover import overlap
from csplint.csp.decide import Verdict
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.request import Request
from csplint.csp.source import AnySourceKind, Source, SourceKind
from csplint.csp.url import parse_url

if TYPE_CHECKING:
    from csplint.checks.vendor.embeds import FoundEmbed

EFFECTIVE = "script-src-elem"


class Blocked(Struct, frozen=True):
    """A request of an embed that one policy refuses."""

    verdict: Verdict
    embed: FoundEmbed
    request: Request

    @property
    def policy(self) -> Policy:
        """The policy that refuses."""
        return self.verdict.policy

    @property
    def directive(self) -> Directive:
        """The directive that governs; a refusal always has one."""
        directive = self.verdict.directive
        if directive is None:  # pragma: no cover - decide() refuses only by a directive
            raise ValueError("a refusal without a directive")
        return directive

    @property
    def spot(self) -> Spot:
        """Where the refusal stands."""
        return Spot(self.policy, self.directive, self.embed, self.request)


class Spot(Struct, frozen=True):
    """Where a script problem stands: in which directive of which policy, of which embed, about which request."""

    policy: Policy
    directive: Directive
    embed: FoundEmbed | None
    request: Request | None

    def problem(self, rule: str, message: str) -> Problem:
        """A problem here, to be completed with what is its own."""
        return Problem(
            rule=rule,
            message=message,
            policy=self.policy,
            directive=self.directive.name,
            span=self.directive.name_span,
            place=self.embed.script.place if self.embed else None,
            request=self.request,
        )


class Narrow(Struct, frozen=True):
    """An embed that runs under a list which does not allow all of its host."""

    verdict: Verdict
    embed: FoundEmbed
    origins: tuple[str, ...]


def script_hash(text: str) -> str:
    """The CSP hash source of an inline script's text."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, for inline embeds alone

    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{binascii.b2a_base64(digest, newline=False).decode('ascii')}'"


def missing_origins(context: VendorContext, blocked: Blocked) -> list[str]:
    """The embed's origins that no host, scheme or 'self' of the list covers whole."""
    origins = blocked.embed.cdn or context.vendor.cdn
    return [origin for origin in origins if not origin_listed(context, blocked.directive, origin)]


def origin_listed(context: VendorContext, directive: Directive, origin: str) -> bool:
    """Whether a location of the list covers an origin; 'strict-dynamic' is left out of account."""
    url = parse_url(f"{origin}/any0")
    return url is not None and any(
        mismatch(source, Target(url, context.policies.page)) is None for source in directive.list.locations
    )


def embed_host_rule(context: VendorContext, blocked: Blocked) -> tuple[str, str | None]:
    """Whether the list names another host of the vendor's instead."""
    return host_rule(context, blocked.policy, blocked.embed.cdn or context.vendor.cdn)


def host_rule(context: VendorContext, policy: Policy, needed: tuple[str, ...]) -> tuple[str, str | None]:
    """The rule for a missing host, and the source that names another host of the vendor's, where one does."""
    for host in context.pack.host:
        if host.origin in needed:
            continue
        named = [s for s in overlap(policy, context.policies.page, host.origin, EFFECTIVE) if s.kind == SourceKind.HOST]
        if named and named[0].host:
            return "outdated-host", named[0].text
    return "script-host-missing", None


def first_of(sources: tuple[Source, ...], kind: AnySourceKind) -> str | None:
    """The text of the first source of a kind, None where there is none."""
    return next((source.text for source in sources if source.kind == kind), None)


def kind_span(directive: Directive, kind: AnySourceKind) -> Span:
    """Where the first source of a kind stands, else the directive's name."""
    return next((token.span for token in directive.tokens if token.source.kind == kind), directive.name_span)


def keyword_span(directive: Directive, keyword: str) -> Span:
    """Where a keyword stands, else the directive's name."""
    return next((token.span for token in directive.tokens if token.source.name == keyword), directive.name_span)


def value_span(directive: Directive, text: str | None) -> Span:
    """Where a source stands that is written so, else the directive's name."""
    return next((token.span for token in directive.tokens if token.source.text == text), directive.name_span)
