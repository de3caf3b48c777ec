"""
The HTML report in a real Chromium: quiet, closed, and of use to everybody.

axe-core is fetched by npm into a folder of its own where npm is there (TESTS_AXE names a copy instead);
without it the accessibility tests skip and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import csplint
from csplint.model import Corrected, HeaderChange, Proof, Verdict
from csplint.packs.merge import load_packs
from csplint.report.html.report import write_html
from tests.browser.chromium import browser, missing  # noqa: F401 - browser is a fixture
from tests.report.report_samples import SAMPLES
from tests.report.samples import PAGE, a_report

pytestmark = pytest.mark.browser
PACKS = load_packs(["velaro", "security"])
AXE = "axe-core@4"
SIZES = [(320, 700), (390, 844), (1280, 800)]

WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', event => window.violations.push([event.effectiveDirective, event.blockedURI]));
"""
"""Run before the document's own script, by the browser itself: no policy of the page governs it."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The samples as files, by name; their addresses."""
    folder = tmp_path_factory.mktemp("reports")
    for name, report in SAMPLES.items():
        (folder / f"{name}.html").write_text(write_html(report, PACKS), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in SAMPLES}


HOSTS = " ".join(f"https://host-{number}.example.com" for number in range(70))
LONG_POLICY = f"default-src 'self'; img-src 'self' {HOSTS}; script-src 'nonce-{{NONCE}}'; font-src data:"


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report with a corrected policy of 2 kB."""
    before = LONG_POLICY.rpartition(";")[0].replace("{NONCE}", "c2VjcmV0")
    header = HeaderChange("replace", "Content-Security-Policy", before, f"{before}; font-src data:", 0)
    corrected = Corrected(headers=(header,), proof=Proof("works", 0, 0))
    verdict = Verdict(state="broken", text="The chat does not load.")
    path = tmp_path_factory.mktemp("answer") / "report.html"
    target = replace(PAGE, verdict=verdict, corrected=corrected)
    path.write_text(write_html(a_report(target), PACKS), encoding="utf-8")
    return path.as_uri()


@contextmanager
def opened(browser: Any, url: str, **options: Any) -> Iterator[Any]:  # noqa: F811 - the fixture's value
    """A tab at the address; when it closes, nothing may have been logged, asked for or blocked."""
    context = browser.new_context(**options)
    tab = context.new_page()
    heard: list[str] = []
    tab.on("console", lambda message: heard.append(f"console {message.type}: {message.text}"))
    tab.on("pageerror", lambda error: heard.append(f"error: {error}"))
    tab.on(
        "request", lambda request: None if request.url.split("#")[0] == url else heard.append(f"request: {request.url}")
    )
    tab.add_init_script(WATCH)
    try:
        tab.goto(url)
        yield tab
        assert heard == []
        assert tab.evaluate("window.violations") == []
    finally:
        context.close()


def until(tab: Any, expression: str) -> None:
    """Wait for a claim to hold. (Playwright's own waiting evaluates text in the page, which the policy forbids.)"""
    deadline = time.monotonic() + 10
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, expression
        tab.wait_for_timeout(20)


@pytest.mark.parametrize("name", list(SAMPLES))
def test_it_opens_without_a_sound(browser: Any, files: dict[str, str], name: str) -> None:  # noqa: F811
    with opened(browser, files[name]) as tab:
        assert tab.locator("h1").is_visible()
        assert tab.evaluate("document.compatMode") == "CSS1Compat"
        assert (
            tab.evaluate("getComputedStyle(document.querySelector('.brand')).marginBottom") != "0px"
        )  # its style is in force


def test_its_policy_stops_what_is_not_its_own(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    """What somebody managed to write into the page would still not run, load or be styled."""
    context = browser.new_context()
    tab = context.new_page()
    tab.add_init_script(WATCH)
    tab.goto(files["several"])
    tab.evaluate("""() => {
      const add = (name, attributes, text) => {
        const made = Object.assign(document.createElement(name), attributes);
        if (text) { made.textContent = text; }
        document.body.append(made);
      };
      add('script', {}, 'window.ran = true');
      add('style', {}, 'h1 { display: none }');
      add('img', { src: 'https://evil.example/x.png' });
      document.querySelector('h1').setAttribute('onclick', 'window.ran = true');
      document.querySelector('h1').click();
    }""")
    until(tab, "window.violations.length >= 4")
    assert {each[0] for each in tab.evaluate("window.violations")} == {
        "script-src-elem", "style-src-elem", "img-src", "script-src-attr",
    }  # fmt: skip
    assert tab.evaluate("window.ran") is None
    assert tab.locator("h1").is_visible()
    context.close()


@pytest.mark.parametrize("name", ["several", "hostile", "long-directive", "places"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_never_scrolls_sideways(
    browser: Any, files: dict[str, str], name: str, width: int, height: int  # noqa: F811
) -> None:  # fmt: skip
    with opened(browser, files[name], viewport={"width": width, "height": height}) as tab:
        tab.evaluate("for (const box of document.querySelectorAll('details')) { box.open = true; }")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
        assert tab.evaluate(wide) == 0


UNFOLD = "for (const box of document.querySelectorAll('details')) { box.open = true; }"


def test_the_copy_button_copies_the_directive(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["error"], permissions=["clipboard-read", "clipboard-write"]) as tab:
        tab.evaluate(UNFOLD)
        button = tab.get_by_role("button", name="Copy the corrected directive")
        button.focus()
        tab.keyboard.press("Enter")
        until(tab, "document.getElementById('live').textContent === 'Copied'")
        assert (
            tab.evaluate("navigator.clipboard.readText()")
            == "connect-src 'self' https://*.velaro.com wss://*.velaro.com"
        )
        assert button.count() == 0  # it says what it did
        tab.get_by_role("button", name="Copied the corrected directive").wait_for()


def test_where_copying_is_refused_the_text_is_selected(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["error"]) as tab:
        tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
        tab.evaluate(UNFOLD)
        tab.get_by_role("button", name="Copy the corrected directive").click()
        until(tab, "document.getElementById('live').textContent.startsWith('The text is selected')")
        assert tab.evaluate("String(getSelection())") == "connect-src 'self' https://*.velaro.com wss://*.velaro.com"


def test_without_scripts_everything_is_there_and_nothing_is_offered(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(files["several"])
    assert tab.get_by_role("button").count() == 0
    assert tab.locator(".finding:visible").count() == 2  # the advice is folded together
    tab.locator(".finding summary").first.click()
    assert tab.locator(".finding").first.get_attribute("open") == ""
    tab.goto(f"{files['several']}#t1-p2")  # browsers unfold what a link leads to
    assert tab.locator("#t1-p2").is_visible()
    context.close()


def test_the_policy_is_copied_as_it_has_to_be_sent(browser: Any, answered: str) -> None:  # noqa: F811
    with opened(browser, answered, permissions=["clipboard-read", "clipboard-write"]) as tab:
        tab.get_by_role("button", name="Copy the value of Content-Security-Policy").press("Enter")
        until(tab, "document.getElementById('live').textContent === 'Copied'")
        assert tab.evaluate("navigator.clipboard.readText()") == LONG_POLICY


def test_where_copying_is_refused_the_line_is_unfolded_and_selected(browser: Any, answered: str) -> None:  # noqa: F811
    with opened(browser, answered) as tab:
        tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
        tab.get_by_role("button", name="Copy the value of Content-Security-Policy").click()
        until(tab, "document.getElementById('live').textContent.startsWith('The text is selected')")
        assert tab.locator("#t1-s1").is_visible()
        assert tab.evaluate("String(getSelection())") == LONG_POLICY


def test_without_scripts_the_policy_can_be_selected(browser: Any, answered: str) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(answered)
    assert tab.locator(".sendable li").first.is_visible()
    tab.get_by_text("As one line").click()
    assert tab.locator("#t1-s1").inner_text() == LONG_POLICY
    context.close()


def test_what_is_new_has_a_sign_besides_its_colour(browser: Any, answered: str) -> None:  # noqa: F811
    sign = "all => all.map(each => getComputedStyle(each, '::before').content)"
    with opened(browser, answered) as tab:
        assert '"+"' in tab.locator(".sendable li.new").last.evaluate_all(sign)[0]
        assert tab.locator(".sendable li:not(.new)").evaluate_all(sign)[0] == "none"


@pytest.mark.parametrize("is_unfolded", [False, True])
def test_a_policy_of_two_kilobytes_fits_a_phone(browser: Any, answered: str, is_unfolded: bool) -> None:  # noqa: F811
    with opened(browser, answered, viewport={"width": 360, "height": 800}) as tab:
        if is_unfolded:
            tab.evaluate(UNFOLD)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_four_pages_are_a_few_screens_on_a_phone(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    policy = "default-src 'self'; script-src 'self'"
    broken = csplint.check_policy(policy, page="https://shop.example/").targets[0]
    path = tmp_path / "four.html"
    path.write_text(write_html(a_report(*[broken] * 4), PACKS), encoding="utf-8")
    with opened(browser, path.as_uri(), viewport={"width": 360, "height": 800}) as tab:
        assert tab.evaluate("document.documentElement.scrollHeight") < 6 * 800
        assert tab.locator("h1").bounding_box()["y"] < 200
        assert tab.locator(".sendable").first.bounding_box()["y"] < 2 * 800


def test_all_findings_unfold_by_keyboard(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["several"]) as tab:
        tab.get_by_role("button", name="Unfold all").first.press("Enter")
        assert tab.locator(".finding article:visible").count() == 3
        tab.get_by_role("button", name="Fold all", exact=True).press("Space")
        assert tab.locator(".finding article:visible").count() == 0


def test_a_link_to_a_finding_that_is_folded_away_opens_it(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["baselined"]) as tab:
        assert not tab.locator("#t1-f1").is_visible()
        tab.evaluate("location.hash = '#t1-f1'")
        tab.locator("#t1-f1").wait_for(state="visible")


def test_the_first_stop_is_the_link_past_the_header(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["several"]) as tab:
        tab.keyboard.press("Tab")
        focused = tab.locator(":focus")
        assert focused.inner_text() == "Skip to the content"
        assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        until(tab, "document.activeElement.getBoundingClientRect().top >= 0")
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"


def test_every_control_shows_its_focus(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["several"]) as tab:
        stops = 0
        tab.evaluate(UNFOLD)
        while tab.keyboard.press("Tab") or tab.evaluate("document.activeElement !== document.body"):
            assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            stops += 1
            if stops > 200:
                pytest.fail("the focus does not come to an end")
        assert stops > 20


def test_print_shows_what_is_folded_and_no_button(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    with opened(browser, files["several"]) as tab:
        tab.emulate_media(media="print")
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert tab.locator("details:not([open])").count() == 0
        assert tab.locator("button:visible").count() == 0
        assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        tab.evaluate("dispatchEvent(new Event('afterprint'))")
        assert tab.locator("details[open]").count() == 1  # the target that was unfolded before


def test_nothing_moves_for_who_asked_for_that(browser: Any, files: dict[str, str]) -> None:  # noqa: F811
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    with opened(browser, files["several"], reduced_motion="reduce") as tab:
        assert tab.evaluate(smooth) == "auto"
        assert tab.evaluate(moving) == 0
    with opened(browser, files["several"], reduced_motion="no-preference") as tab:
        assert tab.evaluate(smooth) == "smooth"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_screen_reader_meets_a_table(browser: Any, files: dict[str, str], width: int) -> None:  # noqa: F811
    """The narrow layout is a list of cards to the eye; to a screen reader it stays a table with headers."""
    with opened(browser, files["several"], viewport={"width": width, "height": 800}) as tab:
        tab.evaluate(UNFOLD)
        table = tab.get_by_role("table", name="What the widget needs and what allows it").first
        assert table.get_by_role("columnheader").all_inner_texts()[:2] == ["Requirement", "Needs"]
        assert table.get_by_role("rowheader").all_inner_texts() == ["api", "socket", "loader", "styles"]
        assert table.get_by_role("row").count() == 5


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    if path := os.environ.get("TESTS_AXE"):
        return Path(path).read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core needs npm, and there is none")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefix", str(folder), AXE]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not install axe-core: {error}")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


EVERYTHING = tuple(
    target for name in ("several", "hostile", "baselined", "places", "other-edits") for target in SAMPLES[name].targets
)
MANY = csplint.check_policy(*["connect-src 'self'"] * 5)
SEEN = {
    "everything": a_report(*EVERYTHING),
    "clean": SAMPLES["clean"],
    "failed": SAMPLES["failed"],
    "many policies": MANY,
}
VIEWS = [("everything", width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
VIEWS += [("clean", 390, "dark"), ("failed", 1280, "light"), ("many policies", 1280, "dark")]


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWS)
def test_axe_finds_no_violation(
    browser: Any, tmp_path: Path, axe: str, name: str, width: int, scheme: str  # noqa: F811
) -> None:  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(write_html(SEEN[name], PACKS), encoding="utf-8")
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    with opened(browser, path.as_uri(), **options) as tab:
        tab.evaluate("for (const box of document.querySelectorAll('details')) { box.open = true; }")
        tab.add_script_tag(content=axe)
        found = tab.evaluate("rules => axe.run({ runOnly: rules })", RULES)
        told = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found["violations"]]
        assert told == []
        assert "color-contrast" in {each["id"] for each in found["passes"]}
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
