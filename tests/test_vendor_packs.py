"""Packs of vendors whom csplint does not know: judged beside Velaro's in any order, from data only."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.app import run
from csplint.engine.features import resolve_features
from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject, read_visits
from csplint.errors import UsageError
from csplint.model import TargetReport
from csplint.packs.merge import PackSet, load_packs
from csplint.page.capture import Capture, Visits

FOLDER = Path(__file__).parent / "packs"
INTERCOM, CRISP = str(FOLDER / "intercom.toml"), str(FOLDER / "crisp.toml")
ORDERS = [["velaro", INTERCOM, CRISP], [CRISP, INTERCOM, "velaro"]]
SHOP = "https://shop.example/"


def judged(packs: PackSet, policy: str, features: tuple[str, ...] = ()) -> TargetReport:
    subject = policy_subject("policy", SHOP, [policy], [])
    return check_subject(subject, packs, dict.fromkeys(resolve_features(features, packs), "asked for"))


@pytest.mark.parametrize("names", ORDERS, ids=["velaro first", "velaro last"])
def test_every_vendor_is_judged_in_any_order(names: list[str]) -> None:
    packs = load_packs(names)
    target = judged(packs, "connect-src 'self'; script-src 'self'")
    found = {name for each in target.findings for name in each.names}
    assert {"missing-intercom-connect", "missing-intercom-messages", "missing-intercom-script"} <= found
    assert {"missing-crisp-connect", "missing-crisp-script", "missing-connect-api", "script-host-missing"} <= found
    assert {each.vendor for each in target.requirements} == {"velaro", "intercom", "crisp"}
    reported = {part.rule for each in target.findings for part in each.parts or (each,)}
    skipped = {each.rule for each in target.skipped}
    assert reported.isdisjoint(skipped)
    assert reported.isdisjoint(target.passed)
    assert skipped.isdisjoint(target.passed)
    assert reported | skipped | set(target.passed) == {rule.id for rule in packs.rules.values()}


REGIONS = [
    ("connect-src https://api-iam.eu.intercom.io", "met"),
    ("connect-src https://api-iam.intercom.io", "met"),
    ("connect-src https://api-iam.asia.intercom.io", "unmet"),
    ("img-src 'self'", "met"),
]


@pytest.mark.parametrize(("policy", "state"), REGIONS)
def test_one_region_is_enough(policy: str, state: str) -> None:
    target = judged(load_packs([INTERCOM]), policy)
    assert {each.id: each.state for each in target.requirements}["intercom-connect"] == state


@pytest.mark.parametrize(("region", "state"), [("eu", "met"), ("au", "unmet")])
def test_the_pages_own_embed_decides_the_region(region: str, state: str) -> None:
    page = (
        f"<script>w.intercomSettings={{api_base: 'https://api-iam.{region}.intercom.io'}};"
        "load('https://widget.intercom.io/widget/abc')</script>"
    )
    policy = b"connect-src https://api-iam.eu.intercom.io"
    headers = ((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy))
    capture = Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=f"<!doctype html>{page}".encode())
    target = check_subject(read_visits(Visits(capture)), load_packs([INTERCOM]), {})
    [row] = [each for each in target.requirements if each.id == "intercom-connect"]
    assert (row.state, row.needs) == (state, f"https://api-iam.{region}.intercom.io")


def test_a_loader_without_its_cdn_is_blocked() -> None:
    packs = load_packs([INTERCOM])
    [finding] = judged(packs, "script-src https://widget.intercom.io").findings
    assert (finding.name, finding.severity) == ("missing-intercom-script", "error")
    assert "https://js.intercomcdn.com" in finding.message
    assert judged(packs, "script-src https://widget.intercom.io https://js.intercomcdn.com").findings == ()


def test_features_by_prefix() -> None:
    packs = load_packs(["velaro", INTERCOM, CRISP])
    assert resolve_features(["eu", "crisp.video", "eu"], packs) == ("intercom.eu", "crisp.video")
    with pytest.raises(UsageError, match=r"write velaro\.video or intercom\.video or crisp\.video"):
        resolve_features(["video"], packs)
    with pytest.raises(UsageError, match=r"there is no feature 'vidoe'.*did you mean 'video'"):
        resolve_features(["vidoe"], packs)
    target = judged(packs, "connect-src 'self'", ("intercom.eu",))
    assert "missing-intercom-connect-eu" in {name for each in target.findings for name in each.names}
    states = {(each.vendor, each.id): each for each in target.requirements}
    assert states["crisp", "crisp-connect-video"].state == "not-applicable"
    assert "--feature crisp.video" in states["crisp", "crisp-connect-video"].why


def test_a_vendors_symptoms_and_the_browsers_texts() -> None:
    findings = {each.name: each for each in judged(load_packs([INTERCOM]), "connect-src 'self'").findings}
    messages = findings["missing-intercom-messages"]
    assert messages.symptom == "messenger-silent"
    assert messages.console
    assert "Connecting to" in messages.console.chromium


@pytest.mark.parametrize("path", [INTERCOM, CRISP])
def test_pack_check_passes(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "check", path]) == 0
    assert capsys.readouterr().out == ""


def test_pack_check_reports_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (Path(__file__).parents[1] / "rules/README.md").read_text(encoding="utf-8")
    own = guide.split("```toml")[4].split("```")[0]
    path = tmp_path / "own.toml"
    path.write_text(
        own.replace("frame-src: https://chat.vendor.example", "frame-src: https://x.example"), encoding="utf-8"
    )
    assert run(["pack", "check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("missing-chat-frame: example 1 expects" in line for line in lines)
    assert any("no example leaves the requirement call unmet" in line for line in lines)
    assert all(line.startswith(f"{path}:") for line in lines)
    path.write_text("x", encoding="utf-8")
    assert run(["pack", "check", str(path)]) == 2
