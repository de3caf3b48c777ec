"""The engine against 9,173 verdicts of real browsers (oracle/README.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csplint.csp.browsers import CHROMIUM, FIREFOX, SAFARI, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request

FOLDER = Path(__file__).parent / "oracle"
VERDICT = {"blocked", "violated", "firefox", "webkit"}
KEYS = {"chromium": "chromium", "firefox": "firefox", "safari": "webkit"}


def cases(name: str) -> Iterator[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def policy_set(case: dict[str, Any], browser: Browser) -> PolicySet:
    delivered = [
        Delivered(policy["value"], policy.get("delivery", "header"), policy["disposition"])
        for policy in case["policies"]
    ]
    return PolicySet.read(case["page"], delivered, browser)


def disagreements(name: str, browser: Browser) -> tuple[int, list[str]]:
    asked, wrong = 0, []
    for case in cases(name):
        policies = policy_set(case, browser)
        for entry in case["requests"]:
            asked += 1
            decision = policies.decide(Request(**{key: entry[key] for key in entry if key not in VERDICT}))
            truth = entry.get(KEYS[browser.name], entry)
            got = {"blocked": decision.blocked, "violated": [list(pair) for pair in decision.violated]}
            if got != {"blocked": truth["blocked"], "violated": truth["violated"]}:
                wrong.append(f"{case['id']} {json.dumps(entry)} -> {got}")
    return asked, wrong


@pytest.mark.parametrize(
    ("name", "browser", "requests"),
    [
        ("public.ndjson", CHROMIUM, 5423),
        ("public-hard.ndjson", CHROMIUM, 3750),
        ("public-hard.ndjson", FIREFOX, 3750),
        ("public.ndjson", SAFARI, 5423),
        ("public-hard.ndjson", SAFARI, 3750),
    ],
    ids=["chromium", "chromium-hard", "firefox-hard", "webkit", "webkit-hard"],
)
def test_engine_agrees_with_the_browser(name: str, browser: Browser, requests: int) -> None:
    asked, wrong = disagreements(name, browser)
    assert wrong == []
    assert asked == requests
