"""
Corrected policies, and what is wrong in a file itself, written into the configuration file that sends the policies.

Only what differs is replaced. The changed file is read and judged again after each step: nothing is written unless it sends
what was corrected and no new error or warning appears.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from csplint.engine.inputs import SourceInput
from csplint.engine.source_proofs import Judge, Site, fault_of, proved
from csplint.model import Finding, HeaderChange
from csplint.servers.source import FileEdit, Part, Placed, Sent

MOST_ROUNDS = 60
"""How often a file is changed and judged again."""

MOST_JUDGED = 300
"""Parts that are judged again for one file."""

NOT_PROVED = "A change was not written: with it, the file would send something else than was checked."
MORE = "The file has more to change than csplint writes at once; run it again."
_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)


class Written(Struct, frozen=True):
    """
    A file as it can be written.

    path: the file's. before, after: its bytes. left: what was not written or is left to do, in sentences.
    """

    path: str
    before: bytes
    after: bytes
    left: tuple[str, ...] = ()


class _Step(Struct, frozen=True):
    """
    One change.

    edits: how to make it, None if it cannot be made. words: for what is left if it is not made, "" if other steps say it.
    rule: the fault that it removes, None for the correction of a policy.
    """

    edits: tuple[FileEdit, ...] | None
    words: str
    rule: str | None = None


_Steps = Callable[[Site], Iterator[_Step]]


def write_corrections(parts: Sequence[SourceInput], judge: Judge) -> Written:
    """
    The file with everything corrected that can be written in place and is proved.

    parts: all the parts of one file. Policies are corrected first or faults removed first, whichever leaves less to do. A header
    that several parts share is changed once, and the parts are judged again.
    """
    site = Site(parts[0].data, parts, judge(parts))
    orders: list[tuple[_Steps, ...]] = [(_corrections, _removals)]
    if next(_removals(site), None) and next(_corrections(site), None):
        orders.append((_removals, _corrections))
    best = None
    for order in orders:
        made = _written(site, order, judge)
        if best is None or len(made.left) < len(best.left):
            best = made
        if not made.left:
            break
    return best or Written(parts[0].path, parts[0].data, parts[0].data)


def _written(site: Site, order: Sequence[_Steps], judge: Judge) -> Written:
    """The file after every step of an order that is proved; a step that was not is tried again after the next one that was."""
    path, before, rounds = site.parts[0].path, site.data, 0
    failed: set[tuple[FileEdit, ...]] = set()
    while rounds < MOST_ROUNDS and rounds * len(site.parts) < MOST_JUDGED:
        step = next((each for steps in order for each in steps(site) if each.edits and each.edits not in failed), None)
        if step is None or step.edits is None:
            break
        rounds += 1
        after = proved(site, step.edits, judge, step.rule)
        if after is None:
            failed.add(step.edits)
        else:
            site, failed = after, set()
    rest = [each for steps in order for each in steps(site) if each.words]
    left = dict.fromkeys(MORE if each.edits and each.edits not in failed else each.words for each in rest)
    return Written(path, before, site.data, (*left, *_errors(site)))


def _corrections(site: Site) -> Iterator[_Step]:
    """The changes of policies."""
    for each, report in zip(site.parts, site.reports, strict=True):
        if each.part is None or report.corrected is None:
            continue
        for change in report.corrected.headers:
            if change.policy is None or change.action not in {"replace", "remove"}:
                continue
            edits = _edits(site.data, each.part, change)
            where = f" ({each.part.scope})" if each.part.scope else ""
            words = f"{change.name}{where} cannot be changed in place; see `csplint fix {each.path}`."
            if edits is None:
                yield _Step(None, words)
            elif edits:
                yield _Step(tuple(edits), NOT_PROVED)


def _removals(site: Site) -> Iterator[_Step]:
    """
    The changes that remove faults of the file itself: all of one rule together, the rarest rule first, and then each alone.

    What is wrong once is often copied by what removes another rule's faults, so that it has to go first.
    """
    found = [placed.fault for _, placed in _reported(site)]
    by_rule = {
        rule: [each for each in found if each.rule == rule] for rule in dict.fromkeys(each.rule for each in found)
    }
    for rule, same in sorted(by_rule.items(), key=lambda each: len(each[1])):
        yield _Step(tuple(edit for fault in same for edit in fault.edits), "", rule)
    for _, placed in _reported(site):
        fault = placed.fault
        words = f"line {placed.line}: {fault.message} {fault.fix} This was not written, because it could not be proved."
        yield _Step(fault.edits, words, fault.rule)


def _reported(site: Site) -> Iterator[tuple[Finding, Placed]]:
    """The findings for which the file's reader has edits, without those that the user accepts."""
    for each, report in zip(site.parts, site.reports, strict=True):
        for finding in report.findings:
            if finding.state == "new" and (placed := fault_of(finding, each)):
                yield finding, placed


def _errors(site: Site) -> Iterator[str]:
    """The errors of the file itself that are left and that only words fix, such as a nonce that is written in it."""
    known = {finding.fingerprint for finding, _ in _reported(site)}
    yield from dict.fromkeys(
        f"line {finding.place.line}: {finding.message} {finding.fix.summary if finding.fix else ''}".rstrip()
        for report in site.reports
        for finding in report.findings
        if finding.pack == "servers" and finding.severity == "error" and finding.state == "new" and finding.place
        if finding.fingerprint not in known
    )


def _edits(data: bytes, part: Part, change: HeaderChange) -> Sequence[FileEdit] | None:
    """The edits that make one change; None if it cannot be made in the file."""
    found = [sent for sent in part.sent if _is(sent, change)]
    if not found or found[0].file:
        return None
    sent = found[0]
    if change.after is None:
        return [FileEdit(sent.start, sent.end, "")]
    old = sent.value.text if sent.value else ""
    after = with_nonces(change.after, old)
    if after is None:
        return None
    text = old.replace(old.strip(), after, 1)
    return part.server.write(data, sent, text)


def _is(sent: Sent, change: HeaderChange) -> bool:
    return (
        sent.value is not None
        and sent.name.lower() == change.name.lower()
        and words(sent.value.text) == words(change.before or "")
    )


def words(text: str) -> list[str]:
    """A header's value as its words: equal for values that differ only by white space and a last semicolon."""
    return text.replace(",", " , ").strip(" ;").split()


def with_nonces(after: str, old: str) -> str | None:
    """The corrected text with the nonces that the file has; None if it needs one that the file does not have."""
    known = _NONCE.findall(old)
    wanted = _NONCE.findall(after)
    if not wanted:
        return after
    if len(set(known)) != 1:
        return None
    return _NONCE.sub(lambda _: known[0], after)
