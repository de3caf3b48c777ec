"""Gives a header in a YAML file another value, in the style of the scalar that it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from csplint.servers.contents import is_header_value
from csplint.servers.source import FileEdit, Sent, SourceError, Written, apply_edits, changed_text
from csplint.servers.yaml_headers import Escape, Found, Reading
from csplint.servers.yaml_nodes import YamlFile, is_string

Read = Callable[[YamlFile], Reading]


def write(read: Read, data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """
    The edits that give a header another value, in the style of its scalar, or in double quotes if it has none and needs them.

    None if it cannot be written: the file, read again, must have this value there, and everything else as it was.
    """
    if sent.value is None or not is_header_value(text):
        return None
    file = YamlFile(data)
    before = _each(read(file).found)
    place = next((number for number, each in enumerate(before) if _is(each.sent, sent)), None)
    if place is None:
        return None
    scalar = next((number for number, each in enumerate(file.scalars) if each.start == before[place].node.start), 0)
    wanted = _said(before, file, place, scalar, text)
    for edits in _ways(file, before[place], sent.value, text):
        try:
            changed = YamlFile(apply_edits(data, edits))
            after = _each(read(changed).found)
        except (SourceError, ValueError):
            continue
        found = after[place].sent.value if place < len(after) else None
        if found and is_string(after[place].node) and _said(after, changed, place, scalar, found.text) == wanted:
            return edits
    return None


def _each(found: Sequence[Found]) -> list[Found]:
    """The headers without those that an alias repeats."""
    return list({(each.sent.name, _place(each.sent)): each for each in found}.values())


def _is(one: Sent, other: Sent) -> bool:
    return (one.name, _place(one)) == (other.name, _place(other)) and one.value == other.value


def _place(sent: Sent) -> int:
    """Where a header's value begins."""
    return sent.value.starts[0] if sent.value else sent.start


def _said(found: Sequence[Found], file: YamlFile, place: int, scalar: int, text: str) -> tuple[object, ...]:
    """What a file says, for a comparison: its headers, with `text` as the one at `place`, and its scalars but for one."""
    headers = [(each.sent.name, each.sent.value.text if each.sent.value else None) for each in found]
    headers[place] = (headers[place][0], text)
    others = [each.value for number, each in enumerate(file.scalars) if number != scalar]
    return headers, others


def _ways(file: YamlFile, found: Found, value: Written, text: str) -> Iterator[tuple[FileEdit, ...]]:
    """Edits that may give the value, those first that change least."""
    style = found.node.style
    edits = changed_text(value, text, lambda new: _escaped(new, style, found.escape))
    if edits is None:
        return
    yield edits
    start, end = file.offset(found.node.start), file.offset(found.node.end)
    quoted = changed_text(value, text, lambda new: _escaped(new, '"', found.escape))
    raw = file.text[found.node.start : found.node.end]
    if not style and quoted is not None and not re.search(r'["\\]', raw):
        yield (FileEdit(start, start, '"'), *_apart(quoted), FileEdit(end, end, '"'))
    whole = _escaped(text, style, found.escape)
    if whole is not None and not found.sent.computed:
        yield (FileEdit(value.starts[0], value.starts[-1], whole),)


def _apart(edits: Sequence[FileEdit]) -> Iterator[FileEdit]:
    """Edits without those that change nothing."""
    return (each for each in edits if each.text or each.start != each.end)


def _escaped(new: str, style: str, escape: Escape) -> str | None:
    written = escape(new)
    if written is None:
        return None
    if style == '"':
        return written.replace("\\", "\\\\").replace('"', '\\"')
    return written.replace("'", "''") if style == "'" else written
