"""Puts cases to a browser, many documents at a time, and collects what they tell of violations."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.browser.live import Case, Site
from tests.browser.live_script import ASK

Answer = tuple[bool, list[tuple[str, str]]]
"""(blocked, violated) in the oracle's sense."""


def answer(events: Iterable[Mapping[str, str]], kind: str) -> Answer:
    """Drop what the frame that a form is posted into has to say: the form is what was asked about."""
    violated = sorted(
        {
            (event["disposition"], event["directive"])
            for event in events
            if kind != "form" or event["directive"] == "form-action"
        }
    )
    return any(disposition == "enforce" for disposition, _ in violated), violated


def child_task(case: Case, wait: int) -> str:
    """What a document is told, as its window's name: the request, and how long to listen after it."""
    request = case.request
    return json.dumps(
        {
            "kind": request.kind,
            "url": case.asked(),
            "nonce": request.nonce,
            "content": request.content,
            "integrity": request.integrity,
            "wait": wait,
        }
    )


class Asker:
    """
    Puts cases to a browser, many documents at a time.

    run: opens a URL if it is not open already, and gives back what an expression's promise resolves to, from JSON.
    """

    def __init__(self, site: Site, run: Callable[[str, str], Any]) -> None:
        self.site = site
        self.run = run
        self.numbers = itertools.count(1)

    def ask(self, cases: Sequence[Case], wait: int = 60, limit: int = 12) -> list[Answer | None]:
        """The browser's verdicts, in order; None where the document never answered."""
        answers: dict[int, Answer | None] = {}
        by_scheme: dict[str, list[int]] = {}
        for index, case in enumerate(cases):
            by_scheme.setdefault(urlsplit(case.page).scheme, []).append(index)
        for scheme, indexes in by_scheme.items():
            jobs = [self._job(cases[index], wait) for index in indexes]
            expression = f"({ASK})({json.dumps(jobs)}, {limit}).then(JSON.stringify)"
            # Another origin than the pages': a document of the same one can take over its frame's first window.
            for index, told in zip(indexes, self.run(f"{scheme}://asker.test/", expression), strict=True):
                answers[index] = answer(told["events"], cases[index].request.kind) if told else None
            self.site.cases.clear()
        return [answers[index] for index in range(len(cases))]

    def _job(self, case: Case, wait: int) -> dict[str, str]:
        number = str(next(self.numbers))
        self.site.cases[number] = case
        url = f"{case.page}{'&' if '?' in case.page else '?'}live={number}"
        longer = wait * 3 if case.request.redirect_to else wait
        return {"url": url, "task": child_task(case, longer)}
