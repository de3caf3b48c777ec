"""
The report as JUnit XML, for Jenkins, GitLab, Azure and others.

A target is a suite; a rule is a case, even if it passed. A case fails only if its findings fail the run (`--fail-on`);
findings below that are its output. JUnit XML has no standard: this follows Jenkins' xunit plugin and Maven Surefire,
with at most one result element per case, because GitLab reads only the first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.model import SEVERITIES, Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import visible
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.phrases import count_line, directive_and_value, failure_line, fix_label, state_text
from csplint.report.to_send import fix_lines
from csplint.report.verdicts import display, is_cause, rules_of, unique_names, verdict_text

_TOOL = "csplint"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LONGEST = 16_000
"""Characters of the longest token, which may be one to copy; servers refuse longer headers."""
_MOST_LINES = 10
"""Lines to send that are shown of one finding."""
_COMMAND = re.compile(r"(?<=#)#(?=[A-Za-z]*\[|vso)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class Case(Struct, frozen=True, kw_only=True):
    """
    One test case.

    outcome: its result element, "" for a pass. message, kind: that element's attributes. lines: its text.
    out: output that does not change the outcome.
    """

    classname: str
    name: str
    outcome: Literal["", "failure", "error", "skipped"] = ""
    message: str = ""
    kind: str = ""
    lines: Sequence[str] = ()
    out: Sequence[str] = ()


def write_junit(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """Give the report as XML with at least one case: Jenkins and Bamboo treat an empty report as a broken build."""
    names = unique_names(visible(display(target), _LONGEST) for target in report.targets)
    suites = [
        (name, _cases(target, report, packs, f" ({name})" if len(names) > 1 else ""), target.limits)
        for name, target in zip(names, report.targets, strict=True)
    ]
    if not suites:
        nothing = Case(classname=_TOOL, name="fetch", outcome="skipped", message=count_line(report))
        suites = [(_TOOL, [nothing], ())]
    totals = _totals([each for _, cases, _ in suites for each in cases])
    totals.pop("skipped")  # only suites have this attribute
    time = {"time": f"{report.run.duration_ms / 1000:.3f}"}
    return (
        _HEAD + _element("testsuites", {"name": _TOOL, **totals, **time}, (_suite(*suite) for suite in suites)) + "\n"
    )


def _suite(name: str, cases: Sequence[Case], limits: Sequence[str]) -> str:
    notes = [_text_element("system-out", {}, [f"note: {limit}" for limit in limits])] if limits else []
    return _element("testsuite", {"name": name, **_totals(cases)}, [*map(_case_element, cases), *notes])


def _totals(cases: Sequence[Case]) -> dict[str, str]:
    outcomes = Counter(each.outcome for each in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes["failure"]),
        "errors": str(outcomes["error"]),
        "skipped": str(outcomes["skipped"]),
    }


def _cases(target: TargetReport, report: Report, packs: PackSet, suffix: str) -> list[Case]:
    """
    One case for fetching the target and, if it could be checked, one for each rule, all with different names.

    suffix: of several targets this one's name: GitLab drops all but the first case of a class and name ("duplicate test
    names").
    """
    fetch = Case(classname=_TOOL, name=f"fetch{suffix}")
    if target.outcome == "failed":
        kind = target.error.kind if target.error else "unknown"
        fault = f"{display(target)} {failure_line(target)}"
        fetch = replace(fetch, outcome="error", message=fault, kind=kind, lines=[fault])
    cases = [fetch, *sorted(_rules(target, report, packs, suffix), key=lambda each: each.name)]
    names = unique_names(each.name for each in cases)
    return [replace(case, name=name) for case, name in zip(cases, names, strict=True)]


def _rules(target: TargetReport, report: Report, packs: PackSet, suffix: str) -> Iterator[Case]:
    """A case for each rule; a finding that merges several rules is in the case of each."""
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in target.findings:
        for rule, name in rules_of(finding).items():
            by_rule.setdefault((rule, name), []).append(finding)
    for (rule, name), findings in by_rule.items():
        case = Case(classname=f"{_TOOL}.{findings[0].pack}", name=f"{rule} {name}{suffix}")
        yield _with_findings(case, target, findings, report)
    for rule in target.passed:
        yield _passed(rule, packs, suffix)
    for skipped in target.skipped:
        yield replace(_passed(skipped.rule, packs, suffix), outcome="skipped", message=skipped.reason)


def _passed(rule: str, packs: PackSet, suffix: str) -> Case:
    """The case of a rule without findings, of which the report has only the id."""
    found = packs.find(rule)
    if found is None:
        return Case(classname=_TOOL, name=f"{rule}{suffix}")
    return Case(classname=f"{_TOOL}.{packs.homes[found.name].pack.id}", name=f"{rule} {found.name}{suffix}")


def _with_findings(case: Case, target: TargetReport, findings: Sequence[Finding], report: Report) -> Case:
    """The case of a rule with findings: a failure, a pass with output, or skipped if every finding is known."""
    new = [finding for finding in findings if finding.state == "new"]
    if not new:
        states = " and ".join(dict.fromkeys(map(state_text, findings)))
        return replace(case, outcome="skipped", message=states, lines=list(_lines(target, findings)))
    fail_on = report.run.fail_on
    failing = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    failures = [finding for finding in new if finding.severity in failing]
    case = replace(case, out=list(_lines(target, [finding for finding in new if finding.severity not in failing])))
    if not failures:
        return case
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    text = verdict_text(target) if any(is_cause(target, finding) for finding in failures) else ""
    return replace(
        case,
        outcome="failure",
        message=failures[0].message + more,
        kind=failures[0].severity,
        lines=[*filter(None, [text]), *_lines(target, failures)],
    )


def _lines(target: TargetReport, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
        yield f"{finding.severity}: {finding.message}{detail}"
        if finding.cause:
            yield f"  cause: {finding.cause}"
        if finding.fix:
            yield f"  fix ({fix_label(finding.fix)}): {finding.fix.summary}"
        yield from (f"  send: {line}" for line in fix_lines(target, finding)[:_MOST_LINES])
        if finding.docs:
            yield f"  docs: {finding.docs}"


# ------------------------------------------------------------------ XML from untrusted text


def _case_element(case: Case) -> str:
    """A `<testcase>`: its result, then its output, the order that Surefire writes and readers expect."""
    parts = []
    if case.outcome:
        kind = {"type": case.kind} if case.kind else {}
        parts.append(_text_element(case.outcome, {"message": case.message, **kind}, case.lines))
    if case.out:
        parts.append(_text_element("system-out", {}, case.out))
    return _element("testcase", {"classname": case.classname, "name": case.name}, parts)


def _element(name: str, attributes: dict[str, str], children: Iterable[str] = ()) -> str:
    content = "".join(f"{child}\n" for child in children)
    tag = _tag(name, attributes)
    return f"<{tag}>\n{content}</{name}>" if content else f"<{tag}/>"


def _text_element(name: str, attributes: dict[str, str], lines: Sequence[str]) -> str:
    content = "\n".join(map(_escaped, lines))
    tag = _tag(name, attributes)
    return f"<{tag}>{content}</{name}>" if content else f"<{tag}/>"


def _tag(name: str, attributes: dict[str, str]) -> str:
    return name + "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())


def _escaped(text: str) -> str:
    """
    One line of text for XML.

    `visible` escapes every character that XML 1.0 forbids (#NT-Char). `##[` and `##vso[`, which CI runners read as commands
    anywhere in their logs, get a character reference, which every parser undoes. `::command::` works only at the start of
    a line, where no untrusted text is.
    """
    plain = "".join(_ENTITIES.get(char, char) for char in visible(text, _LONGEST))
    return _COMMAND.sub("&#35;", plain)
