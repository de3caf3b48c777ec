"""Reports of a target then and now, and the inventory of a page's scripts."""

from __future__ import annotations

import msgspec
import pytest

from csplint.demo.pages import SNIPPET, hash_of
from csplint.engine.inputs import PageInput
from csplint.engine.over_time import compare, summary
from csplint.engine.run import RunOptions, run_checks
from csplint.model import TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture

PACKS = load_packs([])
CDN = "https://app-cdn.velaro.com"
NEEDS = (
    f"connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data: {CDN}; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
EMBED = f"<script src='{CDN}/embed.js'></script>"
WORKS = f"script-src 'self' {CDN}; {NEEDS}"


def report(policy: str | None, html: str = EMBED, *, inventory: bool = False) -> TargetReport:
    """As a reader of the JSON lines has it."""
    headers: tuple[tuple[bytes, bytes], ...] = ((b"Content-Type", b"text/html"),)
    headers += ((b"Content-Security-Policy", policy.encode()),) if policy is not None else ()
    url = "https://shop.example/"
    page = Capture(target=url, url=url, status=200, headers=headers, body=f"<!doctype html>\n{html}".encode())
    [target] = run_checks([PageInput(page)], PACKS, RunOptions(inventory=inventory)).targets
    return msgspec.json.decode(msgspec.json.encode(target), type=TargetReport)


def test_nothing_changed() -> None:
    assert not compare(report(WORKS), report(WORKS)).is_change


def test_a_nonce_is_new_in_every_response() -> None:
    one, other = (
        report(f"script-src 'nonce-{nonce}' 'strict-dynamic'; {NEEDS}", f"<script nonce={nonce}>{SNIPPET}</script>")
        for nonce in ("c29tZSByYW5kb20gYnl0ZXMgMTIzNDU2", "b3RoZXIgcmFuZG9tIGJ5dGVzIDEyMzQ1")
    )
    assert not compare(one, other).is_change


def test_broken_and_fixed() -> None:
    works, broken = report(WORKS), report(f"script-src 'self'; {NEEDS}")
    worse, better = compare(works, broken), compare(broken, works)
    assert (worse.before, worse.after, worse.is_worse, worse.is_alert) == ("works", "broken", True, True)
    assert worse.findings_new == ("script-host-missing",)
    assert (better.is_better, better.is_worse, better.findings_gone) == (True, False, ("script-host-missing",))
    assert [(each.effective, each.source) for each in better.looser] == [("script-src", CDN)]


def test_looser_tighter_and_gone() -> None:
    made = compare(
        report(WORKS),
        report(WORKS.replace("img-src 'self'", "img-src *").replace("form-action 'self'", "form-action 'none'")),
    )
    assert ("img-src", "*") in [(each.effective, each.source) for each in made.looser]
    assert [(each.effective, each.source) for each in made.tighter] == [("form-action", "'self'")]
    assert made.is_alert
    gone = compare(report(WORKS), report(None))
    assert (gone.policy_gone, gone.is_alert) == (True, True)
    assert compare(report(None), report(WORKS)).policy_new


def test_targets_that_come_and_go() -> None:
    assert compare(None, report(WORKS)).before == "new"
    assert compare(report(WORKS), None).after == "gone"
    with pytest.raises(ValueError, match="missing"):
        compare(None, None)


def test_a_new_script_is_an_alert() -> None:
    before = report(WORKS, EMBED, inventory=True)
    after = report(
        WORKS, f"{EMBED}<script src='https://evil.example/skim.js?x=1'></script><script>a()</script>", inventory=True
    )
    made = compare(before, after)
    assert [each.what for each in made.scripts_new] == ["https://evil.example/skim.js", f"inline {hash_of('a()')}"]
    assert made.is_alert
    assert [each.what for each in compare(after, before).scripts_gone] == [each.what for each in made.scripts_new]
    assert not compare(report(WORKS), after).scripts_new


def test_an_inventory() -> None:
    html = f"{EMBED}\n<script nonce=abc src='/own.js' integrity='sha256-AA=='></script>\n<script>{SNIPPET}</script>\n<script type=text/plain>x</script>"
    target = report(f"script-src 'self' {CDN}; {NEEDS}", html, inventory=True)
    assert isinstance(target.scripts, tuple)
    first, second, third = target.scripts
    assert (first.url, first.vendor, first.allowed_by) == (f"{CDN}/embed.js", "velaro", CDN)
    assert (second.origin, second.integrity, second.has_nonce, second.allowed_by) == (
        "https://shop.example",
        "sha256-AA==",
        True,
        "'self'",
    )
    assert (third.origin, third.sha256, third.allowed_by, third.vendor) == ("", hash_of(SNIPPET), "", "velaro")
    assert third.place is not None
    assert third.place.line == 4


def test_without_being_asked_there_is_no_inventory() -> None:
    assert b'"scripts"' not in msgspec.json.encode(report(WORKS))


def test_the_summary_counts_targets() -> None:
    changes = [
        compare(report(WORKS), report(None)),
        compare(None, report(WORKS)),
        compare(report(WORKS), report(WORKS)),
    ]
    found = summary(changes)
    assert (found["policy gone"], found["new"], found["broken"]) == (1, 1, 0)
