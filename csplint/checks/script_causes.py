"""Why a policy stops an embed that stands on the page, and the edit that lets it through."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.embeds import FoundEmbed
from csplint.checks.problem import Problem, nonce_edit, policy_edits, where
from csplint.csp.cover import overlap
from csplint.csp.decide import Verdict
from csplint.csp.edit import Replacement, add_sources, remove_sources
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.request import Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Edit

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


def explain_start(context: Context, blocked: Blocked) -> Iterator[Problem]:
    """Say why the embed itself does not start."""
    if any(problem for problem in _unread_nonce(blocked.directive)):
        return  # the nonce check reports the nonce that browsers dropped; it is the one cause
    if _nonce_fault(blocked):
        yield _wrong_nonce(blocked)
        return
    yield _inline(context, blocked) if blocked.embed.is_inline else _external(context, blocked)


def _unread_nonce(directive: Directive) -> list[Source]:
    return [
        source
        for source in directive.list.sources
        if source.kind is SourceKind.INVALID and source.text.lower().startswith("'nonce-")
    ]


def _nonce_fault(blocked: Blocked) -> bool:
    listed, tag = blocked.directive.list, blocked.request.nonce
    if not listed.nonces:
        return False
    return bool(tag) or not listed.hashes


def _wrong_nonce(blocked: Blocked) -> Problem:
    listed, tag, place = blocked.directive.list, blocked.request.nonce, blocked.embed.script.place
    right = sorted(listed.nonces)[0]
    edits = nonce_edit(place, right)
    if tag in listed.nonces:
        return replace(
            blocked.spot.problem(
                "embed-not-nonceable",
                "The embed tag has the right nonce, but a repeated attribute or markup inside an attribute makes browsers ignore it.",
            ),
            value=f"'nonce-{tag}'",
        )
    if tag:
        return replace(
            blocked.spot.problem(
                "embed-nonce-mismatch", f"The embed tag has nonce {tag!r}, {blocked.directive.name} has {right!r}."
            ),
            value=f"'nonce-{right}'",
            span=_span(blocked.directive, right),
            edits=edits,
        )
    if listed.strict_dynamic and not blocked.embed.is_inline and _host_listed(blocked):
        return replace(
            blocked.spot.problem(
                "hosts-ignored",
                f"{where(blocked.directive, EFFECTIVE)} lists the embed's host, which 'strict-dynamic' makes browsers ignore; "
                "the embed tag has no nonce.",
            ),
            value=_host_listed(blocked),
            edits=edits,
        )
    return replace(
        blocked.spot.problem(
            "embed-nonce-missing",
            f"{where(blocked.directive, EFFECTIVE)} has a nonce, and the embed tag has no nonce attribute.",
        ),
        value=f"'nonce-{right}'",
        span=_span(blocked.directive, right),
        edits=edits,
    )


def _span(directive: Directive, nonce: str) -> Span:
    spans = [token.span for token in directive.tokens if token.source.name == nonce]
    return spans[0] if spans else directive.name_span


def _host_listed(blocked: Blocked) -> str:
    """The source that would match the request's URL if 'strict-dynamic' did not switch it off."""
    url = parse_url(blocked.request.url)
    page = Url("", "https", "", 443, "/")
    for source in blocked.directive.list.locations:
        if url is not None and source.kind is SourceKind.HOST and mismatch(source, Target(url, page)) is None:
            return source.text
    return ""


def _inline(context: Context, blocked: Blocked) -> Problem:
    listed, right = blocked.directive.list, script_hash(blocked.request.content)
    missing = _missing_origins(context, blocked)
    by_hash = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, [right, *missing]))
    fix = f"Add {' '.join([right, *missing])} to {blocked.directive.name}."
    if listed.hashes:
        return replace(
            blocked.spot.problem(
                "embed-hash-mismatch",
                f"The embed script's hash is {right}; {where(blocked.directive, EFFECTIVE)} has another.",
            ),
            value=_first(listed.sources, SourceKind.HASH),
            span=_kind_span(blocked.directive, SourceKind.HASH),
            edits=by_hash,
            fix=fix,
        )
    if listed.strict_dynamic:
        return _strict_dynamic_alone(blocked, by_hash, fix)
    if not missing:
        return replace(
            blocked.spot.problem(
                "inline-embed-under-allow-list",
                f"The embed is an inline script, and {where(blocked.directive, EFFECTIVE)} allows its host only; "
                "hosts do not allow inline scripts.",
            ),
            cause="The embed stands in the page itself; a host in a source list speaks for files loaded from it.",
            edits=by_hash,
            fix=f"{fix} Or give the tag a nonce and use 'strict-dynamic', or use an external embed tag.",
        )
    rule, value = _host_rule(context, blocked)
    return replace(
        blocked.spot.problem(
            rule,
            f"{where(blocked.directive, EFFECTIVE)} allows neither the inline embed script nor what it loads from {' '.join(missing)}.",
        ),
        value=value,
        edits=by_hash,
        fix=f"{fix} Or give the tag a nonce and add 'strict-dynamic'.",
    )


def _strict_dynamic_alone(blocked: Blocked, edits: tuple[Edit, ...], fix: str) -> Problem:
    return replace(
        blocked.spot.problem(
            "strict-dynamic-without-nonce",
            f"{where(blocked.directive, EFFECTIVE)} has 'strict-dynamic' and neither a nonce nor a hash, so no script tag can start.",
        ),
        value="'strict-dynamic'",
        span=_keyword_span(blocked.directive, "'strict-dynamic'"),
        edits=edits,
        fix=fix,
    )


def _external(context: Context, blocked: Blocked) -> Problem:
    listed, missing = blocked.directive.list, _missing_origins(context, blocked)
    if listed.strict_dynamic:
        edits = _without_strict_dynamic(blocked, missing)
        fix = (
            "Better: put a nonce into the header and on the tag. Or remove 'strict-dynamic' and allow the embed's host."
        )
        if listed.hashes:
            return replace(
                blocked.spot.problem(
                    "hash-for-external-embed",
                    f"{where(blocked.directive, EFFECTIVE)} allows scripts by hash, and the embed is loaded with src.",
                ),
                value=_first(listed.sources, SourceKind.HASH),
                span=_kind_span(blocked.directive, SourceKind.HASH),
                edits=edits,
                fix=fix,
                safety="unsafe",
            )
        return _unsafe(_strict_dynamic_alone(blocked, edits, fix))
    edits = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, missing))
    rule, value = _host_rule(context, blocked)
    return replace(
        blocked.spot.problem(rule, f"{where(blocked.directive, EFFECTIVE)} does not allow {blocked.request.url}."),
        value=value,
        span=_value_span(blocked.directive, value),
        edits=edits,
        fix=f"Add {' '.join(missing)} to {blocked.directive.name}.",
    )


def _unsafe(problem: Problem) -> Problem:
    return replace(problem, safety="unsafe")


def _without_strict_dynamic(blocked: Blocked, missing: list[str]) -> tuple[Edit, ...]:
    removed = remove_sources(blocked.directive, _spellings(blocked.directive, "'strict-dynamic'"))
    if blocked.directive.name == "default-src":
        return ()
    added: tuple[Replacement, ...] = add_sources(blocked.policy, EFFECTIVE, missing) if missing else ()
    return policy_edits(blocked.policy, (*removed, *added))


def _spellings(directive: Directive, keyword: str) -> list[str]:
    return [source.text for source in directive.list.sources if source.name == keyword]


def _missing_origins(context: Context, blocked: Blocked) -> list[str]:
    """The embed's origins that no host, scheme or 'self' of the list covers whole."""
    origins = blocked.embed.cdn or context.cdn
    return [origin for origin in origins if not origin_listed(context, blocked.directive, origin)]


def origin_listed(context: Context, directive: Directive, origin: str) -> bool:
    """Whether a location of the list covers an origin; 'strict-dynamic' is left out of account."""
    url = parse_url(f"{origin}/any0")
    return url is not None and any(
        mismatch(source, Target(url, context.policies.page)) is None for source in directive.list.locations
    )


def _host_rule(context: Context, blocked: Blocked) -> tuple[str, str | None]:
    """Whether the list names another host of the vendor's instead."""
    return host_rule(context, blocked.policy, blocked.embed.cdn or context.cdn)


def host_rule(context: Context, policy: Policy, needed: tuple[str, ...]) -> tuple[str, str | None]:
    """The rule for a missing host, and the source that names another host of the vendor's, where one does."""
    for host in context.pack.host:
        if host.origin in needed:
            continue
        named = [s for s in overlap(policy, context.policies.page, host.origin, EFFECTIVE) if s.kind is SourceKind.HOST]
        if named and named[0].host:
            return "outdated-host", named[0].text
    return "script-host-missing", None


def explain_load(context: Context, blocked: Blocked, started_by: Source | None) -> Problem:
    """Say why what the embed loads is blocked although the embed starts."""
    listed, missing = blocked.directive.list, _missing_origins(context, blocked)
    kind = started_by.kind if started_by else None
    by_host = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, missing))
    if listed.strict_dynamic:
        return replace(
            blocked.spot.problem(
                "hosts-ignored",
                f"The embed writes {blocked.request.url} into the page with document.write, which 'strict-dynamic' does not trust.",
            ),
            value="'strict-dynamic'",
            span=_keyword_span(blocked.directive, "'strict-dynamic'"),
        )
    if kind in {SourceKind.NONCE, SourceKind.HASH}:
        trusted = "nonce" if kind is SourceKind.NONCE else "hash"
        edits, fix = (by_host, f"Add {' '.join(missing)} to {blocked.directive.name}.")
        if not listed.locations:
            edits = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, ["'strict-dynamic'"]))
            fix = f"Add 'strict-dynamic' to {blocked.directive.name}."
        return replace(
            blocked.spot.problem(
                f"{trusted}-without-strict-dynamic",
                f"The {trusted} lets the embed start, but {blocked.request.url}, which it loads, is blocked: "
                f"{where(blocked.directive, EFFECTIVE)} has no 'strict-dynamic' and does not list that host.",
            ),
            value=started_by.text if started_by else None,
            span=_value_span(blocked.directive, started_by.text if started_by else None),
            edits=edits,
            fix=fix,
        )
    rule, value = _host_rule(context, blocked)
    return replace(
        blocked.spot.problem(
            rule,
            f"The embed starts, but {where(blocked.directive, EFFECTIVE)} does not allow {blocked.request.url}, which it loads.",
        ),
        value=value,
        span=_value_span(blocked.directive, value),
        edits=by_host,
        fix=f"Add {' '.join(missing)} to {blocked.directive.name}.",
    )


def narrow(case: Narrow) -> Problem:
    """The embed runs; other files of its host would be blocked."""
    policy, directive = case.verdict.policy, case.verdict.directive
    if directive is None:  # pragma: no cover - nothing restricts: nothing is uncovered
        raise ValueError("nothing restricts")
    return replace(
        Spot(policy, directive, case.embed, case.embed.start()).problem(
            "script-host-missing",
            f"{where(directive, EFFECTIVE)} lets this embed run, but not everything of {' '.join(case.origins)}: "
            "whatever else it loads from there, now or after its next update, is blocked.",
        ),
        severity="warning",
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, list(case.origins))),
        fix=f"Add {' '.join(case.origins)} to {directive.name}.",
        request=None,
    )


def _first(sources: tuple[Source, ...], kind: SourceKind) -> str | None:
    return next((source.text for source in sources if source.kind is kind), None)


def _kind_span(directive: Directive, kind: SourceKind) -> Span:
    return next((token.span for token in directive.tokens if token.source.kind is kind), directive.name_span)


def _keyword_span(directive: Directive, keyword: str) -> Span:
    return next((token.span for token in directive.tokens if token.source.name == keyword), directive.name_span)


def _value_span(directive: Directive, text: str | None) -> Span:
    return next((token.span for token in directive.tokens if token.source.text == text), directive.name_span)
