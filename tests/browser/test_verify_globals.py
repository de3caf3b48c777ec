"""Values of the page's scripts that show that a widget is ready (`global` in packs): looked for in Chromium and in Firefox."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint.browser.observation import Observation
from csplint.browser.record import Record
from csplint.browser.start import start
from csplint.browser.visit import Launch, Visit
from csplint.engine.browser_run import VerifyOptions
from csplint.packs.merge import load_packs
from csplint.packs.read import load_pack
from csplint.page.capture import Capture
from tests.browser.verify_shop import VerifyShop, require, verify_shop

pytestmark = pytest.mark.browser

BROWSERS = ["chromium", "firefox"]
JAVASCRIPT = [("Content-Type", "text/javascript")]

# ------------------------------------------------------------------ what counts as there

PAGE = b"""<!doctype html><title>x</title><div id=byId></div><iframe name=byFrame srcdoc=x></iframe><form name=byForm></form>
<script>
var declared = {deep: {er: 1}};
function Called() { window.touched = 'called'; }
Called.own = () => { window.touched = 'called'; };
class Made { method() {} get behind() { window.touched = 'getter'; return {x: 1}; } }
window.made = new Made();
Object.defineProperty(window, 'throws', {get() { window.touched = 'getter'; throw 1; }});
Object.defineProperty(window, 'endless', {get() { window.touched = 'getter'; for (;;); }});
Object.defineProperty(window, 'unread', {set() {}});
window.zero = 0; window.empty = '';
window.nothing = undefined; window.none = null; window.off = false;
window.far = {}; for (let n = 0, at = far; n < 1000; n++) { const next = {}; Object.setPrototypeOf(at, next); at = next; }
window.proxy = new Proxy({}, {getOwnPropertyDescriptor() { throw 1; }, get() { throw 1; }, has() { throw 1; }});
const lexical = 1;
</script>"""
THERE = (
    "declared", "declared.deep.er", "Called", "Called.own", "made.method", "made.behind", "throws", "endless", "zero", "empty", "proxy",
)  # fmt: skip
NOT_THERE = (
    "missing", "missing.x", "declared.no", "declared.deep.no.x", "made.behind.x", "throws.x", "endless.x", "unread", "nothing",
    "nothing.x", "none", "none.x", "off", "far.x", "proxy.x", "proxy.x.y", "lexical", "byId", "byFrame", "byForm", "document.body",
    "touched",
)  # fmt: skip


STRICT = b"script-src 'unsafe-inline'; object-src 'none'; require-trusted-types-for 'script'; sandbox allow-scripts"
"""The strictest policy under which the page's own scripts run: no eval, Trusted Types, a sandbox."""

HOSTILE = {
    "replaced": "Object.getOwnPropertyDescriptor = Object.getPrototypeOf = () => { throw 1; };",
    "replaced, endless": "Object.getOwnPropertyDescriptor = () => { for (;;); };",
    "no Object": "window.Object = null;",
    "prototypes": "Object.prototype.get = Object.prototype.value = 1; Array.prototype[0] = 'x'; String.prototype.split = null;",
    "proxy, endless": "window.proxy = new Proxy({}, {getOwnPropertyDescriptor() { for (;;); }});",
    "proxies of proxies": """
      const trap = () => new Proxy({}, {getOwnPropertyDescriptor: () => undefined, getPrototypeOf: trap}); window.proxy = trap();""",
    "on the move": "setInterval(() => { location.hash += 'x'; }, 50);",
}
EFFECTS = ("window.touched = 1", "eval('1')", "fetch('http://page.test/x')", "debugger; document.title = 'x'")
LIES = {
    effect: f"window.proxy = new Proxy({{}}, {{getOwnPropertyDescriptor() {{ {effect}; return {{value: 1, configurable: true}}; }}}});"
    for effect in EFFECTS
}
NAMES = ("proxy.x", "declared", "missing", "touched")
LATE = b"<script src=http://page.test/late.js></script>"


def plans(product: str) -> dict[str, Visit]:
    found = {"plain": _plan(PAGE, b"", THERE + NOT_THERE), "strict": _plan(PAGE, STRICT, THERE + NOT_THERE)}
    for name, script in (HOSTILE if product == "firefox" else HOSTILE | LIES).items():
        page = PAGE + f"<script>{script}</script>".encode() + LATE
        found[name] = _plan(page, b"script-src 'unsafe-inline'; connect-src 'none'", NAMES)
    return found


def _plan(html: bytes, policy: bytes, names: tuple[str, ...]) -> Visit:
    headers = ((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy))
    served = Capture(target="page", url="http://page.test/", status=200, headers=headers, body=html)
    return Visit(target="page", url=served.url, served=served, names=names, timeout=6)


@functools.cache
def seen(product: str) -> dict[str, Observation]:
    """Every page, served to one browser after the other without any network."""
    require(product)

    async def visits() -> dict[str, Observation]:
        browser = await start(Launch(product, ""))
        try:
            return {name: await browser.visit(plan) for name, plan in plans(product).items()}
        finally:
            await browser.close()

    return asyncio.run(asyncio.wait_for(visits(), 180))


@pytest.mark.parametrize("product", BROWSERS)
def test_what_is_there_is_found_and_nothing_is_called(product: str) -> None:
    plain = seen(product)["plain"]
    assert plain.names == THERE
    assert plain.settled


@pytest.mark.parametrize("product", BROWSERS)
def test_a_look_is_no_violation_and_no_request(product: str) -> None:
    strict = seen(product)["strict"]
    assert strict.names == THERE
    assert (strict.violations, strict.failed, strict.console) == ((), (), ())
    assert {each.url for each in strict.loaded if not each.url.startswith("about:")} == {"http://page.test/"}


BLIND = {
    "chromium": {"replaced", "replaced, endless", "no Object"},
    "firefox": set[str](),
}
"""Where the page keeps csplint from seeing even what is there."""


@pytest.mark.parametrize("product", BROWSERS)
@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_page_does_not_keep_the_browser(product: str, how: str) -> None:
    """Whatever it does, the visit ends with everything else that was seen."""
    page = seen(product)[how]
    assert {each.directive for each in page.violations} == {"script-src-elem"}
    assert {"missing", "proxy.x", "touched"}.isdisjoint(page.names)
    if (product, how) != ("firefox", "proxy, endless"):  # Firefox has no time limit of its own, so the page hangs
        assert ("declared" in page.names) == (how not in BLIND[product])


@pytest.mark.parametrize("effect", EFFECTS)
def test_chromium_lets_no_code_of_the_page_do_more_than_answer(effect: str) -> None:
    page = seen("chromium")[effect]
    assert page.names == ("declared",)
    assert {each.directive for each in page.violations} == {"script-src-elem"}


SNIPPETS = Path(__file__).parents[1] / "packs_vendors/pages"
GLOBALS = {
    path.stem: [each.name for each in load_pack(path.stem).ready if each.name] for path in SNIPPETS.glob("*.html")
}


@functools.cache
def of_snippets() -> dict[str, Observation]:
    """Each vendor's snippet under a policy that lets it run, and blocks every script that it loads."""
    require("chromium")

    async def visits() -> dict[str, Observation]:
        browser = await start(Launch("chromium", ""))
        try:
            return {vendor: await browser.visit(plan) for vendor, plan in found.items()}
        finally:
            await browser.close()

    policy = b"default-src 'none'; script-src 'unsafe-inline'"
    found = {
        vendor: _plan((SNIPPETS / f"{vendor}.html").read_bytes(), policy, ("document", *names))
        for vendor, names in GLOBALS.items()
        if names
    }
    return asyncio.run(asyncio.wait_for(visits(), 180))


@pytest.mark.parametrize("vendor", sorted(vendor for vendor, names in GLOBALS.items() if names))
def test_no_snippet_makes_the_global_of_its_pack_itself(vendor: str) -> None:
    """A list that keeps calls for later proves nothing: it is there although the policy blocks the script."""
    page = of_snippets()[vendor]
    assert page.names == ("document",)
    assert any(each.directive == "script-src-elem" for each in page.violations)


@pytest.mark.parametrize("found", [None, 1, "true", [True], {"a": True}, False])
def test_only_true_is_found(found: object) -> None:
    record = Record(())
    record.looked("Chat", found)
    assert record.names == {}
    record.looked("Chat", True)
    assert record.names == {"Chat": None}


# ------------------------------------------------------------------ verdicts

OWN = """
[pack]
id = "own-pay"
title = "Own payments"
version = "1"
source = "https://docs.vendor.example/csp"
checked = 2026-01-15
prefix = "OWN"

[[embed]]
where = "external"
marks = ['^https://pay\\.vendor\\.example/']

[[needs]]
directive = "script-src"
sources = ["https://pay.vendor.example"]
purpose = "the form"

[[ready]]
global = "Pay.ready"
means = "ready"
source = "guide"
standing = "documented"
"""
VENDOR = "https://pay.vendor.example/pay.js"
TAG = f"<script>window.Pay = {{queue: []}};</script><script src={VENDOR}></script>"
STUB = "<script>window.Pay = {ready: true};</script>"
ALLOWS, BLOCKS = "script-src 'unsafe-inline' https://pay.vendor.example", "script-src 'unsafe-inline'"


@pytest.fixture(scope="module")
def shop() -> Iterator[VerifyShop]:
    with verify_shop() as running:
        scripts = {
            "/pay.js": "Pay.ready = () => 1;",
            "/late.js": "setTimeout(() => { Pay.ready = 1; }, 1500);",
            "/never.js": "",
        }
        for path, text in scripts.items():
            running.answers[path] = lambda _path, text=text: (JAVASCRIPT, text.encode())  # type: ignore[misc]
        yield running


@pytest.mark.parametrize("product", BROWSERS)
def test_a_global_shows_that_the_widget_is_ready_if_its_script_came(
    shop: VerifyShop, product: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    require(product)
    own = tmp_path_factory.mktemp("packs") / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    late, never = TAG.replace("pay.js", "late.js"), TAG.replace("pay.js", "never.js")
    urls = [
        shop.page(ALLOWS, TAG),
        shop.page(ALLOWS, late),
        shop.page(BLOCKS, TAG),
        shop.page(BLOCKS, STUB + TAG.replace("window.Pay", "window.Other")),
        shop.page(BLOCKS, STUB),
        shop.page(ALLOWS, never),
    ]
    visits = shop.visits(urls, VerifyOptions(launch=shop.launch(product)), packs=load_packs([str(own)]))
    shown = [(each.vendors[0].chat, each.vendors[0].why, each.marks) for each in visits]
    mark = ("Pay.ready (global)",)
    blocked = f"script-src-elem blocked {VENDOR}"
    came = "Pay.ready exists in the page, and {} loaded (any script of the page could set it)"
    assert shown == [
        ("seen", came.format(VENDOR), mark),
        ("seen", came.format(VENDOR.replace("pay.js", "late.js")), mark),
        ("not seen", blocked, ()),
        ("not seen", blocked, mark),
        ("not seen", "the page asked for nothing of it, and no policy stopped it: is its embed in the page?", mark),
        ("unknown", "its script loaded, but there was no sign of Pay.ready", ()),
    ]


@pytest.mark.parametrize("product", BROWSERS)
def test_a_vendor_that_csplint_finds_on_the_page_is_looked_for_too(shop: VerifyShop, product: str) -> None:
    """Stripe's pack, which nobody named: its script sets `Stripe`, or the policy stops it."""
    require(product)
    shop.answers["/v3/"] = lambda _path: (JAVASCRIPT, b"window.Stripe = function () {};")
    tag = "<script src=https://js.stripe.com/v3/></script>"
    urls = [shop.page("script-src https://js.stripe.com", tag), shop.page("script-src 'self'", tag)]
    visits = shop.visits(urls, VerifyOptions(launch=shop.launch(product)), vendors=("auto",))
    assert [(each.vendors[0].vendor, each.vendors[0].chat, each.marks) for each in visits] == [
        ("stripe", "seen", ("Stripe (global)",)),
        ("stripe", "not seen", ()),
    ]


def test_it_is_looked_for_where_only_the_browser_gets_the_page(shop: VerifyShop) -> None:
    """Without a page of its own, csplint cannot know before the visit which vendors there are."""
    require("chromium")
    tag = "<script src=https://js.stripe.com/v3/></script>"
    answers = iter([[(":status", "403 Forbidden")], [("Content-Type", "text/html")]])
    shop.answers["/v3/"] = lambda _path: (JAVASCRIPT, b"window.Stripe = function () {};")
    shop.answers["/refused"] = lambda _path: (next(answers), tag.encode())
    [visit] = shop.visits(["https://shop.example/refused"], vendors=("auto",))
    assert any("got no page" in note for note in visit.notes)
    assert ([each.vendor for each in visit.vendors], visit.vendors[0].chat) == (["stripe"], "seen")
    assert visit.marks == ("Stripe (global)",)
