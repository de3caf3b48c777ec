"""What pages do that could mislead `csplint verify`, or keep it from ending: in Chromium, from loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint import check_page
from csplint.browser.observation import MOST_MESSAGES, MOST_VIOLATIONS
from csplint.browser.visit import Launch
from csplint.engine.browser_run import VerifyOptions, verify_pages
from csplint.engine.candidate import Policies
from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions
from csplint.model.verified import Sighting, VisitReport
from csplint.packs.merge import load_packs
from csplint.page.fetch.resolve import run
from csplint.page.fetch.settings import FetchSettings
from tests.browser.verify_shop import SHOP, VerifyShop, require, verify_shop
from tests.engine.deploy import Sent
from tests.guide.pages import CDN, CONNECT, FRAME, STYLE, TAG

pytestmark = pytest.mark.browser

JAVASCRIPT = [("Content-Type", "text/javascript")]
GOOD = f"script-src 'self' {CDN}; {CONNECT}; {STYLE}; {FRAME}; img-src 'self' data: {CDN}"
NO_WIDGET = ("none",)


@pytest.fixture(scope="module")
def shop() -> Iterator[VerifyShop]:
    require("chromium")
    with verify_shop() as running:
        yield running


def script(shop: VerifyShop, name: str, text: str) -> str:
    """Serve a script; gives its tag."""
    shop.answers[f"/{name}.js"] = lambda _path: (JAVASCRIPT, text.encode())
    return f"<script src=/{name}.js></script>"


def blocked(visit: VisitReport, what: str) -> Sighting:
    [found] = [each for each in visit.sightings if what in each.blocked]
    return found


def test_a_request_that_a_script_makes_is_found_by_verify_only(shop: VerifyShop) -> None:
    body = script(shop, "run", "const at = ['https://stats', 'example/hit'].join('.'); fetch(at).catch(() => 0);")
    policy = "default-src 'none'; script-src 'self'"
    html = f"<!doctype html>{body}".encode()
    report = check_page(html, [("Content-Security-Policy", policy)], url=f"{SHOP}/")
    assert "stats.example" not in str(report)

    [visit] = shop.visits([shop.page(policy, body)], vendors=NO_WIDGET)
    seen = blocked(visit, "stats.example")
    assert (seen.agreement, seen.directive, seen.add) == ("browser-only", "connect-src", "https://stats.example")
    assert f"{SHOP}/run.js:1" in seen.why
    assert "default-src blocks it, as csplint decides too" in seen.why
    assert not visit.fine


def test_what_scripts_add_to_the_page_while_it_runs(shop: VerifyShop) -> None:
    text = """
    const s = document.createElement('script'); s.textContent = 'window.inline = 1'; document.head.append(s);
    try { (0, eval)('1'); } catch (error) {}
    const m = document.createElement('meta'); m.httpEquiv = 'Content-Security-Policy'; m.content = "media-src 'none'";
    document.head.append(m); new Audio('/ding.mp3').load();
    """
    [visit] = shop.visits([shop.page("script-src 'self'", f"<body>{script(shop, 'adds', text)}")], vendors=NO_WIDGET)
    assert blocked(visit, "inline").agreement == "browser-only"
    assert blocked(visit, "eval").agreement == "browser-only"
    assert "not in the response: a script added it" in blocked(visit, "ding.mp3").why


def test_a_widget_that_is_not_in_the_html_is_seen_all_the_same(shop: VerifyShop) -> None:
    tags = script(
        shop, "tags", f"const s = document.createElement('script'); s.src = '{CDN}/embed.js'; document.head.append(s);"
    )
    good, bad = shop.page(GOOD, tags), shop.page(GOOD.replace(f"script-src 'self' {CDN}", "script-src 'self'"), tags)
    seen, stopped = shop.visits([good, bad])
    assert (seen.vendors[0].chat, seen.vendors[0].predicted, seen.fine) == ("seen", "works", True)
    assert (stopped.vendors[0].chat, stopped.vendors[0].predicted) == ("not seen", "broken")


def test_a_page_that_replaces_what_listeners_need_is_heard_all_the_same(shop: VerifyShop) -> None:
    text = """
    EventTarget.prototype.addEventListener = () => {}; JSON.stringify = () => 'x'; window.console = {};
    Reflect.apply = () => {}; window.setTimeout = () => {}; String.prototype.substring = () => '';
    document.addEventListener = () => {}; window.stop = () => {};
    document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', {bubbles: true, composed: true,
      effectiveDirective: 'img-src', blockedURI: 'https://forged.example/', disposition: 'enforce', documentURI: location.href}));
    new Image().src = 'https://real.example/a.gif';
    """
    [visit] = shop.visits([shop.page("img-src 'self'", f"<body>{script(shop, 'replaces', text)}")], vendors=NO_WIDGET)
    assert blocked(visit, "real.example").times == 1
    assert not [each for each in visit.sightings if "forged" in each.blocked]


def test_a_mark_that_the_page_writes_itself_does_not_count_without_the_widget(shop: VerifyShop) -> None:
    forge = script(shop, "forge", "console.log('velaro:initialized'); dispatchEvent(new Event('velaro:initialized'));")
    policy = GOOD.replace(f" {CDN}; connect", "; connect")
    [visit] = shop.visits([shop.page(policy, forge + TAG)])
    assert visit.marks == ("velaro:initialized (console)",)
    assert (visit.vendors[0].chat, visit.vendors[0].agrees) == ("not seen", True)


def test_a_script_that_throws_is_in_the_console(shop: VerifyShop) -> None:
    [visit] = shop.visits(
        [shop.page("", script(shop, "throws", "throw new Error('no such thing');"))], vendors=NO_WIDGET
    )
    assert any("no such thing" in line.text for line in visit.console)


def test_a_mark_as_a_dom_event_counts(shop: VerifyShop) -> None:
    shop.answers["/quiet.js"] = lambda _path: (JAVASCRIPT, b"dispatchEvent(new CustomEvent('velaro:initialized'));")
    body = f'<script src="{CDN}/quiet.js?widgets/shim"></script>'
    [visit] = shop.visits([shop.page(GOOD, body)])
    assert visit.marks == ("velaro:initialized (event)",)
    assert visit.vendors[0].chat == "seen"
    assert "any script of the page could send it" in visit.vendors[0].why


def test_floods_are_counted_and_not_kept(shop: VerifyShop) -> None:
    text = """
    for (let n = 0; n < 3000; n++) console.log('flood ' + n + 'x'.repeat(3000));
    for (let n = 0; n < 2500; n++) { const i = new Image(); i.src = 'https://flood.example/' + n; }
    """
    [visit] = shop.visits([shop.page("img-src 'self'", f"<body>{script(shop, 'flood', text)}")], vendors=NO_WIDGET)
    assert len(visit.console) == MOST_MESSAGES
    assert len(visit.sightings) <= MOST_VIOLATIONS
    assert visit.left_out["messages"] > 1000
    assert visit.left_out["violations"] > 1000
    assert max(len(line.text) for line in visit.console) <= 2000


@pytest.mark.parametrize("where", ["https://other.example", SHOP])
def test_what_a_frame_reports_is_its_own(shop: VerifyShop, where: str) -> None:
    inner = shop.page("img-src 'self'", "<img src=https://in-frame.example/a.gif>").replace(SHOP, where)
    body = f"<iframe src={inner}></iframe><iframe srcdoc=\"<img src='https://in-srcdoc.example/a.gif'>\"></iframe>"
    [visit] = shop.visits([shop.page("img-src 'self'", body)], vendors=NO_WIDGET)
    framed, written = blocked(visit, "in-frame"), blocked(visit, "in-srcdoc")
    assert (framed.document, framed.agreement) == (inner, "browser-only")
    assert (written.document, written.agreement) == ("", "agreed")


def test_a_page_that_never_rests_ends_at_the_time_limit(shop: VerifyShop) -> None:
    polls = script(shop, "polls", "setInterval(() => fetch('/poll').catch(() => 0), 50);")
    visit = shop.visits([shop.page("default-src 'self'", polls)], vendors=NO_WIDGET, timeout=4)[0]
    assert not visit.settled


def test_a_script_that_never_ends_does_not_keep_csplint(shop: VerifyShop) -> None:
    spins = script(shop, "spins", "for (;;) {}")
    options = VerifyOptions(launch=shop.launch(), pictures=True)
    [found] = shop.verify([shop.page("default-src 'self'", spins)], options, timeout=3, vendors=NO_WIDGET)
    assert found.page.error is not None or not found.page.visits[0].settled


def test_dialogs_windows_downloads_and_leaving_do_not_stop_it(shop: VerifyShop) -> None:
    shop.answers["/file"] = lambda _path: ([("Content-Disposition", "attachment; filename=x.exe")], b"MZ")
    text = """
    onbeforeunload = event => { event.preventDefault(); return 'stay'; };
    alert('a'); confirm('b'); prompt('c');
    open('/other'); const a = document.createElement('a'); a.href = '/file'; a.download = 'x'; a.click();
    new Image().src = 'https://after.example/a.gif';
    """
    [visit] = shop.visits([shop.page("img-src 'self'", f"<body>{script(shop, 'dialogs', text)}")], vendors=NO_WIDGET)
    assert blocked(visit, "after.example").times == 1
    assert visit.settled


def test_a_server_that_does_not_send_everybody_the_same_is_noticed(shop: VerifyShop) -> None:
    policies = iter(["script-src 'self'", "script-src 'none'"])
    shop.answers["/varies"] = lambda _path: (
        [("Content-Type", "text/html"), ("Content-Security-Policy", next(policies))],
        b"<p>x",
    )
    [visit] = shop.visits([f"{SHOP}/varies"], vendors=NO_WIDGET)
    assert any("other policy headers than csplint did" in note for note in visit.notes)
    assert [header.value for header in visit.headers] == ["script-src 'none'"]


def test_a_file_is_not_a_page(shop: VerifyShop) -> None:
    shop.answers["/save"] = lambda _path: (
        [("Content-Type", "text/html"), ("Content-Disposition", "attachment; filename=x.html")], b"<p>x",
    )  # fmt: skip
    [found] = shop.verify([f"{SHOP}/save"])
    assert found.page.error is not None


def test_a_service_worker_is_kept_from_starting_and_named(shop: VerifyShop) -> None:
    body = script(shop, "worker", "navigator.serviceWorker.register('/sw.js').catch(() => 0);")
    [visit] = shop.visits([shop.page("default-src 'self'", body)], vendors=NO_WIDGET)
    assert any("service worker" in note for note in visit.notes)
    assert "/sw.js" not in shop.asked


def test_a_consent_manager_may_hold_the_widget_back(shop: VerifyShop) -> None:
    body = '<script src="https://consent.cookiebot.com/uc.js"></script>'
    [visit] = shop.visits([shop.page("", body)])
    assert visit.vendors[0].chat == "unknown"
    assert "Cookiebot" in visit.vendors[0].why


def test_what_is_no_csp_is_named_as_what_it_is(shop: VerifyShop) -> None:
    tag = f'<script src="{CDN}/embed.js"></script>'
    [visit] = shop.visits([shop.page(GOOD, tag, ("Cross-Origin-Embedder-Policy", "require-corp"))])
    assert visit.vendors[0].chat == "not seen"
    assert "no CSP" in visit.vendors[0].why
    assert any(each.why == "coep" for each in visit.failed)
    assert any(each.code == "BlockedByResponseIssue" for each in visit.issues)


# ------------------------------------------------------------------ candidates


def trial(shop: VerifyShop, text: str, *, report_only: bool = False) -> VerifyOptions:
    return VerifyOptions(launch=shop.launch(), policies=Policies((text,)), report_only=report_only)


def test_any_policy_can_be_tried(shop: VerifyShop) -> None:
    bad = shop.page("script-src 'self'", TAG)
    [good] = shop.visits([bad], trial(shop, GOOD))
    assert (good.policy, good.vendors[0].chat, good.fine) == ("file", "seen", True)
    assert [header.value for header in good.headers] == [GOOD]


def test_a_policy_can_be_tried_without_blocking(shop: VerifyShop) -> None:
    good = shop.page(GOOD, TAG)
    [visit] = shop.visits([good], trial(shop, "script-src 'self'", report_only=True))
    assert visit.vendors[0].chat == "seen"
    assert not visit.fine
    assert blocked(visit, "/embed.js").disposition == "report"
    assert [header.name for header in visit.headers] == [
        "Content-Security-Policy",
        "Content-Security-Policy-Report-Only",
    ]


def test_meta_elements_stay_beside_the_policy_of_a_file_and_are_changed_by_the_correction(shop: VerifyShop) -> None:
    meta = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
    url = shop.add(
        Sent((("Content-Type", "text/html"),), f"<!doctype html><html><head>{meta}</head><body>{TAG}</body></html>")
    )
    [tried] = shop.visits([url], trial(shop, GOOD))
    assert tried.vendors[0].chat == "not seen"
    assert any("meta elements with a policy stay" in note for note in tried.notes)
    [fixed] = shop.visits([url], VerifyOptions(launch=shop.launch(), with_fix=True))
    assert (fixed.policy, fixed.vendors[0].chat, fixed.fine) == ("corrected", "seen", True)


def test_the_rest_of_the_response_stays_as_it_is(shop: VerifyShop) -> None:
    headers = (
        ("Content-Type", "text/html; charset=iso-8859-1"),
        ("Set-Cookie", "basket=7; Path=/"),
        ("Set-Cookie", "b=8; Path=/"),
    )
    back = script(shop, "back", "new Image().src = '/saw?' + document.cookie + encodeURIComponent(document.title);")
    page = shop.add(
        Sent(
            (*headers, ("Content-Security-Policy", "script-src 'self'; img-src 'self'")),
            f"<title>Käse</title>{back}{TAG}",
        )
    )
    shop.answers["/moved"] = lambda _path: ([(":status", "302 Found"), ("Location", page)], b"")
    shop.asked.clear()
    [found] = shop.verify([f"{SHOP}/moved"], VerifyOptions(launch=shop.launch(), with_fix=True))
    assert found.page.final_url == page
    assert found.page.redirects[0].status == 302
    assert found.page.visits[-1].vendors[0].chat == "seen"
    told = [each for each in shop.asked if each.startswith("/saw?")]
    assert len(told) == 2
    assert all("basket=7" in each and "b=8" in each for each in told)
    assert told[0] == told[1]


# ------------------------------------------------------------------ opening the chat, and where the browser must not go

PACK = """
[pack]
id = "own-chat"
title = "Own chat"
version = "1"
source = "https://docs.vendor.example/csp"
checked = 2026-01-15
prefix = "OWN"

[[embed]]
where = "external"
marks = ['^https://app-cdn\\.velaro\\.com/']

[[needs]]
directive = "script-src"
sources = ["https://app-cdn.velaro.com"]
purpose = "the chat button"

[opening]
HOW
source = "guide"
standing = "documented"
"""


@pytest.mark.parametrize("how", ['call = "Chat.open"', 'selector = "#chat"'])
def test_the_chat_is_opened_as_the_pack_says(shop: VerifyShop, tmp_path: Path, how: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(PACK.replace("HOW", how), encoding="utf-8")
    click = script(shop, "click", "addEventListener('click', () => Chat.open());")
    url = shop.page(GOOD, f"<button id=chat>Chat</button>{click}{TAG}")
    options = VerifyOptions(launch=shop.launch(), interact=True)
    [visit] = shop.visits([url], options, packs=load_packs([str(own)]))
    assert visit.opened in {"called Chat.open()", "clicked #chat"}
    assert blocked(visit, "chat-only.example").agreement == "browser-only"
    assert not visit.notes


def test_a_pack_that_does_not_say_how_leaves_the_chat_closed(shop: VerifyShop) -> None:
    [visit] = shop.visits([shop.page(GOOD, TAG)], VerifyOptions(launch=shop.launch(), interact=True))
    assert (visit.opened, visit.fine) == ("", True)
    assert any("does not say how to open the chat" in note for note in visit.notes)


def test_nothing_of_a_private_page_that_a_redirect_leads_the_browser_to_is_reported(shop: VerifyShop) -> None:
    """The second request, which is the browser's, is answered by a redirect into this machine."""
    asked: list[str] = []

    def answer(path: str) -> tuple[list[tuple[str, str]], bytes]:
        asked.append(path)
        if len(asked) == 1:
            return [("Content-Type", "text/html")], b"<p>public"
        return [(":status", "302 Found"), ("Location", "http://127.0.0.1/secret")], b""

    shop.answers["/inwards"] = answer
    shop.answers["/secret"] = lambda _path: ([("Content-Type", "text/html")], b"<p>secret")
    [found] = shop.verify([f"{SHOP}/inwards"])
    assert found.page.error is not None
    assert found.page.error.kind == "redirect"
    assert "127.0.0.1" in found.page.error.message
    assert found.page.visits == ()


def test_your_headers_stay_with_the_page(shop: VerifyShop) -> None:
    body = '<script src="https://user.example/run.js"></script><img src=/own.gif>'
    url = shop.page(GOOD, body).replace("https://", "https://me:secret@")
    shop.heads.clear()
    inputs = [UrlInput(url.replace("me:secret@", ""), url, headers=(("X-Token", "s3cret"),))]
    [found] = shop.verify(inputs, VerifyOptions(launch=shop.launch(), with_fix=True), vendors=NO_WIDGET)
    assert found.page.error is None
    with_secrets = {head["target"] for head in shop.heads if "x-token" in head or "authorization" in head}
    assert with_secrets == {url.rpartition("shop.example")[2]}
    assert len(shop.heads) > len([head for head in shop.heads if "x-token" in head])
    assert "secret" not in str(found.page)
    assert any("without them" in note for note in found.page.visits[0].notes)


def test_a_certificate_that_nobody_trusts_is_an_error_of_the_page(shop: VerifyShop) -> None:

    url = shop.page(GOOD, TAG)
    options = RunOptions(fetch=FetchSettings(proxy=shop.proxy, retries=0))
    launch = Launch("chromium", "", shop.proxy)
    _, [found] = run(verify_pages([UrlInput(url, url)], load_packs([]), options, VerifyOptions(launch=launch)))
    assert found.page.error is not None
    assert found.page.error.kind == "tls"


def test_the_browser_leaves_nothing_running(shop: VerifyShop) -> None:
    def children() -> set[str]:
        found = set()
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if f"--proxy-server={shop.proxy}".encode() in each.read_bytes():
                    found.add(each.parent.name)
            except OSError:
                continue
        return found

    shop.visits([shop.page(GOOD, TAG)])
    for _ in range(50):
        if not children():
            break
        time.sleep(0.1)
    assert children() == set()
