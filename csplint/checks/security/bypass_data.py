"""
Read the user's own list of bypass hosts (`--bypass-data FILE`), in either of the two common formats.

JSON, as csp-evaluator's: {"urls": ["//host/path", …], "needsEval": ["host", …]}.
Tab-separated, as CSPBypass's data.tsv: host, then markup that uses it; further columns are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from csplint.errors import UsageError
from csplint.packs.pack import BypassHost

_ADDRESS = re.compile(r"(?:https?:)?//(?P<host>[A-Za-z0-9_.-]+)(?::[0-9]+)?(?P<path>/[^\s\"'<>?#]*)?")
_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_SOURCE = "the list given with --bypass-data"
_LONGEST_SHOWN = 60

_Row = tuple[str, str]
"""A host and a path."""


def read_bypass_data(text: str) -> tuple[BypassHost, ...]:
    """
    Read a list: one entry for each host, in the order in which the hosts first appear.

    Raises UsageError with the line or entry that cannot be read.
    """
    bare = text.lstrip("\ufeff \t\r\n")
    rows, needs_eval = _json(bare) if bare.startswith(("{", "[")) else (list(_table(text.lstrip("\ufeff"))), set[str]())
    if not rows:
        raise UsageError("the bypass data names no host")
    paths: dict[str, dict[str, None]] = {}
    for host, path in rows:
        paths.setdefault(host, {})[path] = None
    return tuple(BypassHost(host, tuple(each), "gadget", _SOURCE, host in needs_eval) for host, each in paths.items())


def _json(text: str) -> tuple[list[_Row], set[str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the bypass data starts like JSON, but is not valid JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("urls"), list):
        raise UsageError('the bypass data must be an object with a list "urls"')
    rows = [_url(entry, number) for number, entry in enumerate(data["urls"], 1)]
    needs_eval = data.get("needsEval", [])
    if not isinstance(needs_eval, list) or not all(isinstance(host, str) for host in needs_eval):
        raise UsageError('"needsEval" in the bypass data must be a list of hosts')
    return rows, {host.lower() for host in needs_eval}


def _url(entry: object, number: int) -> _Row:
    found = _ADDRESS.match(entry) if isinstance(entry, str) else None
    if not found or not _HOST.fullmatch(found["host"]):
        raise UsageError(f'entry {number} of "urls" in the bypass data is not //host/path: {_short(entry)}')
    return found["host"].lower(), found["path"] or "/"


def _table(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or (number == 1 and line.lower().startswith("domain\t")):
            continue
        host, tab, code = line.partition("\t")
        if not tab:
            raise UsageError(f"line {number} of the bypass data has no tab between host and code: {_short(line)}")
        if not _HOST.fullmatch(host.strip()):
            raise UsageError(f"line {number} of the bypass data does not start with a host: {_short(host)}")
        yield _used(host.strip().lower(), code)


def _used(host: str, code: str) -> _Row:
    """The host and path that the markup loads from that host; path "/" where it names none."""
    bare = host.removeprefix("*.")
    for found in _ADDRESS.finditer(code):
        named = found["host"].lower()
        if named == bare or named.endswith(f".{bare}"):
            return (host if host.startswith("*.") else named), found["path"] or "/"
    return host, "/"


def _short(text: object) -> str:
    shown = repr(text)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 1]}…"
