"""
What somebody else wrote, made fit to be shown.

A page, a header or a URL may hold anything: escape sequences that rewrite the
terminal, line breaks that forge a line of the report, characters that cannot be
seen or turn the text around, words a CI runner takes for commands. Here each
becomes something a reader can see and a terminal or a runner does not obey.

This is for eyes: a backslash that was there already stays one backslash, so the
exact text is in the JSON report alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

LIMIT = 300
"""Longest run of characters without a space that is shown whole."""

_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
"""Unicode categories of what does something instead of showing something, or shows nothing, or cannot be told apart."""

_INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers
        (0x17B4, 0x17B5),  # Khmer inherent vowels
        (0x180B, 0x180F),  # Mongolian variation selectors
        (0x2800, 0x2800),  # the empty Braille pattern
        (0x3164, 0x3164),  # Hangul filler
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFFA0, 0xFFA0),  # half-width Hangul filler
        (0xE0100, 0xE01EF),  # more variation selectors
    )
    for code in range(first, last + 1)
)
"""Letters and marks that show nothing (most of Unicode's Default_Ignorable_Code_Point that is not category Cf)."""

_BLANKS = "\t\n\f\r "
"""What separates tokens in a policy (Infra #ascii-whitespace)."""

_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 3
"""Accents kept on one character; a pile of them would cover the lines above and below."""

_COMMAND = re.compile(r"##(?=\[)|^\s*(?=::)")
"""
Where a line has to be broken so that GitHub's runner does not obey it.

The runner looks for `##[command]` anywhere in a line, and for `::command::` after
white space of any kind at its start, on both streams.
"""


def visible(text: str, limit: int = LIMIT) -> str:
    r"""
    Give the text with everything unprintable written out: `\x1b`, `\u202e`, `\U000e0041`.

    A tab is shown as a space. A line break is written out too: what needs lines
    splits its text first. A token longer than `limit` keeps its two ends, with
    `…` between them. The result holds no character that a second call would change.
    """
    shown = text if text.isascii() and text.isprintable() else "".join(pieces(text))
    if len(shown) <= limit:
        return shown
    return re.sub(rf"[^ ]{{{limit + 1},}}", lambda token: _ends(token[0], limit), shown)


def _ends(token: str, limit: int) -> str:
    head = limit // 2
    tail = limit - head - 1
    return f"{token[:head]}…{token[len(token) - tail :]}"


def pieces(text: str, *, fold: bool = False) -> list[str]:
    """
    Give what is shown for each character, one string apiece, so that positions can be followed.

    fold: a run of a policy's white space, line breaks too, is shown as one space
    (nothing for all but its first): how the author laid out a meta element says nothing.
    """
    shown: list[str] = []
    marks = _MOST_MARKS  # accents on the last character; so many at the start, where there is none to carry them
    blank = False
    for char in text:
        was_blank, blank = blank, char in (_BLANKS if fold else "\t ")
        if blank:
            shown.append("" if fold and was_blank else " ")
            marks = _MOST_MARKS
        elif _category(char) in _MARKS and char not in _INVISIBLE and marks < _MOST_MARKS:
            shown.append(char)
            marks += 1
        elif _is_plain(char):
            shown.append(char)
            marks = 0
        else:
            shown.append(_written_out(char))
            marks = _MOST_MARKS
    return shown


def _category(char: str) -> str:
    if " " <= char <= "~":
        return "Lo"  # any that is shown: loading Unicode's tables takes 2 ms, and most reports need none
    from unicodedata import category  # noqa: PLC0415

    return category(char)


def _is_plain(char: str) -> bool:
    category = _category(char)
    return category not in _UNSHOWABLE and category not in _MARKS and char not in _INVISIBLE


def _written_out(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004 - the three lengths Python and JavaScript programmers know
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def guard_runner(text: str, *, runner: bool) -> str:
    """
    Break what GitHub's runner would take for a command, if there is a runner; for whole lines.

    `runner` says whether the output goes to one (`GITHUB_ACTIONS`): a backslash
    more would only puzzle everybody else.
    """
    return guard_parts([text])[0] if runner else text


def guard_parts(parts: Sequence[str]) -> list[str]:
    """The same for a line in parts, because a command may begin in one part and end in the next."""
    breaks = {found.end() for found in _COMMAND.finditer("".join(parts))}
    if not breaks:
        return list(parts)
    guarded = []
    at = 0
    for part in parts:
        guarded.append("".join("\\" + char if at + i in breaks else char for i, char in enumerate(part)))
        at += len(part)
    return guarded


def cell_width(text: str) -> int:
    """How many columns of a terminal the text takes; for text that is `visible`."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":  # the later parts of a Hangul syllable
        return 0
    if _category(char) in _MARKS:
        return 0
    from unicodedata import east_asian_width  # noqa: PLC0415 - see _category

    return 2 if east_asian_width(char) in "WF" else 1


def visible_span(text: str, start: int, end: int, *, runner: bool = False) -> tuple[str, int, int]:
    """
    Give the visible text, and the columns from which and up to which it shows `text[start:end]`.

    Nothing is cut: where the text must fit a line, `excerpt` does both.
    """
    shown = pieces(text)
    if runner:
        shown = guard_parts(shown)
    columns = piece_columns(shown)
    return "".join(shown), columns[min(start, len(text))], columns[min(end, len(text))]


def piece_columns(shown: Sequence[str]) -> list[int]:
    """The column each piece begins at, and the one after the last."""
    return [0, *accumulate(map(cell_width, shown))]
