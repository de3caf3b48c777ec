"""
Which browser sent a violation report, where its user agent or its shape says so for certain.

The shapes were seen in Chromium 156, Firefox 153 and WebKitGTK 2.50. A reverse proxy may sort the fields or add some, so one
sign that others can make is not enough, and the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from csplint.messages.message import SaidBy

_ABSOLUTE = re.compile(r"(?:^|;)\s*report-uri\s+(?:https?://)", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:^|;)\s*report-uri\s+(?!https?://)\S", re.IGNORECASE)

_Json = Mapping[object, object]


def browser_of(
    user_agent: str, outer: _Json | None = None, body: _Json | None = None, *, alone: bool = False
) -> SaidBy | None:
    """
    The browser, None if it is not certain.

    outer: the object around the body, {} if there is none. alone: whether the report came outside an array.
    """
    if found := _by_agent(user_agent):
        return found
    if outer is None or body is None:
        return None
    if "csp-report" in outer:
        return _report_uri(outer, body)
    if "body" in outer:
        return _reporting_api(outer, body, alone=alone)
    return None


def _by_agent(agent: str) -> SaidBy | None:
    if re.search(r"\b(?:CriOS|FxiOS|EdgiOS|OPT)/", agent):
        return "safari"  # every browser of iOS is WebKit
    if re.search(r"\bFirefox/", agent):
        return "firefox"
    if re.search(r"(?:Chrome|Chromium)/", agent):
        return "chromium"
    return "safari" if "AppleWebKit/" in agent else None


def _report_uri(outer: _Json, body: _Json) -> SaidBy | None:
    if isinstance(outer.get("url"), str) and outer.get("type") == "csp-violation":
        return "safari"  # only WebKit puts these beside csp-report
    if not isinstance(body.get("disposition"), str):
        return None  # WebKit without its wrapper, or a Chromium or Firefox of years ago
    policy = body.get("original-policy")
    policy = policy if isinstance(policy, str) else ""
    if body.get("script-sample") == "":
        return "chromium"  # always sends the field; Firefox leaves it out if it is empty
    is_relative = bool(_RELATIVE.search(policy))
    if "script-sample" not in body:
        return None if is_relative else "firefox"
    if is_relative:
        return "chromium"  # Firefox writes the absolute URL into the policy
    return _by_order(list(body), has_absolute=bool(_ABSOLUTE.search(policy)))


def _by_order(names: list[object], *, has_absolute: bool) -> SaidBy | None:
    """Firefox sends the fields in the order of the alphabet, and a column without a line; Chromium begins with the document."""
    if names[:2] == ["document-uri", "referrer"]:
        return "chromium"
    return "firefox" if has_absolute and names == sorted(names, key=str) else None


def _reporting_api(outer: _Json, body: _Json, *, alone: bool) -> SaidBy | None:
    if "referrer" in body and body["referrer"] is None:
        return "firefox"  # the others send ""
    if alone and outer.get("type") == "csp-violation" and not outer.keys() & {"age", "user_agent"}:
        return "safari"
    return None
