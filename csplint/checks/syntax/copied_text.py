"""Text around a policy that is not part of it: the header's name, a server's instruction, quotes, and HTML escapes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.checks.wording import shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, Span, State
from csplint.csp.source import SourceKind

_SPACE = r"[\t\n\f\r ]"
_INSTRUCTION = (
    rf"(?:add_header|more_set_headers|header(?:{_SPACE}+(?:always|onsuccess))?{_SPACE}+(?:set|add|append|merge|setifempty)"
    rf"|http-response{_SPACE}+(?:set|add)-header|header){_SPACE}+"
)
"""nginx's, Apache's, HAProxy's and Caddy's."""
_QUOTE = rf"(?:[\"`]|'(?=[A-Za-z-]+{_SPACE}))"
"""A quote that opens a whole policy; 'self' begins with one of its own."""
_NAME = r"(?:X-(?:WebKit-)?)?Content-Security-Policy(?:-Report-Only)?(?![A-Za-z0-9-])"
_HEADER = re.compile(
    rf"(?:{_INSTRUCTION}|<meta{_SPACE}+http-equiv=|<add{_SPACE}+name=)?[\"'`]?{_NAME}[\"'`]?[\t\n\f\r :=]*(?:content=|value=)?({_QUOTE}?)",
    re.IGNORECASE,
)
_QUOTED = re.compile(rf"({_QUOTE})([A-Za-z-]+)", re.IGNORECASE)
_SEPARATORS = "\t\n\f\r ;"
_WORD = re.compile(r"[^\t\n\f\r ;]*")
_LAST_WORD = re.compile(r"[^\t\n\f\r ;]*\Z")


@check(
    when=("ignored directive",),
    capped=True,
)
def header_name_in_value(context: Context) -> Iterator[Problem]:
    """Report the header's own name where a directive's belongs; browsers ignore what follows it."""
    for policy in context.policies.policies:
        for directive in policy.directives:
            if names_header(directive):
                yield _header_problem(policy, directive)


def names_header(directive: Directive) -> bool:
    """Whether a directive begins with the header's name, or with an instruction that sets the header."""
    return _HEADER.match(f"{directive.written} {directive.value}") is not None


def _header_problem(policy: Policy, directive: Directive) -> Problem:
    start, end = directive.span.start, directive.span.end
    found = _HEADER.match(policy.text[start:end])
    after = start + found.end() if found else start
    around = wrapping(policy) if start == 0 else None
    ignored = policy.text[after : min(end, around.end) if around else end]
    removed = unwrapped(policy, around) if around else (Replacement(start, after, ""),)
    return Problem(
        rule="header-name-in-value",
        message=f"The policy's text contains the header's own name, and browsers read {shown(directive.written)} as a directive.",
        cause=f"They ignore what follows, up to the next semicolon: {shown(ignored)}" if ignored else "",
        **at_name(policy, directive),
        fix="Remove everything but the policy: the value begins with the first directive."
        if around
        else "Remove the name; the value begins with the first directive.",
        safety="unsafe",
        edits=policy_edits(policy, removed) if ignored else (),
        explains=after_wrapping(policy, around) if around else (),
    )


class Wrapping(Struct, frozen=True):
    """What is around a policy: everything before `start`, and from `end` on."""

    start: int
    end: int


@memo
def wrapping(policy: Policy) -> Wrapping | None:
    """The quotes around a whole policy, with the text outside them; None without an opening and a closing quote."""
    if policy.directives[0].state == State.IN_FORCE:
        return None
    found = _HEADER.match(policy.text) or _QUOTED.match(policy.text)
    if found is None or not found[1] or (found.re is _QUOTED and found[2].lower() not in DIRECTIVES):
        return None
    end = _closing(policy.text, found[1])
    return Wrapping(found.end(1), end) if end > found.end(1) else None


def unwrapped(policy: Policy, found: Wrapping) -> tuple[Replacement, ...]:
    """Remove everything but the policy."""
    return Replacement(0, found.start, ""), Replacement(found.end, len(policy.text), "")


def after_wrapping(policy: Policy, found: Wrapping) -> tuple[Span, ...]:
    """The text that is only wrong because of the closing quote: from the word that it ends to the policy's end."""
    word = _LAST_WORD.search(policy.text, 0, found.end)
    return (Span(word.start() if word else found.end, len(policy.text)),)


def _closing(text: str, quote: str) -> int:
    """The position of the quote that ends the policy, before what configurations have after it; -1 without one."""
    bare = text.rstrip(_SEPARATORS)
    for tail in (">", "/", "always"):
        if bare.lower().endswith(tail):
            bare = bare.removesuffix(bare[-len(tail) :]).rstrip(_SEPARATORS)
    if not bare.endswith(quote):
        return -1
    last = re.split(r"[\t\n\f\r ;]", bare[-200:])[-1]
    own = last.startswith(quote) and parse_source(last).kind != SourceKind.INVALID
    return -1 if own else len(bare) - 1


_ESCAPE = re.compile(r"&(?:amp;)?(?:(apos|quot|#0*3[49]|#x0*2[27])|amp|#0*38|#x0*26);", re.IGNORECASE)
_SPACES = re.compile(r"[\t\n\f\r ]*")


@memo
def _escapes(policy: Policy) -> Sequence[Replacement]:
    """The HTML escapes of quotes and ampersands, with the characters they mean; none where they cut nothing off."""
    if "&" not in policy.text or all(each.state == State.IN_FORCE for each in policy.directives):
        return ()
    return [
        Replacement(found.start(), found.end(), "'" if found[1] else "&") for found in _ESCAPE.finditer(policy.text)
    ]


@memo
def _after_escapes(policy: Policy) -> Set[int]:
    """Where the text after each escape begins."""
    texts = (_SPACES.match(policy.text, each.end) for each in _escapes(policy))
    return {text.end() for text in texts if text}


def is_made_by_escape(policy: Policy, directive: Directive) -> bool:
    """Whether a directive begins after an escape's semicolon, or has an escape in its name."""
    found, span = _escapes(policy), directive.name_span
    before = bisect_right(found, span.end, key=lambda each: each.start)
    touches = before > 0 and found[before - 1].end >= span.start
    return touches or span.start in _after_escapes(policy)


def escapes_problem(policy: Policy, directive: Directive) -> Problem:
    """All escapes of a policy as one problem, at the first directive that they made."""
    found = _escapes(policy)
    first = policy.text[found[0].start : found[0].end]
    return Problem(
        rule="unknown-directive",
        message=f"The policy has HTML escapes such as {first}, so browsers read {shown(directive.written)} as a directive.",
        cause="Escapes have no meaning in a header; the semicolon of each ends a directive.",
        **at_name(policy, directive),
        fix="Write the characters themselves: ' in a header, or in an attribute in double quotes.",
        safety="unsafe",
        edits=policy_edits(policy, found),
        explains=tuple(_words_at_escapes(policy)),
    )


def _words_at_escapes(policy: Policy) -> Iterator[Span]:
    """The escapes with the words that touch them."""
    start = end = -1
    for each in _escapes(policy):
        if each.start > end:  # the words of this escape are not those of the one before
            if end >= 0:
                yield Span(start, end)
            word = _LAST_WORD.search(policy.text, max(end, each.start - _LONGEST_WORD, 0), each.start)
            start = word.start() if word else each.start
        after = _WORD.match(policy.text, each.end)
        end = after.end() if after else each.end
    if end >= 0:
        yield Span(start, end)


_LONGEST_WORD = 1000
"""Characters of a word before an escape that are searched, so that a long policy takes no longer than its length."""
