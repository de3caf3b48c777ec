"""What stands where a directive's name belongs because of a semicolon too many: the rest of a list, or of an address."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.checks.marks import marked
from csplint.checks.syntax.halves import whole
from csplint.checks.syntax.places import shown, source_lists
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.removal import without_directive
from csplint.checks.syntax.sandbox import FLAGS
from csplint.csp.applicability import can_have_effect
from csplint.csp.edit import Replacement
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.source import Source, SourceKind
from csplint.csp.suggest import closest_directive
from csplint.model import Severity


class Reading(Struct, frozen=True):
    """What an unknown name was meant to be: why it is wrong, what to do, and the edit."""

    cause: str
    fix: str = ""
    severity: Severity | None = None
    edits: tuple[Replacement, ...] = ()


_QUOTED = frozenset({SourceKind.KEYWORD, SourceKind.NONE, SourceKind.NONCE, SourceKind.HASH})
_NAME = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
_FILE = re.compile(
    r"[\w.~%+-]*\.(?:aspx?|cgi|css|gif|html?|jpe?g|js|json|mjs|php|png|svg|webp|woff2?)(?:[?#].*)?", re.I
)
"""What is a file's name rather than a host's."""


_SCHEMES = frozenset(
    {
        *(
            "about",
            "blob",
            "capacitor",
            "cdvfile",
            "chrome-extension",
            "data",
            "file",
            "filesystem",
            "gap",
            "http",
            "https",
        ),
        *("ionic", "ipc", "mediastream", "moz-extension", "tauri", "ws", "wss"),
    }
)
"""Schemes that people list; any other name with a colon after it is read as one, too."""


def looks_like_source(word: str) -> bool:
    """Whether a word that stands where a directive's name belongs is a source or a sandbox flag."""
    return word.isascii() and (_meant(word) is not None or word.lower() in FLAGS)


def _meant(word: str) -> Source | None:
    """The source that a word is; a bare one only with the quotes it lacks, since any other could be a host."""
    source = parse_source(word if re.search(r"[^A-Za-z0-9-]", word) else f"'{word}'")
    if source.kind == SourceKind.SCHEME and source.scheme not in _SCHEMES:
        return None  # a name with a colon, as headers have it
    return source if source.kind != SourceKind.INVALID else None


def cut_address(before: Directive, rest: Directive) -> str:
    """The address that the cut before `rest` went through: the last of a source list, with a path, or of report-uri."""
    last, word = before.list.sources[-1] if before.list.sources else None, rest.written
    if last is None or not word.isascii() or may_be_name(rest):
        return ""
    if before.name == "report-uri":
        return "" if _begins_address(word) else last.text
    open_end = last.kind == SourceKind.HOST and last.path not in {"", "/"} and not last.text.endswith(("*", "/"))
    return last.text if open_end and (_FILE.fullmatch(word) or not looks_like_source(word)) else ""


def may_be_name(directive: Directive) -> bool:
    """Whether an unknown word may be a directive of some other specification: names have hyphens, most have values."""
    word = directive.written.removesuffix(":")
    if closest_directive(word.lower()) or _NAME.fullmatch(word):
        return True
    return bool(directive.value) and word.isalpha()


def _begins_address(word: str) -> bool:
    return word.startswith("/") or "://" in word


def cut_path(policy: Policy, number: int, directive: Directive) -> Reading | None:
    """The rest of a path with a semicolon in it, which has to be written %3B."""
    before = policy.directives[number - 1] if number else None
    if before is None or before.state != State.IN_FORCE:
        return None
    if source := whole(before, directive):
        return _halves(before, directive, source)
    gap = Replacement(before.span.end, directive.span.start, "%3B")
    address = cut_address(before, directive) if policy.text[gap.start : gap.end] == ";" else ""
    if not address:
        return None
    return Reading(
        f"The semicolon before it cut {shown(address)} in {before.name} in two.",
        "Write %3B for a semicolon in an address.",
        "error",
        edits=(gap,),
    )


def _halves(before: Directive, directive: Directive, source: str) -> Reading:
    first = before.tokens[-1].span
    cause = f"The semicolon before it cut {shown(before.list.sources[-1].text)};{shown(directive.written)} in {before.name} in two."
    if source == "data:" and before.name.startswith("script-src"):
        return Reading(cause, "Take both halves out: data: in script-src would let anybody's script run.", "error")
    edit = Replacement(first.start, directive.name_span.end, source)
    return Reading(cause, f"Write {shown(source)}.", "error", edits=(edit,))


def cut_off(policy: Policy, number: int, directive: Directive) -> Reading:
    """The rest of a list that a semicolon ended too early, or a word that was meant for another list."""
    before = policy.directives[number - 1] if number else None
    source = _meant(directive.written)
    if source is None:
        return _flag(policy, before, directive)
    if before is None or before not in list(source_lists(policy)):
        return Reading(
            "It is a source, and stands where a directive's name belongs.", "Write the directive's name before it."
        )
    if not can_have_effect(before.name, source):
        return _elsewhere(policy, directive, source)
    cause = f"It is a source: the semicolon before it ended {before.name}."
    if marked(directive, is_directive_name):
        return Reading(cause, "Take the semicolon out.")
    text = f" {source.text}"
    joined = Replacement(before.span.end, directive.name_span.end, text)
    fix = f"Take the semicolon out, so that it belongs to {before.name}."
    if source.text != directive.written:
        fix = f"Take the semicolon out, so that it belongs to {before.name}, and write {source.text}."
    return Reading(cause, fix, edits=(joined,))


def _flag(policy: Policy, before: Directive | None, directive: Directive) -> Reading:
    cause = "It is a flag of the sandbox directive."
    if before is None or before.name != "sandbox" or before.state != State.IN_FORCE:
        return Reading(
            cause, "Write sandbox before it, if the page is to be in a sandbox; else take it out.", "warning"
        )
    joined = Replacement(before.span.end, directive.span.start, " ")
    return Reading(cause, "Take the semicolon out, so that it belongs to sandbox.", edits=(joined,))


def _elsewhere(policy: Policy, directive: Directive, source: Source) -> Reading:
    """A word that says nothing in the list before it: taking it out changes nothing."""
    home = "connect-src" if can_have_effect("connect-src", source) else "script-src"
    homes = f"{home} or style-src" if can_have_effect("style-src", source) else home
    cause = f"It is no directive but {source.text}, which is for {homes}."
    edits = () if directive.value else without_directive(policy, directive)
    return Reading(cause, f"Take it out, and write {source.text} into {homes} if it is meant.", edits=edits)
