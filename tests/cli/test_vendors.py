"""`csplint vendors`, and the rules of packs that a page chooses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.packs.vendor_index import vendor_index

PAGE = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: default-src 'self'\r\n\r\n<!doctype html>"
    "<script>window.intercomSettings = {app_id: 'x'};s.src='https://widget.intercom.io/widget/x'</script>"
)


def test_the_list_has_every_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vendors"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("velaro ")
    for each in vendor_index():
        assert f"\n{each.id} " in out
        assert each.title in out


def test_one_vendor_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vendors", "intercom"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Intercom Messenger  intercom, read 20")
    assert "connect-src  https://*.intercom-messenger.com" in out


def test_a_header_for_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vendors", "velaro", "crisp", "--as", "header"]) == 0
    policy = capsys.readouterr().out.splitlines()[-1]
    assert policy.startswith(
        "Content-Security-Policy: script-src 'self' https://app-cdn.velaro.com https://client.crisp.chat"
    )
    assert run(["check", "--policy", policy.partition(": ")[2], "--vendor", "crisp", "--vendor", "velaro"]) == 0


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vendors", "crisp", "--as", "json"]) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert found["id"] == "crisp"
    assert all(each["source"].startswith("https://") for each in found["needs"])


def test_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vendors", "intercomm"]) == 2
    assert "did you mean 'intercom'?" in capsys.readouterr().err
    assert run(["vendors", "--as", "header"]) == 2


def test_a_vendor_by_name_without_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "default-src 'self'", "--vendor", "crisp", "--format", "json"]) == 1
    [target] = json.loads(capsys.readouterr().out)["targets"]
    assert [each["vendor"] for each in target["verdict"]["vendors"]] == ["crisp"]


@pytest.mark.parametrize("word", ["missing-intercom-messages", "INC", "inc002"])
def test_rules_of_a_page_s_vendors_can_be_left_out(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")

    def found(*options: str) -> set[str]:
        run(["check", str(path), "--format", "json", *options])
        [target] = json.loads(capsys.readouterr().out)["targets"]
        return {
            part["rule"]
            for each in target["findings"]
            if each["pack"] == "intercom"
            for part in each["parts"] or [each]
        }

    before, after = found(), found("--ignore", word)
    assert after < before


@pytest.mark.parametrize("form", ["sarif", "html", "markdown", "junit", "gitlab", "github"])
def test_every_format_knows_the_rules(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    assert run(["check", str(path), "--format", form]) == 1
    assert "intercom" in capsys.readouterr().out.lower()
