"""Vendors that a page has: found by their snippets, their packs read and judged; nothing of vendors that are not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csplint.engine.detect import found_vendors
from csplint.engine.inputs import PageInput
from csplint.engine.run import RunOptions, read_subject, run_checks
from csplint.model import TargetReport
from csplint.packs.merge import load_packs
from csplint.packs.read import load_pack, packs_folder
from csplint.packs.vendor_index import _literal, index_text, indexed, vendor_index
from csplint.page.capture import Capture

PACKS = load_packs([])
VELARO = "<script src='https://app-cdn.velaro.com/embed.js'></script>"
INTERCOM = (
    "<script>window.intercomSettings = {app_id: 'x'};(function(){var s=document.createElement('script');"
    "s.src='https://widget.intercom.io/widget/x';document.head.appendChild(s)})()</script>"
)


def capture(html: str, policy: str = "default-src 'self'") -> PageInput:
    return PageInput(
        Capture(
            target="https://shop.example/",
            url="https://shop.example/",
            status=200,
            headers=((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy.encode())),
            body=f"<!doctype html>{html}".encode(),
        )
    )


def checked(html: str, *vendors: str, policy: str = "default-src 'self'") -> TargetReport:
    [target] = run_checks([capture(html, policy)], PACKS, RunOptions(vendors=vendors)).targets
    return target


def judged(target: TargetReport) -> dict[str, str]:
    return {each.vendor: each.state for each in target.verdict.vendors} if target.verdict else {}


def test_the_index_is_that_of_the_packs() -> None:
    path = Path(packs_folder(), "vendors", "index.json")
    assert path.read_text(encoding="utf-8") == index_text(), "run python -m csplint.packs.vendor_index"


@pytest.mark.parametrize("vendor", vendor_index(), ids=lambda each: each.id)
def test_a_literal_is_in_all_that_its_expression_matches(vendor: object) -> None:
    entry = indexed(getattr(vendor, "id", ""))
    assert entry is not None
    folder = Path(__file__).parents[1] / "packs_vendors" / "pages"
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for mark in entry.marks:
            for found in re.finditer(mark.pattern.removeprefix("^"), text):
                assert mark.literal in found[0].lower()


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        (r"^https://fonts\.googleapis\.com/", "https://fonts.googleapis.com/"),
        (r"\bwindow\.Intercom\b", "window.intercom"),
        (r"https://(?:js|www)\.stripe\.com/v3", ".stripe.com/v3"),
        (r"tawk\.to/[0-9a-f]{24}", "tawk.to/"),
        (r"colou?r\.js", "colo"),
        (r"abcdef|uvwxyz", ""),
        (r"ab", ""),
    ],
)
def test_literals(pattern: str, literal: str) -> None:
    assert _literal(pattern) == literal


def test_a_found_vendor_is_judged_beside_velaro() -> None:
    target = checked(VELARO + INTERCOM)
    assert judged(target) == {"velaro": "broken", "intercom": "broken"}
    assert {"velaro", "intercom"} <= {each.pack for each in target.findings}
    assert target.verdict is not None
    assert "Intercom Messenger does not load." in target.verdict.text
    assert any(each.startswith("Intercom:") for each in target.limits)


def test_what_is_on_the_page_is_named_before_what_may_be_added() -> None:
    target = checked(INTERCOM)
    assert target.verdict is not None
    assert target.verdict.text.startswith("Intercom Messenger does not load. No Velaro live chat")


@pytest.mark.parametrize(
    ("html", "vendors", "states"),
    [
        (VELARO + INTERCOM, ("velaro",), {"velaro"}),
        (VELARO + INTERCOM, ("auto",), {"velaro", "intercom"}),
        (INTERCOM, ("auto",), {"intercom"}),
        (VELARO + INTERCOM, ("none",), set()),
        ("<p>a shop", ("auto",), set()),
        ("<p>a shop", (), {"velaro"}),
        ("<p>We use Intercom, Crisp and tawk.to on our other sites.", ("auto",), set()),
    ],
)
def test_who_is_judged(html: str, vendors: tuple[str, ...], states: set[str]) -> None:
    target = checked(html, *vendors)
    assert set(judged(target)) == states
    packs = {each.pack for each in target.findings}
    assert not {each.id for each in vendor_index()} & packs - states


def test_packs_that_the_user_named_are_all() -> None:
    own = load_packs(["velaro", "page"])
    [target] = run_checks([capture(VELARO + INTERCOM)], own).targets
    assert set(judged(target)) == {"velaro"}


def test_the_report_names_the_packs_that_were_read() -> None:
    report = run_checks([capture(INTERCOM), capture("<p>")], PACKS)
    assert "intercom" in {each.id for each in report.tool.packs}
    assert "crisp" not in {each.id for each in report.tool.packs}


def test_one_correction_serves_all_of_them() -> None:
    target = checked(VELARO + INTERCOM, policy="default-src 'self'; script-src 'self'")
    assert target.corrected is not None
    [header] = [each for each in target.corrected.headers if each.action == "replace"]
    assert "https://app-cdn.velaro.com" in str(header.after)
    assert "wss://*.intercom-messenger.com" in str(header.after)
    again = checked(VELARO + INTERCOM, policy=str(header.after))
    assert not [each for each in again.findings if each.name in {"missing-connect-api", "missing-intercom-messages"}]


def test_a_page_is_searched_once() -> None:
    subject = read_subject(capture(INTERCOM), RunOptions())
    assert subject.document is not None
    assert found_vendors(subject.document) == ("intercom",)
    assert found_vendors(subject.document) is found_vendors(subject.document)


@pytest.mark.parametrize("vendor", vendor_index(), ids=lambda each: each.id)
def test_names_and_ids_of_rules_are_no_other_packs(vendor: object) -> None:
    name = getattr(vendor, "id", "")
    others = [load_pack(each.id) for each in vendor_index() if each.id != name]
    own = load_pack(name)
    taken = {key for pack in (*PACKS.packs, *others) for rule in pack.rule for key in (rule.name, rule.id)}
    assert not taken & {key for rule in own.rule for key in (rule.name, rule.id)}
