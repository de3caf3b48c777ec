"""
What a recipe writes, and what a recipe is.

A value holds `{NONCE}` where the nonce of a response goes. The writers of each server see tidy values: printable
ASCII, one line, single spaces, so that quoting is all that is left to do.
"""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.errors import CsplintError

NONCE = "{NONCE}"
"""Where the nonce goes; the same words as in csplint.report.to_send, which the report prints."""

CSP = "Content-Security-Policy"
REPORT_ONLY = "Content-Security-Policy-Report-Only"


class RecipeError(CsplintError):
    """A server's configuration cannot hold this header; the message says why and what else to do."""


class Wanted(Struct, frozen=True, kw_only=True):
    """
    What the server is to send.

    headers: (name, value), the policy first; values are tidy. no_store: whether `Cache-Control: no-store` is to be sent as well.
    """

    headers: tuple[tuple[str, str], ...]
    no_store: bool = False

    @property
    def nonce(self) -> bool:
        """Whether the server has to make a nonce."""
        return any(NONCE in value for _, value in self.headers)

    @property
    def sent(self) -> tuple[tuple[str, str], ...]:
        """All headers to send."""
        return (*self.headers, *((("Cache-Control", "no-store"),) if self.no_store else ()))

    @property
    def policy(self) -> tuple[str, str]:
        """The header that carries the policy."""
        return self.headers[0]

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """All headers but the policy."""
        return self.sent[1:]


class Block(Struct, frozen=True):
    """A piece to paste. where: the file or form it goes to, and the place in it. language: of the text, for highlighting and parsing."""

    where: str
    language: str
    text: str


class Draft(Struct, frozen=True):
    """What a server's own function gives: blocks in the order of work, and sentences about its traps."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()


class Recipe(Struct, frozen=True, kw_only=True):
    """
    How one server sends a policy.

    name: for --as. title: for sentences. evidence: why this server was chosen, "" if it was asked for. blocks: may be empty where the
    server cannot send such a policy; the notes then say what can. makes_nonce: they make a nonce for each response.
    """

    name: str
    title: str
    evidence: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    makes_nonce: bool = False


def tidy(policy: str) -> str:
    """
    A policy on one line of printable ASCII with the place for the nonce, in the meaning of CSP3 #parse-serialized-policy.

    Browsers skip a directive that is not ASCII and a source that matches no grammar, as any with a control character: both go.
    """
    marked = re.sub(r"'nonce-[^']*'", f"'nonce-{NONCE}'", policy, flags=re.IGNORECASE)
    parts = (_directives(each) for each in marked.split(","))
    return ", ".join("; ".join(" ".join((name, *sources)) for name, sources in part) for part in parts if part)


def directives(policy: str) -> list[tuple[str, list[str]]]:
    """
    The directives of one tidy policy as (lower-case name, sources). Of a repeated one the first counts, as in browsers.

    Raises RecipeError for two policies in one value, which no table of directives can hold.
    """
    if "," in policy:
        raise RecipeError(
            "These are two policies, and this server's table of directives holds one. Merge them, or send them as text: --as header."
        )
    found: dict[str, list[str]] = {}
    for name, sources in _directives(policy):
        found.setdefault(name.lower(), sources)
    return list(found.items())


def _directives(policy: str) -> list[tuple[str, list[str]]]:
    words = (each.split() for each in policy.split(";") if each.isascii())
    kept = ([word for word in each if not re.search(r"[\x00-\x1f\x7f]", word)] for each in words)
    return [(each[0], each[1:]) for each in kept if each]


def tidy_header(name: str, value: str) -> tuple[str, str]:
    """A header as it can be written; raises RecipeError if it is none (RFC 9110 #fields)."""
    value = " ".join(value.split())
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or not re.fullmatch(r"[\x20-\x7e]*", value):
        raise RecipeError(
            "A header with other characters than printable ASCII cannot be written into a configuration file."
        )
    return name, tidy(value) if name.lower() in {CSP.lower(), REPORT_ONLY.lower()} else value


def nonced_tags(wanted: Wanted) -> tuple[str, ...]:
    """The names of the elements that need the nonce: script, style, or both; link too, since it loads style sheets and modules."""
    named: set[str] = set()
    for _, value in wanted.headers:
        for policy in value.split(","):
            named |= {name.lower() for name, sources in _directives(policy) if any(NONCE in each for each in sources)}
    everything = "default-src" in named
    tags = [tag for tag in ("script", "style") if everything or any(name.startswith(f"{tag}-src") for name in named)]
    return (*tags, "link") if tags else ()
