"""
Corrected policies written back into the configuration file that sends them.

Only a value's changed characters are replaced. The changed file is read and judged again: nothing is written unless it sends
what was corrected and no new error or warning appears.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from csplint.engine.inputs import SourceInput
from csplint.engine.sources import parts_of
from csplint.model import HeaderChange, TargetReport
from csplint.servers.source import FileEdit, Part, Sent, apply_edits

MOST_ROUNDS = 12
"""How often a file is changed and judged again; each round changes at least one header."""

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)

Judge = Callable[[Sequence[SourceInput]], Sequence[TargetReport]]
"""Checks the parts of a file; gives their reports in the same order."""


class Written(Struct, frozen=True):
    """
    A file as it can be written.

    path: the file's. before, after: its bytes. left: what was not written, in sentences.
    """

    path: str
    before: bytes
    after: bytes
    left: tuple[str, ...] = ()


def write_corrections(parts: Sequence[SourceInput], judge: Judge) -> Written:
    """
    The file with every correction made that can be written in place and is proved.

    parts: all the parts of one file. A header that several parts share is changed once, and the parts are judged again.
    """
    path, page, before = parts[0].path, parts[0].page, parts[0].data
    data, reports = before, judge(parts)
    left: dict[str, None] = {}
    for _ in range(MOST_ROUNDS):
        step = next(_steps(data, parts, reports, left), None)
        if step is None:
            break
        changed = apply_edits(data, step)
        again = parts_of(path, page, changed)
        judged = judge(again) if again else ()
        if not judged or _faults(judged) - _faults(reports) or _count(judged) >= _count(reports):
            left["A change was not written: with it, the file would send something else than was checked."] = None
            break
        data, parts, reports = changed, again, judged
    return Written(path, before, data, tuple(left))


def _steps(
    data: bytes, parts: Sequence[SourceInput], reports: Sequence[TargetReport], left: dict[str, None]
) -> Iterator[Sequence[FileEdit]]:
    for each, report in zip(parts, reports, strict=True):
        if each.part is None or report.corrected is None:
            continue
        for change in report.corrected.headers:
            if change.policy is None or change.action not in {"replace", "remove"}:
                continue
            edits = _edits(data, each.part, change)
            if edits:
                yield edits
            elif edits is None:
                where = f" ({each.part.scope})" if each.part.scope else ""
                left[f"{change.name}{where} cannot be changed in place; see `csplint fix {each.path}`."] = None


def _edits(data: bytes, part: Part, change: HeaderChange) -> Sequence[FileEdit] | None:
    """The edits that make one change; None if it cannot be made in the file."""
    found = [sent for sent in part.sent if _is(sent, change)]
    if not found or found[0].file:
        return None
    sent = found[0]
    if change.after is None:
        return [FileEdit(sent.start, sent.end, "")]
    old = sent.value.text if sent.value else ""
    after = _with_nonces(change.after, old)
    if after is None:
        return None
    text = old.replace(old.strip(), after, 1)
    return part.server.write(data, sent, text)


def _is(sent: Sent, change: HeaderChange) -> bool:
    return (
        sent.value is not None
        and sent.name.lower() == change.name.lower()
        and _words(sent.value.text) == _words(change.before or "")
    )


def _words(text: str) -> list[str]:
    return text.replace(",", " , ").strip(" ;").split()


def _with_nonces(after: str, old: str) -> str | None:
    """The corrected text with the nonces that the file has; None if it needs one that the file does not have."""
    known = _NONCE.findall(old)
    wanted = _NONCE.findall(after)
    if not wanted:
        return after
    if len(set(known)) != 1:
        return None
    return _NONCE.sub(lambda _: known[0], after)


def _faults(reports: Sequence[TargetReport]) -> set[tuple[str, str | None]]:
    return {
        (finding.rule, finding.directive)
        for report in reports
        for finding in report.findings
        if finding.severity != "info"
    }


def _count(reports: Sequence[TargetReport]) -> int:
    return sum(finding.severity != "info" for report in reports for finding in report.findings)
