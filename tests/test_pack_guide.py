"""How to write a pack (rules/README.md): the pack it shows works, it names every key, and what it forbids is refused."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from csplint.cli.pack_command import example_triage
from csplint.engine.evaluate import evaluate
from csplint.engine.pack_check import pack_faults
from csplint.engine.subject import policy_subject
from csplint.errors import PackError
from csplint.packs.example import Answer, Example
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import Embed, Feature, Mistake, Needs, Pack, PackInfo, Ready, Reference, Rule
from csplint.packs.read import parse_pack
from tests.examples import judged

GUIDE = (Path(__file__).parents[1] / "rules/README.md").read_text(encoding="utf-8")
SHORT, FEATURE, MISTAKE, OWN, MORE, READY = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
WORDS = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL))
STRUCTS: list[type[msgspec.Struct]] = [
    Pack, PackInfo, Reference, Rule, Example, Answer, Needs, Embed, Feature, Mistake, Ready,
]  # fmt: skip


def test_pack_of_the_guide_works(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    packs = load_packs([str(path)])
    (rule,) = packs.packs[0].rule
    assert [_found(example, packs) for example in rule.example] == [
        ["missing-chat-frame: https://chat.vendor.example"],
        [],
    ]


def _found(example: Example, packs: PackSet) -> list[str]:
    return [f"{each.name}: {each.value}" for each in judged(example, packs).findings]


def test_example_of_the_guide_fires() -> None:
    (rule,) = parse_pack(f"{OWN}\n{MORE}", "own.toml").rule
    example = rule.example[-1]
    assert _found(example, load_packs(["security"]))[0] == f"nonce-in-cached-page: {example.expect[0][12:]}"


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
    with pytest.raises(PackError, match=re.escape(f"rule missing-chat-frame: example 2: {message}")):
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
        PackError, match=r"own.toml:22: requirement frame: role 'cdn' needs a \[\[host\]\] that is current"
    ):
        parse_pack(OWN.replace('kinds = ["frame"]', 'kinds = ["frame"]\nrole = "cdn"'), "own.toml")


UNUSABLE = [
    ("sourcez", "rule missing-chat-frame: there is no check 'sourcez'; did you mean sources?"),
    ("quux", "rule missing-chat-frame: there is no check 'quux'."),
    (
        "unknown_directive",
        "rule missing-chat-frame: the check 'unknown_directive' never reports 'missing-chat-frame', so "
        "the rule can never fire; it reports unknown-directive. To give a rule a name of its own, add `problem = ...`",
    ),
]


@pytest.mark.parametrize(("check", "says"), UNUSABLE)
def test_a_pack_that_cannot_be_asked_is_refused(check: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('check = "sources"', f'check = "{check}"'), encoding="utf-8")
    packs = load_packs([str(path)])
    with pytest.raises(PackError) as caught:
        evaluate(policy_subject("policy", "https://shop.example/", ["script-src 'self'"], []), packs, {})
    line = OWN[: OWN.index('check = "sources"')].count("\n") + 1
    assert f"{path}:{line - (check == 'unknown_directive') * 2}: {says}" in str(caught.value).splitlines()


def test_a_pack_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(PackError) as caught:
        load_packs(["nosuch"])
    folder = Path(__file__).parents[1] / "rules"
    names = ", ".join(sorted(path.stem for path in folder.rglob("*.toml")))
    assert str(caught.value) == (f"there is no pack 'nosuch'; built in are {names}, your own are paths ending in .toml")


def test_the_short_form_of_the_guide_makes_requirements_and_rules(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SHORT, encoding="utf-8")
    packs = load_packs([str(path)], examples=True)
    pack = packs.packs[0]
    assert [rule.id for rule in pack.rule] == ["DEM001", "DEM002", "DEM003"]
    assert [each.id for each in pack.requirement] == ["demo-chat-script", "demo-chat-connect", "demo-chat-frame"]
    assert pack.requirement[2].any_of == ("https://us.vendor.example", "https://eu.vendor.example")
    assert list(pack_faults(pack, packs, example_triage)) == []


def test_the_tables_of_the_guide_fit_into_its_pack(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    with_feature = SHORT.replace('purpose = "messages"', 'purpose = "messages"\nfeature = "voice"')
    path.write_text("\n".join((with_feature, FEATURE, MISTAKE)), encoding="utf-8")
    pack = load_packs([str(path)], examples=True).packs[0]
    assert [each.id for each in pack.feature] == ["voice"]
    assert [each.meant for each in pack.mistake] == ["https://*.vendor.example"]


def test_both_ways_of_the_guide_to_show_that_a_widget_is_ready(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f"{SHORT}\n{READY}", encoding="utf-8")
    assert [(each.name, each.mark, each.means) for each in load_packs([str(path)]).packs[0].ready] == [
        ("Chat.open", "", "ready"),
        ("", "chat:loading", "started"),
    ]


READY_FAULTS = [
    # keys of [[ready]]                       line, and what is said
    ('mark = "a"\nglobal = "b"', 0, "ready takes either mark or global"),
    ("", 0, "ready takes either mark or global"),
    ('global = ""', 0, "ready takes either mark or global"),
    ('mark = " "', 1, "ready: mark is empty"),
    *((f'global = "{name}"', 1, f"ready: global {name!r} is not the name of a value, such as Chat or vendor.chat")
      for name in ("Chat()", "a..b", ".a", "a.", "1a", "a[0]", "window a", " ", "a;alert(1)", "é", "a-b")),
    ('name = "Chat"', 1, "unknown field `name`"),
    ("global = 1", 1, "Expected `str`, got `int`"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "line", "message"), READY_FAULTS)
def test_what_shows_nothing_is_refused_with_its_line(keys: str, line: int, message: str) -> None:
    head = f"{SHORT}\n[[ready]]\n"
    broken = f'{head}{keys}\nmeans = "ready"\nsource = "guide"\nstanding = "documented"\n'
    with pytest.raises(PackError, match=rf"own.toml:{head.count(chr(10)) + line}: .*{re.escape(message)}"):
        parse_pack(broken, "own.toml")


def test_what_shows_that_a_widget_is_ready_is_named_once() -> None:
    with pytest.raises(PackError, match=r"ready Chat\.open is in the pack twice"):
        parse_pack(f"{SHORT}\n{READY}\n{READY}", "own.toml")


def test_a_pack_of_ten_sources_fits_in_25_lines() -> None:
    text = """
[pack]
id = "big"
title = "Big"
version = "1"
source = "https://docs.big.example"
checked = 2026-01-01
prefix = "BIG"
"""
    for directive, count in (("connect-src", 4), ("img-src", 3), ("frame-src", 3)):
        hosts = [f"https://{directive[:3]}{number}.big.example" for number in range(count)]
        text += f'[[needs]]\ndirective = "{directive}"\nsources = {hosts}\npurpose = "it"\n'
    assert len(text.strip().splitlines()) <= 25
    assert len(parse_pack(text, "big.toml").rule) == 3


NEEDLESS = [
    ('[[symptom]]\nid = "s"\nsymptom = "a"\ncause = "b"\nfix = "c"', "symptom s is not needed"),
    ('[[feature]]\nid = "f"\ntitle = "F"', "feature f is not needed"),
    ('[[document]]\nid = "d"\ntitle = "D"\naddress = "https://d.example"', "document d is not needed"),
    ('[[needs]]\nid = "n"\ndirective = "img-src"\nsources = ["data:"]\npurpose = "p"', "unknown field `id`"),
]


@pytest.mark.parametrize(("table", "message"), NEEDLESS, ids=["symptom", "feature", "document", "id"])
def test_a_needless_table_is_refused_with_its_line(table: str, message: str) -> None:
    line = (OWN + "\n").count("\n") + 1 + (1 if "unknown" in message else 0)
    with pytest.raises(PackError, match=rf"own.toml:{line}: .*{re.escape(message)}"):
        parse_pack(f"{OWN}\n{table}\n", "own.toml")


def test_a_rule_that_no_requirement_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('rule = "missing-chat-frame"', 'rule = "other"') + OTHER, encoding="utf-8")
    packs = load_packs([str(path)])
    with pytest.raises(PackError, match="missing-chat-frame: no requirement names this rule, so it can never fire"):
        evaluate(policy_subject("policy", "https://shop.example/", ["script-src 'self'"], []), packs, {})


OTHER = """
[[rule]]
id = "DEM002"
name = "other"
severity = "error"
check = "sources"
summary = "s."
why = "w."
fix = "f."
source = "guide"
standing = "documented"
"""
