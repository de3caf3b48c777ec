"""
csplint from Python; `csplint` itself exports these functions.

Functions that wait for a page have a twin with `_async` at the end of its name, so that both stand together in help() and
in completion. What to check is positional, how to check it is keyword-only.
"""

from __future__ import annotations

from csplint.api.checks import check_file, check_page, check_policy, check_url, check_url_async, parse, to_json
from csplint.api.corrections import fix, fix_async
from csplint.api.requests import RequestVerdict, allows

__all__ = [
    "RequestVerdict",
    "allows",
    "check_file",
    "check_page",
    "check_policy",
    "check_url",
    "check_url_async",
    "fix",
    "fix_async",
    "parse",
    "to_json",
]
