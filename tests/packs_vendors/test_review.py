"""`csplint pack check`: addresses that nobody can open and a date to come are faults; what is shared or old is advice."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from csplint.cli.app import run
from csplint.engine.pack_review import review_advice, review_faults
from csplint.packs.read import load_pack, parse_pack
from csplint.packs.vendor_index import vendor_index

TODAY = datetime.date(2026, 6, 1)
PACK = """
[pack]
id = "bell"
title = "Bell chat"
version = "2026.1"
source = "https://docs.bell-chat.com/csp"
checked = 2026-05-01
prefix = "BEL"

[[embed]]
where = "external"
marks = ['^https://cdn\\.bell-chat\\.com/']

[[needs]]
directive = "script-src"
sources = ["https://cdn.bell-chat.com"]
purpose = "the chat"
"""


def faults(text: str) -> list[str]:
    return list(review_faults(parse_pack(text, "own.toml"), TODAY))


def advice(text: str) -> list[str]:
    return list(review_advice(parse_pack(text, "own.toml"), TODAY, vendor_index()))


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> str:
    Path("own.toml").write_text(text, encoding="utf-8")
    return text


def test_a_pack_as_it_should_be() -> None:
    assert faults(written(PACK)) == advice(PACK) == []


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://docs.bell-chat.com/csp", "the address is not an https URL"),
        ("#csp", "the address is not an https URL"),
        ("docs.bell-chat.com", "the address is not an https URL"),
        ("https://#csp", "the address names no host"),
        ("https://docs/csp", "the address names no host"),
        ("https://docs bell-chat.com", "the address names no host"),
        ("https://example.com/csp", "the address is a placeholder"),
        ("https://docs.vendor.example/csp", "the address is a placeholder"),
        ("https://your-domain.com/csp", "the address is a placeholder"),
        ("https://[docs/csp", "the address is no URL"),
    ],
)
def test_an_address_that_nobody_can_open(address: str, fault: str) -> None:
    text = written(PACK.replace("https://docs.bell-chat.com/csp", address))
    assert faults(text) == [f"own.toml:6: {fault}: {address}"]


def test_an_example_may_have_a_placeholder() -> None:
    text = PACK.replace("bell-chat.com", "vendor.example").replace("bell-chat\\.com", "vendor\\.example")
    assert faults(written(text)) == []


def test_a_date_to_come_is_a_fault() -> None:
    assert faults(written(PACK.replace("2026-05-01", "2026-06-02"))) == [
        "own.toml:7: checked is 2026-06-02, which is in the future"
    ]
    assert faults(PACK.replace("2026-05-01", "2026-06-01")) == []


def test_a_date_of_more_than_a_year_ago_is_advice() -> None:
    text = written(PACK.replace("2026-05-01", "2025-05-31"))
    assert faults(text) == []
    [line] = advice(text)
    assert line.startswith("own.toml:7: the facts were read on 2025-05-31, more than a year ago")
    assert advice(PACK.replace("2026-05-01", "2025-06-01")) == []


def test_a_host_and_a_mark_of_another_pack_are_advice() -> None:
    text = PACK.replace("https://cdn.bell-chat.com", "https://js.stripe.com").replace(
        "cdn\\.bell-chat\\.com/", "js\\.stripe\\.com/"
    )
    assert advice(written(text)) == [
        "own.toml:2: script-src shares js.stripe.com with the pack stripe; check that the marks tell them apart",
        "own.toml:12: '^https://js\\\\.stripe\\\\.com/' also finds the widget of the pack stripe",
    ]


@pytest.mark.parametrize("vendor", [each.id for each in vendor_index()])
def test_the_packs_of_the_index_have_no_fault(vendor: str) -> None:
    pack = load_pack(vendor)
    assert list(review_faults(pack, pack.pack.checked)) == []


def test_advice_does_not_change_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    written(PACK.replace("2026-05-01", "2020-05-01"))
    assert run(["pack", "check", "own.toml"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "own.toml:7: the facts were read on 2020-05-01" in err


def test_a_fault_does(capsys: pytest.CaptureFixture[str]) -> None:
    written(PACK.replace("2026-05-01", "9999-05-01"))
    assert run(["pack", "check", "own.toml"]) == 1
    assert capsys.readouterr().out == "own.toml:7: checked is 9999-05-01, which is in the future\n"
