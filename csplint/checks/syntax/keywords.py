"""Keywords, nonces and hashes without their quotes or in the wrong ones, and quoted words that are no keywords."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.own import allows_own_origin
from csplint.checks.syntax.places import Group, groups, in_words, own_sources, shown
from csplint.checks.syntax.quoted import QUOTED_KINDS, QUOTES, is_unknown_word, is_unquoted, meant_quoted
from csplint.csp.applicability import REPORTS, allows_something, can_have_effect
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive
from csplint.csp.source import KEYWORDS, Source, SourceKind
from csplint.csp.suggest import closest
from csplint.csp.url import Url
from csplint.model import Severity

_LOCATIONS = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})
_OTHERS = {
    "'deny'": "'none'",
    "'eval'": "'unsafe-eval'",
    "'eval-script'": "'unsafe-eval'",
    "'inline'": "'unsafe-inline'",
    "'inline-script'": "'unsafe-inline'",
    "'report-sha1'": "'report-sha256'",
    "'same-origin'": "'self'",
    "'sameorigin'": "'self'",
    "'unsafe-dynamic'": "'strict-dynamic'",
    "'unsafe-hashed-attributes'": "'unsafe-hashes'",
}
"""Words of drafts, of other policies and of X-Frame-Options; 'unsafe-hashes' was called 'unsafe-hashed-attributes' in CSP3's drafts."""

_WASM = "'wasm-unsafe-eval'"


def manner(text: str) -> str:
    """How a word is quoted that is not quoted as it should be."""
    if "\\" in text:
        return "with back-slashes before its quotes"
    if text.endswith(":") and text[0] == text.rstrip(":")[-1]:
        return "with a colon after it"
    if "'" in (text[0], text[-1]) and text[0] != text[-1]:
        return "with one of its quotes missing"
    return "in the wrong quotes" if text.strip(QUOTES) != text else "without its quotes"


def unquoted_source(context: Context) -> Iterator[Problem]:
    """Report keywords, nonces and hashes that browsers take for hosts, or drop, for want of single quotes."""
    for policy in context.policies.policies:
        for group in groups(policy, is_unquoted):
            yield _unquoted(group, meant_quoted(group.source), context.policies.page)


def _unquoted(group: Group, quoted: str, page: Url) -> Problem:
    text = group.source.text
    wanted = parse_source(quoted)
    dropped = group.source.kind == SourceKind.INVALID
    read = "browsers drop it" if dropped else f"browsers read it as the name of a {group.source.kind}"
    useless = [directive.name for directive in group.directives if not _has_use(directive, group.source, wanted)]
    return Problem(
        rule="unquoted-keyword",
        severity="error" if any(_matters(directive, wanted, page) for directive in group.directives) else "warning",
        message=f"{shown(text)} stands {manner(text)} in {group.names}: {read}.",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=_fix(group, wanted, useless),
        safety="unsafe",
        edits=policy_edits(group.policy, _edits(group, quoted, useless)) if wanted.kind in QUOTED_KINDS else (),
    )


def _has_use(directive: Directive, written: Source, wanted: Source) -> bool:
    """Whether a word would say something in its quotes: 'none' does where nothing else allows anything."""
    if wanted.kind != SourceKind.NONE:
        return can_have_effect(directive.name, wanted)
    return not any(_allows(directive, each) for each in own_sources(directive.list) if each.text != written.text)


def _allows(directive: Directive, source: Source) -> bool:
    quoted = meant_quoted(source)
    return allows_something(directive.name, directive.list, parse_source(quoted) if quoted else source)


def _fix(group: Group, wanted: Source, useless: list[str]) -> str:
    text, quoted = shown(group.source.text), shown(wanted.text)
    if not useless:
        return f"Write {quoted}."
    why = f"{quoted} has no effect {'beside other sources' if wanted.kind == SourceKind.NONE else 'there'}"
    if len(useless) < len(group.directives):
        return f"Write {quoted}, but take {text} out of {in_words(useless)}: {why}."
    return f"Take {text} out: {why}."


def _edits(group: Group, quoted: str, useless: list[str]) -> Iterator[Replacement]:
    yield from group.only(lambda directive: directive.name not in useless).replaced(quoted)
    for directive in group.directives:
        if directive.name in useless:
            yield from remove_sources(directive, [group.source.text])


_STYLE_WORDS = frozenset({"'unsafe-inline'", "'unsafe-hashes'"})


def _matters(directive: Directive, wanted: Source, page: Url) -> bool:
    """Whether the directive would decide otherwise if the token were what it was meant to be."""
    listed, name = directive.list, directive.name
    scripts = name.startswith("script-src") or name == "default-src"
    strict = scripts and listed.strict_dynamic
    if (wanted.kind == SourceKind.KEYWORD and wanted.name in listed.keywords) or not can_have_effect(name, wanted):
        return False
    if wanted.name == "'self'":
        return not strict and not allows_own_origin(directive, page)
    if wanted.kind == SourceKind.NONE or wanted.name in REPORTS:
        return False
    if not scripts:
        styles = name.startswith("style-src")
        return styles and (wanted.kind != SourceKind.KEYWORD or wanted.name in _STYLE_WORDS)
    return wanted.name != "'unsafe-inline'" or not (strict or listed.has_nonce_or_hash)


def unknown_source(context: Context) -> Iterator[Problem]:
    """Report quoted words that browsers drop because they are no keywords."""
    for policy in context.policies.policies:
        for group in groups(policy, is_unknown_word):
            yield _unknown(group, context.policies.page)


def _meant(word: str) -> str:
    """The keyword that a word, lower case, was meant to be; never one that allows more than the word says."""
    # 'unsafe-eval' is nearer to 'unsafe-wasm-eval' than the keyword for WebAssembly is, and allows far more.
    return _WASM if "wasm" in word else closest(word, sorted(KEYWORDS | {"'none'"}), _OTHERS)


def _unknown(group: Group, page: Url) -> Problem:
    text = group.source.text
    meant = _meant(text.lower())
    wanted = parse_source(meant) if meant else None
    severity: Severity = "warning"
    if wanted and any(_matters(directive, wanted, page) for directive in group.directives):
        severity = "error"
    return Problem(
        rule="unknown-keyword",
        severity=severity,
        message=f"{shown(text)} in {group.names} is no keyword; browsers drop it.",
        cause=f"Did you mean {meant}?" if meant else "",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {meant}." if meant else "Take it out; a host stands without quotes.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(meant)) if meant else (),
    )
