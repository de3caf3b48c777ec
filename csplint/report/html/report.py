"""
The report as one HTML file, for people who do not use a terminal.

It begins with the verdict and the policy to copy, so that a reader can stop there; everything else is folded below.
It makes no request; its own policy in a meta element allows only the hashes of its one style and one script. Without
the script, everything works except the buttons, which stay hidden.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence

from csplint.engine.summary import count_new
from csplint.model import SEVERITIES, PackReport, Report, Severity, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.html.finding import SEVERITY
from csplint.report.html.script import SCRIPT
from csplint.report.html.style import STYLE
from csplint.report.html.target import only_target, target_fold
from csplint.report.html.tree import Html, code, document, join, link, raw_text, tag
from csplint.report.html.verdict import report_verdict, target_verdict
from csplint.report.phrases import count_line, counted, requirement_counts

_PLURAL: dict[Severity, str] = {"error": "Errors", "warning": "Warnings", "info": "Advice"}


def write_html(report: Report, packs: PackSet, *, known: bool = False) -> str:
    """
    Give the report as a whole HTML document. Only the facts of `run` differ between runs with the same findings.

    known: unfold suppressed and baselined findings, which are always included.
    """
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#main", class_="skip"),
        _header(report),
        _contents(report.targets) if len(report.targets) > 1 else None,
        tag("main", *_targets(report, packs, known=known), id="main", tabindex=-1),
        _footer(report),
        tag("p", id="live", role="status", class_="unseen"),
        raw_text("script", SCRIPT),
    )
    return document(_head(report), body, lang="en")


def policy() -> str:
    """
    Give the report's own policy.

    frame-ancestors, sandbox and reporting are left out, because browsers ignore them in a meta element (HTML
    #attr-meta-http-equiv-content-security-policy).
    """
    return (
        f"default-src 'none'; script-src '{hash_source(SCRIPT)}'; style-src '{hash_source(STYLE)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def hash_source(text: str) -> str:
    """Give the hash of a style or script, as a policy lists it between quotation marks."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(report: Report) -> Html:
    verdict = report_verdict(report)
    targets = report.targets[0].target if len(report.targets) == 1 else counted(len(report.targets), "target")
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{verdict.title.rstrip('.')}: {targets} – csplint"),
        raw_text("style", STYLE),
    )


def _header(report: Report) -> Html:
    verdict = report_verdict(report)
    symbol = tag("span", verdict.symbol, aria_hidden="true", class_="symbol")
    return tag(
        "header",
        tag("p", "csplint report", class_="brand"),
        tag("h1", symbol, tag("span", verdict.title), class_=verdict.tone),
        tag("p", verdict.detail, class_="detail") if verdict.detail else None,
        _counts(report) if len(report.targets) != 1 else None,
    )


def _counts(report: Report) -> Html:
    return tag("ul", *_all_counts(report), class_="counts")


def _all_counts(report: Report) -> Iterator[Html]:
    """The counts, including zeros."""
    new = count_new(report.targets)
    for severity in SEVERITIES:
        word = SEVERITY[severity][1] if new[severity] == 1 else _PLURAL[severity]
        yield _count(new[severity], word, severity if new[severity] else "zero")
    counts = [requirement_counts(target) for target in report.targets]
    met, applicable = sum(met for met, _ in counts), sum(applicable for _, applicable in counts)
    if applicable:
        yield _count(f"{met}/{applicable}", "Needs met", "good" if met == applicable else "warning")
    if failed := sum(target.outcome == "failed" for target in report.targets):
        yield _count(failed, "Not checked", "error")


def _count(number: int | str, word: str, tone: str) -> Html:
    return tag("li", tag("strong", str(number)), " ", word, class_=tone)


def _contents(targets: Sequence[TargetReport]) -> Html:
    rows = [_row(number, target) for number, target in enumerate(targets, start=1)]
    return tag("nav", tag("h2", "Targets", id="targets"), tag("ol", *rows), aria_labelledby="targets")


def _row(number: int, target: TargetReport) -> Html:
    verdict = target_verdict(target)
    symbol = tag("span", verdict.symbol, aria_hidden="true", class_=f"symbol {verdict.tone}")
    new = count_new([target])
    counts = ", ".join(_counted(new[each], each) for each in SEVERITIES if new[each])
    words = tag("span", verdict.short, class_=f"tone {verdict.tone}")
    said = tag("span", words, f" · {counts}" if counts and target.verdict else "", class_="said")
    return tag("li", symbol, tag("div", tag("a", code(target.target), href=f"#t{number}"), " ", said))


def _counted(number: int, severity: Severity) -> str:
    return f"{number} advice" if severity == "info" else counted(number, severity)


def _targets(report: Report, packs: PackSet, *, known: bool) -> list[Html]:
    if not report.targets:
        return [tag("p", f"{count_line(report).capitalize()}.", class_="none")]
    if len(report.targets) == 1:
        return [only_target(report.targets[0], packs, _counts(report), known=known)]
    unfolded = _first_to_read(report.targets)
    return [
        target_fold(number, target, packs, is_open=number == unfolded, known=known)
        for number, target in enumerate(report.targets, start=1)
    ]


def _first_to_read(targets: Sequence[TargetReport]) -> int | None:
    """The number of the first of the worst targets: one unfolded target still leaves the others within reach."""
    tones = [target_verdict(target).tone for target in targets]
    return next((tones.index(tone) + 1 for tone in ("error", "warning") if tone in tones), None)


def _footer(report: Report) -> Html:
    run = report.run
    return tag(
        "footer",
        tag("p", f"csplint {report.tool.version}. Checked {run.started_at} in {run.duration_ms / 1000:.1f} s; exit code "
            f"{run.exit_code} (--fail-on {run.fail_on})."),
        _packs(report.tool.packs) if report.tool.packs else None,
    )  # fmt: skip


def _packs(packs: Sequence[PackReport]) -> Html:
    title = f"{counted(len(packs), 'rule pack')} and when each was last compared with its source"
    return tag("details", tag("summary", title), tag("ul", *map(_pack, packs), class_="packs"))


def _pack(pack: PackReport) -> Html:
    return tag("li", join((f"{pack.id} {pack.version}: ", link(pack.source), f", checked {pack.checked}")))
