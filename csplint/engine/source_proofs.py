"""
The proof that a change of a file is right: the changed file is read and judged again as a whole.

It counts only if what was wrong is gone and no new error or warning appears in any part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import Input, SourceInput
from csplint.engine.sources import names_sent, parts_of
from csplint.model import Edit, Finding, Fix, Region, TargetReport
from csplint.page.saved.text import SavedText
from csplint.servers.source import FileEdit, Placed, apply_edits

MOST_JUDGED = 60
"""Parts that are judged again in one run to prove the edits of findings; what is beyond has its fix in words only."""

PACK = "servers"
_NARROW = frozenset({"duplicate-header", "framework-refuses", "percent-in-value", "value-with-comment"})
"""Rules whose edits change only what the finding is about. The others' send a policy to more pages, or in place of another."""

Judge = Callable[[Sequence[Input]], Sequence[TargetReport]]
"""Checks the parts of a file; gives their reports in the same order."""

_FETCH = re.compile(r"[a-z]+-src(-elem|-attr)?")

_Key = tuple[str, str | None]


class Site(Struct, frozen=True):
    """A file, its parts, and their reports in the same order."""

    data: bytes
    parts: Sequence[SourceInput]
    reports: Sequence[TargetReport]


def proved(site: Site, edits: Sequence[FileEdit], judge: Judge, rule: str | None = None) -> Site | None:
    """
    The file with the edits made, judged; None if they are not proved.

    rule: the fault of which one must be gone, while every header is still sent; None for a policy's correction, which must
    leave fewer findings.
    """
    try:
        data = apply_edits(site.data, edits)
    except ValueError:
        return None
    parts = parts_of(site.parts[0].path, site.parts[0].page, data)
    if not parts or any(each.part is None for each in parts):
        return None
    after = Site(data, parts, judge(parts))
    if not _is_no_worse(site.reports, after.reports):
        return None
    old, new = _faults(site), _faults(after)
    if any(new[each] > old[each] for each in new):
        return None
    if rule is None:
        return after if count(after.reports) < count(site.reports) else None
    path = parts[0].path
    return after if new[rule] < old[rule] and names_sent(path, site.data) <= names_sent(path, data) else None


def is_proved(before: Sequence[TargetReport], after: Sequence[TargetReport]) -> bool:
    """Whether there are fewer errors and warnings, and no new one in any part."""
    return _is_no_worse(before, after) and count(after) < count(before)


def count(reports: Sequence[TargetReport]) -> int:
    """Errors and warnings of all parts."""
    return sum(finding.severity != "info" for report in reports for finding in report.findings)


def _is_no_worse(before: Sequence[TargetReport], after: Sequence[TargetReport]) -> bool:
    if any(report.outcome == "failed" for report in after) or not after:
        return False
    old, new = _by_scope(before), _by_scope(after)
    known = {key for keys in old.values() for key in keys}
    return all(_was_there(key, old.get(scope, known)) for scope, keys in new.items() for key in keys)


def _was_there(key: _Key, before: Set[_Key]) -> bool:
    """Whether a finding is not new: it was there, or in the directive that applied instead of a directive that is added."""
    rule, directive = key
    name = directive or ""
    fallbacks = [name.removesuffix("-elem").removesuffix("-attr"), "default-src"] if _FETCH.fullmatch(name) else []
    return key in before or any((rule, each) in before for each in fallbacks)


def _by_scope(reports: Sequence[TargetReport]) -> Mapping[str, Set[_Key]]:
    found: dict[str, set[_Key]] = {}
    for report in reports:
        keys = {(each.rule, each.directive) for each in report.findings if each.severity != "info"}
        found.setdefault(report.scope, set()).update(keys)
    return found


def _faults(site: Site) -> Counter[str]:
    """How often the file has each fault that is an error or a warning."""
    counted = {each.name for report in site.reports for each in report.findings if each.severity != "info"}
    return Counter(placed.fault.rule for placed in placed_faults(site.parts) if placed.fault.rule in counted)


def placed_faults(parts: Sequence[SourceInput]) -> Iterator[Placed]:
    """The faults of a file's parts."""
    for each in parts:
        yield from each.part.faults if each.part else ()


def fault_of(finding: Finding, each: SourceInput) -> Placed | None:
    """The fault of a part that a finding is about, if there are edits for it."""
    if finding.pack != PACK or each.part is None or finding.place is None:
        return None
    at = (finding.name, finding.place.line, finding.place.column, finding.value)
    same = (
        placed
        for placed in each.part.faults
        if placed.fault.edits and (placed.fault.rule, placed.line, placed.column, placed.text) == at
    )
    return next(same, None)


def with_file_edits(inputs: Sequence[Input], reports: Sequence[TargetReport], judge: Judge) -> tuple[TargetReport, ...]:
    """The reports, in which findings about a configuration file have the edits that are proved, at their places in the file."""
    made, left = list(reports), MOST_JUDGED
    for parts in _sites(inputs):
        site = Site(next(iter(parts.values())).data, tuple(parts.values()), [reports[number] for number in parts])
        for (number, part), report in zip(parts.items(), site.reports, strict=True):
            wanted = [(at, placed) for at, each in enumerate(report.findings) if (placed := fault_of(each, part))]
            findings = list(report.findings)
            for at, placed in wanted:
                left -= len(parts)
                if left >= 0 and proved(site, placed.fault.edits, judge, placed.fault.rule):
                    findings[at] = _with_edits(findings[at], placed, site.data)
            made[number] = replace(report, findings=tuple(findings))
    return tuple(made)


def _sites(inputs: Sequence[Input]) -> Iterable[Mapping[int, SourceInput]]:
    """The parts of each configuration file, by their numbers; of a file that is named twice, only the first ones."""
    sites: dict[str, dict[int, SourceInput]] = {}
    seen: set[tuple[str, str]] = set()
    for number, each in enumerate(inputs):
        if isinstance(each, SourceInput) and each.part is not None and (each.path, each.part.scope) not in seen:
            seen.add((each.path, each.part.scope))
            sites.setdefault(each.path, {})[number] = each
    return sites.values()


def _with_edits(finding: Finding, placed: Placed, data: bytes) -> Finding:
    text = SavedText(data=data)
    edits = [made for each in placed.fault.edits if (made := _edit(each, text))]
    if finding.fix is None or len(edits) < len(placed.fault.edits):
        return finding
    safety: Literal["safe", "unsafe"] = "safe" if placed.fault.rule in _NARROW else "unsafe"
    return replace(finding, fix=Fix(finding.fix.summary, safety, tuple(edits)))


def _edit(edit: FileEdit, text: SavedText) -> Edit | None:
    start, end = text.position(edit.start), text.position(edit.end)
    if start is None or end is None or start[1] is None or end[1] is None:
        return None
    return Edit(kind="file", text=edit.text, region=Region(*start, *end))
