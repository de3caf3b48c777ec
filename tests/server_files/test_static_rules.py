"""Each rule's examples are found in the files that they are written for, and no rule is without one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.static_hosts import SERVERS, faults, read

PART = Path(__file__).parents[2] / "rules" / "servers.toml"
RULES: list[dict[str, Any]] = tomllib.loads(PART.read_text())["rule"]
EXAMPLES = [
    pytest.param(rule["name"], example, id=f"{rule['name']}-{number}")
    for rule in RULES
    for number, example in enumerate(rule["example"])
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_example(name: str, example: dict[str, Any]) -> None:
    text = example["text"].removeprefix("\n")
    server = next(each for each in SERVERS if each.recognises(example["file"], text.encode()))
    source = read(server, text)
    found = [text.encode()[each.start : each.end].decode() for each in source.faults if each.rule == name]

    assert [each.strip(" \r\n") or each for each in found] == example["expect"]
    assert example["expect"] or not faults(source, text), "an example that does not fire is good in every respect"


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["name"]) for rule in RULES])
def test_rules_are_whole(rule: dict[str, Any]) -> None:
    wanted = {"name", "severity", "check", "summary", "why", "fix", "source", "standing", "example"}
    documents = {each["id"] for each in tomllib.loads(PART.read_text())["document"]}

    assert set(rule) == wanted
    assert rule["source"] in documents
