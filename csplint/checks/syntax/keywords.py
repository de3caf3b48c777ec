"""
Keywords, nonces and hashes without their quotes, and quoted words that are not keywords.

In source lists, and in the directives that have words of their own: Trusted Types and webrtc.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import Group, groups, own_sources
from csplint.checks.syntax.token import QUOTED_KINDS, QUOTES, diagnose, is_unknown_keyword, is_unquoted, meant_quoted
from csplint.checks.wording import in_words, shown
from csplint.csp.applicability import REPORTS, allows_something, can_have_effect
from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, remove_sources, without_tokens
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Directive, Policy, Token, parse_policies
from csplint.csp.request import Request
from csplint.csp.source import KEYWORDS, Source, SourceKind
from csplint.csp.url import Url

WORDS = {
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("'allow-duplicates'", "'none'"),
    "webrtc": ("'allow'", "'block'"),
}
"""The words of directives that have their own."""


@check(
    when=(
        any_token(is_unquoted),
        any_directive("require-trusted-types-for"),
        any_directive("trusted-types"),
        any_directive("webrtc"),
    ),
    capped=True,
)
def unquoted_keyword(context: Context) -> Iterator[Problem]:
    """Report keywords, nonces, hashes and words of these directives without single quotes."""
    for policy in context.policies.policies:
        for group in groups(policy, is_unquoted):
            yield _unquoted(group, meant_quoted(group.source), context.policies.page)
    for policy, directive, token in _words(context):
        quoted = f"'{token.source.text.lower().strip(QUOTES)}'"
        if quoted in WORDS[directive.name] and quoted != token.source.text.lower():
            yield _unquoted_word(policy, directive, token, quoted)


@check(
    when=(
        any_token(is_unknown_keyword),
        any_directive("require-trusted-types-for"),
        any_directive("trusted-types"),
        any_directive("webrtc"),
    ),
    capped=True,
)
def unknown_keyword(context: Context) -> Iterator[Problem]:
    """Report quoted words that are not keywords; names of Trusted Types policies take no quotes."""
    for policy in context.policies.policies:
        for group in groups(policy, is_unknown_keyword):
            yield _unknown(group, context.policies.page)
    for policy, directive, token in _words(context):
        text = token.source.text
        bare = text.strip(QUOTES)
        named = directive.name == "trusted-types"
        if f"'{bare.lower()}'" not in WORDS[directive.name] and (text != bare or not named):
            yield _unknown_word(policy, directive, token, _name(bare, directive) if named else "")


def _unquoted(group: Group, quoted: str, page: Url) -> Problem:
    text = group.source.text
    wanted = parse_source(quoted)
    dropped = group.source.kind == SourceKind.INVALID
    read = "browsers ignore it" if dropped else f"browsers read it as the name of a {group.source.kind}"
    useless = [directive.name for directive in group.directives if not _has_use(directive, group.source, wanted)]
    return Problem(
        rule="unquoted-keyword",
        severity="error" if any(_matters(directive, wanted, page) for directive in group.directives) else "warning",
        message=f"{shown(text)} in {group.names} is written {_manner(text)}: {read}.",
        **group.location,
        fix=_fix(group, wanted, useless),
        safety="unsafe",
        edits=policy_edits(group.policy, _edits(group, quoted, useless)) if wanted.kind in QUOTED_KINDS else (),
    )


def _manner(text: str) -> str:
    """How a word is quoted that is not quoted as it should be."""
    if "\\" in text:
        return "with backslashes before its quotes"
    if text.endswith(":") and text[0] == text.rstrip(":")[-1]:
        return "with a colon after it"
    if "'" in (text[0], text[-1]) and text[0] != text[-1]:
        return "with one of its quotes missing"
    return "in the wrong quotes" if text.strip(QUOTES) != text else "without its quotes"


def _has_use(directive: Directive, written: Source, wanted: Source) -> bool:
    """Whether a word would have an effect in its quotes: 'none' has where nothing else allows anything."""
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
        return f"Write {quoted}, but remove {text} from {in_words(useless)}: {why}."
    return f"Remove {text}: {why}."


def _edits(group: Group, quoted: str, useless: list[str]) -> Iterator[Replacement]:
    yield from group.only(lambda directive: directive.name not in useless).replaced(quoted)
    for directive in group.directives:
        if directive.name in useless:
            yield from remove_sources(directive, [group.source.text])


_STYLE_WORDS = frozenset({"'unsafe-inline'", "'unsafe-hashes'"})


def _matters(directive: Directive, wanted: Source, page: Url) -> bool:
    """Whether the directive would decide differently if the token were what was meant."""
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


def allows_own_origin(directive: Directive, page: Url) -> bool:
    """Whether the list's other sources allow what 'self' would, in all the browsers."""
    ancestors = directive.name == "frame-ancestors"
    # In all other lists locations match alike, so that one kind of request answers for all.
    delivered = [Delivered(f"{'frame-ancestors' if ancestors else 'img-src'} {directive.value}", "text")]
    for browser in BROWSERS:
        alone = PolicySet(page, parse_policies(delivered, browser), browser)
        if ancestors and alone.decide(Request("frame-ancestors", f"{page.origin}/")).blocked:
            return False
        if not ancestors and not covers(alone, "'self'", "img"):
            return False
    return True


def _unknown(group: Group, page: Url) -> Problem:
    found = diagnose(group.source)
    meant = found.meant if found else ""
    wanted = parse_source(meant) if meant else None
    matters = wanted and any(_matters(directive, wanted, page) for directive in group.directives)
    return Problem(
        rule="unknown-keyword",
        severity="error" if matters else "warning",
        message=f"{shown(group.source.text)} in {group.names} is not a keyword; browsers ignore it.",
        cause=f"Did you mean {meant}?" if meant else "",
        **group.location,
        fix=f"Write {meant}." if meant else "Remove it; hosts take no quotes.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(meant)) if meant else (),
    )


def _words(context: Context) -> Iterator[tuple[Policy, Directive, Token]]:
    for policy in context.policies.policies:
        for name in WORDS:
            if name in policy.in_force:
                for token in policy.in_force[name].tokens:
                    yield policy, policy.in_force[name], token


def _unquoted_word(policy: Policy, directive: Directive, token: Token, quoted: str) -> Problem:
    text = token.source.text
    return Problem(
        rule="unquoted-keyword",
        severity="error" if directive.name == "require-trusted-types-for" else "warning",
        message=f"{shown(text)} in {directive.name} is written {_manner(text)}: browsers do not read it as {quoted}.",
        cause=_known(directive),
        **at_token(policy, directive, token),
        fix=f"Write {quoted}.",
        safety="unsafe",
        edits=policy_edits(policy, [Replacement(token.span.start, token.span.end, quoted)]),
    )


def _unknown_word(policy: Policy, directive: Directive, token: Token, meant: str) -> Problem:
    edits: tuple[Replacement, ...] = ()
    if meant:
        edits = (Replacement(token.span.start, token.span.end, meant),)
    elif directive.name == "trusted-types":  # a word that is not a name does nothing among names
        edits = without_tokens(directive, [token])
    return Problem(
        rule="unknown-keyword",
        severity="warning",
        message=f"{shown(token.source.text)} is not a word that {directive.name} knows; browsers ignore it.",
        cause=_known(directive),
        **at_token(policy, directive, token),
        fix=f"Write {meant}." if meant else "Remove it." if edits else "",
        safety="unsafe",
        edits=policy_edits(policy, edits),
    )


def _known(directive: Directive) -> str:
    names = ", and names of policies without quotes" if directive.name == "trusted-types" else ""
    return f"{directive.name} takes {' and '.join(WORDS[directive.name])} in single quotes{names}."


def _name(bare: str, directive: Directive) -> str:
    """The name in quotes; "" for a keyword of source lists, which nobody calls a policy."""
    if f"'{bare.lower()}'" not in KEYWORDS:
        return bare
    # An empty list allows no policy, which 'none' says explicitly.
    return "" if len(directive.tokens) > 1 else "'none'"
