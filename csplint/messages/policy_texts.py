"""
Messages of Chromium and Safari about a policy's text: what they ignore in it, and why.

The texts of Chromium 156 and WebKitGTK 2.50, which have one origin; where both write the same, nothing tells them apart.
"""

from __future__ import annotations

import re

from csplint.messages.message import Message, SaidBy

_ABOUT = r"Content[- ]Security[- ]Policy"
_NAMED = rf"{_ABOUT} directive '(?P<name>[^']*)'"
_LIST = "The source list for"
_WHOLE = rf"\A[^']{{0,500}}?{_ABOUT} '(?P<policy>.{{0,9000}}?)' was delivered"
_TABLE: tuple[tuple[str, SaidBy | None], ...] = (
    (rf"{_LIST} the {_NAMED} contains an invalid source: '(?P<token>[^\n]{{0,1000}}?)'\. It will", "chromium"),
    (rf"{_LIST} {_NAMED} contains an invalid source: '(?P<token>[^\n]{{0,1000}}?)'\. It will", "safari"),
    (rf"{_LIST} {_NAMED} contains a source with an invalid path", None),
    (rf"{_ABOUT} directive name '(?P<name>.{{0,200}}?)' contains (?:one or more invalid|non-ASCII) char", "chromium"),
    (rf"value for the {_NAMED} contains one or more invalid char", "chromium"),
    (rf"value for {_NAMED} contains (?:one or more invalid|an invalid) char", None),
    (rf"{_NAMED} does not support the source expression '(?P<token>[^\n]{{0,1000}}?)'\.?\s*$", "chromium"),
    (rf"{_NAMED} contains '(?P<token>[^\n]{{0,1000}}?)' as a source expression that is permitted only", "chromium"),
    (rf"{_NAMED} contains more than one endpoint", "chromium"),
    (rf"{_NAMED} specifies (?:as endpoint|an invalid endpoint) '(?P<token>[^']{{0,1000}})'", "chromium"),
    (rf"{_NAMED} should be empty, but was delivered with a value of '(?P<token>[^']{{0,1000}})'", None),
    (rf"The value of the {_NAMED} contains an invalid policy: '(?P<token>[^\n]{{0,1000}}?)'\. It will", None),
    (rf"Invalid (?:expression|plugin type) in '(?P<name>[^']{{0,60}})' {_ABOUT} directive", None),
    (rf"'(?P<name>[^']{{0,60}})' {_ABOUT} directive is empty", None),
    (r"The '(?P<name>allow|options|policy-uri)' directive has been (?:replaced|removed)", None),
    (rf"{_NAMED} contains '(?P<token>[^']*)' as a source expression\. Did you want", "chromium"),
    (rf"{_NAMED} contains '(?P<token>[^']*)' as a source expression\. Did you mean", "safari"),
    (rf"{_NAMED} contains the keyword 'none' alongside", "chromium"),
    (rf"{_NAMED} (?:has been|is) (?:removed|deprecated|no longer)", "chromium"),
    (rf"{_NAMED} is ignored when delivered via a <meta>", "chromium"),
    (rf"{_NAMED} is ignored when delivered via an HTML meta", "safari"),
    (rf"{_NAMED} is (?:ignored|implemented behind a flag|not supported)", None),
    (rf"Unrecognized {_NAMED}", None),
    (rf"Ignoring duplicate {_NAMED}", None),
    (rf"Error while parsing the '(?P<name>[^']*)' {_ABOUT} directive", None),
    (rf"{_WHOLE} via a <meta> element", "chromium"),
    (rf"{_WHOLE} via an HTML meta element", "safari"),
    (rf"{_WHOLE} in report-only mode, but does not specify a '(?P<name>report-to)'", "safari"),
    (rf"{_WHOLE} in report-only mode, but does not specify a '(?P<name>report-uri)'", "chromium"),
)
_MISWRITTEN = {"trusted_types": "trusted-types"}
"""What Chromium's own text has for a directive; other names are the policy's."""

_PATTERNS = tuple((re.compile(text, re.IGNORECASE), browser) for text, browser in _TABLE)


def read(text: str) -> Message | None:
    """What a message says about the policy's text; None if it is not about one."""
    for pattern, browser in _PATTERNS:
        if found := pattern.search(text):
            groups = found.groupdict()
            report = "report-only" in found[0].lower() or "The report-only Content" in text
            return Message(
                kind="csp",
                browser=browser,
                directive=_MISWRITTEN.get(name := (groups.get("name") or "").lower(), name),
                disposition="report" if report else None,
                token=groups.get("token") or "",
                policy=groups.get("policy") or "",
                notes=frozenset({"about-policy"}),
                text=text,
            )
    return None
