"""The files that `csplint reports` reads."""

from __future__ import annotations

import contextlib
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from csplint.engine.reports.candidate import given_policy, parsed
from csplint.engine.reports.groups import Gathered
from csplint.engine.reports.model import ReportsSummary
from csplint.engine.reports.summary import summarize
from csplint.engine.vendor_requests import VendorRequests
from csplint.errors import TargetError, UsageError
from csplint.files import open_file, read_text
from csplint.messages.report_lines import Entry, read_entries
from csplint.packs.merge import load_packs

MAX_POLICY_FILE = 65_536
STDIN = "-"
_GZIP = b"\x1f\x8b"


def read_policy(text: str | None, file: str | None, others: Sequence[str]) -> str:
    """The candidate policy, "" for none. Raises UsageError for one that is no policy, or cannot be read."""
    if file is not None:
        text = _policy_file(file, others)
    if text is None:
        return ""
    policy = given_policy(text)
    if parsed(policy) is None:
        raise UsageError("the policy to try has no directive")
    if "," in policy:
        raise UsageError("the policy to try is several policies, separated by a comma: give one")
    return policy


def _policy_file(name: str, others: Sequence[str]) -> str:
    if name == STDIN and STDIN in others:
        raise UsageError("standard input cannot hold both the policy and the reports")
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(MAX_POLICY_FILE).decode("utf-8", "replace")
        return read_text(name, MAX_POLICY_FILE)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error


def gathered_files(names: Sequence[str], packs: Sequence[str], policy: str) -> ReportsSummary:
    """
    Read every file and sum up its reports.

    Raises TargetError for a file that cannot be read, or if none holds a report.
    """
    loaded = load_packs(packs)
    vendors = VendorRequests(loaded)
    gathered = Gathered(vendors)
    for number, name in enumerate(names):
        for entry in _entries(name):
            gathered.add(entry, number)
    if gathered.read == gathered.broken:
        raise TargetError(names[0], "no-report", _nothing(names, gathered), hint=_HINT)
    return summarize(gathered, loaded, vendors, policy)


_HINT = "csplint reads reports as JSON: one a line, arrays, or logs with JSON in their lines"


def _nothing(names: Sequence[str], gathered: Gathered) -> str:
    where = names[0] if len(names) == 1 else f"any of the {len(names)} files"
    if not gathered.broken_lines:
        return f"no violation report in {where}: it is empty"
    first = gathered.broken_lines[0]
    return f"no violation report in {where}: line {first.line}: {first.reason}"


def _entries(name: str) -> Iterator[Entry]:
    number = 0
    try:
        with _opened(name) as file:
            for entry in read_entries(file):
                number = entry.number
                yield entry
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Entry(number + 1, None, reason="the compressed file is cut off or damaged")
    except (OSError, ValueError) as error:
        raise TargetError(name, "file", f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file, decompressed if it is compressed by gzip."""
    if name == STDIN:
        yield _plain(sys.stdin.buffer)
        return
    with open_file(name, pipes=True) as file:
        yield _plain(cast("BinaryIO", file))


def _plain(file: BinaryIO) -> BinaryIO:
    peek = getattr(file, "peek", None)
    if peek is None or not peek(2).startswith(_GZIP):
        return file
    return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="rb"))
