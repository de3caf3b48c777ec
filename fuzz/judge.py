"""What holds of every run of csplint, whatever its input."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from fuzz.command import Ran

EXIT_CODES = frozenset((0, 1, 2, 3))
"""README's table, without a bug (70) and an interrupt (130)."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COMMAND_ANYWHERE = re.compile(r"##[A-Za-z]*\[")
_COMMAND_AT_START = re.compile(r"^\s*::", re.MULTILINE)


class BrokenPromise(AssertionError):
    """A run did what no input may make it do."""


def judge(ran: Ran, form: str = "text", *, is_page: bool = True) -> None:
    """
    Raise BrokenPromise with the reason and the output.

    form: the report's format on standard output. is_page: False if the input cannot be a page in any browser; then a run
    that exits with 0 must not call any need met.
    """
    for broken in _broken(ran, form, is_page):
        raise BrokenPromise(
            f"{broken}\n--- out\n{ran.out[-3000:]!r}\n--- err\n{ran.err.decode(errors='replace')[-6000:]}"
        )


def _broken(ran: Ran, form: str, is_page: bool) -> list[str]:
    texts = [_text(ran.out), _text(ran.err)]
    found = [f"exit code {ran.code}"] if ran.code not in EXIT_CODES else []
    found += ["a traceback"] if "Traceback (most recent call last)" in texts[0] + texts[1] else []
    found += [f"started {ran.started}"] if ran.started else []
    found += [f"wrote {ran.written}"] if ran.written else []
    for name, text in zip(("standard output", "standard error"), texts, strict=True):
        found += [f"{name}: {why}" for why in _unguarded(text, form if name == "standard output" else "text")]
    if not found and ran.out:
        found += _not_well_formed(texts[0], form)
    if not found and not is_page and ran.code == 0 and any(_met(each) for each in _targets(texts[0], form)):
        found.append("not a page, yet a need is met and the exit code is 0")
    return found


def _text(written: bytes) -> str:
    return written.decode("utf-8", "surrogateescape")


def _unguarded(text: str, form: str) -> list[str]:
    found = []
    if control := _CONTROL.search(text):
        found.append(f"the character {control[0]!r}")
    if command := _COMMAND_ANYWHERE.search(text):
        found.append(f"a command of a CI runner: {command[0]}")
    if form != "github" and (command := _COMMAND_AT_START.search(text)):
        found.append(f"a command of a CI runner: {command[0]!r}")
    return found


def _not_well_formed(text: str, form: str) -> list[str]:
    try:
        if form in ("json", "sarif", "gitlab"):
            json.loads(text)
        elif form == "junit":
            ElementTree.fromstring(text)  # noqa: S314 - csplint's own report
    except (ValueError, ElementTree.ParseError) as error:
        return [f"the {form} report is not well-formed: {error}"]
    return []


def _targets(text: str, form: str) -> list[dict[str, Any]]:
    return list(json.loads(text)["targets"]) if form == "json" and text else []


def _met(target: dict[str, Any]) -> bool:
    return any(each["state"] == "met" for each in target["requirements"])
