"""
What of a report is kept: the fields that csplint reads, each of bounded length, without what may be about a person.

Query strings and fragments are dropped unless the user keeps them, user names and passwords in URLs always. The fields keep
their names and their order, so that the reports look as the browser sent them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from csplint.messages.report_json import MAX_NUMBER, MAX_POLICY, MAX_SAMPLE, MAX_URL, is_report

Sort = Literal["url", "policy", "sample", "other", ""]

_SORTS: Mapping[str, Sort] = {
    **dict.fromkeys(("documenturi", "documenturl", "blockeduri", "blockedurl", "referrer", "sourcefile", "url"), "url"),
    **dict.fromkeys(("originalpolicy", "violateddirective", "effectivedirective"), "policy"),
    **dict.fromkeys(("sample", "scriptsample"), "sample"),
    **dict.fromkeys(("disposition", "statuscode", "linenumber", "columnnumber"), "other"),
}
"""What a field holds, by its name without dashes and letter case."""

_OUTER = frozenset({"type", "age", "user_agent"})
_USER_AGENT = 256
_SHORT = 64

_CREDENTIALS = re.compile(r"(?<=://)[^/?#@\s]*@")
_QUERY_IN_POLICY = re.compile(r"[?#][^\s;,]*")

Report = dict[str, object]


def clean_reports(value: object, *, keep_query: bool, user_agent: str = "", most: int) -> list[Report]:
    """
    The reports in a request's JSON, cleaned; [] if there is something in it that is no report, or more than `most`.

    user_agent: of the request, for reports that carry none.
    """
    items = value if isinstance(value, list) else [value]
    if len(items) > most:
        return []
    reports = [item for item in items if isinstance(item, dict) and is_report(item)]
    if len(reports) != len(items):
        return []
    return [_clean(item, keep_query=keep_query, user_agent=user_agent) for item in reports]


def _clean(item: Mapping[object, object], *, keep_query: bool, user_agent: str) -> Report:
    found: Report = {}
    for key, value in item.items():
        if not isinstance(key, str):
            continue
        if isinstance(value, dict) and key in {"csp-report", "body"}:
            found[key] = _body(value, keep_query=keep_query)
        elif key in _OUTER:
            found[key] = _plain(value, _USER_AGENT if key == "user_agent" else _SHORT)
        elif (text := _field(key, value, keep_query=keep_query)) is not None:
            found[key] = text
    if user_agent and not found.get("user_agent"):
        found["user_agent"] = user_agent[:_USER_AGENT]
    return found


def _body(body: Mapping[object, object], *, keep_query: bool) -> Report:
    found: Report = {}
    for key, value in body.items():
        if not isinstance(key, str):
            continue
        if value is None and _sort(key) == "url":
            found[key] = None  # Firefox sends null where others send ""
        elif (field := _field(key, value, keep_query=keep_query)) is not None:
            found[key] = field
    return found


def _field(key: str, value: object, *, keep_query: bool) -> object:
    """A known field's value, None for any other."""
    sort = _sort(key)
    if sort == "url":
        return without_secrets(value, keep_query=keep_query) if isinstance(value, str) else None
    if sort == "policy":
        return _policy(value, keep_query=keep_query) if isinstance(value, str) else None
    return _plain(value, MAX_SAMPLE if sort == "sample" else _SHORT) if sort else None


def _sort(key: str) -> Sort:
    return _sort_of(key) if len(key) <= _SHORT else ""


@lru_cache(maxsize=256)
def _sort_of(key: str) -> Sort:
    return _SORTS.get(key.replace("-", "").lower(), "")


def without_secrets(url: str, *, keep_query: bool) -> str:
    """A URL without its user name and password and, unless `keep_query`, without query and fragment."""
    url = url[:MAX_URL]
    if "@" in url:
        url = _CREDENTIALS.sub("", url)
    return url if keep_query else url.partition("?")[0].partition("#")[0]


def _policy(text: str, *, keep_query: bool) -> str | None:
    """A policy whose addresses have no secrets; None for one that is too long, as a part says something else."""
    if len(text) > MAX_POLICY:
        return None
    if "@" in text:
        text = _CREDENTIALS.sub("", text)
    return text if keep_query or not ("?" in text or "#" in text) else _QUERY_IN_POLICY.sub("", text)


def _plain(value: object, limit: int) -> object:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -MAX_NUMBER <= value <= MAX_NUMBER else None
