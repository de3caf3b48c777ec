"""Whatever a page contains, the reports have no control characters and no commands, and can be read."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from csplint.model import Report
from csplint.report.json_report import encode
from csplint.report.options import Show
from csplint.report.terminal import Look
from csplint.report.text.report import write_text
from tests.report.arbitrary import hostile_reports
from tests.report.runner import commands

OUR_OWN = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https://[!-~]+)?\x1b\\")
"""Our colours and links, the only sequences that may come out."""
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

ALL = Show(known=True, statistics=True, verbose=True)

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def text_of(report: Report, *, colour: bool = False, show: Show = ALL) -> str:
    out = io.StringIO()
    write_text(report, out, Look(colour=colour, width=80, links=colour), show)
    return out.getvalue()


@many
@given(hostile_reports())
def test_no_control_character_comes_out(report: Report) -> None:
    assert not CONTROLS.findall(text_of(report))
    assert not CONTROLS.findall(text_of(report, show=Show(quiet=True)))
    assert not CONTROLS.findall(OUR_OWN.sub("", text_of(report, colour=True)))


@many
@given(hostile_reports())
def test_a_runner_finds_no_command(report: Report) -> None:
    for colour in (False, True):
        lines = text_of(report, colour=colour).split("\n")
        assert [commands(line) for line in lines if commands(line)] == []


@many
@given(hostile_reports())
def test_colour_changes_no_text(report: Report) -> None:
    assert OUR_OWN.sub("", text_of(report, colour=True)) == text_of(report)


@many
@given(hostile_reports())
def test_json_is_one_report_and_obeys_nobody(report: Report) -> None:
    encoded = encode(report)
    decoded = msgspec.json.decode(encoded, type=Report)
    assert encode(decoded) == encoded
    text = encoded.decode()
    assert not CONTROLS.findall(text)
    assert [line for line in text.split("\n") if commands(line)] == []


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@many
@given(report=hostile_reports())
def test_no_stream_is_too_plain(encoding: str, report: Report) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    write_text(report, out, Look(colour=True, width=80), ALL)
    out.flush()
    assert raw.getvalue().decode(encoding).count("\n") == text_of(report).count("\n")
