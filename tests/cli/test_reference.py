"""`csplint rules` and `csplint explain`, and the documentation page that is made from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.packs.merge import load_packs

PACKS = load_packs([])


def out(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0
    streams = capsys.readouterr()
    assert streams.err == ""
    return streams.out


def test_rules_lists_every_rule_once(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "rules")
    for rule in PACKS.rules.values():
        assert f"  {rule.id}  {rule.severity:<7}  {rule.name} " in text
    listed = json.loads(out(capsys, "rules", "--format", "json"))
    assert [each["name"] for each in listed] == list(PACKS.rules)
    assert all(each["source"]["address"] and each["why"] and each["fix"] for each in listed)


def test_rules_of_one_pack(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(out(capsys, "rules", "--pack", "velaro", "--format", "json"))
    assert {each["pack"] for each in listed} == {"velaro", "run"}


@pytest.mark.parametrize("name", ["missing-connect-websocket", "VEL021", "vel021"])
def test_explain_by_name_or_id(capsys: pytest.CaptureFixture[str], name: str) -> None:
    text = out(capsys, "explain", name)
    assert text.startswith("VEL021 missing-connect-websocket (error, pack velaro)\n")
    assert "  Messages use WebSocket" in text
    assert "bad:\n  Content-Security-Policy: connect-src https:\n" in text
    assert "good:\n  Content-Security-Policy: connect-src 'self' https://*.velaro.com wss://*.velaro.com\n" in text
    assert "In the vendor's table: Widget loads but chat messages fail." in text
    assert "https://help.velaro.com/kb/article/594/copilot-kb-security-csp-guide" in text


@pytest.mark.parametrize("name", sorted(PACKS.rules))
def test_every_rule_can_be_explained(capsys: pytest.CaptureFixture[str], name: str) -> None:
    text = out(capsys, "explain", name)
    assert PACKS.rules[name].id in text
    explained = json.loads(out(capsys, "explain", name, "--format", "json"))
    assert explained["name"] == name
    assert explained["examples"]


SENT = [
    ("legacy-header", ["X-Content-Security-Policy: script-src 'self'"]),
    ("meta-too-late", ["<script>start()</script><meta http-equiv=Content-Security-Policy content="]),
    ("nonce-in-cached-page", ["# the next visitor gets", "Age: 120"]),
    ("missing-media-sounds", ["# checked with --feature sounds"]),
    ("expired-ignore", ["# csplint.toml", "expires = 2020-01-01"]),
    ("policy-too-long", ["https://cdn-2.shop.example … https://cdn-300.shop.example"]),
]


@pytest.mark.parametrize(("name", "lines"), SENT, ids=[name for name, _ in SENT])
def test_a_rule_about_an_answer_shows_it(capsys: pytest.CaptureFixture[str], name: str, lines: list[str]) -> None:
    bad = out(capsys, "explain", name).partition("\nbad:\n")[2].partition("\n\n")[0]
    page = out(capsys, "rules", "--format", "markdown").partition(f"### {name}\n")[2].partition("\nGood:\n")[0]
    for line in lines:
        assert line in bad
        assert line in page


def test_unknown_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "nonce-statc"]) == 2
    assert "there is no rule 'nonce-statc'; did you mean 'nonce-static'?" in capsys.readouterr().err


def test_documentation_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(__file__).parents[2] / "docs/rules.md"
    assert page.read_text(encoding="utf-8") == out(capsys, "rules", "--format", "markdown"), (
        "docs/rules.md is stale: csplint rules --format markdown > docs/rules.md"
    )
