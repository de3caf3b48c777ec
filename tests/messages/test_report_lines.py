"""Files of reports: every shape they come in, and nothing of them is lost."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.messages.report_lines import MAX_ENTRY, MAX_ITEM, Entry, read_entries

REPORT: dict[str, Any] = {
    "csp-report": {
        "document-uri": "https://shop.example/a",
        "effective-directive": "img-src",
        "blocked-uri": 'https://x.example/{"}.png',
        "original-policy": "img-src 'self'",
        "disposition": "report",
    }
}
ONE = json.dumps(REPORT)
API = {"type": "csp-violation", "age": 5, "body": {"effectiveDirective": "img-src", "blockedURL": "data"}}


def entries(text: str | bytes) -> list[Entry]:
    return list(read_entries(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def counts(text: str | bytes) -> tuple[int, list[tuple[int, str]]]:
    """How many reports were read, and the broken entries."""
    found = entries(text)
    return sum(each.message is not None for each in found), [(e.number, e.reason) for e in found if e.message is None]


SHAPES = [
    ("one report", ONE, 1),
    ("one over several lines", json.dumps(REPORT, indent=2), 1),
    ("a report a line", f"{ONE}\n{ONE}\n\n{ONE}", 3),
    ("with Windows' line ends and a byte order mark", f"\ufeff{ONE}\r\n{ONE}\r\n", 2),
    ("an array on one line", json.dumps([REPORT] * 4), 4),
    ("an array over several lines", json.dumps([REPORT] * 4, indent=2), 4),
    ("an array with an item a line", f"[\n{ONE},\n{ONE}\n]\n", 2),
    ("an array that begins with its first item", f"[{ONE},\n{ONE}]", 2),
    ("arrays a line, of the Reporting API", f"{json.dumps([API, API])}\n{json.dumps([API])}\n", 3),
    ("several values over several lines", f"{json.dumps(REPORT, indent=1)}\n{json.dumps(REPORT, indent=1)}", 2),
    ("a log's prefix", f"2026-11-28T10:00:00Z [info] worker-1: {ONE}", 1),
    ("a log's prefix and what follows", f"10.0.0.1 - [28/Nov/2026:10:00:00 +0000] {ONE} 204 -", 1),
    ("a log in JSON", json.dumps({"time": "2026-11-28", "log": ONE + "\n"}), 1),
    ("a log in JSON with the report as an object", json.dumps({"level": "info", "data": {"report": REPORT}}), 1),
    ("a very long array on one line", json.dumps([REPORT] * 20_000), 20_000),
]


@pytest.mark.parametrize(("text", "number"), [case[1:] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_every_report_of_a_shape_is_read(text: str, number: int) -> None:
    assert counts(text) == (number, [])


BROKEN = [
    ("text", "hello", 0, [(1, "no JSON in it")]),
    ("a line that is cut off", f"{ONE}\n{ONE[:40]}\n{ONE}", 2, [(2, "not JSON")]),
    ("a report without its last brace", f"{ONE}\n[warn] {ONE[:-1]}", 1, [(2, "it does not end")]),
    ("JSON that is no report", '{"a": 1}\n' + ONE, 1, [(1, "JSON that is not a violation report")]),
    ("an item that is no report", f"[{ONE}, 5, {ONE}]", 2, [(1, "JSON that is not a violation report")]),
    ("an array whose second item is cut off", f"[{ONE},{ONE[:-1]},{ONE}]", 2, [(1, "not JSON")]),
    ("an array over lines that is cut off", json.dumps([REPORT] * 3, indent=1)[:-40], 2, [(20, "it does not end")]),
    ("too deep", "[" * 5000 + "]" * 5000 + "\n" + ONE, 1, [(1, "nested too deeply")]),
    ("NUL and ESC", "\0\x1b[2J\n" + ONE, 1, [(1, "not JSON")]),
    ("a long line", "x" * (MAX_ENTRY + 5) + "\n" + ONE, 1, [(1, "longer than 1024 kB")]),
    (
        "a long item of a long array",
        '[{"a": "' + "x" * (MAX_ENTRY + 5) + '"},' + ONE + "]",
        1,
        [(1, f"longer than {MAX_ITEM // 1024} kB")],
    ),
]


@pytest.mark.parametrize(("text", "number", "broken"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_what_is_broken_is_counted_with_its_line_and_reason(text: str, number: int, broken: list[Any]) -> None:
    assert counts(text) == (number, broken)


DAYS = [
    (f"2026-11-28T10:00:00Z x {ONE}", "2026-11-28"),
    (f"[28/Nov/2026:10:00:00 +0000] {ONE}", "2026-11-28"),
    (f"Nov 28 10:00:00 host {ONE}", ""),
    (f"2026-13-45 {ONE}", ""),
    (json.dumps({"received": "2026-11-28T23:59:59Z", **REPORT}), "2026-11-28"),
    (json.dumps({"time": "2026-11-28T23:59:59Z", "log": ONE}), "2026-11-28"),
    (json.dumps({"ts": 1795867200, "log": ONE}), "2026-11-28"),
    (json.dumps({"ts": 1795867200123, "log": ONE}), "2026-11-28"),
    (json.dumps({"ts": 1e300, "log": ONE}), ""),
    (ONE, ""),
]


@pytest.mark.parametrize(("line", "day"), DAYS)
def test_the_day_is_read_where_the_line_says_it(line: str, day: str) -> None:
    (entry,) = entries(line)
    assert (entry.day, entry.message is not None) == (day, True)


@given(st.lists(st.sampled_from([ONE, ONE[:50], "x", "{}", json.dumps([API, API]), '{"a": [', "", "\x00"])))
def test_each_line_gives_its_reports_or_is_broken(lines: list[str]) -> None:
    wanted = sum({"": 0, "\x00": 0, json.dumps([API, API]): 2}.get(line, 1) for line in lines)
    assert len(entries("".join(f"{line}\n" for line in ["x", *lines]))) == wanted + 1


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_no_bytes_make_it_fail(before: bytes, after: bytes) -> None:
    entries(before + ONE.encode() + after)
