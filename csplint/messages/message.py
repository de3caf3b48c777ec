"""One thing that a browser said: a message in its console, or a violation report."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

MessageKind = Literal["csp", "mixed-content", "cors", "coep", "trusted-types", "other", "unknown"]
"""
What a message is about. csp: a policy blocked something, would have, or is faulty. coep: COEP or CORP. trusted-types: the
exception that a script gets. other: recognised, and none of these. unknown: not recognised.
"""

SaidBy = Literal["chromium", "firefox", "safari"]

Note = Literal[
    "strict-dynamic",
    "unsafe-inline-ignored",
    "unsafe-hashes",
    "fallback",
    "wildcard",
    "ancestor",
    "about-policy",
    "localised",
    "fragment",
    "cut",
    "heading",
]
"""
What a message says besides. strict-dynamic: hosts are ignored. unsafe-inline-ignored: because of a nonce or hash.
unsafe-hashes: hashes do not apply without it. fallback: the directive is not set, another applies. wildcard: * does not match
the scheme. ancestor: another page frames this one. about-policy: the message is about the policy's text; it does not say that
anything was blocked. localised: not in English. fragment: the end of a message, of which the rest is missing. cut: the beginning of one.
heading: the title of an issue, whose rows say what was blocked.
"""


class Message(Struct, frozen=True, kw_only=True):
    """
    One message or report.

    kind: what it is about. browser: who said it, None if that is not known. directive: the effective directive of CSP3, such
    as "script-src-elem" or "img-src"; of a message about the policy, the directive that it names; "" if it names none.
    disposition: None if it does not say, or nothing was blocked. blocked: the URL as written, or what reports write for code
    without one: "inline", "eval", "wasm-eval", "trusted-types-sink", "trusted-types-policy"; "" if it is not known.
    code: which code without a URL: "inline-script", "event-handler" …, a kind of `csp.request`, "" if it has a URL or that is
    not known. violated: the directive with its value as the browser printed it, "" if it did not. policy: the whole policy,
    "" if only a part of it is known. token: the part of a policy's text that it names. hashes: the hash sources it prints.
    notes: what else it says.
    page, status, referrer, source_file, line, column, sample: as in a violation report; "" and 0 where it does not say.
    user_agent, age: of a report, as sent; age in milliseconds. about: what a message of another kind than "csp" is, as a noun
    ("mixed content"); of an unknown one, what it is if that is known ("a policy"). text: the message without what the console
    puts around it, or the report as JSON.
    """

    kind: MessageKind
    browser: SaidBy | None = None
    directive: str = ""
    disposition: Literal["enforce", "report"] | None = None
    blocked: str = ""
    code: str = ""
    violated: str = ""
    policy: str = ""
    token: str = ""
    hashes: tuple[str, ...] = ()
    notes: frozenset[Note] = frozenset()
    page: str = ""
    status: int = 0
    referrer: str = ""
    source_file: str = ""
    line: int = 0
    column: int = 0
    sample: str = ""
    user_agent: str = ""
    age: int = 0
    about: str = ""
    text: str = ""
