"""The packs of chats: each finds its vendor's snippet, is silent without it, and reports what its vendor lists."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

from csplint.checks.vendor.embeds import find_embeds
from csplint.cli.app import run
from csplint.engine.findings import check_subject
from csplint.engine.subject import read_visits
from csplint.model import TargetReport
from csplint.packs.merge import PackSet, load_packs
from csplint.packs.pack import Pack
from csplint.page.capture import Capture, Visits
from csplint.page.document import Document

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).parent / "pages"
VENDORS = ["intercom", "zendesk", "crisp", "livechat", "hubspot", "tawk", "calendly"]
PREFIXES = {
    "intercom": "INC",
    "zendesk": "ZEN",
    "crisp": "CRI",
    "livechat": "LVC",
    "hubspot": "HUB",
    "tawk": "TAW",
    "calendly": "CAL",
}
SHOP = "https://shop.example/"
PLAIN = (
    b"<!doctype html><title>Plant shop</title><script src=/app.js></script><p>Chat with us: intercom, crisp, tawk.to"
)


def toml(vendor: str) -> str:
    return str(ROOT / "rules/vendors" / f"{vendor}.toml")


@functools.cache
def packs(vendor: str) -> PackSet:
    return load_packs([toml(vendor)])


def pack_of(vendor: str) -> Pack:
    [pack] = packs(vendor).vendors
    return pack


def page(vendor: str) -> bytes:
    return (PAGES / f"{vendor}.html").read_bytes()


def visits(body: bytes, policy: str) -> Visits:
    headers = ((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy.encode()))
    return Visits(Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=body))


def document(body: bytes) -> Document:
    read = read_visits(visits(body, "default-src 'self'")).document
    assert read is not None
    return read


def judged(vendor: str, body: bytes, policy: str) -> TargetReport:
    return check_subject(read_visits(visits(body, policy)), packs(vendor), {})


def whole_policy(vendor: str) -> str:
    """A policy with every source that the pack asks for; where one of several is enough, the last."""
    lists: dict[str, dict[str, None]] = {"default-src": {"'none'": None}}
    for each in pack_of(vendor).requirement:
        sources = (each.any_of[-1] if each.any_of else each.needs).split()
        lists.setdefault(each.directive, {}).update(dict.fromkeys(sources))
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in lists.items())


@pytest.mark.parametrize("vendor", VENDORS)
def test_pack_check_passes(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pack", "check", toml(vendor)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("vendor", VENDORS)
def test_id_and_prefix(vendor: str) -> None:
    info = pack_of(vendor).pack
    assert (info.id, info.prefix) == (vendor, PREFIXES[vendor])


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("snippet", VENDORS)
def test_only_its_own_snippet_is_found(vendor: str, snippet: str) -> None:
    found = find_embeds(document(page(snippet)), pack_of(vendor))
    assert len(found) == (1 if vendor == snippet else 0)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_page_without_a_snippet_has_no_embed(vendor: str) -> None:
    assert find_embeds(document(PLAIN), pack_of(vendor)) == ()


NEAR_MISSES = [
    "https://widget.intercom.io.example/widget/abc",
    "https://static.zdassets.example/ekr/snippet.js",
    "https://crisp.chat/en/",
    "https://client.crisp.chat.example/l.js",
    "https://www.livechatinc.com/tracking.js",
    "https://js.hs-scripts.com.example/1.js",
    "https://embed.tawk.to.example/a/default",
    "https://assets.calendly.com.example/assets/external/widget.js",
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("url", NEAR_MISSES)
def test_a_near_miss_is_no_embed(vendor: str, url: str) -> None:
    body = f"<!doctype html><script src={url}></script>".encode()
    assert find_embeds(document(body), pack_of(vendor)) == ()


def reported(vendor: str, options: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, set[str]]:
    """The exit code, and the names of the rules that `csplint check` reports."""
    code = run(["check", "--pack", toml(vendor), "--format", "json", *options])
    [target] = json.loads(capsys.readouterr().out)["targets"]
    names = {rule.id: rule.name for rule in pack_of(vendor).rule}
    found = [part for each in target["findings"] for part in each.get("parts") or [each]]
    return code, {names[each["rule"]] for each in found}


@pytest.mark.parametrize("vendor", VENDORS)
def test_self_alone_lacks_every_need(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    requirements = pack_of(vendor).requirement
    needs = {each.rule for each in requirements if not each.feature and each.directive != "form-action"}
    assert reported(vendor, ["--policy", "default-src 'self'"], capsys) == (1, needs)
    assert {pack_of(vendor).rules[rule].severity for rule in needs} <= {"error", "warning"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_policy_with_all_needs_has_none(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    features = [f"--feature={each.id}" for each in pack_of(vendor).feature]
    assert reported(vendor, ["--policy", whole_policy(vendor), *features], capsys) == (0, set())


@pytest.mark.parametrize("vendor", VENDORS)
def test_features_are_reported_only_where_they_are_asked_for(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    needs = {each.rule for each in pack_of(vendor).requirement if each.directive != "form-action"}
    features = [f"--feature={each.id}" for each in pack_of(vendor).feature]
    assert reported(vendor, ["--policy", "default-src 'none'", *features], capsys) == (1, needs)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_with_all_needs_runs_its_embed(vendor: str) -> None:
    policy = whole_policy(vendor).replace("script-src ", "script-src 'unsafe-inline' ", 1)
    target = judged(vendor, page(vendor), policy)
    states = {each.id: each.state for each in target.requirements}
    wrong = {name for name, state in states.items() if state not in {"met", "not-applicable"}}
    assert wrong <= ({"intercom-connect", "intercom-form"} if vendor == "intercom" else set())


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_without_its_loader_is_broken(vendor: str) -> None:
    target = judged(vendor, page(vendor), "script-src 'unsafe-inline' 'self'")
    [finding] = [each for each in target.findings if f"missing-{vendor}-script" in each.names]
    assert finding.severity == "error"
    assert target.verdict is not None
    assert target.verdict.state == "broken"


@pytest.mark.parametrize(
    ("region", "host"), [("", "nexus-websocket-a"), (".eu", "nexus-europe"), (".au", "nexus-australia")]
)
def test_intercoms_region_is_read_from_the_page(region: str, host: str) -> None:
    body = page("intercom").replace(b"api-iam.intercom.io", f"api-iam{region}.intercom.io".encode())
    target = judged("intercom", body, "connect-src 'self'")
    [row] = [each for each in target.requirements if each.id == "intercom-connect"]
    assert row.state == "unmet"
    assert f"https://api-iam{region}.intercom.io" in row.needs
    assert host in row.needs


@pytest.mark.parametrize("host", ["static", "*"])
def test_zendesks_own_and_older_host_start_its_snippet(host: str) -> None:
    target = judged("zendesk", page("zendesk"), f"script-src https://{host}.zdassets.com")
    [row] = [each for each in target.requirements if each.id == "zendesk-script"]
    assert row.state == "met"


LOADER_ALONE = [
    ("livechat", "https://cdn.livechatinc.com https://*.livechat-static.com", "https://*.livechatinc.com"),
    ("tawk", "https://embed.tawk.to https://cdn.jsdelivr.net", "https://*.tawk.to"),
    ("hubspot", "https://js-eu1.hs-scripts.com https://*.hs-analytics.net", "https://*.usemessages.com"),
    ("intercom", "https://widget.intercom.io https://app.intercom.io", "https://js.intercomcdn.com"),
]


@pytest.mark.parametrize(("vendor", "hosts", "missing"), LOADER_ALONE)
def test_a_loader_without_what_it_loads_is_an_error(vendor: str, hosts: str, missing: str) -> None:
    target = judged(vendor, page(vendor), f"script-src 'unsafe-inline' {hosts}")
    [finding] = [each for each in target.findings if each.name == f"missing-{vendor}-script"]
    assert finding.severity == "error"
    assert finding.fix is not None
    assert f"Add {missing} to script-src." in finding.fix.summary


def test_crisps_sample_does_not_cover_rescue_mode(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "connect-src https://*.crisp.chat wss://*.relay.crisp.chat"
    assert reported("crisp", ["--policy", policy, "--feature=rescue"], capsys) == (1, {"missing-crisp-rescue"})


def test_calendlys_older_host_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "script-src https://calendly.com; frame-src https://calendly.com; style-src 'unsafe-inline'"
    assert run(["check", "--policy", policy, "--pack", toml("calendly")]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "https://assets.calendly.com" in out


def test_zendesks_invalid_source_is_a_mistake_of_its_list() -> None:
    written = {each.written: each.meant for each in pack_of("zendesk").mistake}
    assert written == {"https://*.ingest.*.sentry.io": "", "https://eventgw.*.twilio.com": "https://*.twilio.com"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_address_is_one_to_open(vendor: str) -> None:
    assert all(each.address.startswith("https://") for each in pack_of(vendor).document)
    assert pack_of(vendor).pack.incomplete
