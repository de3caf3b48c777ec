"""The rules that found nothing, and the skipped ones with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import TargetReport
from csplint.packs.merge import PackSet
from csplint.report.html.fold import fold
from csplint.report.html.tree import Child, Html, code, tag
from csplint.report.phrases import counted


def other_rules(target: TargetReport, packs: PackSet, prefix: str) -> Html | None:
    """Give the folded section; None if there are no such rules."""
    if not (target.passed or target.skipped):
        return None
    names = {rule.id: rule.name for rule in packs.rules.values()}
    aside = f"{counted(len(target.passed), 'rule')} found nothing, {len(target.skipped)} skipped"
    passed = [tag("li", *_rule(rule, names)) for rule in target.passed]
    parts = [
        tag("h4", "Found nothing") if passed else None,
        tag("ul", *passed, class_="rules") if passed else None,
        tag("h4", "Skipped") if target.skipped else None,
        tag("dl", *_skipped(target, names), class_="skipped") if target.skipped else None,
    ]
    return fold(f"{prefix}-rules", "Other rules", aside, *parts, class_="others")


def _rule(rule: str, names: dict[str, str]) -> Iterator[Child]:
    yield code(rule)
    if rule in names:
        yield f" {names[rule]}"


def _skipped(target: TargetReport, names: dict[str, str]) -> Iterator[Html]:
    """The skipped rules, grouped by reason."""
    for reason in dict.fromkeys(skipped.reason for skipped in target.skipped):
        rules = [tag("li", *_rule(each.rule, names)) for each in target.skipped if each.reason == reason]
        yield tag("div", tag("dt", reason), tag("dd", tag("ul", *rules, class_="rules")))
