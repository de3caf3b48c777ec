"""
Configuration files as targets: one for each part of a site that gets other policies.

The headers are judged as if a page with the widget were sent with them, because the pages are not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from csplint.csp.url import UNKNOWN_PAGE
from csplint.engine.inputs import SourceInput
from csplint.engine.subject import ENFORCED, REPORT_ONLY, Subject, read_visits
from csplint.errors import TargetError
from csplint.files import read_file
from csplint.page.capture import Capture, Visits
from csplint.page.saved.text import SavedText
from csplint.servers.registry import fits, recognise
from csplint.servers.source import Fault, Part, Placed, Reader, Response, Sent, Server, Source, SourceError

MAX_SOURCE_BYTES = 10 * 1024 * 1024
"""Bytes of a configuration file."""

MOST_PARTS = 50
"""Parts of a site that are checked, of those with policies of their own."""

_LONGEST_NAMED = 100
"""Characters of a fault's text that the report has, of its first line."""

_MOST_NAMED = 4
"""Parts with the same policies that are named."""


def may_be_source(path: str) -> bool:
    """Whether a file has the name of a server's configuration."""
    return any(fits(path))


def source_inputs(path: str, page: str) -> tuple[SourceInput, ...]:
    """
    The targets of a configuration file; none if it is not one of a server that csplint knows.

    Raises OSError or ValueError (too large, not a regular file) if it cannot be read.
    """
    return parts_of(path, page, read_file(path, MAX_SOURCE_BYTES))


def parts_of(path: str, page: str, data: bytes) -> tuple[SourceInput, ...]:
    """The same for a file's contents; `path` says what the file is called, and where what it includes is."""
    server = recognise(path, data)
    return () if server is None else tuple(_parts(server, path, page, data))


def names_sent(path: str, data: bytes) -> frozenset[tuple[str, str]]:
    """The headers that each part of a site is sent, as (scope, name in lower case); empty for a file that cannot be read."""
    server = recognise(path, data)
    try:
        source = server.read(data, _includes(path)) if server else None
    except SourceError:
        return frozenset()
    return frozenset(
        (each.scope, sent.name.lower()) for each in (source.responses if source else ()) for sent in each.sent
    )


def _parts(server: Server, path: str, page: str, data: bytes) -> Iterator[SourceInput]:
    try:
        source = server.read(data, _includes(path))
    except SourceError as error:
        line = f"line {error.line}: " if error.line else ""
        yield SourceInput(path, page, data, problem=f"{line}{error.message}")
        return
    groups = _grouped(source)
    if not groups and not source.faults:
        problem = f"the {server.title} configuration sends no Content-Security-Policy"
        hint = "use the file that sends it, or `csplint fix URL --as` for what to add"
        yield SourceInput(path, page, data, problem=problem, hint=hint)
        return
    limits = list(source.limits)
    if len(groups) > MOST_PARTS:
        limits.append(
            f"The file has policies for {len(groups)} parts of the site; csplint checked {MOST_PARTS} of them."
        )
    for number, part in enumerate(_with_faults(server, source, groups[:MOST_PARTS], SavedText(data=data))):
        yield SourceInput(path, page, data, part, tuple(limits) if number == 0 else ())


def _includes(path: str) -> Reader:
    folder = Path(path).parent

    def read(name: str) -> bytes | None:
        try:
            return read_file(str(folder / name), MAX_SOURCE_BYTES)
        except (OSError, ValueError):
            return None

    return read


def _grouped(source: Source) -> list[tuple[tuple[Sent, ...], list[str]]]:
    """The parts' policies, each with the parts that get the same."""
    found: dict[tuple[Sent, ...], list[str]] = {}
    for each in source.responses:
        if each.page and (sent := _policies(each)):
            found.setdefault(sent, []).append(each.scope)
    return list(found.items())


def _policies(response: Response) -> tuple[Sent, ...]:
    return tuple(each for each in response.sent if each.name.lower() in {ENFORCED, REPORT_ONLY} and each.value)


def _with_faults(
    server: Server, source: Source, groups: Sequence[tuple[tuple[Sent, ...], list[str]]], text: SavedText
) -> Iterator[Part]:
    """The parts with the faults of each; those of parts without a policy go to the first."""
    scopes = {scope for _, each in groups for scope in each}
    for number, (sent, names) in enumerate(groups or [((), [""])]):
        faults = (each for each in source.faults if each.scope in names or (number == 0 and each.scope not in scopes))
        yield Part(server, _named(names), sent, tuple(_placed(each, text) for each in faults))


def _placed(fault: Fault, text: SavedText) -> Placed:
    line, column = text.position(fault.start) or (1, 1)
    written = text.data[fault.start : min(fault.end, fault.start + 4 * _LONGEST_NAMED)].decode("utf-8", "replace")
    return Placed(fault, line, column or 1, written.strip().partition("\n")[0].rstrip()[:_LONGEST_NAMED])


def _named(scopes: Sequence[str]) -> str:
    named = [scope for scope in dict.fromkeys(scopes) if scope]
    if len(named) < len(set(scopes)):
        return ""
    more = len(named) - _MOST_NAMED
    return "; ".join([*named[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def read_source(each: SourceInput) -> Subject:
    """Read a part; raises TargetError for a file that cannot be read as what it is."""
    part = each.part
    if part is None:
        raise TargetError(each.path, "file", f"{each.path}: {each.problem}", hint=each.hint)
    values = [(sent.name, sent.value) for sent in part.sent if sent.value]
    saved = SavedText(
        data=each.data,
        headers=tuple(_byte_starts(value.text, value.starts) for _, value in values),
        body=0,
    )
    capture = Capture(
        target=each.path,
        url=each.page or UNKNOWN_PAGE,
        status=None,
        headers=tuple((name.encode("latin-1", "replace"), value.text.encode()) for name, value in values),
        body=b"",
        saved=saved,
        missing="page",
        notes=(*_notes(part), *each.limits),
    )
    return replace(read_visits(Visits(capture)), source=part)


def _byte_starts(text: str, starts: Sequence[int]) -> list[int]:
    """The starts of a value's characters, for each of its bytes in UTF-8 and, last, for its end."""
    found = [start for character, start in zip(text, starts, strict=False) for _ in character.encode()]
    return [*found, starts[len(text)]]


def _notes(part: Part) -> Iterator[str]:
    yield "csplint judged the policies as if a page with the widget were sent with them."
    computed = list(dict.fromkeys(expression for each in part.sent for expression in each.computed))
    if computed:
        yield f"The server computes {', '.join(computed[:_MOST_NAMED])}; csplint cannot see its value."
