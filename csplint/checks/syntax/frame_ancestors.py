"""Sources that frame-ancestors does not know, or reads as another than was meant: keywords, paths, words of X-Frame-Options."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.keywords import allows_own_origin
from csplint.checks.syntax.occurrences import Group, own_texts
from csplint.checks.syntax.token import is_invalid
from csplint.checks.wording import shown
from csplint.csp.edit import remove_sources
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url
from csplint.model import Severity


class Fault(Struct, frozen=True):
    """says: continues the source's text. fix: in words. meant: what to write instead, "" to remove the source."""

    says: str
    fix: str
    meant: str = ""
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


_WITHOUT_EFFECT = frozenset({SourceKind.NONCE, SourceKind.HASH, SourceKind.KEYWORD})


@memo
def _suspects(listed: SourceList) -> list[int]:
    """The numbers of the sources that may have a fault, each text once."""
    return [number for number in own_texts(listed) if _may_have_fault(listed.sources[number])]


def _may_have_fault(source: Source) -> bool:
    return source.kind in _WITHOUT_EFFECT or is_misread_ancestor(source)


def _fault(source: Source, directive: Directive, page: Url) -> Fault | None:
    if source.kind in _WITHOUT_EFFECT:
        if source.name == "'self'":
            return None
        return Fault("has no effect in frame-ancestors, which takes hosts, schemes, 'self' and 'none'", "Remove it.")
    if source.kind not in {SourceKind.HOST, SourceKind.SCHEME} or is_invalid(source):
        return None
    if word := _word(source):
        return word(source, directive, page)
    return _with_path(source) if has_path(source) else None


def is_misread_ancestor(source: Source) -> bool:
    """Whether frame-ancestors reads a host or scheme as another than was meant."""
    return has_path(source) or _word(source) is not None


def has_path(source: Source) -> bool:
    """Whether a host has a path other than /."""
    return source.kind == SourceKind.HOST and source.path not in {"", "/"}


def _with_path(source: Source) -> Fault:
    host = len(f"{source.scheme}://") if source.scheme else 0
    origin = source.text[: source.text.index("/", host)]
    return Fault(
        "has a path, and browsers compare only the origin of the page with the frame",
        f"Write {shown(origin)}, the origin.",
        origin,
        cause="Chromium never matches such a source; Firefox ignores the path.",
    )


def _same_origin(source: Source, directive: Directive, page: Url) -> Fault:
    severity: Severity = "warning" if allows_own_origin(directive, page) else "error"
    return Fault(_read_as(source), "Write 'self'.", "'self'", _X_FRAME_OPTIONS, severity)


def _deny(source: Source, directive: Directive, _: Url) -> Fault:
    if len(directive.list.sources) > 1:
        fix = "Remove it; to allow no frames, write 'none' and nothing else."
        return Fault(_read_as(source), fix, "", _X_FRAME_OPTIONS)
    return Fault(_read_as(source), "Write 'none'.", "'none'", _X_FRAME_OPTIONS)


def _allow_from(source: Source, _: Directive, __: Url) -> Fault:
    fix = "Remove it; list only the origins that may frame the page."
    return Fault(_read_as(source), fix, "", _X_FRAME_OPTIONS)


def _allow_all(source: Source, directive: Directive, _: Url) -> Fault:
    severity: Severity = "error" if len(directive.list.sources) == 1 else "warning"
    fix = "Write the origins that may frame the page, or * for all."
    return Fault(_read_as(source), fix, "*", _X_FRAME_OPTIONS, severity)


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
    edits = group.replaced(found.meant) if found.meant else remove_sources(directive, [text])
    return Problem(
        rule="frame-ancestors-source",
        severity=found.severity,
        message=f"{shown(text)} {found.says}.",
        cause=found.cause,
        **at_token(policy, directive, token),
        fix=found.fix,
        safety="unsafe" if found.cause else "safe",
        edits=policy_edits(policy, edits),
    )
