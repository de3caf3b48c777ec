"""The HTML report: whole files in golden/, and the promises to its readers, with eyes, ears or a telephone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from itertools import pairwise

import pytest
import turbohtml
from msgspec.structs import replace

import csplint
from csplint.model import Edit, Fix, Place, Report, Run, TargetFault, TargetReport
from csplint.packs.merge import load_packs
from csplint.report.html.report import policy, write_html
from csplint.report.html.verdict import report_verdict
from tests.report.ci_samples import PACKS as SAMPLE_PACKS
from tests.report.expected import check_golden
from tests.report.report_samples import LONG, SAMPLES
from tests.report.samples import (
    CLEAN,
    ERROR,
    FAILED,
    INFO,
    PAGE,
    POLICY,
    REQUIREMENTS,
    WARNING,
    a_policy,
    a_report,
    insertion,
)

PACKS = load_packs(["velaro"])
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def html_of(*targets: TargetReport) -> str:
    return write_html(a_report(*targets), PACKS)


def tree_of(html: str) -> turbohtml.Document:
    return turbohtml.parse(html)


def one(html: str, selector: str) -> turbohtml.Element:
    found = tree_of(html).select(selector)
    assert len(found) == 1, f"{len(found)} elements match {selector}"
    return found[0]


def text(element: turbohtml.Element) -> str:
    return " ".join(element.text.split())


def about(*findings: csplint.Finding) -> TargetReport:
    return replace(PAGE, findings=findings)


def test_whole_output() -> None:
    check_golden("report.html", write_html(SAMPLES["several"], SAMPLE_PACKS))


WORDS = [
    # sample, element, its text
    ("no-policy", ".policies .none", "The page has no Content-Security-Policy, so nothing is restricted."),
    ("no-policy", ".findings .none", "No findings."),
    ("no-policy", ".facts", "Page URL https://shop.example/"),
    ("clean", ".findings .none", "No findings from 3 rules."),
    ("clean", "header .detail", "No findings from 3 rules; 2 of 2 needs met."),
    ("clean", ".needs .meter p", "2 needs: 2 met"),
    ("info", ".finding .severity", "i Advice"),
    ("info", ".fix h5", "Fix ready"),
    ("warning", ".fix h5", "Fix check first"),
    ("several", "footer p", "csplint 0.1.0. Checked 2026-01-15T10:00:00Z in 1.2 s; exit code 3 (--fail-on error)."),
    ("several", "footer .packs", "velaro 2026.1: https://docs.example/csp, checked 2026-01-15"),
]


@pytest.mark.parametrize(("name", "selector", "words"), WORDS)
def test_words(name: str, selector: str, words: str) -> None:
    assert text(one(write_html(SAMPLES[name], SAMPLE_PACKS), selector)) == words


def test_facts_of_a_target() -> None:
    html = write_html(SAMPLES["clean-as-far-as-read"], SAMPLE_PACKS)
    assert [text(each) for each in tree_of(html).select(".facts > div")] == [
        "Response 200",
        "Platform nginx, WordPress",
        "Widget Velaro v10 shim, inline, line 12, loads from https://eastprodcdn.azureedge.net",
        "Note the script https://a.example/a.js was not read",
    ]


def test_policies_say_how_they_were_sent() -> None:
    html = write_html(SAMPLES["places"], SAMPLE_PACKS)
    assert [text(each) for each in tree_of(html).select(".policy h4")] == [
        "Policy 1 Content-Security-Policy header, enforced",
        "Policy 2 Content-Security-Policy meta element, enforced",
    ]
    assert [text(each) for each in tree_of(html).select(".finding .where")] == [
        "Policy 1 (Content-Security-Policy header, enforced), directive connect-src",
        "Policy 1 (Content-Security-Policy header, enforced), directive connect-src",
        "Policy 1 (Content-Security-Policy header, enforced), no directive worker-src",
        "Policy 1 (Content-Security-Policy header, enforced)",
        "Policy 2 (Content-Security-Policy meta element, enforced), no directive connect-src; "
        "line 3, column 9 of the page",
    ]


def test_a_long_directive_is_shown_in_part_and_copied_whole() -> None:
    tree = tree_of(write_html(SAMPLES["long-directive"], SAMPLE_PACKS))
    directive = LONG.split(";", maxsplit=1)[0]
    assert "more characters" in tree.select(".directives li code")[0].text
    assert tree.select(".fix pre code")[0].text == f"{directive} https://cdn.example"


def test_the_same_report_gives_the_same_file_but_for_the_run() -> None:
    report = SAMPLES["several"]
    assert write_html(report, PACKS) == write_html(report, PACKS)
    later = replace(report, run=Run("2027-01-01T00:00:00Z", 9876, 3, "error"))
    apart = write_html(later, PACKS).replace("2027-01-01T00:00:00Z in 9.9 s", "2026-01-15T10:00:00Z in 1.2 s")
    assert apart == write_html(report, PACKS)


VERDICTS = [
    ((), "Nothing was checked"),
    ((CLEAN,), "Clean"),
    ((replace(CLEAN, limits=("x",)),), "Clean as far as it could be read"),
    ((CLEAN, CLEAN), "All clean"),
    ((CLEAN, replace(CLEAN, limits=("x",))), "All clean as far as they could be read"),
    ((PAGE,), "1 error and 1 warning"),
    ((PAGE, CLEAN), "1 error and 1 warning"),
    ((about(INFO),), "No errors, some advice"),
    ((replace(CLEAN, findings=(replace(ERROR, state="baselined"),)),), "Nothing new"),
    ((replace(CLEAN, requirements=REQUIREMENTS),), "Nothing new"),
    ((FAILED,), "Could not be checked"),
    ((FAILED, CLEAN), "1 of 2 targets could not be checked"),
    ((PAGE, FAILED), "1 of 2 targets could not be checked"),
    ((FAILED, FAILED), "2 of 2 targets could not be checked"),
]


@pytest.mark.parametrize(("targets", "verdict"), VERDICTS)
def test_the_heading_is_the_verdict(targets: tuple[TargetReport, ...], verdict: str) -> None:
    html = html_of(*targets)
    assert text(one(html, "h1 > span:last-child")) == verdict
    assert text(one(html, "title")).startswith(f"{verdict}: ")


NOT_CLEAN = {
    "failed": FAILED,
    "failed without a reason": TargetReport(target="https://a.example/", outcome="failed"),
    "failed late, with findings none": replace(CLEAN, outcome="failed", error=TargetFault("timeout", "too slow", "")),
    "an unmet requirement": replace(CLEAN, requirements=REQUIREMENTS),
    "baselined": replace(CLEAN, findings=(replace(ERROR, state="baselined"),)),
    "info": about(INFO),
}


@pytest.mark.parametrize("target", list(NOT_CLEAN.values()), ids=list(NOT_CLEAN))
def test_only_a_clean_page_is_called_clean(target: TargetReport) -> None:
    target = replace(target, target="https://a.example/", final_url=None)
    assert "clean" not in text(one(html_of(target), "body")).lower()
    assert report_verdict(a_report(target)).tone != "good"


def test_a_failed_target_says_why_and_shows_nothing_that_looks_like_a_result() -> None:
    html = html_of(FAILED)
    assert (
        text(one(html, ".failure"))
        == "Why the name gone.example does not exist Hint check the spelling, or the network"
    )
    assert not tree_of(html).select(".needs, .policies, .findings, main details")
    assert [text(each) for each in tree_of(html).select(".counts .error")] == ["1 Not checked"]


def test_csplint_finds_nothing_wrong_with_the_file() -> None:
    """A meta element cannot say who may frame the page: only that is reported, as advice."""
    html = write_html(SAMPLES["hostile"], PACKS)
    target = csplint.check_page(html.encode(), url="https://ci.example/r.html", packs=["syntax", "security"]).targets[0]
    assert [each.value for each in target.policies] == [policy()]
    assert [(each.severity, each.name) for each in target.findings if each.severity != "info"] == []
    assert {each.name for each in target.findings} <= {"frame-ancestors-missing"}


def test_the_policy_allows_the_two_elements_and_nothing_else() -> None:
    html = html_of(PAGE)
    hashes = {
        name: base64.b64encode(hashlib.sha256(one(html, name).text.encode()).digest()).decode()
        for name in ("style", "script")
    }
    assert one(html, "meta[http-equiv]").attr("content") == (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; style-src 'sha256-{hashes['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert html.index("http-equiv") < html.index("<style>") < html.index("<script>")
    assert html.index("<meta charset") < 1024


def test_nothing_is_asked_of_any_server() -> None:
    html = write_html(SAMPLES["several"], PACKS)
    assert not tree_of(html).select("[src], [srcset], [ping], [action], link, img, iframe, object, base, form")
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", html)
    for each in tree_of(html).select("a:not([href^='#'])"):
        assert each.attr("rel") == "noreferrer"
        assert (each.attr("href") or "").startswith("https://")


@pytest.mark.parametrize("name", list(SAMPLES))
def test_headings_stand_in_order(name: str) -> None:
    levels = [
        HEADINGS.index(each.tag) for each in tree_of(write_html(SAMPLES[name], PACKS)).select(", ".join(HEADINGS))
    ]
    assert levels[0] == 0
    assert levels.count(0) == 1
    assert [(before, after) for before, after in pairwise(levels) if after > before + 1] == []


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_reference_leads_somewhere(name: str) -> None:
    tree = tree_of(write_html(SAMPLES[name], PACKS))
    ids = Counter(each.attr("id") for each in tree.select("[id]"))
    assert [each for each, count in ids.items() if count > 1] == []
    named = [each.attr("href") or "" for each in tree.select("a[href^='#']")]
    named += [f"#{each.attr(key)}" for key in ("aria-labelledby", "data-copies") for each in tree.select(f"[{key}]")]
    assert {each[1:] for each in named} <= set(ids)


def test_the_table_has_headers_and_says_it_in_words() -> None:
    html = html_of(PAGE)
    table = tree_of(html).select(".needs > .inner > .matrix")[0]
    assert [text(each) for each in table.select("thead th[scope=col]")] == [
        "Requirement", "Needs", "Policy 1 enforced, header", "Verdict",
    ]  # fmt: skip
    rows = [[text(each) for each in row.select("th[scope=row], td")] for row in table.select("tbody tr")]
    assert rows[1] == ["socket", "connect-src wss://*.velaro.com", "✗ blocks", "✗ not met Messages are not delivered."]
    assert [row[-1].split()[1] for row in rows] == ["met", "not", "partly", "met"]
    assert text(one(html, ".needs .inner summary")) == "1 need of optional features, not in use"
    assert text(one(html, ".meter p")) == "4 needs: 2 met, 1 not met, 1 partly met"


def test_what_is_found_is_marked_in_the_policy() -> None:
    tree = tree_of(html_of(PAGE))
    marks = [(text(each), each.attr("class")) for each in tree.select(".policies .directives mark")]
    assert marks == [("'unsafe-inline'", "warning"), ("https://*.velaro.com", "error")]
    references = [(text(each), each.attr("href"), each.attr("aria-label")) for each in tree.select(".directives .ref")]
    assert references == [("2", "#t1-f2", "finding 2, warning"), ("1", "#t1-f1", "finding 1, error")]


def test_a_finding_about_no_directive_is_told_below_the_policy() -> None:
    whole = replace(ERROR, span=None, directive=None, fix=None)
    missing = replace(ERROR, span=None, directive="worker-src", fix=None)
    html = html_of(about(whole, missing))
    assert "About the whole policy: findings 1 2" in text(tree_of(html).select(".policy")[0])
    assert "no directive worker-src" in text(tree_of(html).select(".finding .where")[1])


def test_a_card_has_all_a_finding_says() -> None:
    card = text(one(html_of(about(replace(ERROR, symptom_text="Widget loads but chat messages fail"))), ".finding"))
    assert ERROR.console is not None
    assert ERROR.fix is not None
    for said in (
        "Error", "VEL011", "missing-connect-source", ERROR.message, "Widget loads but chat messages fail", "chat-fails",
        "Policy 1 (Content-Security-Policy header, enforced), directive connect-src", ERROR.cause,
        " ".join(ERROR.why.split()), ERROR.fix.summary, "Chromium and Firefox block this, Safari does not.",
        ERROR.console.chromium, ERROR.console.firefox, ERROR.console.safari, ERROR.docs,
    ):  # fmt: skip
        assert said in card


def test_the_corrected_directive_can_be_copied() -> None:
    html = html_of(about(ERROR))
    code = one(html, "#t1-f1-e1")
    assert code.text == "connect-src 'self' https://*.velaro.com wss://*.velaro.com"
    assert [each.text for each in code.select("ins")] == ["wss://*.velaro.com"]
    button = one(html, "button[data-copies='t1-f1-e1']")
    assert button.attr("hidden") == ""  # the script shows it: without one there is nothing that does not work
    assert text(button) == "Copy the corrected directive"


def test_what_is_to_be_copied_is_never_cut() -> None:
    token = "'sha512-" + "a" * 700 + "'"
    edits = (
        Edit(kind="header", name="Content-Security-Policy", text=f"script-src {token}"),
        insertion("frame-src 'self' blob:", f"; style-src {token}"),
    )
    tree = tree_of(html_of(about(replace(ERROR, fix=Fix("Do it", "safe", edits)))))
    shown = [each.text for each in tree.select("article pre code")]
    assert shown == [f"Content-Security-Policy: script-src {token}", f"style-src {token}"]


def test_edits_of_every_kind() -> None:
    edits = (
        Edit(kind="remove-policy", policy=1),
        Edit(kind="remove-policy", policy=7),
        Edit(kind="policy", policy=7, start=0, end=0, text="x"),
        Edit(kind="policy", policy=0, start=0, end=len("default-src 'self'; "), text=""),
        Edit(kind="tag", name="nonce", text="Zm9vYmFyYmF6cXV4MTIzNA==", place=Place(3, 4)),
        Edit(kind="server", text="# nginx\n\tset $a 1;\r\n"),
        Edit(kind="server", text="nginx: the line add_header"),
    )
    card = one(html_of(about(replace(INFO, fix=Fix("Do it", "unsafe", edits)))), ".fix")
    said = text(card)
    assert "Fix check first Do it (may allow or block more than this finding is about)" in said
    assert "Stop sending policy 2. Stop sending the policy." in said
    assert [text(each) for each in card.select("del")] == ["default-src 'self'"]
    assert 'In the tag at line 3, column 4 nonce="{NONCE}"' in said
    assert [each.text for each in card.select("pre code")] == ['nonce="{NONCE}"', "# nginx\n    set $a 1;"]
    assert "On the server: nginx: the line add_header" in said


def test_a_fix_without_an_edit_is_called_advice() -> None:
    card = one(html_of(about(replace(INFO, fix=Fix("Think", "unsafe")))), ".fix")
    assert text(card) == "Fix to do Think (a change that you make yourself; csplint cannot test it)"


def test_findings_known_before_are_folded_away_and_not_listed() -> None:
    target = replace(CLEAN, findings=(replace(ERROR, state="baselined"), replace(INFO, state="suppressed")))
    tree = tree_of(html_of(target))
    assert [text(each) for each in tree.select("details.rest > summary")] == [
        "2 known findings: baselined or suppressed"
    ]
    assert [text(each) for each in tree.select(".rest summary .badge")] == ["baselined", "suppressed"]
    assert not tree.select(".findings > .finding")


def test_rules_that_passed_and_rules_that_were_not_asked_are_told_apart() -> None:
    section = tree_of(html_of(PAGE)).select(".others")[0]
    assert text(section.select("summary")[0]) == "Other rules 3 rules found nothing, 1 skipped"
    assert text(section.select("ul.rules li")[0]) == "VEL001 script-host-missing"
    assert text(section.select(".skipped")[0]) == "the page has no frames SEC009"


def test_advice_is_folded_together_after_the_rest() -> None:
    tree = tree_of(html_of(about(ERROR, INFO, WARNING)))
    assert [each.attr("data-severity") for each in tree.select(".findings > .finding")] == ["error", "warning"]
    assert [each.attr("data-severity") for each in tree.select(".findings > .advice > .finding")] == ["info"]
    assert not tree.select("details[open]")


def test_many_policies_scroll_in_a_box_that_the_keyboard_reaches() -> None:
    needs = csplint.check_policy(*["connect-src 'self'"] * 5).targets[0]
    boxes = tree_of(write_html(a_report(needs), PACKS)).select(".scroll[tabindex='0'][aria-label]")
    assert [len(each.select("thead th")) for each in boxes] == [8, 8]


def test_the_page_has_its_landmarks() -> None:
    tree = tree_of(html_of(PAGE, CLEAN))
    assert [each.tag for each in tree.select("html[lang=en] > body > header, nav, main, footer")] == [
        "header", "nav", "main", "footer",
    ]  # fmt: skip
    assert [text(each) for each in tree.select("nav li")] == [
        "✗https://shop.example/ 1 error and 1 warning", "✓https://clean.example/ Clean",
    ]  # fmt: skip
    assert len(tree.select("a.skip[href='#main']")) == 1
    assert len(tree.select("#live[role=status]")) == 1


def test_a_policy_of_ten_kilobytes_is_shown_in_part_and_kept_in_whole() -> None:
    value = f"{POLICY} {'x' * 9000} y"
    tree = tree_of(html_of(replace(PAGE, policies=(a_policy(value),), findings=())))
    shown = tree.select(".directives li")[-1].text
    assert "more characters" in shown
    assert len(shown) < 1000


def test_a_report_of_nothing_is_a_page() -> None:
    report: Report = SAMPLES["no-target"]
    assert text(one(write_html(report, PACKS), "main")) == "Nothing was checked: there are no targets."
