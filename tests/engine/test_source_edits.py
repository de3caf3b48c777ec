"""What is written into a configuration file is read and judged again; what is not proved is not written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from csplint.engine.inputs import Input
from csplint.engine.run import RunOptions, run_checks
from csplint.engine.source_edits import Written, write_corrections
from csplint.engine.sources import parts_of
from csplint.model import TargetReport
from csplint.packs.merge import load_packs
from csplint.servers.source import FileEdit, Sent

FILE = b"/*\n  Content-Security-Policy: default-src 'self'; img-scr 'self'\n"
PACKS = load_packs(())


def judge(parts: Sequence[Input]) -> tuple[TargetReport, ...]:
    return run_checks(parts, PACKS, RunOptions(vendors=("none",))).targets


def written_by_a_server_that_writes(value: str) -> Written:
    """As if a server's module wrote something else than it was given."""

    def write(_: bytes, sent: Sent, __: str) -> Sequence[FileEdit]:
        assert sent.value is not None
        return [FileEdit(sent.value.starts[0], sent.value.starts[-1], value)]

    parts = parts_of("_headers", "", FILE)
    wrong = [
        replace(each, part=replace(each.part, server=replace(each.part.server, write=write)))
        for each in parts
        if each.part
    ]
    return write_corrections(wrong, judge)


def test_what_is_corrected_is_written() -> None:
    made = write_corrections(parts_of("_headers", "", FILE), judge)
    assert made.after == FILE.replace(b"img-scr", b"img-src")
    assert made.left == ()


@pytest.mark.parametrize(
    "value", ["default-src 'self'; img-scr *", "default-src 'self'; scriptt-src self", "defualt-src 'self'", ""]
)
def test_what_would_send_something_else_is_not_written(value: str) -> None:
    made = written_by_a_server_that_writes(value)
    assert made.after == made.before == FILE
    assert made.left == ("A change was not written: with it, the file would send something else than was checked.",)
