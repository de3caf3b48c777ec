"""
The report as JUnit XML, as Jenkins, GitLab, Azure and others read it.

A target is a suite, a rule a case, passing ones included. A case fails only where the run does (`--fail-on`); what is
below that is its output. There is no standard: this keeps to what Jenkins' xunit plugin and Maven Surefire describe,
and to one result element a case, because GitLab reads no second one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from csplint.model import SEVERITIES, Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.ci.junit_xml import HEAD, Case, case, element, system_out
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.new_findings import about, failure
from csplint.report.words import fix_standing, standing

_TOOL = "csplint"


def write_junit(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """Give the report as XML; never an empty one, which Jenkins and Bamboo take for a broken build."""
    suites = [(target.target, _cases(target, report, packs), target.limits) for target in report.targets]
    if not suites:
        nothing = Case(
            classname=_TOOL, name="fetch", outcome="skipped", message="nothing was checked: there was no target"
        )
        suites = [(_TOOL, [nothing], ())]
    totals = _totals([each for _, cases, _ in suites for each in cases])
    totals.pop("skipped")  # an attribute of suites alone
    time = {"time": f"{report.run.duration_ms / 1000:.3f}"}
    return HEAD + element("testsuites", {"name": _TOOL, **totals, **time}, (_suite(*suite) for suite in suites)) + "\n"


def _suite(name: str, cases: Sequence[Case], limits: Sequence[str]) -> str:
    told = [system_out([f"note: {limit}" for limit in limits])] if limits else []
    return element("testsuite", {"name": name, **_totals(cases)}, [*map(case, cases), *told])


def _totals(cases: Sequence[Case]) -> dict[str, str]:
    outcomes = Counter(each.outcome for each in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes["failure"]),
        "errors": str(outcomes["error"]),
        "skipped": str(outcomes["skipped"]),
    }


def _cases(target: TargetReport, report: Report, packs: PackSet) -> list[Case]:
    """
    One case for reading the target and, where that went well, one for each rule.

    Several targets have the same rules, and GitLab drops all but the first case of a class and name ("duplicate test
    names"), so the names then say the target.
    """
    suffix = f" ({target.target})" if len(report.targets) > 1 else ""
    fetch = Case(classname=_TOOL, name=f"fetch{suffix}")
    if target.outcome == "failed":
        kind = target.error.kind if target.error else "unknown"
        fault = f"{target.target} {failure(target)}"
        fetch = replace(fetch, outcome="error", message=fault, kind=kind, lines=[fault])
    return [fetch, *sorted(_rules(target, report, packs, suffix), key=lambda each: each.name)]


def _rules(target: TargetReport, report: Report, packs: PackSet, suffix: str) -> Iterator[Case]:
    for rule in dict.fromkeys(finding.rule for finding in target.findings):
        findings = [finding for finding in target.findings if finding.rule == rule]
        plain = Case(classname=f"{_TOOL}.{findings[0].pack}", name=f"{rule} {findings[0].name}{suffix}")
        yield _judged(plain, findings, report)
    for rule in target.passed:
        yield _quiet(rule, packs, suffix)
    for skipped in target.skipped:
        yield replace(_quiet(skipped.rule, packs, suffix), outcome="skipped", message=skipped.reason)


def _quiet(rule: str, packs: PackSet, suffix: str) -> Case:
    """The case of a rule without findings, of which the report has the id alone."""
    known = packs.find(rule)
    if known is None:
        return Case(classname=_TOOL, name=f"{rule}{suffix}")
    return Case(classname=f"{_TOOL}.{packs.homes[known.name].pack.id}", name=f"{rule} {known.name}{suffix}")


def _judged(plain: Case, findings: Sequence[Finding], report: Report) -> Case:
    """The case of a rule that found something: a failure, output alone, or skipped where all of it is known already."""
    new = [finding for finding in findings if finding.state == "new"]
    if not new:
        states = " and ".join(dict.fromkeys(map(standing, findings)))
        return replace(plain, outcome="skipped", message=states, lines=list(_lines(findings)))
    fail_on = report.run.fail_on
    failing = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    bad = [finding for finding in new if finding.severity in failing]
    told = replace(plain, out=list(_lines(finding for finding in new if finding.severity not in failing)))
    if not bad:
        return told
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    message = bad[0].message + more
    return replace(told, outcome="failure", message=message, kind=bad[0].severity, lines=list(_lines(bad)))


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        what = f" [{found}]" if (found := about(finding)) else ""
        yield f"{finding.severity}: {finding.message}{what}"
        if finding.cause:
            yield f"  cause: {finding.cause}"
        if finding.fix:
            yield f"  fix ({fix_standing(finding.fix)}): {finding.fix.summary}"
        if finding.docs:
            yield f"  docs: {finding.docs}"
