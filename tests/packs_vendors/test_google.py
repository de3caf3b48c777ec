"""The packs of Google's products and the Meta Pixel: each finds its own snippet, and only that, and reports what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.checks.vendor.embeds import find_embeds
from csplint.cli.app import run
from csplint.engine.findings import check_subject
from csplint.engine.subject import Subject, policy_subject, read_visits
from csplint.model import TargetReport
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import Pack
from csplint.page.capture import Capture, Visits

RULES = Path(__file__).parents[2] / "rules" / "vendors"
PAGES = Path(__file__).parent / "pages"
SHOP = "https://shop.example/"
NONCE = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
PLAIN = "<!doctype html><title>Tea</title><script src='/app.js'></script><script>dataLayer = []; start()</script>"

BY_SCRIPT = ["google-tag-manager", "google-analytics", "google-ads", "google-maps", "recaptcha", "youtube-player-api", "meta-pixel"]
BY_RESOURCE = ["google-fonts", "youtube"]
"""Vendors whose snippet is no script: their needs are judged where they are asked for."""
NAMES = [*BY_SCRIPT, *BY_RESOURCE]


def path(name: str) -> str:
    return str(RULES / f"{name}.toml")


def only(name: str) -> tuple[PackSet, Pack]:
    packs = load_packs([path(name)])
    return packs, packs.packs[0]


def page(html: str, policy: str = "") -> Subject:
    headers = [(b"Content-Type", b"text/html; charset=utf-8")]
    if policy:
        headers.append((b"Content-Security-Policy", policy.encode()))
    return read_visits(Visits(Capture(target=SHOP, url=SHOP, status=200, headers=tuple(headers), body=html.encode())))


def snippet(name: str) -> str:
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


def everything(pack: Pack, *, optional: bool = True) -> str:
    """A policy with all that the pack asks for; of alternatives the last one."""
    lists: dict[str, list[str]] = {"default-src": ["'self'"]}
    for each in pack.requirement:
        if optional or not each.feature:
            lists.setdefault(each.directive, []).extend(each.needs.split() or each.any_of[-1].split())
    return "; ".join(f"{name} {' '.join(dict.fromkeys(sources))}" for name, sources in lists.items())


def judged(name: str, policy: str) -> TargetReport:
    packs, pack = only(name)
    features = {f"{name}.{each.id}": "asked for" for each in pack.feature}
    return check_subject(policy_subject("policy", SHOP, [policy], []), packs, features)


def names(target: TargetReport) -> set[str]:
    return {name for each in target.findings for name in each.names}


@pytest.mark.parametrize("name", NAMES)
def test_pack_check_passes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "check", path(name)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", NAMES)
def test_only_its_own_snippet_is_found(name: str) -> None:
    _, pack = only(name)
    found = {other for other in NAMES if find_embeds(page(snippet(other)).document, pack)}
    assert found == ({name} if name in BY_SCRIPT else set())
    assert not find_embeds(page(PLAIN).document, pack)


@pytest.mark.parametrize("name", NAMES)
def test_everything_missing_is_reported(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--policy", "default-src 'self'", "--pack", path(name), "--format", "json"]
    assert run(arguments) == 1
    [target] = json.loads(capsys.readouterr().out)["targets"]
    _, pack = only(name)
    reported = {each for finding in target["findings"] for each in finding["names"]}
    assert reported == {each.rule for each in pack.requirement if not each.feature}


@pytest.mark.parametrize("name", NAMES)
def test_optional_parts_are_reported_too(name: str) -> None:
    _, pack = only(name)
    assert names(judged(name, "default-src 'self'")) == {each.rule for each in pack.requirement}


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_with_everything_is_met(name: str) -> None:
    _, pack = only(name)
    target = judged(name, everything(pack))
    assert target.findings == ()
    assert {each.state for each in target.requirements} == {"met"}


@pytest.mark.parametrize("name", NAMES)
def test_one_source_less_is_not_met(name: str) -> None:
    _, pack = only(name)
    for requirement in pack.requirement:
        for source in requirement.needs.split():
            less = everything(pack).replace(f" {source}", "")
            assert requirement.rule in names(judged(name, less)), (requirement.id, source)


@pytest.mark.parametrize("name", NAMES)
def test_its_page_works_with_a_nonce_and_the_hosts(name: str) -> None:
    packs, pack = only(name)
    policy = everything(pack, optional=False)
    policy = policy.replace("script-src ", f"script-src {NONCE} ") if "script-src" in policy else policy
    target = check_subject(page(snippet(name), policy), packs, {})
    assert [each for each in target.findings if each.severity != "info"] == []


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_its_page_is_blocked_without_its_hosts(name: str) -> None:
    packs, _ = only(name)
    target = check_subject(page(snippet(name), f"default-src 'self'; script-src {NONCE} 'strict-dynamic'"), packs, {})
    errors = {each for finding in target.findings for each in finding.names}
    assert f"missing-{name}-script" not in errors
    assert errors


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_says_where_it_was_read(name: str) -> None:
    _, pack = only(name)
    assert pack.pack.checked.isoformat() == "2026-11-28"
    assert all(each.note and each.address.startswith("https://") for each in pack.document)


def test_a_page_of_recaptcha_net_and_regions_of_analytics() -> None:
    packs, _ = only("recaptcha")
    html = "<!doctype html><title>Tea</title><script src='https://www.recaptcha.net/recaptcha/api.js'></script>"
    hosts = "https://www.recaptcha.net/recaptcha/"
    rest = f"frame-src {hosts} https://recaptcha.google.com/recaptcha/; connect-src {hosts}"
    allowed = page(html, f"script-src {hosts} https://www.gstatic.com/recaptcha/; {rest}")
    assert check_subject(allowed, packs, {}).findings == ()
    blocked = check_subject(page(html, f"script-src https://www.google.com/recaptcha/; {rest}"), packs, {})
    assert {each.severity for each in blocked.findings} == {"error"}
    target = judged("google-analytics", "connect-src https://www.google-analytics.com https://www.googletagmanager.com")
    assert "missing-google-analytics-connect" in names(target)
