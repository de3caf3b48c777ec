"""
Where the characters of a YAML scalar are written: https://yaml.org/spec/1.1/, in each of its five styles.

PyYAML gives a scalar's value and where it begins and ends; here its text is gone through once more, and a place is given only if that
leads to the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Char = tuple[str, int]
"""A character of the value, and where it is written, as an index of the file's characters."""

_BREAK = r"(?:\r\n|[\r\n\x85])"
_WHITE = r"[ \t\r\n\x85]+"
_FLOW = {
    "": re.compile(rf"(?P<white>{_WHITE})|(?P<plain>.)", re.DOTALL),
    "'": re.compile(rf"(?P<escape>'')|(?P<white>{_WHITE})|(?P<plain>.)", re.DOTALL),
    '"': re.compile(
        rf"\\(?P<continued>{_BREAK}[ \t]*)|\\(?:x(?P<x>[0-9A-Fa-f]{{2}})|u(?P<u>[0-9A-Fa-f]{{4}})|U(?P<U>[0-9A-Fa-f]{{8}})"
        rf"|(?P<escape>.))|(?P<white>{_WHITE})|(?P<plain>.)",
        re.DOTALL,
    ),
}
_LINE = re.compile(rf"([^\r\n\x85]*)({_BREAK}|\Z)")
_BREAKS = re.compile(_BREAK)
_ESCAPES = {
    **{"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"},
    **{" ": " ", '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"},
}


def characters(text: str, start: int, end: int, style: str, value: str) -> list[Char] | None:
    """
    The characters of a scalar that is written at `start` to `end`.

    style: `"`, `'`, `|`, `>`, or "" for none. None if they cannot be followed to its value.
    """
    found = list(_block(text, start, end, style, value) if style in {"|", ">"} else _flow(text, start, end, style))
    return found if "".join(char for char, _ in found) == value else None


def _flow(text: str, start: int, end: int, style: str) -> Iterator[Char]:
    quotes = len(style)
    for match in _FLOW[style].finditer(text, start + quotes, end - quotes):
        at = match.start()
        match match.lastgroup:
            case "white":
                if breaks := len(_BREAKS.findall(match[0])):
                    yield from ((char, at) for char in ("\n" * (breaks - 1) or " "))
                else:
                    yield from ((char, at + number) for number, char in enumerate(match[0]))
            case "x" | "u" | "U":
                code = int(match[str(match.lastgroup)], 16)
                yield (chr(code) if code <= 0x10FFFF else "", at)  # noqa: PLR2004 - Unicode's last
            case "escape":
                yield ("'" if style == "'" else _ESCAPES.get(match["escape"], ""), at)
            case "plain":
                yield match[0], at


def _block(text: str, start: int, end: int, style: str, value: str) -> Iterator[Char]:
    """Go through the lines below the header; what their breaks became is read from the value."""
    header = _LINE.match(text, start, end)
    lines = list(_LINE.finditer(text, header.end() if header else end, end))
    indent, done = _indent(lines, value), 0
    for line in lines:
        content = line[1][indent:]
        at = line.start() + min(indent, len(line[1]))
        if not value.startswith(content, done):
            return
        yield from ((char, at + number) for number, char in enumerate(content))
        done += len(content)
        folded = style == ">" and value.startswith(" ", done)
        if line[2] and (folded or value.startswith("\n", done)):
            yield value[done], line.start(2)
            done += 1


def _indent(lines: list[re.Match[str]], value: str) -> int:
    """The spaces before each line that are not part of the value."""
    first = next((line[1] for line in lines if line[1].strip(" ")), "")
    said = next((line for line in value.split("\n") if line.strip(" ")), "")
    return max(0, _spaces(first) - _spaces(said))


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
