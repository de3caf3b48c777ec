"""The HTML report answers first: the verdict, then the policy to copy, then the findings."""

from __future__ import annotations

import pytest
import turbohtml
from msgspec.structs import replace

from csplint.model import (
    Corrected,
    FindingPart,
    HeaderChange,
    LeftFinding,
    MetaChange,
    Place,
    Proof,
    TagChange,
    TargetReport,
    VendorVerdict,
    Verdict,
)
from csplint.packs.merge import load_packs
from csplint.report.html.comparison import compare
from csplint.report.html.report import write_html
from csplint.report.to_send import NONCE
from tests.report.samples import ERROR, FAILED, INFO, PAGE, POLICY, WARNING, a_report

PACKS = load_packs(["velaro"])
CSP = "Content-Security-Policy"
AFTER = POLICY.replace("connect-src 'self'", "connect-src 'self' wss://*.velaro.com") + "; img-src 'self'"
WORKS = Proof("works", 0, 0)
ANSWER = Corrected(headers=(HeaderChange("replace", CSP, POLICY, AFTER, 0),), mends=("a" * 64,), proof=WORKS)
VENDOR = (VendorVerdict("velaro", "Velaro live chat", "broken"),)
VERDICT = Verdict(state="broken", text="The Velaro live chat does not load.", causes=("a" * 64,), vendors=VENDOR)
BROKEN = replace(PAGE, verdict=VERDICT, corrected=ANSWER)


def tree_of(*targets: TargetReport) -> turbohtml.Document:
    return turbohtml.parse(write_html(a_report(*targets), PACKS))


def corrected(**fields: object) -> turbohtml.Document:
    return tree_of(replace(BROKEN, corrected=Corrected(**{"proof": WORKS, **fields})))  # type: ignore[arg-type]


def text(element: turbohtml.Element | turbohtml.Document) -> str:
    return " ".join(element.text.split())


def lines_of(tree: turbohtml.Document, selector: str) -> list[str]:
    """The first words of a part of the page, in lines that have any."""
    return [line.strip() for line in tree.select(selector)[0].text.split("\n") if line.strip()]


def test_the_verdict_is_in_the_first_three_lines() -> None:
    assert any("The Velaro live chat does not load." in line for line in lines_of(tree_of(BROKEN), "body")[1:4])
    several = tree_of(BROKEN, replace(BROKEN, target="https://b.example/"))
    for number in range(2):
        section = [line for line in several.select("details.target")[number].text.split("\n") if line.strip()]
        assert any("The Velaro live chat does not load." in line for line in section[:3])


def test_verdict_then_policy_then_findings_then_the_rest() -> None:
    html = write_html(a_report(BROKEN), PACKS)
    parts = ["<h1", 'class="send-instead"', 'class="sendable"', 'class="findings"', "needs", "policies", "others"]
    places = [html.index(part if part[0] in "<c" else f'class="fold {part}"') for part in parts]
    assert places == sorted(places)


def test_why_and_each_browser_that_differs_are_said() -> None:
    verdict = replace(VERDICT, because="A host allows files.", then="Then pictures fail.", browsers={"safari": "works"})
    detail = text(tree_of(replace(BROKEN, verdict=verdict)).select(".detail")[0])
    assert detail == "A host allows files. Then pictures fail. In Safari it works."


def test_that_there_is_no_widget_is_said_before_the_policy() -> None:
    tree = tree_of(replace(BROKEN, verdict=None, no_widget="No chat in the page's HTML."))
    whole = text(tree)
    assert 0 <= whole.index("No chat in the page's HTML.") < whole.index("Send this instead")


def test_the_copied_text_is_the_value_to_send_in_one_line() -> None:
    tree = tree_of(BROKEN)
    assert tree.select("#t1-s1")[0].text == AFTER
    (button,) = tree.select("button[data-copies='t1-s1']")
    assert button.attr("hidden") == ""
    assert text(button) == f"Copy the value of {CSP}"


def test_each_directive_is_a_line_and_what_is_new_is_marked() -> None:
    tree = tree_of(BROKEN)
    rows = [(text(each), each.attr("class")) for each in tree.select(".sendable li")]
    assert rows[2:4] == [
        ("connect-src 'self' wss://*.velaro.com https://*.velaro.com;", "new"),
        ("frame-src 'self' blob:;", None),
    ]
    assert rows[-1] == ("img-src 'self'", "new")
    assert [text(each) for each in tree.select(".sendable ins")] == ["wss://*.velaro.com", "img-src 'self'"]


def test_no_nonce_is_offered_and_its_step_is_there() -> None:
    after = "script-src 'nonce-c2VjcmV0' 'self'"
    tree = corrected(headers=(HeaderChange("replace", CSP, "script-src 'nonce-c2VjcmV0'", after, 7),))
    assert "c2VjcmV0" not in text(tree.select(".send-instead")[0])
    assert tree.select("#t1-s1")[0].text == f"script-src 'nonce-{NONCE}' 'self'"
    assert f"Replace {NONCE} with a new random value" in text(tree.select(".steps")[0])


def test_a_meta_element_is_copied_as_an_element() -> None:
    tree = corrected(metas=(MetaChange("replace", "img-src a", "img-src\n a?b&c", 1, Place(3, 1)),))
    assert tree.select("#t1-s1")[0].text == '<meta http-equiv="Content-Security-Policy" content="img-src a?b&amp;c">'
    assert "on line 3" in text(tree.select(".send h4")[0])


def test_several_changes_at_once() -> None:
    tree = corrected(
        headers=(HeaderChange("keep", CSP, "x", "x", 0), HeaderChange("remove", CSP, "img-src 'none'", None, 1)),
        tags=(TagChange(Place(7, 2), "nonce", "the nonce", "why so"),),
        steps=("Do this.",),
        leaves=(LeftFinding("b" * 64, "no edit of a policy fixes it"), LeftFinding("", "no edit of a policy fixes it")),
        proof=Proof("partly", 1, 2),
    )
    said = text(tree.select(".send-instead")[0])
    for words in (
        "Stop sending the header Content-Security-Policy (policy 2): img-src 'none'",
        "Keep the header Content-Security-Policy as it is.",
        "the widget loads, though parts of it still fail, and nothing that is allowed now is blocked. "
        "1 error and 2 warnings are left",
        "Line 7, column 2: give the tag the attribute nonce: the nonce. why so",
        "Do this.",
        f"No edit of a policy fixes it:2. {WARNING.message} 1 problem that follows from another",
    ):
        assert words in said


def test_a_policy_made_from_nothing_is_to_be_tried_and_not_marked() -> None:
    header = HeaderChange("add", f"{CSP}-Report-Only", None, "default-src 'self'")
    tree = corrected(headers=(header,), steps=("Wait a week.",))
    assert text(tree.select("#t1-send")[0]) == "Try this policy first"
    assert not tree.select(".sendable .new")
    assert "Before you enforce it Wait a week." in text(tree.select(".send-instead")[0])
    assert "nothing that is allowed now" not in text(tree)


def test_what_cannot_be_shown_is_not_offered_to_copy() -> None:
    tree = corrected(headers=(HeaderChange("replace", CSP, "", "img-src \x1b\u202ea", 0),))
    assert not tree.select("button[data-copies='t1-s1']")
    assert len(tree.select(".inexact")) == 1


def test_causes_are_marked_and_what_the_policy_fixes_is_said() -> None:
    first, second = tree_of(BROKEN).select(".findings > .finding")
    assert [text(each) for each in first.select(".badge.cause")] == ["cause"]
    assert not second.select(".badge.cause")
    assert "The policy above fixes this." in text(first)
    assert "policy above" not in text(second)


def test_a_line_has_the_brief_and_unfolds_to_the_message_and_the_parts() -> None:
    part = FindingPart(
        rule="VEL034", name="missing-img-cdn", message="It blocks pictures.", value="x", symptom="images-broken",
        symptom_text="Images broken", fingerprint="d" * 64,
    )  # fmt: skip
    finding = replace(ERROR, brief="blocks 2 addresses", effective_directive="img-src", parts=(part,))
    (row,) = tree_of(replace(BROKEN, findings=(finding,))).select(".finding")
    assert text(row.select("summary")[0]) == "✗ Error img-src 1. blocks 2 addresses cause missing-img-cdn"
    body = text(row.select("article")[0])
    assert ERROR.message in body
    assert "It blocks pictures. VEL034 missing-img-cdn" in body
    assert "What you see: Images broken images-broken" in body


def test_several_targets_have_an_index_and_the_first_of_the_worst_is_unfolded() -> None:
    works = replace(VERDICT, state="works", text="It works.", causes=())
    good = replace(PAGE, verdict=works, findings=(INFO,))
    tree = tree_of(good, BROKEN, BROKEN, FAILED)
    assert text(tree.select("h1")[0]) == "✗The Velaro live chat does not load on 2 of 4 targets"
    assert [text(each) for each in tree.select("nav li")] == [
        "✓https://shop.example/ Works · 1 advice",
        "✗https://shop.example/ Does not load · 1 error, 1 warning, 1 advice",
        "✗https://shop.example/ Does not load · 1 error, 1 warning, 1 advice",
        "✗https://gone.example/ Could not be checked",
    ]
    assert ["open" in each.attrs for each in tree.select("details.target")] == [False, True, False, False]


SUMS = [
    (["works", "works"], "The widget works on all 2 targets"),
    (["works", "unknown"], "The widget may not work on 1 of 2 targets"),
    (["partly", "works"], "The widget loads, but parts of it fail on 1 of 2 targets"),
    (["absent", "works"], "The widget would not load on 1 of 2 targets"),
]


@pytest.mark.parametrize(("states", "title"), SUMS)
def test_the_sum_of_several_targets(states: list[str], title: str) -> None:
    verdicts = [
        Verdict(state=each, text="T.", if_added="broken" if each == "absent" else None)  # type: ignore[arg-type]
        for each in states
    ]
    assert title in text(tree_of(*(replace(PAGE, verdict=each) for each in verdicts)).select("h1")[0])


COMPARED = [
    # before, after, new pieces, removed
    ("img-src a", "img-src a", [], []),
    ("img-src a; font-src b", "font-src b; img-src a", [], []),
    ("img-src a", "img-src a b c", ["b c"], []),
    ("img-src a c", "img-src a b c d", ["b", "d"], []),
    ("img-src a b", "img-src a", [], ["img-src b"]),
    ("img-src a; font-src b", "img-src a", [], ["font-src b"]),
    ("img-src a; img-src b", "img-src a", [], ["img-src b"]),
    ("IMG-SRC a", "img-src a", [], []),
    ("img-src a, font-src b", "img-src a, font-src b c", ["c"], []),
    ("", "img-src a", ["img-src a"], []),
    ("img-src a", "", [], ["img-src a"]),
]


@pytest.mark.parametrize(("before", "after", "new", "removed"), COMPARED)
def test_compare(before: str, after: str, new: list[str], removed: list[str]) -> None:
    found = compare(before, after)
    assert [piece for line in found.lines for piece, is_new in line.pieces if is_new] == new
    assert list(found.removed) == removed
