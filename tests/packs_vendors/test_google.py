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

BY_SCRIPT = [
    "google-tag-manager",
    "google-analytics",
    "google-ads",
    "google-maps",
    "recaptcha",
    "youtube-player-api",
    "meta-pixel",
]
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


def has_embed(subject: Subject, pack: Pack) -> bool:
    assert subject.document is not None
    return bool(find_embeds(subject.document, pack))


def snippet(name: str) -> str:
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


def everything(pack: Pack, *, optional: bool = True) -> str:
    """A policy with all that the pack asks for; of alternatives the first one."""
    lists: dict[str, list[str]] = {"default-src": ["'self'"]}
    for each in pack.requirement:
        if optional or not each.feature:
            lists.setdefault(each.directive, []).extend(each.needs.split() or each.any_of[0].split())
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
    found = {other for other in NAMES if has_embed(page(snippet(other)), pack)}
    assert found == ({name} if name in BY_SCRIPT else set())
    assert not has_embed(page(PLAIN), pack)


@pytest.mark.parametrize("name", NAMES)
def test_everything_missing_is_reported(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--policy", "default-src 'self'", "--pack", path(name), "--format", "json"]
    assert run(arguments) == 1
    [target] = json.loads(capsys.readouterr().out)["targets"]
    _, pack = only(name)
    reported = {each["name"] for finding in target["findings"] for each in (finding, *finding["parts"])}
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
    if name == "youtube":  # the page names the other one of the two
        policy = policy.replace("https://www.youtube.com", "https://www.youtube-nocookie.com")
    target = check_subject(page(snippet(name), policy), packs, {})
    assert [each for each in target.findings if each.severity != "info"] == []


def test_the_frame_of_the_page_decides_which_host_youtube_needs() -> None:
    packs, _ = only("youtube")
    target = check_subject(page(snippet("youtube"), "frame-src https://www.youtube.com"), packs, {})
    [finding] = target.findings
    assert finding.value == "https://www.youtube-nocookie.com"
    assert finding.fix
    assert finding.fix.edits


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


def test_a_page_may_load_recaptcha_from_recaptcha_net() -> None:
    packs, _ = only("recaptcha")
    html = "<!doctype html><title>Tea</title><script src='https://www.recaptcha.net/recaptcha/api.js'></script>"
    hosts = "https://www.recaptcha.net/recaptcha/"
    rest = f"frame-src {hosts} https://recaptcha.google.com/recaptcha/; connect-src {hosts}"
    blocked = check_subject(page(html, f"script-src https://www.google.com/recaptcha/; {rest}"), packs, {})
    assert {each.severity for each in blocked.findings} == {"error"}
    allowed = page(html, f"script-src https://www.recaptcha.net https://www.gstatic.com/recaptcha/; {rest}")
    assert check_subject(allowed, packs, {}).findings == ()


ALTERNATIVES = [
    ("recaptcha", "frame-src", "https://www.recaptcha.net/recaptcha/ https://recaptcha.google.com/recaptcha/"),
    ("youtube", "frame-src", "https://www.youtube-nocookie.com"),
    ("youtube-player-api", "frame-src", "https://www.youtube-nocookie.com"),
]


@pytest.mark.parametrize(("name", "directive", "sources"), ALTERNATIVES)
def test_another_address_is_enough(name: str, directive: str, sources: str) -> None:
    target = judged(name, f"{directive} {sources}")
    assert {each.state for each in target.requirements if each.directive == directive} == {"met"}


@pytest.mark.parametrize(("option", "errors"), [("", True), ("host: 'https://www.youtube-nocookie.com',", False)])
def test_the_page_decides_where_the_player_comes_from(option: str, errors: bool) -> None:
    packs, _ = only("youtube-player-api")
    html = snippet("youtube-player-api").replace("videoId:", f"{option} videoId:")
    policy = f"script-src {NONCE} https://www.youtube.com; frame-src https://www.youtube-nocookie.com"
    assert bool(check_subject(page(html, policy), packs, {}).findings) is errors


ADS_CONNECT = (
    "https://www.google.com https://google.com https://pagead2.googlesyndication.com https://www.googleadservices.com"
)

MISSES = [
    (
        "google-analytics",
        "connect-src https://www.google-analytics.com https://*.google.com https://www.googletagmanager.com",
    ),
    ("google-ads", f"connect-src https://*.g.doubleclick.net {ADS_CONNECT}"),
    ("meta-pixel", "connect-src https://facebook.com"),
    ("google-tag-manager", "script-src https://www.googletagmanger.com"),
    ("recaptcha", "script-src https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/release/"),
]
"""Policies that look right: a region, a sibling, a lost www, a misspelt host, a path that is not the one."""


@pytest.mark.parametrize(("name", "policy"), MISSES)
def test_what_only_looks_right_is_reported(name: str, policy: str) -> None:
    directive = policy.split("-src", maxsplit=1)[0]
    assert f"missing-{name}-{directive}" in names(judged(name, policy))


def test_the_packs_work_together_in_any_order() -> None:
    every = ["velaro", *map(path, NAMES)]
    for order in (every, every[::-1]):
        packs = load_packs(order)
        target = check_subject(policy_subject("policy", SHOP, ["default-src 'self'"], []), packs, {})
        assert {each.vendor for each in target.requirements} == {"velaro", *NAMES}


OTHER_SHAPES = [
    ("google-maps", "<script>load(`https://maps.${c}apis.com/maps/api/js?` + e)</script>"),
    ("google-maps", "<script async src='https://maps.googleapis.com/maps/api/js?key=K&loading=async'></script>"),
    (
        "google-tag-manager",
        "<script>w[l].push({'gtm.start': now}); j.src='https://tags.shop.example/gtm.js?id='+i</script>",
    ),
    ("google-tag-manager", "<script src='https://www.googletagmanager.com/gtm.js?id=GTM-A'></script>"),
    ("google-analytics", "<script src='https://www.googletagmanager.com/gtag/js?l=layer&id=G-ABC'></script>"),
    ("google-ads", "<script>gtag('event', 'conversion', {'send_to': 'AW-1/x'})</script>"),
    ("recaptcha", "<script src='https://www.google.com/recaptcha/enterprise.js?render=K'></script>"),
    ("youtube-player-api", "<script src='https://www.youtube.com/iframe_api'></script>"),
    ("youtube", "<script>frame.src = 'https://www.youtube.com/embed/' + id</script>"),
    ("google-fonts", "<script>link.href = 'https://fonts.googleapis.com/css2?family=Lora'</script>"),
    ("meta-pixel", "<script src='https://connect.facebook.net/de_DE/fbevents.js'></script>"),
]


@pytest.mark.parametrize(("name", "html"), OTHER_SHAPES)
def test_other_shapes_of_the_snippet_are_found(name: str, html: str) -> None:
    found = {other for other in NAMES if has_embed(page(f"<!doctype html><title>Tea</title>{html}"), only(other)[1])}
    assert found == {name}


SIMILAR = [
    "<script src='https://www.googletagmanager.com/gtag/js?id=DC-1'></script>",
    "<script src='https://www.googletagmanager.com.shop.example/gtm.js'></script>",
    "<script src='https://connect.facebook.net/en_US/sdk.js'></script>",
    "<script src='https://www.gstatic.com/charts/loader.js'></script>",
    "<script src='https://apis.google.com/js/api.js'></script>",
    "<script type='text/plain'>fbq('init', '1')</script>",
    "<a href='https://www.youtube.com/watch?v=teaVideo001'>How to brew</a>",
]


@pytest.mark.parametrize("html", SIMILAR)
def test_what_is_similar_is_not_found(html: str) -> None:
    shown = page(f"<!doctype html><title>Tea</title>{html}")
    assert [name for name in NAMES if has_embed(shown, only(name)[1])] == []


def test_a_container_of_the_shops_own_server_is_judged_by_that_server() -> None:
    packs, _ = only("google-tag-manager")
    html = snippet("google-tag-manager").replace(
        "https://www.googletagmanager.com/gtm.js", "https://tags.shop.example/gtm.js"
    )
    rest = "connect-src https:; img-src https:"
    assert not check_subject(page(html, f"script-src {NONCE} https://tags.shop.example; {rest}"), packs, {}).findings
    assert check_subject(page(html, f"script-src {NONCE} https://www.googletagmanager.com; {rest}"), packs, {}).findings
