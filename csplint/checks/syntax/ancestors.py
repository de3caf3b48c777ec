"""Sources that frame-ancestors does not know, or reads otherwise than meant: keywords, paths, words of X-Frame-Options."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.own import allows_own_origin
from csplint.checks.syntax.places import Group, own_texts, shown
from csplint.checks.syntax.reasons import fault
from csplint.csp.edit import remove_sources
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url
from csplint.model import Severity


class Fault(Struct, frozen=True):
    """says: continues the source's text. fix: in words. mended: what to put there, "" to take it out."""

    says: str
    fix: str
    mended: str = ""
    cause: str = ""
    severity: Severity | None = None


@check(when=(any_directive("frame-ancestors"),), capped=True)
def frame_ancestors_source(context: Context) -> Iterator[Problem]:
    """Report keywords other than 'self' and 'none', nonces, hashes, paths, and words of X-Frame-Options."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("frame-ancestors")
        if directive is None:
            continue
        for number in _suspects(directive.list):
            token = directive.token(number)
            if found := _fault(token.source, directive, context.policies.page):
                yield _problem(policy, directive, token, found)


@memo
def _suspects(listed: SourceList) -> list[int]:
    """The numbers of the sources that may be at fault, each text once."""
    return [number for number in own_texts(listed) if _may_be_at_fault(listed.sources[number])]


def _may_be_at_fault(source: Source) -> bool:
    return source.kind in _NO_PLACES or is_misread(source)


def _fault(source: Source, directive: Directive, page: Url) -> Fault | None:
    if source.kind in _NO_PLACES:
        if source.name == "'self'":
            return None
        return Fault("has no effect in frame-ancestors, which takes hosts, schemes, 'self' and 'none'", "Take it out.")
    if source.kind not in {SourceKind.HOST, SourceKind.SCHEME} or fault(source):
        return None
    if word := _word(source):
        return word(source, directive, page)
    return _with_path(source) if has_path(source) else None


_NO_PLACES = frozenset({SourceKind.NONCE, SourceKind.HASH, SourceKind.KEYWORD})


def is_misread(source: Source) -> bool:
    """Whether a host or scheme in frame-ancestors is told here."""
    return has_path(source) or _word(source) is not None


def has_path(source: Source) -> bool:
    """Whether a host has a path that says something."""
    return source.kind == SourceKind.HOST and source.path not in {"", "/"}


def _with_path(source: Source) -> Fault:
    host = len(f"{source.scheme}://") if source.scheme else 0
    origin = source.text[: source.text.index("/", host)]
    return Fault(
        "has a path, and the page that frames is known by its origin alone",
        f"Write {shown(origin)}, the origin.",
        origin,
        cause="Chromium never matches such a source, Firefox leaves the path out.",
    )


def _same_origin(source: Source, directive: Directive, page: Url) -> Fault:
    severity: Severity = "warning" if allows_own_origin(directive, page) else "error"
    return Fault(_read_as(source), "Write 'self'.", "'self'", _X_FRAME_OPTIONS, severity)


def _deny(source: Source, directive: Directive, _: Url) -> Fault:
    if len(directive.list.sources) > 1:
        return Fault(
            _read_as(source), "Take it out, or leave 'none' alone to be framed by nobody.", "", _X_FRAME_OPTIONS
        )
    return Fault(_read_as(source), "Write 'none'.", "'none'", _X_FRAME_OPTIONS)


def _allow_from(source: Source, _: Directive, __: Url) -> Fault:
    return Fault(
        _read_as(source), "Take it out; the origins that may frame the page stand alone.", "", _X_FRAME_OPTIONS
    )


def _allow_all(source: Source, directive: Directive, _: Url) -> Fault:
    severity: Severity = "error" if len(directive.list.sources) == 1 else "warning"
    return Fault(
        _read_as(source), "Write the origins that may frame the page, or * for all.", "*", _X_FRAME_OPTIONS, severity
    )


def _word(source: Source) -> Callable[[Source, Directive, Url], Fault] | None:
    return _WORDS.get(source.text.lower().rstrip(":"))


def _read_as(source: Source) -> str:
    read = f"host {source.host}" if source.kind == SourceKind.HOST else f"scheme {source.scheme}"
    return f"in frame-ancestors is read as the {read}"


_X_FRAME_OPTIONS = "It is a word of the X-Frame-Options header."
_WORDS: dict[str, Callable[[Source, Directive, Url], Fault]] = {
    "sameorigin": _same_origin,
    "same-origin": _same_origin,
    "deny": _deny,
    "allow-from": _allow_from,
    "allowall": _allow_all,
    "allow-all": _allow_all,
}


def _problem(policy: Policy, directive: Directive, token: Token, found: Fault) -> Problem:
    text = token.source.text
    group = Group(policy, tuple((directive, each) for each in directive.tokens if each.source.text == text))
    edits = group.replaced(found.mended) if found.mended else remove_sources(directive, [text])
    return Problem(
        rule="frame-ancestors-source",
        severity=found.severity,
        message=f"{shown(text)} {found.says}.",
        cause=found.cause,
        policy=policy,
        directive=directive.name,
        value=text,
        span=token.span,
        fix=found.fix,
        safety="unsafe" if found.cause else "safe",
        edits=policy_edits(policy, edits),
    )
