"""The day on which a log says that it received a report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

_ISO = re.compile(r"(?<!\d)(20\d\d)[-/](\d\d)[-/](\d\d)(?!\d)")
_APACHE = re.compile(r"(?<!\d)(\d{1,2})[/ ](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[/ ](20\d\d)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_NAMES = (
    "received",
    "received_at",
    "receivedat",
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "date",
    "datetime",
    "created_at",
)
"""Keys of a log's own JSON that hold the time, the surest first."""

_MOST_PREFIX = 512
_SECONDS = range(1_262_304_000, 4_102_444_800)
"""Unix times from 2010 to 2100; larger numbers are in milliseconds."""


def day_in(prefix: str) -> str:
    """The date at the beginning of a log's line, such as "2026-11-28"; "" if there is none, or one without its year."""
    prefix = prefix[:_MOST_PREFIX]
    if found := _ISO.search(prefix):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _APACHE.search(prefix):
        return _day(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    return ""


def day_of(value: Mapping[object, object]) -> str:
    """The date in an object's own time, a text or a Unix time in seconds or milliseconds; "" if it has none."""
    for name in _NAMES:
        found = value.get(name)
        day = day_in(found) if isinstance(found, str) else _of_number(found)
        if day:
            return day
    return ""


def _of_number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    for unit in (1, 1000):
        if value == value and abs(value) < 1e18 and int(value / unit) in _SECONDS:  # noqa: PLR0124, PLR2004 - NaN; then a bound
            return datetime.fromtimestamp(int(value / unit), UTC).date().isoformat()
    return ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
