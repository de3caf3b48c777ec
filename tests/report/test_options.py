"""What the user can choose to see: suppressed and baselined findings, and findings per rule."""

from __future__ import annotations

import io

import pytest
import turbohtml
from msgspec.structs import replace

from csplint.model import Finding, Report, Suppression
from csplint.report.concise import write_concise
from csplint.report.html.report import write_html
from csplint.report.markdown import write_markdown
from csplint.report.options import NEW_ONLY, Show, shown_findings
from csplint.report.phrases import state_text, suppression_reason
from csplint.report.terminal import Look
from csplint.report.text.report import write_text
from csplint.report.text.statistics import count_rules
from csplint.report.writers import writers
from tests.report.ci_samples import PACKS, REPORTS, about
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, WARNING, a_report

OLD = replace(ERROR, state="baselined")
ACCEPTED = replace(WARNING, state="suppressed", suppression=Suppression("legacy theme, TICKET-12", "2026-12-31"))
FOR_EVER = replace(INFO, state="suppressed", suppression=Suppression("as agreed", None))
MIXED = a_report(about(OLD, ACCEPTED, INFO), CLEAN)
KNOWN = Show(known=True)


def text_of(report: Report, show: Show = NEW_ONLY, *, colour: bool = False) -> str:
    out = io.StringIO()
    write_text(report, out, Look(colour=colour, width=100), show)
    return out.getvalue()


STATES = [
    # the finding, why it is accepted, its state and that
    (ERROR, "", ""),
    (OLD, "", "baselined"),
    (replace(ERROR, state="suppressed"), "", "suppressed"),
    (FOR_EVER, "as agreed", "suppressed: as agreed"),
    (ACCEPTED, "legacy theme, TICKET-12 (until 2026-12-31)", "suppressed: legacy theme, TICKET-12 (until 2026-12-31)"),
]


@pytest.mark.parametrize(("finding", "why", "state"), STATES)
def test_words_for_a_state(finding: Finding, why: str, state: str) -> None:
    assert suppression_reason(finding) == why
    assert state_text(finding) == state


def test_new_findings_come_first() -> None:
    target = about(OLD, ACCEPTED, INFO)
    assert shown_findings(target, known=False) == [INFO]
    assert shown_findings(target, known=True) == [INFO, OLD, ACCEPTED]


def test_whole_text() -> None:
    check_golden("known.txt", text_of(MIXED, Show(known=True, statistics=True, verbose=True)))


def test_text_shows_them_only_where_asked() -> None:
    assert "VEL011" not in text_of(MIXED)
    shown = text_of(MIXED, Show(known=True, verbose=True))
    assert f"\nbaselined error[VEL011] missing-connect-source: {ERROR.message[:40]}" in shown
    assert "\nsuppressed warning[SEC002] unsafe-inline-script: " in shown
    assert "\n  reason   legacy theme, TICKET-12 (until 2026-12-31)\n" in shown


def test_an_accepted_error_is_not_red() -> None:
    shown = text_of(a_report(about(replace(ERROR, fix=None, span=None, state="baselined"))), KNOWN, colour=True)
    assert "\x1b[2merror    \x1b[0m" in shown
    assert "\x1b[1;31m" not in shown


def test_quiet_shows_them_too_where_asked() -> None:
    report = a_report(about(OLD), CLEAN)
    assert text_of(report, Show(quiet=True)) == ""
    shown = text_of(report, Show(quiet=True, known=True))
    assert shown.startswith(
        "https://shop.example/  200 · nginx · WordPress · 1 policy (header)\n\n  error    connect-src  (baselined)"
    )
    assert "clean.example" not in shown


def test_concise() -> None:
    assert "VEL011" not in write_concise(MIXED, PACKS)
    first, second, third, _ = write_concise(MIXED, PACKS, known=True).splitlines()
    assert first.startswith("https://shop.example/: info[DEL004] ")
    assert not first.endswith(")")
    assert second.startswith("https://shop.example/: error[VEL011] ")
    assert second.endswith(" [connect-src https://*.velaro.com] (baselined)")
    assert third.endswith(" [script-src 'unsafe-inline'] (suppressed: legacy theme, TICKET-12 (until 2026-12-31))")


def test_markdown() -> None:
    assert "VEL011" not in write_markdown(MIXED, PACKS)
    rows = [line for line in write_markdown(MIXED, PACKS, known=True).splitlines() if "docs.example" in line]
    assert [row.split(" | ")[0] for row in rows] == ["| error", "| warning", "| advice"]
    states = ["(baselined)", "(suppressed: legacy theme, `TICKET-12` (until `2026-12-31`))", "content"]
    assert [row.split(" | ")[2].endswith(state) for row, state in zip(rows, states, strict=True)] == [True] * 3


@pytest.mark.parametrize("known", [False, True])
def test_html_unfolds_them_and_always_has_the_reason(known: bool) -> None:
    tree = turbohtml.parse(write_html(MIXED, PACKS, known=known))
    (folded, *_) = tree.select("details.rest")
    assert ("open" in folded.attrs) is known
    card = folded.select("article")[1]
    (reason, *_) = card.select("dl.reasons div")
    assert reason.text.split("\n")[0].startswith("Suppressed because")
    assert "legacy theme, TICKET-12 (until 2026-12-31)" in reason.text


FORMATS = [("concise", True), ("markdown", True), ("json", False), ("junit", False), ("sarif", False)]
FORMATS += [("github", False), ("gitlab", False)]


@pytest.mark.parametrize(("form", "differs"), FORMATS)
def test_only_formats_for_people_leave_it_to_the_user(form: str, differs: bool) -> None:
    asked, plain = (writers(known=known)[form](MIXED, PACKS) for known in (True, False))
    assert (asked != plain) is differs


AGAIN = replace(WARNING, fingerprint="other")
COUNTS = [
    # targets' findings, whether known ones count, the rows
    ([], False, []),
    ([[OLD]], False, []),
    ([[OLD]], True, [("VEL011 missing-connect-source", "error", 1)]),
    (
        [[ERROR, WARNING], [AGAIN, WARNING, OLD]],
        False,
        [("SEC002 unsafe-inline-script", "warning", 3), ("VEL011 missing-connect-source", "error", 1)],
    ),
    (
        [[INFO, WARNING, ERROR]],  # as many of each: the worst first
        False,
        [
            ("VEL011 missing-connect-source", "error", 1),
            ("SEC002 unsafe-inline-script", "warning", 1),
            ("DEL004 widget-in-body", "info", 1),
        ],
    ),
    (
        [[ERROR, replace(ERROR, rule="VEL001", name="a")]],  # and then by rule
        False,
        [("VEL001 a", "error", 1), ("VEL011 missing-connect-source", "error", 1)],
    ),
    (
        [[replace(ERROR, severity="warning"), ERROR, ERROR]],  # a report-only policy's errors are warnings
        False,
        [("VEL011 missing-connect-source", "error", 2), ("VEL011 missing-connect-source", "warning", 1)],
    ),
]


@pytest.mark.parametrize(("targets", "known", "rows"), COUNTS)
def test_rules_are_counted_over_all_targets(
    targets: list[list[Finding]], known: bool, rows: list[tuple[str, str, int]]
) -> None:
    assert count_rules([about(*findings) for findings in targets], known=known) == rows


def test_statistics_stand_at_the_end() -> None:
    plain = text_of(REPORTS["several"])
    shown = text_of(REPORTS["several"], Show(statistics=True))
    assert "\nrule" not in plain
    assert shown == (
        f"{plain}\n"
        "rule                           severity  count\n"
        "VEL011 missing-connect-source  error         1\n"
        "SEC002 unsafe-inline-script    warning       1\n"
        "DEL004 widget-in-body          advice        1\n"
    )


NOTHING = "statistics: no findings\n"


def test_statistics_of_nothing() -> None:
    assert text_of(a_report(CLEAN), Show(statistics=True)).endswith(f"rules.\n\n{NOTHING}")
    assert text_of(a_report(FAILED, FAILED), Show(statistics=True)).endswith(f"\n\n{NOTHING}")
    assert text_of(a_report(CLEAN), Show(quiet=True, statistics=True)) == NOTHING
