"""A pack's own examples as its tests: does each give the findings it says, and is every rule and requirement exercised?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from csplint.checks.registry import selections
from csplint.engine.findings import check_subject
from csplint.engine.freshness import with_outdated
from csplint.engine.subject import Subject, policy_subject, read_visits
from csplint.engine.suppressions import FindingSettings, Sieve, with_ignores
from csplint.model import SEVERITIES, Finding, TargetReport
from csplint.packs.example import Answer, Example
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Rule
from csplint.packs.read import place
from csplint.page.capture import Capture, Visits

SHOP = "https://shop.example/"
"""The address of an example's page."""

_HTML = (b"Content-Type", b"text/html; charset=utf-8")

MakeTriage = Callable[[str, PackSet], FindingSettings]
"""Reads the text of a csplint.toml as `csplint check` does."""


def judged(example: Example, packs: PackSet, make_triage: MakeTriage) -> TargetReport:
    """The report on an example, with its features and its configuration."""
    if example.file:
        return _judged_file(example, packs)
    settings = make_triage(example.config, packs) if example.config else FindingSettings()
    sieve = Sieve(replace(settings, today=example.today or settings.today))
    target = check_subject(
        _with_files(_subject(example), example), packs, dict.fromkeys(example.features, "asked for"), sieve
    )
    [whole] = with_ignores(with_outdated((target,), packs, (), sieve), sieve.settings, sieve.used, packs)
    return whole


def _judged_file(example: Example, packs: PackSet) -> TargetReport:
    """The report on a configuration file: one for all of its parts."""
    from csplint.engine.sources import parts_of, read_source  # noqa: PLC0415 - only for configuration files

    parts = parts_of(example.file, "", example.whole_text().encode())
    reports = [check_subject(read_source(each), packs, {}) for each in parts]
    passed = set.intersection(*({*each.passed} for each in reports))
    findings = tuple(finding for each in reports for finding in each.findings)
    return replace(reports[0], findings=findings, passed=tuple(sorted(passed)))


def _subject(example: Example) -> Subject:
    if example.is_bare():
        policy, report_only = example.whole_policy(), example.report_only
        return policy_subject("policy", SHOP, [policy] if policy else [], [report_only] if report_only else [])
    return read_visits(Visits(_capture(example), _capture(example.second) if example.second else None))


def _with_files(subject: Subject, example: Example) -> Subject:
    if not example.files or subject.document is None:
        return subject
    from csplint.page.own_files import own_files  # noqa: PLC0415 - only for pages in a folder

    files = {f"/{path}": text.encode() for path, text in example.files.items()}
    return replace(subject, files=own_files(subject.document, "/index.html", files.get))


def _capture(answer: Answer) -> Capture:
    headers = (_HTML, *((name.encode(), value.encode()) for name, value in answer.fields()))
    body = f"<!doctype html>{answer.page}".encode()
    address = answer.address or SHOP
    return Capture(target=address, url=address, status=200, headers=headers, body=body)


def given(report: TargetReport, rule: Rule, expect: tuple[str, ...]) -> list[str]:
    """
    What a rule reports, in the form of an example's `expect`; of a finding with several parts, the rule's own.

    An expectation without a value is about the directive only: a value with a nonce or hash in it adds nothing.
    """
    texts = [": ".join(filter(None, (directive, value))) for directive, value in _places(report, rule)]
    wanted = [*expect, *[": "] * len(texts)]
    return [text if ": " in want else text.partition(": ")[0] for text, want in zip(texts, wanted, strict=False)]


def _places(report: TargetReport, rule: Rule) -> Iterator[tuple[str | None, str | None]]:
    for finding in sorted(report.findings, key=_position):
        for part in finding.parts or (finding,):
            if part.name == rule.name:
                yield finding.directive, part.value


def _position(finding: Finding) -> tuple[int, int, int]:
    start = finding.span.start if finding.span else -1
    return SEVERITIES.index(finding.severity), -1 if finding.policy is None else finding.policy, start


def pack_faults(pack: Pack, packs: PackSet, make_triage: MakeTriage) -> Iterator[str]:
    """
    What is wrong with a pack's examples, or missing from them, as "file:line: rule: what".

    packs: the pack, and what a run always loads. Raises PackError for a rule that can never be reported.
    """
    selections(packs)
    unmet: set[str] = set()
    for number, rule in enumerate(pack.rule):
        reports = [judged(example, packs, make_triage) for example in rule.example]
        unmet |= {row.id for each in reports for row in each.requirements if row.state in {"unmet", "partly"}}
        yield from _rule_faults(pack, rule, number, reports)
    for number, requirement in enumerate(pack.requirement):
        if requirement.id not in unmet:
            where = place(pack, "requirement", number)
            yield f"{where}: {requirement.rule}: no example leaves the requirement {requirement.id} unmet"


def _rule_faults(pack: Pack, rule: Rule, number: int, reports: list[TargetReport]) -> Iterator[str]:
    where = f"{place(pack, 'rule', number)}: {rule.name}"
    for index, (example, report) in enumerate(zip(rule.example, reports, strict=True)):
        found = given(report, rule, example.expect)
        if found != [*example.expect]:
            at = f"{place(pack, 'rule', number, 'example', index)}: {rule.name}"
            yield f"{at}: example {index + 1} expects {[*example.expect]} but gives {found}"
    if not any(example.expect for example in rule.example):
        yield f"{where}: no example fires"
    quiet = [report for example, report in zip(rule.example, reports, strict=True) if not example.expect]
    if not quiet:
        yield f"{where}: no example passes"
    elif not any(rule.id in report.passed for report in quiet):
        yield f"{where}: the examples that pass give the rule nothing to check"
    address = pack.documents[rule.source].address
    if not address.startswith(("https://", "csplint ")):
        yield f"{where}: the address of its source is not an https URL: {address}"
