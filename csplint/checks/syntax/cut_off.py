"""What a semicolon too many cut off, so that it is in place of a directive's name: the rest of a list, or of an address."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.checks.prefilter import numbers
from csplint.checks.syntax.directive_words import FLAGS
from csplint.checks.syntax.occurrences import source_lists
from csplint.checks.syntax.token import is_directive_name, lacks_colon, reads_well
from csplint.checks.wording import shown
from csplint.csp.applicability import can_have_effect
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, without_directive
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, Span, State
from csplint.csp.source import Source, SourceKind
from csplint.csp.suggest import closest_directive
from csplint.model import Severity


class Reading(Struct, frozen=True):
    """What an unknown name was meant to be: why it is wrong, what to do, the edit, and what it explains (see `Problem`)."""

    cause: str
    fix: str = ""
    severity: Severity | None = None
    edits: tuple[Replacement, ...] = ()
    explains: tuple[Span, ...] = ()


_NAME = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
_FILE = re.compile(
    r"[\w.~%+-]*\.(?:aspx?|cgi|css|gif|html?|jpe?g|js|json|mjs|php|png|svg|webp|woff2?)(?:[?#].*)?", re.I
)
"""A file's name rather than a host's."""

_SCHEMES = frozenset(
    {
        *("about", "blob", "capacitor", "cdvfile", "chrome-extension", "data", "file", "filesystem", "gap", "http"),
        *("https", "ionic", "ipc", "mediastream", "moz-extension", "tauri", "ws", "wss"),
    }
)
"""Schemes that people list; without this list, any name with a colon after it would be one."""


def looks_like_source(word: str) -> bool:
    """Whether a word in place of a directive's name is a source or a sandbox flag."""
    return word.isascii() and (_source(word) is not None or word.lower() in FLAGS)


def _source(word: str) -> Source | None:
    """The source that a word is; a bare word only if it is one in quotes, because any other could be a host."""
    source = parse_source(word if re.search(r"[^A-Za-z0-9-]", word) else f"'{word}'")
    if source.kind == SourceKind.SCHEME and source.scheme not in _SCHEMES:
        return None  # a name with a colon, as headers have it
    return source if source.kind != SourceKind.INVALID else None


def may_be_name(directive: Directive) -> bool:
    """Whether an unknown word may be a directive of another specification: names have hyphens, and most have values."""
    word = directive.written.removesuffix(":")
    if closest_directive(word.lower()) or _NAME.fullmatch(word):
        return True
    return bool(directive.value) and word.isalpha()


def cut_path(policy: Policy, number: int, directive: Directive) -> Reading | None:
    """The rest of an address with a semicolon in it, which must be written %3B, or of https:// or a data: URL."""
    before = policy.directives[number - 1] if number else None
    if before is None or before.state != State.IN_FORCE:
        return None
    if source := _joined_halves(before, directive):
        return _halves(before, directive, source)
    gap = Replacement(before.span.end, directive.span.start, "%3B")
    address = cut_address(before, directive) if policy.text[gap.start : gap.end] == ";" else ""
    if not address:
        return None
    return Reading(
        f"The semicolon before it cut {shown(address)} in {before.name} in two.",
        "Write %3B for a semicolon in an address.",
        "error",
        (gap,),
        (before.tokens[-1].span,),
    )


def cut_address(before: Directive, rest: Directive) -> str:
    """The address that the cut before `rest` went through: the last of a source list, with a path, or of report-uri."""
    last, word = before.list.sources[-1] if before.list.sources else None, rest.written
    if last is None or not word.isascii() or may_be_name(rest):
        return ""
    if before.name == "report-uri":
        return "" if word.startswith("/") or "://" in word else last.text
    open_end = last.kind == SourceKind.HOST and last.path not in {"", "/"} and not last.text.endswith(("*", "/"))
    return last.text if open_end and (_FILE.fullmatch(word) or not looks_like_source(word)) else ""


_SLASHED = frozenset({"http", "https", "ws", "wss"})
_DATA = re.compile(r"data:.+", re.IGNORECASE | re.DOTALL)
_DATA_REST = re.compile(r"(?:base64|charset=[\w-]+|utf-?8)", re.IGNORECASE)
"""What follows the first semicolon of a data: URL; after a comma comes another policy."""


def _joined_halves(before: Directive, rest: Directive) -> str:
    """The source whose halves are the last token of a list and the name of the directive after it; "" without one."""
    info = DIRECTIVES.get(before.name)
    if info is None or info.kind not in {"sources", "ancestors"} or not before.list.sources:
        return ""
    last, word = before.list.sources[-1], rest.written
    if lacks_colon(last) and last.text.lower() in _SLASHED and word.startswith("//"):
        return f"{last.text}:{word}" if reads_well(f"{last.text}:{word}") else ""
    return "data:" if _DATA.fullmatch(last.text) and _DATA_REST.fullmatch(word) else ""


def _halves(before: Directive, directive: Directive, source: str) -> Reading:
    first = before.tokens[-1]
    cause = (
        f"The semicolon before it cut {shown(first.source.text)};{shown(directive.written)} in {before.name} in two."
    )
    if source == "data:" and before.name.startswith("script-src"):
        fix = "Remove both halves: data: in script-src would let anyone's script run."
        return Reading(cause, fix, "error", explains=(first.span,))
    edit = Replacement(first.span.start, directive.name_span.end, source)
    return Reading(cause, f"Write {shown(source)}.", "error", (edit,), (first.span,))


def cut_off(policy: Policy, number: int, directive: Directive) -> Reading:
    """The rest of a list that a semicolon ended too early, or a word for another list."""
    before = policy.directives[number - 1] if number else None
    source = _source(directive.written)
    if source is None:
        return _flag(policy, before, directive)
    if before is None or before not in list(source_lists(policy)):
        return Reading("It is a source in place of a directive's name.", "Write the directive's name before it.")
    if not can_have_effect(before.name, source):
        return _elsewhere(policy, directive, source)
    cause = f"It is a source: the semicolon before it ended {before.name}."
    if numbers(directive.list, is_directive_name):
        return Reading(cause, "Remove the semicolon.")
    joined = Replacement(before.span.end, directive.name_span.end, f" {source.text}")
    fix = f"Remove the semicolon, so that it belongs to {before.name}"
    fix += "." if source.text == directive.written else f", and write {source.text}."
    return Reading(cause, fix, edits=(joined,))


def _flag(policy: Policy, before: Directive | None, directive: Directive) -> Reading:
    cause = "It is a flag of the sandbox directive."
    if before is None or before.name != "sandbox" or before.state != State.IN_FORCE:
        return Reading(cause, "Write sandbox before it if you want to sandbox the page; else remove it.", "warning")
    joined = Replacement(before.span.end, directive.span.start, " ")
    return Reading(cause, "Remove the semicolon, so that it belongs to sandbox.", edits=(joined,))


def _elsewhere(policy: Policy, directive: Directive, source: Source) -> Reading:
    """A word that has no effect in the list before it: removing it changes nothing."""
    home = "connect-src" if can_have_effect("connect-src", source) else "script-src"
    homes = f"{home} or style-src" if can_have_effect("style-src", source) else home
    cause = f"It is not a directive but {source.text}, which is for {homes}."
    edits = () if directive.value else without_directive(policy, directive)
    return Reading(cause, f"Remove it, and add {source.text} to {homes} if you need it.", edits=edits)
