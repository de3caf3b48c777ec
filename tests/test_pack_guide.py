"""How to write a pack (rules/README.md): the pack it shows works, it names every key, and what it forbids is refused."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from csplint.engine.evaluate import evaluate
from csplint.engine.subject import policy_subject
from csplint.errors import PackError
from csplint.packs.example import Answer, Example
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import Pack, PackInfo, Reference, Rule
from csplint.packs.read import parse_pack
from tests.examples import judged

GUIDE = (Path(__file__).parents[1] / "rules/README.md").read_text(encoding="utf-8")
OWN, MORE = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
WORDS = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL))
STRUCTS: list[type[msgspec.Struct]] = [Pack, PackInfo, Reference, Rule, Example, Answer]


def test_pack_of_the_guide_works(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    packs = load_packs([str(path)])
    (rule,) = packs.packs[0].rule
    assert [_found(example, packs, tmp_path) for example in rule.example] == [
        ["missing-chat-frame: https://chat.vendor.example"],
        [],
    ]


def _found(example: Example, packs: PackSet, folder: Path) -> list[str]:
    return [f"{each.name}: {each.value}" for each in judged(example, packs, folder).findings]


def test_example_of_the_guide_fires(tmp_path: Path) -> None:
    (rule,) = parse_pack(f"{OWN}\n{MORE}", "own.toml").rule
    example = rule.example[-1]
    assert _found(example, load_packs(["security"]), tmp_path)[0] == f"nonce-in-cached-page: {example.expect[0][12:]}"


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_guide_names_every_key(kind: type[msgspec.Struct]) -> None:
    named = {word for span in WORDS for word in re.findall(r"\w+", span)}
    assert {field.encode_name for field in msgspec.structs.fields(kind)} <= named


FAULTS = [
    ("headers = ['Age 120']", "headers: 'Age 120' is not 'Name: value'"),
    ("headers = ['Age: 1', ': x']", "headers: ': x' is not 'Name: value'"),
    ('headers = ["A: b\\r\\nSet-Cookie: c"]', "headers: 'A: b\\r\\nSet-Cookie: c' is not 'Name: value'"),
    ("second = { headers = ['Age'] }", "headers: 'Age' is not 'Name: value'"),
    ("features = ['sound']", "features: 'sound' is not in this pack; it has video"),
]


@pytest.mark.parametrize(("line", "message"), FAULTS)
def test_example_that_no_server_could_send(line: str, message: str) -> None:
    broken = OWN.replace("expect = []", f"{line}\nexpect = []")
    with pytest.raises(PackError, match=re.escape(f"own.toml: rule missing-chat-frame: example 2: {message}")):
        parse_pack(broken, "own.toml")


MISTAKES = [
    ("html = '<p>'", "unknown field `html`"),
    ("second = { expect = [] }", "unknown field `expect`"),
    ("headers = 'Age: 120'", "Expected `array`, got `str`"),
    ("repeat = { source = 'x', times = 0 }", "Expected `int` >= 1"),
    ("repeat = { source = 'x', times = 1001 }", "Expected `int` <= 1000"),
]


@pytest.mark.parametrize(("line", "message"), MISTAKES)
def test_example_with_a_key_of_the_wrong_kind(line: str, message: str) -> None:
    with pytest.raises(PackError, match=re.escape(message)):
        parse_pack(OWN.replace("expect = []", f"{line}\nexpect = []"), "own.toml")


def test_features_of_an_example_are_the_packs_own() -> None:
    known = OWN.replace("expect = []", "features = ['video']\nexpect = []")
    assert parse_pack(known, "own.toml").rule[0].example[1].features == ("video",)


def test_a_requirement_of_the_cdn_needs_a_host_that_is_current() -> None:
    with pytest.raises(
        PackError, match=r"own.toml: requirement frame: role 'cdn' needs a \[\[host\]\] that is current"
    ):
        parse_pack(OWN.replace('kinds = ["frame"]', 'kinds = ["frame"]\nrole = "cdn"'), "own.toml")


UNUSABLE = [
    ("sourcez", "the rule pack demo-chat: rule missing-chat-frame: there is no check 'sourcez'; did you mean sources?"),
    ("quux", "the rule pack demo-chat: rule missing-chat-frame: there is no check 'quux'."),
    (
        "unknown_directive",
        "the rule pack demo-chat: rule missing-chat-frame: the check 'unknown_directive' never reports 'missing-chat-frame', so "
        "the rule can never fire; it reports unknown-directive. A rule with a name of its own says which with `problem = ...`",
    ),
]


@pytest.mark.parametrize(("check", "says"), UNUSABLE)
def test_a_pack_that_cannot_be_asked_is_refused(check: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('check = "sources"', f'check = "{check}"'), encoding="utf-8")
    packs = load_packs([str(path)])
    with pytest.raises(PackError) as caught:
        evaluate(policy_subject("policy", "https://shop.example/", ["script-src 'self'"], []), packs, {})
    assert str(caught.value) == says


def test_a_pack_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(PackError) as caught:
        load_packs(["nosuch"])
    assert str(caught.value) == (
        "there is no pack 'nosuch'; built in are delivery, page, run, security, syntax, velaro, "
        "one of your own is a path ending in .toml"
    )
