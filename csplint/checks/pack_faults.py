"""Rules of a pack that no check can report, and data of a pack that no check reads: both are refused before a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from csplint.errors import PackError
from csplint.packs.pack import ANY_PROBLEM, Pack, Rule
from csplint.packs.read import place

if TYPE_CHECKING:
    from csplint.checks.registry import Check

BY_SETTINGS = "settings"
"""The `check` of rules that a run reports about its own settings (`engine.suppressions`)."""

OF_REQUIREMENTS = "sources"
"""The check that reports the rules which requirements name."""

CHECK_OF_ROLE = {"": OF_REQUIREMENTS, "cdn": OF_REQUIREMENTS, "embed": "embed_scripts", "permissions": "permissions"}
"""The check that reports a requirement, by the requirement's role."""

Fault = tuple[tuple[str | int, ...], str]

_DATA: Mapping[str, tuple[str, Callable[[Pack], object]]] = {
    "no-embed-found": ("an [[embed]]", lambda pack: pack.embed),
    "embed-host-differs": ("an [[embed]]", lambda pack: pack.embed),
    "embed-needs-eval": ("an [[embed]] with needs_eval", lambda pack: [e for e in pack.embed if e.needs_eval]),
    "permissions-not-restricted": ("[permissions]", lambda pack: pack.permissions),
    "permission-refused": ("a [[feature]] with permissions", lambda pack: [f for f in pack.feature if f.permissions]),
}
"""What a pack must have for a problem to occur, by the problem."""

_SCRIPT_CHECKS = ("embed_scripts", "embed_hosts")
"""The checks that read [[host]]."""


def refuse_unusable(packs: Iterable[Pack], checks: Mapping[str, Check]) -> None:
    """Raise PackError, one line a fault, where a rule can never be reported or a table is never read."""
    found = [f"{place(pack, *where)}: {what}" for pack in packs for where, what in _faults(pack, checks)]
    if found:
        raise PackError("\n".join(found))


def _faults(pack: Pack, checks: Mapping[str, Check]) -> Iterator[Fault]:
    reported: dict[tuple[str, str], str] = {}
    for number, rule in enumerate(pack.rule):
        if rule.check == BY_SETTINGS:
            continue
        for key, what in _rule_faults(pack, rule, checks):
            yield ("rule", number, key), f"rule {rule.name}: {what}"
        first = reported.setdefault((rule.check, rule.reports), rule.name)
        if first != rule.name:
            yield ("rule", number), f"rule {rule.name}: {first} reports the same problem of the check {rule.check!r}"
    yield from _requirement_faults(pack)
    yield from _unread(pack, checks)


def _rule_faults(pack: Pack, rule: Rule, checks: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    check = checks.get(rule.check)
    if check is None:
        yield "check", f"there is no check {rule.check!r}{_nearest(rule.check, [*checks, BY_SETTINGS])}"
        return
    if check.is_vendors and not (pack.requirement or pack.embed or pack.host):
        yield "check", f"the check {rule.check!r} needs a pack with a [[requirement]], [[embed]] or [[host]]"
    if rule.check == OF_REQUIREMENTS:
        if rule.problem:
            yield "problem", "problem is not needed: a requirement names the rule"
        if not any(each.rule == rule.name for each in pack.requirement):
            yield "name", "no requirement names this rule, so it can never fire"
    elif rule.problem == ANY_PROBLEM and not check.is_vendors:
        yield "problem", f"problem = '*' is for checks of a vendor's widget; {rule.check!r} is a general one"
    elif rule.problem != ANY_PROBLEM and rule.reports not in check.reports:
        yield (
            "problem" if rule.problem else "name",
            f"the check {rule.check!r} never reports {rule.reports!r}, so the rule can never fire; it reports "
            f"{', '.join(check.reports)}. To give a rule a name of its own, add `problem = ...`",
        )
    if rule.check in _SCRIPT_CHECKS and not pack.loader:
        yield "check", f"the check {rule.check!r} needs a [[host]] that is current"
    needed, has = _DATA.get(rule.reports, ("", bool))
    if needed and rule.reports in check.reports and not has(pack):
        yield "check", f"{rule.reports!r} needs {needed} in the pack, so the rule can never fire"


def _requirement_faults(pack: Pack) -> Iterator[Fault]:
    for number, each in enumerate(pack.requirement):
        check = CHECK_OF_ROLE[each.role]
        if pack.rules[each.rule].check != check:
            yield (
                ("requirement", number, "rule"),
                f"requirement {each.id}: its rule must have check = {check!r}, and {each.rule} has "
                f"{pack.rules[each.rule].check!r}: nothing would report the requirement",
            )


def _unread(pack: Pack, checks: Mapping[str, Check]) -> Iterator[Fault]:
    used = {rule.check for rule in pack.rule}
    roles = {each.role for each in pack.requirement}
    if used.isdisjoint(_SCRIPT_CHECKS) and roles.isdisjoint({"embed", "cdn"}):
        for number, host in enumerate(pack.host):
            yield ("host", number), f"host {host.origin} is not needed: no rule or requirement of the pack reads hosts"
    if not pack.requirement and not any(checks[name].is_vendors for name in used if name in checks):
        for number, embed in enumerate(pack.embed):
            yield ("embed", number), f"embed {embed.id} is not needed: no rule or requirement of the pack reads embeds"


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - mistakes only

    return "".join(f"; did you mean {each}?" for each in get_close_matches(word, known, 1)) or "."
