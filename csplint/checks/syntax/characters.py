"""Characters that make browsers drop a whole directive: anything but printable ASCII and white space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from csplint.checks.context import Context
from csplint.checks.prefilter import LONGEST_EDITED, any_state
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.wording import in_words, shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Span, State
from csplint.csp.url import parse_url

_WRONG = re.compile(r"[^\t\n\f\r -~]")
_TOKEN = re.compile(r"[^\t\n\f\r ]+")
_NAMES = {
    "\u2018": "a curly quote",
    "\u2019": "a curly quote",
    "\u201c": "a curly quote",
    "\u201d": "a curly quote",
    "\u00a0": "a no-break space",
    "\u200b": "an invisible space",
    "\ufeff": "a byte-order mark",
    "\u2013": "a long dash",
    "\u2014": "a long dash",
}
_ASCII = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2032\u00b4\u02bc", "'"),
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", ""),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\x00\x0b\x85\u2028\u2029", " "),
        "\u2026": "...",
        "\uff1a": ":",
        "\uff1b": ";",
        "\uff0a": "*",
    }
)
"""The ASCII characters that word processors, chat programs and web pages replaced."""

_PROTECTS = frozenset({"sources", "ancestors", "sandbox", "trusted-types", "flag"})


@check(
    when=(
        any_state("bad value"),
        any_state("bad name"),
    ),
    capped=True,
)
def non_ascii_directive(context: Context) -> Iterator[Problem]:
    """Report the directives that browsers drop because of a character, all of a policy in one finding."""
    for policy in context.policies.policies:
        dropped = [directive for directive in policy.directives if _is_dropped(directive)]
        if dropped:
            yield _problem(policy, dropped)


def _is_dropped(directive: Directive) -> bool:
    if directive.state == State.BAD_VALUE:
        return True
    return directive.state == State.BAD_NAME and not directive.written.isascii()


def _name(directive: Directive) -> str:
    """The directive's name as it was meant."""
    return next(iter(directive.name.translate(_ASCII).split()), directive.name)


def _problem(policy: Policy, dropped: list[Directive]) -> Problem:
    first = dropped[0]
    text = policy.text[first.span.start : first.span.end]
    found = _WRONG.search(text)
    character = found[0] if found else ""
    token = next(token for token in _TOKEN.finditer(text) if _WRONG.search(token[0]))
    names = in_words(dict.fromkeys(map(_name, dropped)))
    edits = [_in_ascii(policy, directive) for directive in dropped] if len(policy.text) <= LONGEST_EDITED else [()]
    return Problem(
        rule="non-ascii-directive",
        severity="error" if any(_protects(directive) for directive in dropped) else "warning",
        message=f"Browsers drop {names} entirely: {shown(token[0])} contains {_described(character)}.",
        cause="A directive may only contain printable ASCII characters; with any other, browsers ignore all of it.",
        policy=policy,
        directive=_name(first),
        value=token[0],
        span=Span(first.span.start + token.start(), first.span.start + token.end()),
        fix="Write the ASCII character: ' for curly quotes, a plain space, a host in its xn-- form.",
        safety="unsafe",
        edits=policy_edits(policy, chain.from_iterable(edits)) if all(edits) else (),
    )


def _described(character: str) -> str:
    code = f"U+{ord(character):04X}" if character else ""
    return f"{_NAMES.get(character, 'a character that is not allowed')} ({code})"


def _protects(directive: Directive) -> bool:
    info = DIRECTIVES.get(_name(directive))
    return info is not None and info.kind in _PROTECTS and info.status == "current"


def _in_ascii(policy: Policy, directive: Directive) -> tuple[Replacement, ...]:
    """The directive's wrong tokens in ASCII; none where one of them cannot be translated."""
    text, start = policy.text[directive.span.start : directive.span.end], directive.span.start
    found = []
    for token in _TOKEN.finditer(text):
        if _WRONG.search(token[0]):
            text_in_ascii = _token_in_ascii(token[0].translate(_ASCII))
            if text_in_ascii is None:
                return ()
            # A dash between two sources is punctuation: as ASCII it would be a host.
            before = len(text[: token.start()].rstrip()) if not text_in_ascii.strip("-") else token.start()
            found.append(Replacement(start + before, start + token.end(), text_in_ascii.strip("-") and text_in_ascii))
    return tuple(found)


def _token_in_ascii(text: str) -> str | None:
    """The text itself, or a host in punycode with its path; None for any other text."""
    if not _WRONG.search(text):
        return text
    scheme, separator, rest = text.rpartition("://")
    host, slash, path = rest.partition("/")
    if re.search(r"[@:?#%]", host) or _WRONG.search(scheme):
        return None
    url = parse_url(f"https://{host}/")
    return f"{scheme}{separator}{url.host}{slash}{_escaped(path)}" if url and url.host.isascii() else None


def _escaped(path: str) -> str:
    """A path with all but ASCII percent-encoded; browsers compare paths decoded."""
    return _WRONG.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), path)
