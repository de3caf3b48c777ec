"""
The text of a strict policy: scripts by nonce or hash with 'strict-dynamic', and the rest of the policy as it is.

https: and 'unsafe-inline' are for browsers without 'strict-dynamic' or without nonces and hashes; all others ignore them
(CSP3 #strict-dynamic-usage, https://web.dev/articles/strict-csp).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.checks.own_page.groups import source_for
from csplint.csp.decide import PolicySet
from csplint.csp.edit import apply, with_directive, without_directives
from csplint.csp.policy import Delivered, Directive, Policy, State, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url
from csplint.page.document import Document

SCRIPT_DIRECTIVES = ("script-src", "script-src-elem", "script-src-attr")

STRICT_DIRECTIVES = frozenset({*SCRIPT_DIRECTIVES, "object-src", "base-uri"})
"""What a strict policy restricts, as effective directives. Everything else stays allowed."""

_WRITTEN_ANEW = frozenset(
    {"'self'", "'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'strict-dynamic'", "'strict-dynamic-url'"}
)


def governs_scripts(policy: Policy) -> bool:
    """Whether a policy restricts scripts."""
    return any(policy.governing(name) for name in SCRIPT_DIRECTIVES)


def allows_eval(policy: Policy, page: Url) -> bool:
    """Whether a policy lets scripts call eval()."""
    return _allows(policy, page, "eval")


def strict_policy(policy: Policy, trusted: Sequence[str], page: Url, document: Document | None, written: str) -> Policy:
    """
    The policy with strict rules for scripts instead of its own.

    trusted: the sources that let scripts start, nonces or hashes; at least one. document: the page, whose object and base
    elements stay allowed; None where it is not known. written: the text that the site sends now; hashes in it stay.
    """
    words = _script_sources(policy, trusted, page, written)
    changed = policy
    if (
        set(words) != {source.text for source in _sources(policy, ("script-src",))}
        or "script-src" not in policy.in_force
    ):
        changed = _with(changed, "script-src", words)
    changed = _without_overrides(changed)
    if not _is_narrow(changed, "object-src"):
        changed = _with(changed, "object-src", _used(document, "object", page))
    if not _is_narrow(changed, "base-uri"):
        changed = _with(changed, "base-uri", _used(document, "base", page))
    return changed


def _script_sources(policy: Policy, trusted: Sequence[str], page: Url, written: str) -> list[str]:
    """
    The new list: what starts scripts, then what the old lists allow that is as strict, then the fallbacks.

    Hashes that the site sends now stay, because other pages of the site may need them.
    """
    old = list(_sources(policy, SCRIPT_DIRECTIVES))
    hashes = [source.text for source in old if source.kind == SourceKind.HASH and source.text in written]
    keywords = [s.text for s in old if s.kind == SourceKind.KEYWORD and s.name not in _WRITTEN_ANEW]
    return list(
        dict.fromkeys(
            [
                *trusted,
                "'strict-dynamic'",
                *hashes,
                *keywords,
                *_evals(policy, page),
                "https:",
                *(("http:",) if page.scheme == "http" else ()),
                "'unsafe-inline'",
            ]
        )
    )


def _sources(policy: Policy, names: Sequence[str]) -> Iterator[Source]:
    for name in names:
        directive = policy.governing(name)
        yield from directive.list.sources if directive else ()


def _evals(policy: Policy, page: Url) -> tuple[str, ...]:
    if allows_eval(policy, page):
        return ("'unsafe-eval'",)
    return ("'wasm-unsafe-eval'",) if _allows(policy, page, "wasm") else ()


def _allows(policy: Policy, page: Url, kind: Kind) -> bool:
    return PolicySet(page, (policy,)).decide(Request(kind)).verdicts[0].allowed


def _without_overrides(policy: Policy) -> Policy:
    """Without the directives that browsers ask before script-src; script-src-attr 'none' may stay, it allows nothing."""
    unwanted = [each for each in policy.directives if _overrides(each, policy)]
    return reread(policy, apply(policy.text, without_directives(policy, unwanted))) if unwanted else policy


def _overrides(directive: Directive, policy: Policy) -> bool:
    if directive.name == "script-src-attr":
        in_force = policy.in_force.get(directive.name)
        return in_force is None or any(source.kind != SourceKind.NONE for source in in_force.list.sources)
    return directive.name == "script-src-elem"


def _is_narrow(policy: Policy, name: str) -> bool:
    """Whether a directive allows nothing, or only 'self' and hosts that its author chose for it."""
    directive = policy.in_force.get(name)
    if directive is None:
        fallback = policy.governing(name)
        return fallback is not None and not list(_effective(fallback.list.sources))
    return all(source.name == "'self'" or source.host for source in _effective(directive.list.sources))


def _effective(sources: Sequence[Source]) -> Iterator[Source]:
    return (source for source in sources if source.kind not in {SourceKind.NONE, SourceKind.INVALID})


def _used(document: Document | None, kind: Kind, page: Url) -> list[str]:
    """The sources of the page's own elements of a kind; 'none' where it has none."""
    urls = [each.request.url for each in document.requests if each.request.kind == kind] if document else []
    found = [source for url in urls if (source := source_for(url, page))]
    return list(dict.fromkeys(found)) or ["'none'"]


def _with(policy: Policy, name: str, words: Sequence[str]) -> Policy:
    """The policy with a directive's value; browsers may take an ignored one of the same name for the first of two."""
    value = " ".join(words)
    ignored = [each for each in policy.directives if each.name == name and each.state != State.IN_FORCE]
    text = apply(policy.text, without_directives(policy, ignored))
    if not text:
        return reread(policy, f"{name} {value}")
    rest = reread(policy, text)
    return reread(policy, apply(text, with_directive(rest, name, value)))


def reread(policy: Policy, text: str) -> Policy:
    """The policy with another text."""
    [read] = parse_policies([Delivered(text, policy.delivery, policy.disposition, policy.order)])
    return read
