"""
Untrusted text, made visible and harmless.

A page, a header or a URL may contain anything: escape sequences that rewrite the terminal, line breaks that forge a
line of the report, invisible characters, characters that reverse the text, commands to a CI runner. Each becomes text
that a reader can see and that no terminal and no runner acts on.

The result is for reading, and ambiguous: a backslash in the text stays one backslash. Only the JSON report has the
exact text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

LIMIT = 300
"""Characters of the longest token that is shown whole."""

_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
"""Unicode categories of characters that control the output, show nothing, or look like others."""

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
"""Letters and marks that show nothing: most of Unicode's Default_Ignorable_Code_Point outside category Cf."""

_SPACES = frozenset(" \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
"""Unicode's category Zs: white space that stays in its place, and controls nothing."""

_WHITE_SPACE = "\t\n\f\r "
"""Separators of tokens in a policy (Infra #ascii-whitespace)."""

_ACCENTS = frozenset({"Mn", "Me"})
_MOST_ACCENTS = 3
"""Accents shown on one character; a pile of them would cover the lines above and below."""

_COMMAND = re.compile(r"##(?=[A-Za-z]*\[|vso)|^[^\S\n]*(?=::)", re.MULTILINE)
"""
Where a line needs a backslash so that no CI runner reads a command in it.

GitHub's runner looks for `##[command]` anywhere in a line, and for `::command::` at its start, after any white space, on
both streams. Azure's looks for `##vso[` anywhere, and warns of a `##vso` that is no command; its log, like GitHub's, folds
and colours lines at `##[`. TeamCity looks for `##teamcity[` anywhere. GitLab's sections need an escape character.
"""

_JSON_COMMAND = re.compile(r"(?<=#)#(?=[A-Za-z]*\[|vso)")
"""The same in JSON, where no line begins with text of others: the `#` to escape."""

_UNUSUAL = re.compile(r"[^\t\n -~]")


def visible(text: str, limit: int = LIMIT) -> str:
    r"""
    Give the text with everything unprintable escaped: `\x1b`, `\u202e`, `\U000e0041`.

    A tab becomes a space. A line break is escaped too, so split text that needs lines first. A token longer than
    `limit` is shown as its two ends with `…` between them. A second call changes nothing.
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
    Give what is shown for each character, one string per character, so that positions can be mapped.

    fold: show a run of white space, including line breaks, as one space for its first character and "" for the
    others: the layout of a meta element has no meaning.
    """
    shown: list[str] = []
    accents = _MOST_ACCENTS  # on the last character; the most at the start, where no character carries them
    is_space = False
    for char in text:
        was_space, is_space = is_space, char in (_WHITE_SPACE if fold else "\t ")
        if is_space:
            shown.append("" if fold and was_space else " ")
            accents = _MOST_ACCENTS
        elif _category(char) in _ACCENTS and char not in _INVISIBLE and accents < _MOST_ACCENTS:
            shown.append(char)
            accents += 1
        elif _is_plain(char):
            shown.append(char)
            accents = 0
        else:
            shown.append(_escaped(char))
            accents = _MOST_ACCENTS
    return shown


def _category(char: str) -> str:
    if " " <= char <= "~":
        return "Lo"  # any printable category: loading Unicode's tables takes 2 ms, and most reports need none
    from unicodedata import category  # noqa: PLC0415

    return category(char)


def _is_plain(char: str) -> bool:
    category = _category(char)
    return category not in _UNSHOWABLE and category not in _ACCENTS and char not in _INVISIBLE


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004 - the three lengths Python and JavaScript programmers know
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def is_hidden(char: str) -> bool:
    """Whether a terminal or an editor obeys the character, or shows nothing for it; white space is no such character."""
    return char in _INVISIBLE or not (char.isprintable() or char in _SPACES)


def harmless(text: str) -> str:
    r"""
    Give lines of output as they may leave the program: no terminal and no CI runner finds a command in them.

    A hidden character becomes its escape, as in `visible`, and a command gets a backslash. Line breaks and tabs stay, as do
    lines without either, so that what is escaped already is unchanged.
    """
    shown = _UNUSUAL.sub(lambda found: _escaped(found[0]) if is_hidden(found[0]) else found[0], text)
    return guard_runner(shown)


def harmless_json(text: str) -> str:
    r"""
    Give JSON text in which no terminal and no CI runner finds a command; it decodes to the same value.

    A hidden character and the second `#` of a command become JSON escapes (RFC 8259, section 7).
    """
    shown = _UNUSUAL.sub(lambda found: _json_escape(found[0]) if is_hidden(found[0]) else found[0], text)
    return _JSON_COMMAND.sub(r"\\u0023", shown)


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def guard_runner(text: str) -> str:
    """Put a backslash into everything that a CI runner would read as a command; `text` is one line, or several."""
    return _COMMAND.sub(lambda found: f"{found[0]}\\", text)


def guard_parts(parts: Sequence[str]) -> list[str]:
    """Do the same for one line in parts: a command may begin in one part and end in the next."""
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
    """Give the columns that the text takes on a terminal; `text` comes from `visible`."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":  # the later parts of a Hangul syllable
        return 0
    if _category(char) in _ACCENTS:
        return 0
    from unicodedata import east_asian_width  # noqa: PLC0415 - see _category

    return 2 if east_asian_width(char) in "WF" else 1


def visible_span(text: str, start: int, end: int) -> tuple[str, int, int]:
    """
    Give the visible text, and the columns in which it shows `text[start:end]`.

    Nothing is cut; `excerpt` also fits the text to a line.
    """
    shown = guard_parts(pieces(text))
    columns = piece_columns(shown)
    return "".join(shown), columns[min(start, len(text))], columns[min(end, len(text))]


def piece_columns(shown: Sequence[str]) -> list[int]:
    """Give the column at which each piece begins, and the one after the last."""
    return [0, *accumulate(map(cell_width, shown))]
