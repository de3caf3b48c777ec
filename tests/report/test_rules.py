"""The rules' documentation: an example is shown with all that it sends, and a pack's words are text wherever they go."""

from __future__ import annotations

import datetime
import json

import msgspec
import pytest
from markdown_it import MarkdownIt

from csplint.packs.example import Answer, Example, Repeat
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import Pack, PackInfo, Reference, Rule
from csplint.report.rules import (
    example_json,
    example_lines,
    explain_json,
    explain_text,
    rules_json,
    rules_markdown,
    rules_text,
)

CSP, POLICY = "Content-Security-Policy: ", "script-src 'self'"
MANY = Repeat("https://{number}.example", 300)
SHOWN = [
    ("policy", Example(policy=POLICY, expect=()), [CSP + POLICY]),
    ("report only", Example(report_only=POLICY, expect=()), ["Content-Security-Policy-Report-Only: script-src 'self'"]),
    ("nothing", Example(expect=()), ["(no policy)"]),
    (
        "headers and page",
        Example(policy=POLICY, headers=("Age:  9 ", "X-A:"), page="\n<p>\n  a\n", note="why", expect=()),
        [CSP + POLICY, "Age: 9", "X-A: ", "<p>", "  a", "# why"],
    ),
    ("only a page", Example(page="<p>", expect=()), ["<p>"]),
    (
        "second",
        Example(policy=POLICY, second=Answer(headers=("Age: 9",), page="<p>"), expect=()),
        [CSP + POLICY, "# the next visitor gets", "Age: 9", "<p>"],
    ),
    (
        "second without anything",
        Example(policy=POLICY, second=Answer(), expect=()),
        [CSP + POLICY, "# the next visitor gets", "(no policy)"],
    ),
    (
        "features",
        Example(policy=POLICY, features=("video", "fonts"), expect=()),
        [CSP + POLICY, "# checked with --feature video --feature fonts"],
    ),
    (
        "config",
        Example(policy=POLICY, config='fail-on = "info"\n', expect=()),
        ["# csplint.toml", 'fail-on = "info"', "# the page", CSP + POLICY],
    ),
    (
        "many sources",
        Example(policy=POLICY, repeat=MANY, expect=()),
        [f"{CSP}{POLICY} https://1.example https://2.example … https://300.example"],
    ),
    (
        "few sources",
        Example(policy="img-src", repeat=Repeat("{number}", 4), expect=()),
        [f"{CSP}img-src 1 2 3 4"],
    ),
    ("hostile", Example(policy="\x1b[31m\u202e", page="a\rb", expect=()), [f"{CSP}\\x1b[31m\\u202e", "a\\x0db"]),
]


@pytest.mark.parametrize(("example", "lines"), [case[1:] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_lines_of_an_example(example: Example, lines: list[str]) -> None:
    assert list(example_lines(example)) == lines


def test_json_has_the_keys_of_the_pack_and_policies_written_out() -> None:
    second = Answer(policy="img-src", repeat=Repeat("{number}", 3), headers=("Age: 9",))
    example = Example(policy=POLICY, second=second, features=("video",), expect=())
    assert json.loads(msgspec.json.encode(example_json(example))) == {
        "policy": POLICY,
        "expect": [],
        "second": {"policy": "img-src 1 2 3", "headers": ["Age: 9"]},
        "features": ["video"],
    }


# ------------------------------------------------------------------ a pack by an unknown author

EVIL = "\x1b[31m\u202e<img src=x> `a` [x](https://evil.example) @octocat *b* | ##[group] &lt;"
FENCE = "````\n# h\n::error::x\n##[add-mask]\n<script>"


def hostile() -> PackSet:
    example = Example(policy=EVIL, page=FENCE, headers=(f"A: {EVIL}",), config=FENCE, note=EVIL, expect=(EVIL,))
    rule = Rule(
        id=f"`{EVIL}",
        name=EVIL,
        severity="error",
        check="x",
        summary=f"::error::{EVIL}\n\n# h",
        why=EVIL,
        fix=EVIL,
        source="a",
        standing="documented",
        example=(example,),
    )
    document = Reference(id="a", title=EVIL, address="javascript:alert(1)")
    info = PackInfo(id=EVIL, title=EVIL, version=EVIL, source="x", checked=datetime.date(2026, 1, 1))
    return PackSet((Pack(pack=info, document=(document,), rule=(rule,)),))


def written() -> list[str]:
    packs = hostile()
    (rule,) = packs.rules.values()
    texts = [explain_text(packs, rule), explain_json(packs, rule)]
    return [*texts, rules_text(packs), rules_json(packs), rules_markdown(packs)]


def test_nothing_that_a_terminal_or_a_runner_obeys_comes_out() -> None:
    for text in written():
        assert not {char for char in text if ord(char) < 32 and char != "\n"}
        assert "\u202e" not in text
        assert "##[" not in text
        assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]


def test_json_keeps_the_exact_text() -> None:
    packs = hostile()
    (rule,) = json.loads(rules_json(packs))
    assert (rule["name"], rule["examples"][0]["page"]) == (EVIL, FENCE)


def test_markdown_has_no_structure_but_its_own() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(rules_markdown(hostile()))
    kinds = [token.type for token in tokens]
    assert kinds.count("heading_open") == 3
    assert kinds.count("fence") == 1
    assert "html_block" not in kinds
    assert kinds.count("td_open") == 4
    spans = {child.type for token in tokens for child in token.children or ()}
    assert spans <= {"text", "code_inline", "strong_open", "strong_close"}
    (fence,) = [token.content for token in tokens if token.type == "fence"]
    assert "````\n# h\n" in fence


# ------------------------------------------------------------------ the packs that ship


def test_a_document_without_a_public_address_is_named_and_not_linked() -> None:
    packs = load_packs([])
    assert "Source: csplint's README: In CI, `csplint README.md#in-ci` (documented)." in rules_markdown(packs)
    assert "](csplint" not in rules_markdown(packs)
    assert explain_text(packs, packs.rules["unused-ignore"]).endswith(
        "\nsource: csplint's README: In CI (documented)\n        csplint README.md#in-ci\n"
    )
