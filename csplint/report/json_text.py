"""JSON that obeys nobody: what a terminal, an editor or a CI runner might heed is written as JSON's own escape."""

from __future__ import annotations

import re

import msgspec

_RISKY = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    r"|(?<=##)\["
)
"""Legal in JSON as they are, but a terminal, an editor or a CI runner that sees the report might heed them."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(value: object) -> str:
    """
    Give a value as JSON, indented by two spaces, with a line break at the end.

    Half of a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD: one character for one.
    """
    try:
        compact = msgspec.json.encode(value)
    except UnicodeEncodeError:
        compact = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))
    text = msgspec.json.format(compact.decode(), indent=2)
    return _RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _without_surrogates(value: object) -> object:
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case dict():
            return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
        case list() | tuple():
            return [_without_surrogates(each) for each in value]
    return value
