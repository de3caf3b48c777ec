r"""
Untrusted text in Markdown that shows as text.

GitHub and GitLab turn bare addresses, @names, #numbers and commit ids into links or notifications, even after escapes
and entities are decoded. Only code spans are exempt everywhere, so anything that is not plainly a word becomes a code
span here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from csplint.report.escape import LIMIT, visible

_WORD = re.compile(r"[^\W\d_]+(?:[-'’/][^\W\d_]+)*|\d{1,6}|[–—…]")
"""Letters, or a number too short for a commit id: text that has no meaning to Markdown or a platform."""

_TOKEN = re.compile(r'(["(]*)(.*?)([.,;:!?)"]*)', re.DOTALL)
"""A word and the punctuation around it."""

_LINKABLE = re.compile(r"https://[A-Za-z0-9./_~%?&=#+-]{1,1000}")
_MOST_BACKTICKS = 3


_LONGEST = 16_000
"""Characters of the longest token to copy; servers refuse longer headers."""


def code(text: str, *, whole: bool = False) -> str:
    r"""
    Give text as a code span; "" for empty text. whole: do not shorten long tokens, because the text is to be copied.

    A pipe after a backslash is written as `\x7c`, because tables cannot carry both. Backticks are written as `\x60`
    if only a long fence could hold the text, because parsers give up on long fences.
    """
    shown = re.sub(r"(?<=\\)\|", r"\\x7c", visible(text, _LONGEST if whole else LIMIT).strip(" "))
    runs = {len(run) for run in re.findall("`+", shown)}
    length = next(number for number in range(1, len(runs) + 2) if number not in runs)
    if length > _MOST_BACKTICKS:
        shown, length = shown.replace("`", r"\x60"), 1
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    fence = "`" * length
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def prose(text: str) -> str:
    """Give a sentence in which everything but plain words is a code span: `script-src does not allow …`."""
    return " ".join(map(_token, visible(" ".join(text.split())).split()))


def _token(token: str) -> str:
    found = _TOKEN.fullmatch(token)
    before, core, after = found.groups() if found else ("", token, "")
    while after and _is_open(core):
        core, after = core + after[0], after[1:]
    if not core or _WORD.fullmatch(core):
        return token
    return f"{before}{code(core)}{after}"


def _is_open(core: str) -> bool:
    """Whether a bracket or quote that opens in the word closes after it: `eval()`, `csp="https://…"`."""
    return core.count("(") > core.count(")") or core.count('"') % 2 == 1


def link(text: str, address: str) -> str:
    """Give a link around text that is already Markdown; the text without a link if `is_address` refuses the address."""
    return f"[{text}]({address})" if is_address(address) else text


def is_address(text: str) -> bool:
    """Whether the text is an https URL without any character that Markdown or HTML could misread."""
    return bool(_LINKABLE.fullmatch(text))


def row(*cells: str) -> str:
    """Give a table row; GFM ends a cell at a pipe even in a code span, unless the pipe is escaped."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def fenced(lines: Iterable[str], language: str = "") -> str:
    """
    Give lines of text to copy as a fenced block; each must begin with a character of ours that is no backtick.

    The fence is longer than every run of backticks in the text, so that no text can close it.
    """
    shown = [visible(line, _LONGEST) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{language}", *shown, fence))
