"""What a problem does to the widget, the page or its protection: the order in which a report tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from csplint.engine.causes import is_cause
from csplint.engine.evaluate import Outcome, OutcomeKey, reported_severity
from csplint.model import EFFECTS, Effect
from csplint.packs.merge import PackSet

_PARTS = frozenset({"sources", "permissions"})
"""The checks of what a widget needs once it has loaded."""

_STOPS = frozenset({"sandboxed_widget", "typed_widget", "widget_headers"})
"""The checks of what stops a widget besides source lists."""

_SCRIPTS = frozenset({"script-src", "script-src-elem", "default-src"})


def effect(outcome: Outcome, packs: PackSet) -> Effect:
    """What one problem does, as far as its rule, severity and directive tell."""
    rule, severity = packs.rules[outcome.problem.rule], reported_severity(outcome, packs)
    if severity == "info":
        return "advice"
    if outcome.report_only:
        return "protection"  # nothing is blocked yet
    if packs.homes[rule.name] not in packs.vendors:
        return "page" if severity == "error" or rule.check == "own_resources" else "protection"
    if rule.check in _STOPS:
        return "widget" if severity == "error" else "parts"
    if rule.check in _PARTS:
        return "parts"
    if severity == "warning":
        return "parts" if rule.check == "embed_scripts" else "protection"
    return "widget" if outcome.problem.directive in {None, *_SCRIPTS} else "parts"


def effects(kept: Sequence[Outcome], hidden: Iterable[Outcome], packs: PackSet) -> Mapping[OutcomeKey, Effect]:
    """
    What each problem that is reported does. A cause also does what its consequences do.

    hidden: the consequences, which are not reported. What a widget needs of a cause's directive follows from that cause,
    at least in part; hidden problems of other directives may follow from each of the causes.
    """
    found = {each.key: effect(each, packs) for each in kept}
    causes = [each for each in kept if is_cause(each, packs)]
    of_widgets = [each for each in kept if causes and found[each.key] in {"widget", "parts"}]
    for problem, is_hidden in [*((each, True) for each in hidden), *((each, False) for each in of_widgets)]:
        of_directive = [each for each in causes if _same_directive(each, problem)]
        for cause in of_directive or (causes if is_hidden else []):
            found[cause.key] = worse(found[cause.key], effect(problem, packs))
    return found


def _same_directive(one: Outcome, other: Outcome) -> bool:
    directive = one.problem.directive
    return directive is not None and directive in {other.problem.directive, other.problem.effective}


def worse(one: Effect, other: Effect) -> Effect:
    """The one that is reported first."""
    return min(one, other, key=EFFECTS.index)
