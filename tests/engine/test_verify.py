"""Every fix is applied here without csplint's own code: the finding must disappear, and no new one may appear."""

from __future__ import annotations

import pytest

from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject, read_visits
from csplint.model import Finding, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from tests.guide.pages import FAULTY, Page

PACKS = load_packs([])
SHOP = "https://shop.example/"
GENERAL = {*PACKS.vendors[0].attach, "nonce-short", "permissions-policy-malformed"}
NO_EDIT = {
    "embed-not-nonceable",  # the tag has to be rewritten
    "unsafe-inline-not-needed",  # without it the inline embed is blocked: first give it a nonce or hash
    "report-only-not-ready",  # the findings it counts have the edits
}
"""Findings whose fix is only words, and why."""


def report(page: Page, headers: list[tuple[str, str]], html: str) -> TargetReport:
    raw = tuple((name.encode(), value.encode()) for name, value in headers)
    capture = Capture(target=SHOP, url=SHOP, status=200, headers=raw, body=html.encode())
    asked = dict.fromkeys(page.features, "asked for")
    return check_subject(read_visits(Visits(capture)), PACKS, asked)


def keys(finding: Finding) -> set[tuple[str, int | None, str | None]]:
    return {(part.name, finding.policy, part.value) for part in finding.parts or (finding,)}


def applied(page: Page, target: TargetReport, finding: Finding) -> tuple[list[tuple[str, str]], str]:
    """The page's headers and HTML with the edits made, from nothing but the report."""
    texts = {policy.index: policy.value for policy in target.policies}
    html, headers = page.html(), page.response_headers()
    assert finding.fix is not None
    for edit in sorted(finding.fix.edits, key=lambda edit: -(edit.start or 0)):
        if edit.kind == "policy":
            assert edit.policy is not None
            old = texts[edit.policy]
            texts[edit.policy] = old[: edit.start] + edit.text + old[edit.end :]
        elif edit.kind == "header":
            headers = [pair for pair in headers if pair[0] != edit.name] + [(edit.name or "", edit.text)]
        elif edit.kind == "tag":
            assert edit.place is not None
            lines = html.split("\n")
            line = lines[edit.place.line - 1]
            tag = (
                line[edit.place.column - 1 :]
                .replace(' nonce="', ' data-old="', 1)
                .replace("<script", f'<script nonce="{edit.text}"', 1)
            )
            lines[edit.place.line - 1] = line[: edit.place.column - 1] + tag
            html = "\n".join(lines)
    for policy in target.policies:
        new = texts[policy.index]
        headers = [(name, new if value == policy.value else value) for name, value in headers]
        html = html.replace(policy.value, new)
    return headers, html


@pytest.mark.parametrize("page", FAULTY, ids=lambda page: page.id)
def test_edits_remove_their_finding_and_cause_no_new_one(page: Page) -> None:
    before = report(page, page.response_headers(), page.html())
    for finding in before.findings:
        if finding.severity != "info" and (finding.pack == "velaro" or finding.name in GENERAL):
            has_fix(page, before, finding)


def has_fix(page: Page, before: TargetReport, finding: Finding) -> None:
    assert finding.fix is not None
    assert finding.fix.summary
    if all(edit.kind == "server" for edit in finding.fix.edits):
        assert finding.fix.edits or finding.name in NO_EDIT, finding.name
        return
    assert finding.name not in NO_EDIT
    after = report(page, *applied(page, before, finding))
    assert not keys(finding) & {key for each in after.findings for key in keys(each)}
    faults = {
        key for each in after.findings if each.severity != "info" for key in keys(each)
    }  # an info may follow a fix
    known = {key for each in before.findings for key in keys(each)}
    assert faults - known - {("report-only-ready", finding.policy, None)} == set()


def test_fixes_of_very_many_policies_are_only_words_after_a_limit() -> None:
    """Each edit is verified by checking everything again: thousands of policies must not make that endless."""
    hosts = " ".join(f"https://a{number}.example" for number in range(20))
    policies = ", ".join(f"script-src https: 'unsafe-inline' {hosts} https://h{number}.example" for number in range(40))
    target = check_subject(policy_subject("policy", "https://shop.example/", [policies], []), load_packs(()), {})
    widget = [finding for finding in target.findings if finding.pack == "velaro" and finding.policy is not None]
    assert len(widget) >= 40
    edited = [bool(finding.fix and finding.fix.edits) for finding in widget]
    assert 0 < sum(edited) < len(widget)
    assert not any(edited[-10:])
    assert all(finding.fix and finding.fix.summary for finding in widget)


def test_a_policy_that_is_sent_twice_has_each_finding_once_with_edits_for_both() -> None:
    policy = "default-src 'self'; script-src 'self' https://app-cdn.velaro.com"
    once, twice = (
        check_subject(policy_subject("policy", SHOP, [policy] * count, []), PACKS, {}).findings for count in (1, 2)
    )
    assert [each.message for each in twice if each.name != "policy-sent-twice"] == [each.message for each in once]
    images = next(each for each in twice if "missing-img-data" in each.names)
    assert images.fix
    assert [(edit.policy, edit.text) for edit in images.fix.edits] == [
        (0, "; img-src 'self' data: https://app-cdn.velaro.com"),
        (1, "; img-src 'self' data: https://app-cdn.velaro.com"),
    ]


def test_only_a_verified_edit_is_safe() -> None:
    subject = policy_subject(
        "policy", "https://shop.example/", ["img-src 'self' https://cdn.example http://cdn.example"], []
    )
    fixes = {each.name: each.fix for each in check_subject(subject, load_packs(()), {}).findings}
    advice, edit = fixes["script-unrestricted"], fixes["insecure-source"]
    assert advice
    assert edit
    assert (advice.safety, [each.kind for each in advice.edits]) == ("unsafe", ["server"])
    assert (edit.safety, {each.kind for each in edit.edits}) == ("safe", {"policy"})


def edits_of(policy: str, body: str) -> dict[str, list[str]]:
    """The edits of each finding, by its message."""
    headers = ((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy.encode()))
    capture = Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=f"<!doctype html>{body}".encode())
    findings = check_subject(read_visits(Visits(capture)), PACKS, {}).findings
    return {each.message: [edit.text for edit in each.fix.edits] for each in findings if each.fix}


def test_an_edit_is_kept_however_many_hosts_are_blocked() -> None:
    """With one host fewer, what stood for the last hosts is a finding for each of them: that is nothing new."""
    found = edits_of("default-src 'self'", "".join(f'<img src="https://h{n}.example/a.png">' for n in range(12)))
    images = {message: edits for message, edits in found.items() if "image" in message}
    assert len(images) == 9
    assert all(edits for edits in images.values()), images


def test_a_hash_for_the_pages_own_script_is_no_fault_of_an_embed() -> None:
    """There is no embed in the page, and the list has hosts: the hash allows another script."""
    found = edits_of("script-src 'self'; object-src 'none'", "<script>a()</script>")
    [edits] = [edits for message, edits in found.items() if "blocks 1 inline script" in message]
    assert edits[0].startswith(" 'sha256-")
