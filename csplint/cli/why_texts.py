"""The messages that `csplint why` is given: arguments, files, standard input; what is no message is named."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from csplint.errors import UsageError
from csplint.files import MAX_DATA_BYTES, read_file
from csplint.messages.message import Message
from csplint.messages.read import read_text


def read_messages(texts: Sequence[str]) -> list[Message]:
    """The messages in the arguments, or on standard input if there is none. Raises UsageError."""
    if not texts and sys.stdin.isatty():
        sys.stderr.write("Paste the console's lines, then press Ctrl-D (on Windows Ctrl-Z, Enter).\n")
    found = [message for text in texts or ["-"] for message in read_text(_text(text))]
    if not found:
        raise UsageError("there is no message: give a line of the browser's console, or a file with some")
    return found


def _text(text: str) -> str:
    """The text of an argument: standard input, a file, or the argument itself."""
    from pathlib import Path  # noqa: PLC0415

    if text == "-":
        return _decoded(sys.stdin.buffer.read(MAX_DATA_BYTES), "standard input")
    try:
        is_file = "\n" not in text and Path(text).is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        try:
            data = read_file(text, MAX_DATA_BYTES)
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot read {text}: {getattr(error, 'strerror', None) or error}") from error
        return _decoded(data, text)
    if text.startswith(("http://", "https://")) and not text.strip().partition(" ")[2]:
        raise UsageError(f"{text} is an address, not a message: csplint check {text}")
    if _FILE_NAME.fullmatch(text):
        raise UsageError(f"there is no file {text}")
    return text


_FILE_NAME = re.compile(r"[^\s'\":]{1,200}\.(?:txt|log|json|ndjson|jsonl|har|html?)", re.IGNORECASE)

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: PowerShell writes such files."""

_PAGE = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_HAR = re.compile(rb"\s*\{\s*\"log\"\s*:\s*\{")


def _decoded(data: bytes, name: str) -> str:
    """The text of a file. name: for the error. Raises UsageError for what cannot hold messages."""
    if not data.strip():
        raise UsageError(f"{name} is empty: copy the lines of the browser's console into it")
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    file = name if name != "standard input" else "FILE"
    if _PAGE.match(data):
        raise UsageError(f"{name} is a page, not a message: csplint check {file}; or csplint why MESSAGE --page {file}")
    if _HAR.match(data):
        raise UsageError(f"{name} is a HAR file, which holds pages: csplint check {file}")
    if data.startswith(b"HTTP/"):
        raise UsageError(f"{name} is a saved response: csplint check {file}; or csplint why MESSAGE --page {file}")
    if data.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04")) or b"\0" in data[:_LOOKED_AT]:
        raise UsageError(f"{name} is not a text: copy the console's lines into a text file")
    return data.decode("utf-8", "replace")


_LOOKED_AT = 1024
