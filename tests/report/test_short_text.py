"""The default text of real pages: whole at 80 and 120 columns, short, the verdict first."""

from __future__ import annotations

import io
import re

import pytest

from csplint.engine.findings import check_subject
from csplint.engine.inputs import Input, PageInput, PolicyInput
from csplint.engine.run import run_checks
from csplint.engine.subject import policy_subject
from csplint.model import Report
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.report.html.report import write_html
from csplint.report.markdown import write_markdown
from csplint.report.options import NEW_ONLY, Show
from csplint.report.terminal import Look
from csplint.report.text.report import write_text
from tests.guide.pages import HOSTED, REST
from tests.report.expected import check_golden

PACKS = load_packs(())
SHOP = "https://shop.example/"
GUIDE_POLICY = f"{HOSTED}; {REST}"
BODY = (
    "<!doctype html><meta name=generator content='WordPress 6.5'><title>Shop</title>\n"
    "<script>Velaro('boot', {siteId: 1})</script>\n<script>own()</script><script>more()</script>\n"
)
LISTED = "default-src 'self'; script-src 'self' https://app-cdn.velaro.com; img-src 'self' data:"
NOTHING = (
    "default-src 'none'; script-src 'none'; connect-src 'none'; style-src 'none'; img-src 'none'; frame-src 'none'"
)
STATES = re.compile("live chat (does not load|loads, but parts of it fail|works)")


def page(*policies: str, body: str = BODY) -> Input:
    headers = [(b"Server", b"nginx"), (b"Content-Type", b"text/html")]
    headers += [(b"Content-Security-Policy", policy.encode()) for policy in policies]
    return PageInput(Capture(target=SHOP, url=SHOP, status=200, headers=tuple(headers), body=body.encode()))


def report(each: Input) -> Report:
    return run_checks([each], PACKS)


def text(each: Input, *, width: int = 80, show: Show = NEW_ONLY) -> str:
    out = io.StringIO()
    write_text(report(each), out, Look(colour=False, width=width), show)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_a_page_with_several_faults(width: int) -> None:
    check_golden(f"short-{width}.txt", text(page(LISTED), width=width))


@pytest.mark.parametrize("width", [80, 120])
def test_a_page_with_every_need_unmet_takes_at_most_forty_lines(width: int) -> None:
    lines = text(page(NOTHING), width=width).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= width


PAGES = {
    "works": page(GUIDE_POLICY, body="<!doctype html><script src=https://app-cdn.velaro.com/w.js></script>"),
    "broken": page(LISTED),
    "two policies": page(GUIDE_POLICY, "default-src 'self'"),
    "a bare policy": PolicyInput(SHOP, ("default-src 'self'",), ()),
}


@pytest.mark.parametrize("each", PAGES.values(), ids=PAGES)
def test_the_verdict_is_in_the_first_three_lines(each: Input) -> None:
    assert STATES.search("\n".join(text(each).splitlines()[:3]))
    assert STATES.search("\n".join(write_markdown(report(each), PACKS).splitlines()[:3]))
    visible = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", "\n", write_html(report(each), PACKS), flags=re.DOTALL)
    assert STATES.search("\n".join([line for line in visible.splitlines() if line.strip()][:3]))


def test_a_page_without_findings_is_two_lines() -> None:
    target = check_subject(policy_subject("policy", SHOP, [GUIDE_POLICY], []), PACKS, {})
    assert [each for each in target.findings if each.severity != "info"] == []
    assert text(
        PolicyInput(SHOP, (f"{GUIDE_POLICY}; object-src 'none'; base-uri 'none'; form-action 'self'",), ())
    ) == ("policy  1 policy\n✓ On a page with this policy, the Velaro live chat works: all 10 needs are met.\n")


def test_what_is_left_out_comes_with_an_option() -> None:
    short, advice, whole = (text(page(LISTED), show=show) for show in (NEW_ONLY, Show(advice=True), Show(verbose=True)))
    assert "advice[" not in short
    assert short.count("--advice") == 1
    assert "advice[SEC010] form-action-missing" in advice
    assert "error[" not in advice
    assert "error[VEL002] inline-embed-under-allow-list" in whole
    assert "connect-src https://*.velaro.com" in whole
    assert "skipped" in whole


def test_a_finding_of_one_policy_of_several_names_it() -> None:
    external = "<!doctype html><title>Shop</title>\n<script src=https://app-cdn.velaro.com/w.js></script>"
    shown = text(page(GUIDE_POLICY, "default-src 'self'", body=external))
    assert "  error    script-src   policy 2: blocks the embed script, line 2\n" in shown
    assert "Policy 2 of 2 blocks it." in " ".join(shown.split())
