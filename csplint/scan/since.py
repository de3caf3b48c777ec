"""
A scan beside an earlier one: what became of each target, from the JSON lines of both.

Of the earlier file, only where each target's line begins is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from csplint.engine.over_time import TargetChange, compare, summary
from csplint.errors import UsageError
from csplint.files import open_file
from csplint.model import TargetReport
from csplint.report.phrases import counted

MOST_LISTED = 20
"""Alerts that the summary names."""

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one line of the earlier file."""

_WORDS = {"broken": "broken", "fixed": "fixed", "looser": "looser", "tighter": "tighter", "policy gone": "without a policy now",
          "new scripts": "with new scripts", "new": "new", "gone": "gone"}  # fmt: skip


class Since:
    """The targets of an earlier scan, by what they are called. Raises UsageError for a file that is no such thing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._decoder = msgspec.json.Decoder(TargetReport)
        try:
            self._file: BinaryIO = open_file(path)
        except (OSError, ValueError) as error:
            raise UsageError(f"--since: cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
        self._places = dict(self._index())
        self.totals = summary(())
        self.alerts: list[TargetChange] = []
        self.alerted = 0

    def close(self) -> None:
        """Close the earlier file."""
        self._file.close()

    def _index(self) -> Iterator[tuple[str, int]]:
        at = 0
        while line := self._file.readline(LONGEST_LINE):
            if line.strip():
                yield _key(self._report(line)), at
            at = self._file.tell()

    def _report(self, line: bytes) -> TargetReport:
        try:
            return self._decoder.decode(line)
        except msgspec.DecodeError as error:
            raise UsageError(
                f"--since: {self._path} is not the JSON lines of an earlier csplint scan ({error})"
            ) from error

    def change(self, line: bytes) -> TargetChange:
        """What became of the target of a line of this scan."""
        after = self._decoder.decode(line)
        place = self._places.pop(_key(after), None)
        before = None
        if place is not None:
            self._file.seek(place)
            before = self._report(self._file.readline(LONGEST_LINE))
        return self._counted(compare(before, after))

    def gone(self) -> Iterator[TargetChange]:
        """The targets of the earlier scan that this one has not."""
        for place in self._places.values():
            self._file.seek(place)
            yield self._counted(compare(self._report(self._file.readline(LONGEST_LINE)), None))

    def _counted(self, change: TargetChange) -> TargetChange:
        for name, number in summary([change]).items():
            self.totals[name] += number
        if change.is_alert:
            self.alerted += 1
            if len(self.alerts) < MOST_LISTED:
                self.alerts.append(change)
        return change

    def lines(self) -> Iterator[str]:
        """The summary for a person."""
        yield ""
        yield f"Since {self._path}"
        if not any(self.totals.values()):
            yield "  nothing changed"
        yield from (f"  {number:>9,}  {_WORDS[name]}" for name, number in self.totals.items() if number)
        yield from (f"  {each.name or each.target}: {'; '.join(in_words(each))}" for each in self.alerts)
        if self.alerted > len(self.alerts):
            yield f"  and {counted(self.alerted - len(self.alerts), 'more alert')}"


def in_words(change: TargetChange) -> Iterator[str]:
    """What is worse about a target."""
    if change.is_worse:
        yield f"was {change.before}, is {change.after}"
    if change.policy_gone:
        yield "it has no enforced policy any more"
    if change.looser:
        first = change.looser[0]
        more = f" and {counted(len(change.looser) - 1, 'more thing')}" if len(change.looser) > 1 else ""
        yield f"{first.effective} allows {first.source or 'anything'} now{more}"
    if change.scripts_new:
        more = f" and {counted(len(change.scripts_new) - 1, 'more script')}" if len(change.scripts_new) > 1 else ""
        yield f"new script {change.scripts_new[0].what}{more}"


def _key(report: TargetReport) -> str:
    return report.name or report.target
