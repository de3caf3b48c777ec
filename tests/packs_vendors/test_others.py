"""Packs of payments, captchas and measurements: each finds its vendor's snippet, is silent elsewhere and judges its list."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.api.checks import check_page
from csplint.checks.vendor.embeds import find_embeds, seen_features
from csplint.cli.app import run
from csplint.engine.features import resolve_features
from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject
from csplint.model import TargetReport, VendorVerdict
from csplint.packs.merge import load_packs
from csplint.packs.pack import Pack
from csplint.page.document import Document
from csplint.page.html.parser import read_document

PACKS = Path(__file__).parents[2] / "rules/vendors"
PAGES = Path(__file__).parent / "pages"
SHOP = "https://shop.example/"
NAMES = [
    "stripe",
    "paypal",
    "cloudflare-turnstile",
    "cloudflare-insights",
    "hcaptcha",
    "sentry",
    "hotjar",
    "contentsquare",
    "segment",
]
PAYPAL = "https://*.paypal.com https://*.paypalobjects.com"
LISTS = {
    "stripe": "script-src https://js.stripe.com; connect-src https://api.stripe.com; "
    "frame-src https://js.stripe.com https://hooks.stripe.com",
    "paypal": f"script-src {PAYPAL} https://*.venmo.com; connect-src {PAYPAL} https://*.venmo.com; "
    f"frame-src {PAYPAL} https://*.venmo.com; img-src {PAYPAL} data: https://*.venmo.com; "
    f"style-src {PAYPAL} 'unsafe-inline' https://*.venmo.com",
    "cloudflare-turnstile": "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com",
    "cloudflare-insights": "script-src https://static.cloudflareinsights.com; connect-src https://cloudflareinsights.com",
    "hcaptcha": "; ".join(
        f"{name}-src https://hcaptcha.com https://*.hcaptcha.com" for name in ("script", "frame", "style", "connect")
    ),
    "sentry": "script-src https://js.sentry-cdn.com https://browser.sentry-cdn.com; connect-src https://*.sentry.io",
    "hotjar": "script-src https://static.hotjar.com https://script.hotjar.com; "
    "connect-src https://*.hotjar.com https://*.hotjar.io wss://*.hotjar.com; style-src 'unsafe-inline'; "
    "img-src https://script.hotjar.com https://survey-images.hotjar.com; font-src https://script.hotjar.com",
    "contentsquare": "script-src https://*.contentsquare.net; "
    "connect-src https://*.contentsquare.net https://*.contentsquare.com; img-src https://*.contentsquare.net; "
    "worker-src blob:",
    "segment": "script-src https://cdn.segment.com; connect-src https://cdn.segment.com https://api.segment.io",
}
"""The lists as the vendors' pages have them: what a pack asks for, no more and no less."""
INLINE = {"hotjar", "contentsquare", "segment"}
SELF_IS_ENOUGH = {"missing-cloudflare-insights-connect"}


def pack_path(name: str) -> str:
    return str(PACKS / f"{name}.toml")


def pack_of(name: str) -> Pack:
    return next(pack for pack in load_packs([pack_path(name)]).packs if pack.pack.id == name)


def page(name: str) -> bytes:
    return (PAGES / f"{name}.html").read_bytes()


def document(markup: bytes) -> Document:
    return read_document(markup, SHOP, charset="utf-8", target="test")


def everything(pack: Pack, features: frozenset[str] = frozenset()) -> str:
    """A policy with every source of the pack's list, of alternatives the first."""
    listed: dict[str, dict[str, None]] = {}
    for each in pack.requirement:
        if not each.feature or each.feature in features:
            sources = each.any_of[0] if each.any_of else each.needs
            listed.setdefault(each.directive, {}).update(dict.fromkeys(sources.split()))
    return "; ".join(["default-src 'none'", *(f"{name} {' '.join(sources)}" for name, sources in listed.items())])


def judged(name: str, policy: str, features: tuple[str, ...] = ()) -> TargetReport:
    packs = load_packs([pack_path(name)])
    chosen = dict.fromkeys(resolve_features(features, packs), "asked for")
    return check_subject(policy_subject("policy", SHOP, [policy], []), packs, chosen)


def reported(target: TargetReport) -> set[str]:
    return {part.name for each in target.findings for part in each.parts or (each,)}


def on_page(name: str, markup: bytes, policy: str) -> VendorVerdict:
    [target] = check_page(
        markup, {"Content-Type": "text/html", "Content-Security-Policy": policy}, url=SHOP, packs=[pack_path(name)]
    ).targets
    assert target.verdict is not None
    [vendor] = target.verdict.vendors
    return vendor


@pytest.mark.parametrize("name", NAMES)
def test_the_snippet_is_found(name: str) -> None:
    [found] = find_embeds(document(page(name)), pack_of(name))
    assert found.is_inline == (name in INLINE)
    assert bool(found.loads) == found.is_inline


@pytest.mark.parametrize("name", NAMES)
def test_every_other_page_is_silent(name: str) -> None:
    pack = pack_of(name)
    for other in NAMES:
        if other != name:
            assert find_embeds(document(page(other)), pack) == ()
    talk = b"<!doctype html><p>We use %s, see https://docs.%s.example<script>var note = '%s'</script>"
    assert find_embeds(document(talk % ((name.encode(),) * 3)), pack) == ()


@pytest.mark.parametrize("name", NAMES)
def test_default_src_self_lacks_the_whole_list(name: str) -> None:
    wanted = {each.rule for each in pack_of(name).requirement if not each.feature} - SELF_IS_ENOUGH
    assert reported(judged(name, "default-src 'self'")) == wanted


def read_list(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: set(sources) for name, *sources in parts if name != "default-src"}


@pytest.mark.parametrize("name", NAMES)
def test_the_list_is_the_vendors(name: str) -> None:
    assert read_list(everything(pack_of(name))) == read_list(LISTS[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_list_is_enough(name: str) -> None:
    pack = pack_of(name)
    assert judged(name, everything(pack)).findings == ()
    features = frozenset(each.id for each in pack.feature)
    assert judged(name, everything(pack, features), tuple(features)).findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_optional_part_is_judged(name: str) -> None:
    pack = pack_of(name)
    features = tuple(each.id for each in pack.feature)
    assert reported(judged(name, "default-src 'none'", features)) == {each.rule for each in pack.requirement}


@pytest.mark.parametrize("name", NAMES)
def test_the_command_fails_and_passes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "default-src 'self'", "--pack", pack_path(name)]) == 1
    assert f"missing-{name}-script" in capsys.readouterr().out
    assert run(["check", "--policy", everything(pack_of(name)), "--pack", pack_path(name)]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_page_works_under_its_list(name: str) -> None:
    policy = everything(pack_of(name))
    if name in INLINE:
        assert on_page(name, page(name), policy).state == "broken"
        policy = policy.replace("script-src", "script-src 'unsafe-inline'")
    assert on_page(name, page(name), policy).state == "works"
    assert on_page(name, page(name), "default-src 'self'").state == "broken"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_it_says_so(name: str) -> None:
    assert on_page(name, b"<!doctype html><p>Welcome", "default-src 'self'").state == "absent"


@pytest.mark.parametrize("name", NAMES)
def test_pack_check_passes(name: str) -> None:
    assert run(["pack", "check", pack_path(name)]) == 0


def test_rule_names_and_ids_are_unique_among_the_packs() -> None:
    packs = load_packs([pack_path(name) for name in NAMES])
    assert {pack.pack.id for pack in packs.vendors} == set(NAMES)


OTHER_SHAPES = [
    ("stripe", "https://js.stripe.com/v3/"),
    ("paypal", "https://www.paypal.com/web-sdk/v6/core"),
    ("paypal", "https://www.sandbox.paypal.com/sdk/js?client-id=test"),
    ("hcaptcha", "https://hcaptcha.com/1/api.js"),
    ("sentry", "https://js-de.sentry-cdn.com/0123456789abcdef0123456789abcdef.min.js"),
    ("sentry", "https://browser.sentry-cdn.com/10.1.0/bundle.tracing.replay.min.js"),
    ("contentsquare", "https://t.contentsquare.net/uxa/0123456789abc.js"),
    ("contentsquare", "https://static.hj.contentsquare.net/c/csq-1.js"),
    ("segment", "https://cdn.segment.com/analytics.js/v1/shop/analytics.min.js"),
]


@pytest.mark.parametrize(("name", "address"), OTHER_SHAPES)
def test_other_tags_and_loaders_are_found(name: str, address: str) -> None:
    pack = pack_of(name)
    [tag] = find_embeds(document(f"<script src='{address}'></script>".encode()), pack)
    loader = f"<script>var s = document.createElement('script'); s.src = '{address}'; document.head.append(s)</script>"
    [inline] = find_embeds(document(loader.encode()), pack)
    assert (tag.is_inline, inline.is_inline, inline.loads) == (False, True, (address,))


NEAR_MISSES = [
    ("stripe", "https://js.stripe.com.shop.example/v3/"),
    ("paypal", "https://www.paypal.com/donate"),
    ("cloudflare-turnstile", "https://challenges.cloudflare.com.shop.example/turnstile/v0/api.js"),
    ("cloudflare-insights", "https://cdn.shop.example/beacon.min.js"),
    ("hcaptcha", "https://nothcaptcha.com/1/api.js"),
    ("sentry", "https://cdn.shop.example/bundle.min.js"),
    ("hotjar", "https://cdn.shop.example/c/hotjar-1.js"),
    ("contentsquare", "https://cdn.shop.example/uxa/1.js"),
    ("segment", "https://cdn.shop.example/analytics.min.js"),
]


@pytest.mark.parametrize(("name", "address"), NEAR_MISSES)
def test_other_hosts_are_not_the_vendors(name: str, address: str) -> None:
    assert find_embeds(document(f"<script src='{address}'></script>".encode()), pack_of(name)) == ()


FEATURES = [
    ("stripe", "https://connect-js.stripe.com/v1.0/connect.js", "connect"),
    ("stripe", "https://checkout.stripe.com/checkout.js", "checkout"),
    ("stripe", "https://crypto-js.stripe.com/crypto-onramp-outer.js", "crypto"),
    ("paypal", "https://c.paypal.com/da/r/fb.js", "fraudnet"),
    ("sentry", "https://browser.sentry-cdn.com/10.1.0/bundle.replay.min.js", "replay"),
]


@pytest.mark.parametrize(("name", "address", "feature"), FEATURES)
def test_the_page_shows_optional_parts(name: str, address: str, feature: str) -> None:
    assert list(seen_features(document(f"<script src='{address}'></script>".encode()), pack_of(name))) == [feature]


def test_sentrys_page_decides_between_loader_and_bundle() -> None:
    bundle = b"<!doctype html><script src='https://browser.sentry-cdn.com/10.1.0/bundle.min.js'></script>"
    policy = "script-src https://browser.sentry-cdn.com; connect-src https://*.sentry.io"
    assert on_page("sentry", bundle, policy).state == "works"
    assert on_page("sentry", page("sentry"), policy).state == "broken"
    eu = b"<!doctype html><script src='https://js-de.sentry-cdn.com/0123456789abcdef.min.js'></script>"
    assert on_page("sentry", eu, policy).state == "broken"
    assert (
        on_page("sentry", eu, policy.replace("script-src", "script-src https://js-de.sentry-cdn.com")).state == "works"
    )


@pytest.mark.parametrize("source", ["https://api.segment.io", "https://events.eu1.segmentapis.com"])
def test_segments_regions(source: str) -> None:
    policy = f"script-src https://cdn.segment.com; connect-src https://cdn.segment.com {source}"
    assert judged("segment", policy).findings == ()


@pytest.mark.parametrize(
    ("source", "fine"), [("'self'", True), ("https://cloudflareinsights.com", True), ("'none'", False)]
)
def test_the_two_ways_of_cloudflares_beacon(source: str, fine: bool) -> None:
    target = judged("cloudflare-insights", f"script-src https://static.cloudflareinsights.com; connect-src {source}")
    assert (target.findings == ()) == fine


def test_the_path_of_cloudflares_faq_blocks_the_beacon_that_cloudflare_adds() -> None:
    added = page("cloudflare-insights").replace(b"beacon.min.js", b"beacon.min.js/v0123456789abcdef")
    host, own = "https://static.cloudflareinsights.com", "; connect-src 'self'"
    assert on_page("cloudflare-insights", added, f"script-src {host}{own}").state == "works"
    assert on_page("cloudflare-insights", added, f"script-src {host}/beacon.min.js{own}").state == "broken"


@pytest.mark.parametrize("name", ["cloudflare-turnstile", "stripe", "segment"])
def test_a_nonce_with_strict_dynamic_starts_it(name: str) -> None:
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    policy = f"script-src 'nonce-{nonce}' 'strict-dynamic'"
    assert on_page(name, page(name).replace(b"<script", f"<script nonce={nonce}".encode()), policy).state == "works"
    assert on_page(name, page(name), policy).state == "broken"


def test_nonces_copied_from_paypals_page_are_known() -> None:
    packs = load_packs([pack_path("paypal")])
    assert "your_nonce" in packs.placeholders
