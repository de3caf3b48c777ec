"""
The character encoding that a server names in Content-Type.

Parsed as browsers do, by the MIME Sniffing Standard: the first charset parameter wins, a quoted value may hold anything,
and a value that is not a MIME type names no encoding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_WHITE = " \t\r\n"
_ESSENCE = re.compile(rf"[{_WHITE}]*{_WORD}/(?:{_WORD})[{_WHITE}]*(?=;|$)")
_NAME = re.compile(rf";[{_WHITE}]*([^;=]*)(=?)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|\\$)*)"?[^;]*', re.DOTALL)
_PLAIN = re.compile(r"[^;]*")
# Characters; a longer value is not a real one, and cutting it keeps a hostile header cheap.
_MAX_LENGTH = 4096


# One value of a header with several: a comma inside quotes does not end it.
_VALUE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\Z))+', re.DOTALL)


def response_charset(values: Sequence[bytes]) -> str | None:
    """
    The charset of a response with these Content-Type headers, as written; None if there is none.

    Fetch #concept-header-extract-mime-type: headers are joined by commas, invalid values and */* are passed over, and a
    value of the same type without a charset leaves that of an earlier one.
    """
    charset, essence = None, ""
    for found in _VALUE.finditer(b",".join(values)[:_MAX_LENGTH].decode("latin-1")):
        matched = _ESSENCE.match(found[0])
        named = matched[0].strip(_WHITE).lower() if matched else "*/*"
        if named == "*/*":
            continue
        own = http_charset(found[0].encode("latin-1"))
        charset = own if own is not None or named != essence else charset
        essence = named
    return charset


def http_charset(content_type: bytes) -> str | None:
    """The charset parameter of one Content-Type value, as written; None if there is none."""
    text = content_type[:_MAX_LENGTH].decode("latin-1")
    essence = _ESSENCE.match(text)
    if essence is None:
        return None
    position = essence.end()
    while (name := _NAME.match(text, position)) is not None:
        position = name.end()
        if not name[2]:
            continue
        value, position = _value(text, position)
        if name[1].lower() == "charset" and value:
            return value
    return None


def _value(text: str, position: int) -> tuple[str, int]:
    """One parameter's value and where it ends; "" for an unquoted empty one, which the standard ignores."""
    quoted = _QUOTED.match(text, position)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), quoted.end()
    plain = _PLAIN.match(text, position)
    return ("", position) if plain is None else (plain[0].rstrip(_WHITE), plain.end())
