"""
What the text of the page's own scripts does that a policy may forbid.

The text is searched, not run: what is found may be unreachable, in a comment, or given a trusted value, so findings say
"may".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csplint.checks.context import Context
from csplint.csp.memo import BoundedCache
from csplint.page.document import PageRequest

MOST_SEARCHED = 2_000_000
"""Characters of a page's scripts that are searched."""

_LONGEST = 200_000
"""Characters of one script that are searched."""

_NAME = r"[A-Za-z_$][\w$]{0,60}"
_MAKES_SCRIPT = re.compile(
    rf"\b({_NAME})\s*=\s*(?:{_NAME}\.)*+createElement\(\s*(?:[\"'`]script[\"'`]|{_NAME})\s*\)", re.IGNORECASE
)
_SINKS = {
    "innerHTML": re.compile(r"\.innerHTML\s*\+?=(?!=)"),
    "outerHTML": re.compile(r"\.outerHTML\s*\+?=(?!=)"),
    "insertAdjacentHTML()": re.compile(r"\.insertAdjacentHTML\("),
    "document.write()": re.compile(r"\bdocument\.write(?:ln)?\("),
    "eval()": re.compile(r"(?<![\w$.])eval\("),
    "new Function()": re.compile(r"\bnew\s+Function\("),
    "setTimeout() with a string": re.compile(r"\bset(?:Timeout|Interval)\(\s*[\"'`]"),
    "srcdoc": re.compile(r"\.srcdoc\s*=(?!=)"),
    "new Worker()": re.compile(r"\bnew\s+(?:Shared)?Worker\("),
    "parseFromString()": re.compile(r"\.parseFromString\("),
    "createContextualFragment()": re.compile(r"\.createContextualFragment\("),
}
"""Trusted Types #injection-sinks, those that a search finds without knowing what an object is; each seen to throw."""

_CREATES = re.compile(r"\.createPolicy\(\s*[\"'`]([^\"'`]{1,100})[\"'`]")


def _sinks(text: str) -> tuple[str, ...]:
    """What the script may hand plain strings to, each once: `src of a script element`, `innerHTML`, `eval()`."""
    return (*_script_sinks(text), *(name for name, pattern in _SINKS.items() if pattern.search(text)))


_FOUND = BoundedCache(_sinks, most=1024, longest=_LONGEST, altogether=4_000_000)
"""A page is checked again after each fix, and its scripts stay the same."""


def sinks(text: str) -> tuple[str, ...]:
    """The same for the first part of a text of any length; nothing for a script that knows Trusted Types."""
    return () if "trustedTypes" in text else _FOUND[text[:_LONGEST]]


def _script_sinks(text: str) -> Iterator[str]:
    """Assignments to script elements; only names that the text gives to a new script element count."""
    if not re.search(r"[\"'`]script[\"'`]", text, re.IGNORECASE):
        return
    names = list(dict.fromkeys(match[1] for match in _MAKES_SCRIPT.finditer(text)))[:20]
    if not names:
        return
    made = "|".join(map(re.escape, names))
    for what in ("src", "text", "textContent", "innerText"):
        if re.search(rf"(?<![\w$.])(?:{made})\.{what}\s*=(?!=)", text):
            yield f"{what} of a script element"
    if re.search(rf"(?<![\w$.])(?:{made})\.setAttribute\(\s*[\"'`]src[\"'`]", text):
        yield "src of a script element"


def created(text: str) -> tuple[str, ...]:
    """The names of the Trusted Types policies that a script creates."""
    return tuple(dict.fromkeys(match[1] for match in _CREATES.finditer(text[:_LONGEST])))


OPENS_WINDOW = re.compile(r"\bwindow\.open\(|(?<![\w$.])open\(\s*[\"'`]https?:")
DIALOG = re.compile(r"(?<![\w$.])(?:window\.)?(alert|confirm|prompt)\(|\bwindow\.(print)\(")


def searched(code: Sequence[PageRequest], pattern: re.Pattern[str]) -> PageRequest | None:
    """The first script or handler whose text matches."""
    left = MOST_SEARCHED
    for each in code:
        left -= len(each.request.content)
        if left >= 0 and pattern.search(each.request.content, 0, _LONGEST):
            return each
    return None


def page_code(context: Context) -> Sequence[PageRequest]:
    """The page's inline scripts and event handlers, in document order, without those of vendors' embeds."""
    embeds = {embed.script.order for embed in context.every_embed}
    requests = context.document.requests if context.document else ()
    return [each for each in requests if each.request.kind in _CODE and each.order not in embeds]


_CODE = frozenset({"inline-script", "event-handler"})
