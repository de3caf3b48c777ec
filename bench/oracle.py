"""
How often csplint decides as real browsers did.

    bench/oracle.py [FOLDER] [--show N] [--browser NAME]

FOLDER (or the variable CSPLINT_ORACLE; tests/csp/oracle if neither is given) holds `*.ndjson` files, one case a line, in
the form that tests/csp/oracle/README.md describes. A line has `requests`, each with Chromium's verdict, or one `request`
with a verdict beside it for each browser that was asked. Prints the agreement of each browser in each file, on `blocked`
and on `blocked` and `violated`, then the disagreements. Ends with 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request

HERE = Path(__file__).resolve().parents[1] / "tests/csp/oracle"
KEYS = {"chromium": "chromium", "firefox": "firefox", "safari": "webkit"}
"""The key that holds a browser's verdict."""

FIELDS = tuple(field.name for field in fields(Request))
KINDS = {"embed": "object"}
"""Kinds that csplint has under another name."""


class Asked(Struct, frozen=True):
    """One request of a case, and what a browser answered; `truth` has `blocked` and `violated`."""

    case: dict[str, Any]
    request: dict[str, Any]
    truth: dict[str, Any]


class Counts(Struct):
    """How many requests were asked, and on how many the engine's answer is right."""

    asked: int = 0
    blocked: int = 0
    both: int = 0
    wrong: list[str] = []


def answers(case: dict[str, Any], browser: Browser) -> Iterator[Asked]:
    """The requests of a case, with what this browser answered."""
    key = KEYS[browser.name]
    if "request" in case:
        if key in case:
            yield Asked(case, case["request"], case[key])
        return
    for entry in case["requests"]:
        yield Asked(case, entry, entry.get(key, entry))


def was_asked(cases: list[dict[str, Any]], browser: Browser) -> bool:
    """Whether a file has this browser's verdicts: Chromium's always, another's if it ever differs from Chromium's."""
    key = KEYS[browser.name]
    return browser is CHROMIUM or any(key in each for case in cases for each in (case, *case.get("requests", ())))


def compare(path: Path, browser: Browser) -> Counts:
    """Decide every request of a file that the browser was asked, and compare."""
    counts = Counts(wrong=[])
    with path.open(encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    if not was_asked(cases, browser):
        return counts
    for case in cases:
        delivered = [Delivered(p["value"], p.get("delivery", "header"), p["disposition"]) for p in case["policies"]]
        policies = PolicySet.read(case["page"], delivered, browser)
        for each in answers(case, browser):
            _compare_one(each, policies, counts)
    return counts


def _compare_one(asked: Asked, policies: PolicySet, counts: Counts) -> None:
    request = {name: asked.request[name] for name in FIELDS if name in asked.request}
    decision = policies.decide(Request(**request | {"kind": KINDS.get(request["kind"], request["kind"])}))
    truth = (asked.truth["blocked"], [tuple(pair) for pair in asked.truth["violated"]])
    got = (decision.blocked, decision.violated)
    counts.asked += 1
    counts.blocked += got[0] == truth[0]
    counts.both += got == truth
    if got != truth:
        texts = [(p["disposition"], p.get("delivery", "header"), p["value"]) for p in asked.case["policies"]]
        counts.wrong.append(
            f"{asked.case['id']} {asked.case['page']} {texts}\n    {request}\n    browser {truth}\n    csplint {got}"
        )


def main() -> int:
    """Print the agreement and the disagreements."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("CSPLINT_ORACLE") or HERE))
    reader.add_argument("--browser", choices=sorted(KEYS), help="only this browser")
    reader.add_argument("--show", type=int, default=20, help="at most this many disagreements a file and browser")
    given = reader.parse_args()
    chosen = [browser for browser in BROWSERS if given.browser in {None, browser.name}]
    agrees = True
    for path in sorted(given.folder.glob("*.ndjson")):
        for browser in chosen:
            counts = compare(path, browser)
            if not counts.asked:
                continue
            print(
                f"{path.name} {browser.name}: {counts.asked} requests, blocked {counts.blocked / counts.asked:.3%}, "
                f"blocked and violated {counts.both / counts.asked:.3%}"
            )
            print(*(f"  {text}" for text in counts.wrong[: given.show]), sep="\n", end="\n" if counts.wrong else "")
            agrees = agrees and not counts.wrong
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
