"""
What a configuration file says about response headers.

Each server has a module with `SERVER: Server` (`servers.registry` lists them). It finds the headers in the file, says which of
them each response gets, and writes a changed value back in place. It never guesses: what is computed when the server runs is
said to be computed.

All offsets count the bytes of the file. Nothing here reads files, except what `Reader` gives for includes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

Reader = Callable[[str], bytes | None]
"""Gives the contents of a file that another one includes, by the path as written; None if it cannot be had."""


class Written(Struct, frozen=True):
    """
    A header's value and where it is written.

    text: the value as the server sends it, with escapes undone and continued lines joined. starts: the offset in the file of
    each character of `text` and, last, of its end. What stands for something computed is in `text` as `stand_in` made it, all
    of it at the offset where the expression begins.
    """

    text: str
    starts: tuple[int, ...]


class Sent(Struct, frozen=True, kw_only=True):
    """
    One header that a file sends.

    name: as written. value: None if nothing of it is known. start, end: the whole statement in the file, for removal.
    file: the included file that it is written in, "" for the file itself (then it has no place in it).
    always: whether it is sent with error pages too; None if the server makes no difference.
    computed: the expressions in the value that the server computes, as written: `$request_id`.
    """

    name: str
    value: Written | None
    start: int
    end: int
    file: str = ""
    always: bool | None = None
    computed: tuple[str, ...] = ()


class Response(Struct, frozen=True):
    """
    The headers of the responses of one part of a site.

    scope: that part in the words of the file: "location /shop in server shop.example"; "" for the whole site. path: a path that
    gets this response, or a pattern as written. sent: in the order sent, after inheritance and overriding; two values that the
    server joins into one header with a comma are two entries. page: whether pages (HTML) get it; a part for
    images or an API has False.
    """

    scope: str
    path: str
    sent: tuple[Sent, ...]
    page: bool = True


class FileEdit(Struct, frozen=True):
    """Replace the bytes `start` to `end` of the file with `text` (UTF-8); insert if they are equal."""

    start: int
    end: int
    text: str


class Fault(Struct, frozen=True, kw_only=True):
    """
    What is wrong in the file itself, for a rule of the pack `servers`.

    rule: its name. message: one sentence. start, end: where. fix: words for what to change. edits: how, if it can be done in place.
    scope: as in Response, if it is about one part.
    """

    rule: str
    message: str
    start: int
    end: int
    fix: str = ""
    edits: tuple[FileEdit, ...] = ()
    scope: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """
    A configuration file, read.

    server: the name of its Server. limits: sentences about what was not read or is computed.
    """

    server: str
    responses: tuple[Response, ...] = ()
    faults: tuple[Fault, ...] = ()
    limits: tuple[str, ...] = ()


class SourceError(Exception):
    """A file cannot be read as what it is. message: a sentence without the file's name. line, column: from 1, 0 if unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


Certainty = Literal["name", "content", "no"]


class Server(Struct, frozen=True, kw_only=True):
    """
    How one server or platform is configured.

    name: for --as and reports: "nginx". title: for sentences. names: lower-case file names, or endings such as ".conf", that
    its files have. recognises: of a file's name in lower case and its first 64 kB, whether this is its configuration.
    read: the file's bytes and a reader of includes, to a Source; raises SourceError. write: the edits that give a header another
    value (in place, with this server's quotes and escapes), or None if that cannot be written there safely.
    """

    name: str
    title: str
    names: tuple[str, ...]
    recognises: Callable[[str, bytes], bool]
    read: Callable[[bytes, Reader], Source]
    write: Callable[[bytes, Sent, str], Sequence[FileEdit] | None]


class Placed(Struct, frozen=True):
    """A fault, its line and column in the file, from 1, and the beginning of the text there."""

    fault: Fault
    line: int
    column: int
    text: str


class Part(Struct, frozen=True):
    """
    The part of a configuration file that one target is.

    server: whose configuration it is. scope: the part in words, "" for the whole site. sent: its policies, in the order sent.
    faults: what is wrong in the file itself for this part.
    """

    server: Server
    scope: str
    sent: tuple[Sent, ...]
    faults: tuple[Placed, ...] = ()


_TOKEN = re.compile(r"[^\s;,]+|\s+|[;,]")

MOST_TOKENS = 2_000
"""Tokens of a value up to which only what differs is replaced; comparing takes their number squared."""

STAND_IN = "made-by-the-server-for-each-response"
"""Stands for a nonce that the server makes, while the policy is checked; in a message it says so. It is never written."""


def stand_in(expression: str, before: str) -> str:
    """
    What stands for a computed expression in a header's value: a nonce after 'nonce-, else the expression itself.

    before: the value up to it.
    """
    return STAND_IN if before.endswith("'nonce-") else expression


def apply_edits(data: bytes, edits: Sequence[FileEdit]) -> bytes:
    """The file with the edits made; every other byte stays. Raises ValueError if edits overlap."""
    made, at = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < at:
            raise ValueError("edits overlap")
        made += [data[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join([*made, data[at:]])


def changed_text(value: Written, text: str, escape: Callable[[str], str | None]) -> tuple[FileEdit, ...] | None:
    """
    The edits that turn a written value into another text: only what differs, token by token.

    escape: how new text is written at this place, None if it cannot be. None also if a change touches what is computed.
    """
    edits: list[FileEdit] = []
    for first, last, new in text_changes(value.text, text):
        written = escape(new)
        if written is None or STAND_IN in written or any(_is_inside(value, at) for at in (first, last)):
            return None
        edits.append(FileEdit(value.starts[first], value.starts[last], written))
    return tuple(edits)


def text_changes(old: str, new: str) -> list[tuple[int, int, str]]:
    """What to replace in `old`: first and last character and the new text, token by token."""
    tokens, wanted = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(tokens), len(wanted)) > MOST_TOKENS:
        return [(0, len(old), new)]
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return [
        (places[i1], places[i2], "".join(wanted[j1:j2]))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, tokens, wanted, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def changed_stretch(old: str, new: str) -> tuple[int, int, str]:
    """The one stretch of `old` that differs from `new`: its first and last character, and what to put there."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    same = next((n for n in range(most - first) if old[-1 - n] != new[-1 - n]), most - first)
    return first, len(old) - same, new[first : len(new) - same]


def _is_inside(value: Written, at: int) -> bool:
    """Whether a character is inside of what stands for something computed, which can be replaced only as a whole."""
    return 0 < at < len(value.text) and value.starts[at - 1] == value.starts[at]
