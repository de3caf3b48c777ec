"""What a page and its browser say while the page is open, within bounds."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from csplint.browser.observation import (
    LONGEST_POLICY,
    LONGEST_TEXT,
    MOST_ISSUES,
    MOST_MESSAGES,
    MOST_REQUESTS,
    MOST_VIOLATIONS,
    ConsoleLine,
    FailedRequest,
    Issue,
    LoadedRequest,
    Violation,
    Why,
)

_MOST_HEARD = 50_000
"""Reports of the page's own script that are looked at; a page may send as many as it likes."""


class Record:
    """Collects; what goes beyond the bounds is counted. Nothing here raises, whatever the page sends."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        self._wanted = marks
        self._heard = 0
        self.violations: dict[Violation, None] = {}
        self.console: list[ConsoleLine] = []
        self.failed: list[FailedRequest] = []
        self.loaded: list[LoadedRequest] = []
        self.issues: dict[Issue, None] = {}
        self.marks: dict[str, Literal["console", "event"]] = {}
        self.names: dict[str, None] = {}
        self.left_out: Counter[str] = Counter()

    def hear(self, told: Any) -> None:
        """One report of the script in the page (`script.py`): a list, but the page may send anything."""
        self._heard += 1
        if self._heard > _MOST_HEARD or not isinstance(told, list) or not told:
            self.left_out["reports"] += 1
        elif told[0] == "violation" and len(told) == _PARTS:
            self._violation(told[1:])
        elif told[0] == "event" and len(told) > 1 and told[1] in self._wanted:
            self.marks.setdefault(told[1], "event")
        elif told[0] == "more" and len(told) > 1 and isinstance(told[1], int):
            self.left_out["violations"] += min(max(told[1], 0), 10**9)

    def looked(self, name: str, found: Any) -> None:
        """The result of a look for a value of the page's scripts (`page_globals.py`)."""
        if found is True:
            self.names[name] = None

    def _violation(self, parts: list[Any]) -> None:
        directive, blocked, disposition, policy, document, source, line, column, sample = parts
        violation = Violation(
            directive=_text(directive),
            blocked=_text(blocked),
            disposition="report" if disposition == "report" else "enforce",
            policy=_text(policy, LONGEST_POLICY),
            document=_text(document),
            source=_text(source),
            line=_number(line),
            column=_number(column),
            sample=_text(sample),
        )
        if len(self.violations) < MOST_VIOLATIONS or violation in self.violations:
            self.violations[violation] = None
        else:
            self.left_out["violations"] += 1

    def message(self, level: str, text: str, url: str, line: int) -> None:
        """One message of the console."""
        for mark in self._wanted:
            if mark in text[:LONGEST_TEXT]:
                self.marks.setdefault(mark, "console")
        if len(self.console) < MOST_MESSAGES:
            self.console.append(ConsoleLine(_text(level), _text(text), _text(url), _number(line)))
        else:
            self.left_out["messages"] += 1

    def request_failed(self, url: str, kind: str, reason: str) -> None:
        """One request without a response."""
        if len(self.failed) < MOST_REQUESTS:
            self.failed.append(FailedRequest(_text(url), kind, _text(reason), _why(reason)))
        else:
            self.left_out["requests"] += 1

    def request_loaded(self, url: str, kind: str, status: int) -> None:
        """One request with a response."""
        if len(self.loaded) < MOST_REQUESTS:
            self.loaded.append(LoadedRequest(_text(url), kind, status))
        else:
            self.left_out["requests"] += 1

    def issue(self, code: str, text: str) -> None:
        """One issue of Chromium's audit."""
        if len(self.issues) < MOST_ISSUES:
            self.issues[Issue(_text(code), _text(text))] = None
        else:
            self.left_out["issues"] += 1


_PARTS = 10
"""Of a report about a violation, its first word included."""


def _text(value: Any, longest: int = LONGEST_TEXT) -> str:
    return value[:longest] if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0


def _why(reason: str) -> Why:
    """What stopped a request, by the browser's words for it."""
    lowered = reason.lower()
    for why, words in _WORDS:
        if any(word in lowered for word in words):
            return why
    return "network"


_WORDS: tuple[tuple[Why, tuple[str, ...]], ...] = (
    ("coep", ("err_blocked_by_response", "err_blocked_by_orb", "corp", "coep", "ns_error_dom_corp")),
    ("extension", ("err_blocked_by_client", "inspector", "ns_error_blocked_by_policy")),
    ("mixed-content", ("mixed",)),
    ("csp", ("csp", "content_blocked", "err_blocked_by_csp")),
)
"""Chromium's by its net error names and playwright's words, Firefox's by its error names."""
