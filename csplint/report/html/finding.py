"""One finding: a line with its severity, directive and rule that unfolds to symptom, place, reasons and fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from csplint.model import Console, Finding, PolicyReport, Severity, TargetReport
from csplint.report.html.fix import fix_part
from csplint.report.html.merged import brief_of, fingerprints_of, parts_list
from csplint.report.html.policies import excerpt, policy_title
from csplint.report.html.tree import Child, Html, code, join, link, tag
from csplint.report.phrases import disagreement, rule_names, suppression_reason
from csplint.report.policy_facts import find_policy, has_directive, policy_number

SEVERITY: dict[Severity, tuple[str, str]] = {
    "error": ("✗", "Error"),
    "warning": ("!", "Warning"),
    "info": ("i", "Advice"),
}
"""Symbol and word; colour alone never carries the severity."""


class About(Struct, frozen=True):
    """
    What a target's findings have in common.

    policies: the target's. prefix: begins the ids of its elements. causes, mends: fingerprints of the findings that explain
    the verdict, and of those that the corrected policy fixes. leaves: why it leaves the others, by fingerprint.
    """

    policies: Sequence[PolicyReport]
    prefix: str
    causes: frozenset[str] = frozenset()
    mends: frozenset[str] = frozenset()
    leaves: Mapping[str, str] = {}


def about(target: TargetReport, prefix: str) -> About:
    """Collect it for one target."""
    causes = target.verdict.causes if target.verdict else ()
    corrected = target.corrected
    leaves = {each.fingerprint: each.why for each in corrected.leaves} if corrected else {}
    mends = corrected.mends if corrected else ()
    return About(target.policies, prefix, frozenset(causes), frozenset(mends), leaves)


def finding_row(number: int, finding: Finding, about: About) -> Html:
    """
    Give the finding as one line that unfolds to all it says.

    The id is inside the folded part, because browsers unfold what contains the target of a link, even without script.
    """
    return tag(
        "details",
        tag("summary", tag("h4", *_line(number, finding, about))),
        tag(
            "article",
            *_body(number, finding, about),
            class_="body",
            id=f"{about.prefix}-f{number}",
            aria_label=f"Finding {number}",
            tabindex=-1,
        ),
        class_=f"finding {finding.severity}",
        data_severity=finding.severity,
    )


def _line(number: int, finding: Finding, about: About) -> Iterator[Child]:
    yield severity_badge(finding.severity)
    yield " "
    if directive := finding.effective_directive or finding.directive:
        yield tag("span", code(directive), class_="directive")
        yield " "
    state = tag("span", finding.state, class_="badge") if finding.state != "new" else None
    is_cause = any(each in about.causes for each in fingerprints_of(finding))
    cause = tag("span", "cause", class_="badge cause") if is_cause else None
    text = tag("span", f"{number}. ", class_="number"), _one_line(brief_of(finding))
    yield tag("span", *text, *(piece for badge in (cause, state) if badge for piece in (" ", badge)), class_="brief")
    yield " "
    yield tag("span", code(rule_names(finding)), class_="name")


def _body(number: int, finding: Finding, about: About) -> Iterator[Html | None]:
    id_ = f"{about.prefix}-f{number}"
    policy = find_policy(about.policies, finding)
    yield tag("p", _one_line(finding.message), class_="message") if finding.brief else None
    yield parts_list(finding)
    yield None if finding.parts else _symptom(finding)
    yield _where(finding, policy, about.policies, about.prefix)
    yield excerpt(policy, finding) if policy else None
    yield _reasons(finding)
    yield _correction(finding, about)
    yield _fix(finding, about, id_)
    yield _browsers(finding)
    yield _docs(finding)


def _is_mended(finding: Finding, about: About) -> bool:
    return any(each in about.mends for each in fingerprints_of(finding))


def _fix(finding: Finding, about: About, id_: str) -> Html | None:
    """The finding's own fix; folded where the corrected policy has it, because fixes of single findings may overlap."""
    if finding.fix is None:
        return None
    part = fix_part(finding.fix, about.policies, id_)
    if not _is_mended(finding, about):
        return part
    return tag("details", tag("summary", "Fix only this finding"), part, class_="single")


def _correction(finding: Finding, about: About) -> Html | None:
    """What the corrected policy does about the finding."""
    above = tag("a", "policy above", href=f"#{about.prefix}-send")
    if _is_mended(finding, about):
        return tag("p", "The ", above, " fixes this.", class_="corrected")
    why = next((about.leaves[each] for each in fingerprints_of(finding) if each in about.leaves), "")
    return tag("p", "The ", above, f" does not fix this: {_one_line(why)}.", class_="corrected") if why else None


def severity_badge(severity: Severity) -> Html:
    """Give the severity as a word with its symbol."""
    symbol, word = SEVERITY[severity]
    return tag(
        "span", tag("span", symbol, aria_hidden="true", class_="symbol"), f" {word}", class_=f"severity {severity}"
    )


def _one_line(text: str) -> str:
    """A pack's text without the line breaks of its TOML."""
    return " ".join(text.split())


def _symptom(finding: Finding) -> Html | None:
    if not (finding.symptom_text or finding.symptom):
        return None
    row = tag("span", " ", code(finding.symptom), class_="id") if finding.symptom and finding.symptom_text else None
    text = finding.symptom_text or finding.symptom
    return tag("p", tag("strong", "What you see"), f" {text}", row, class_="symptom")


def _where(finding: Finding, policy: PolicyReport | None, policies: Sequence[PolicyReport], prefix: str) -> Html | None:
    parts: list[Html | str] = []
    if policy:
        number = policy_number(policies, policy.index)
        parts.append(tag("a", f"Policy {number}", href=f"#{prefix}-p{number}"))
        parts.append(f" ({policy_title(policy)})")
        if finding.directive:
            is_present = has_directive(policy, finding.directive)
            parts += [", directive " if is_present else ", no directive ", code(finding.directive)]
    if finding.place:
        place = f"line {finding.place.line}, column {finding.place.column} of the page"
        parts.append(f"; {place}" if parts else f"{place[0].upper()}{place[1:]}")
    return tag("p", *parts, class_="where") if parts else None


def _reasons(finding: Finding) -> Html | None:
    reasons = [
        ("Suppressed because", suppression_reason(finding)),
        ("Cause", finding.cause),
        ("Why it matters", finding.why),
    ]
    rows = [tag("div", tag("dt", label), tag("dd", _one_line(text))) for label, text in reasons if text.strip()]
    return tag("dl", *rows, class_="reasons") if rows else None


def _browsers(finding: Finding) -> Html | None:
    rows = list(_console(finding.console)) if finding.console else []
    differences = tag("p", f"{disagreement(finding.browsers)}.", class_="browsers") if finding.browsers else None
    if not rows:
        return differences
    consoles = tag("details", tag("summary", "Messages in the browser console"), tag("dl", *rows, class_="console"))
    return join((differences, consoles))


def _console(console: Console) -> Iterator[Html]:
    for browser, text in (("Chrome", console.chromium), ("Firefox", console.firefox), ("Safari", console.safari)):
        if text:
            yield tag("div", tag("dt", browser), tag("dd", code(_one_line(text))))


def _docs(finding: Finding) -> Html:
    more = (" Read more: ", link(finding.docs)) if finding.docs else ()
    return tag("p", "Rule ", code(finding.rule), " ", code(finding.name), ".", *more, class_="docs")
