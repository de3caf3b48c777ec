"""
What a check is, which checks exist, and which of them to run.

A check is a generator that reads one context and yields problems. The same input gives the same output, and a check has no
side effects. `@check` declares what a check needs. The index (`index.py`) reads these declarations without importing the
checks, so a run imports only the checks that can find something, and lists as skipped what it could not check.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Set
from importlib import import_module
from itertools import islice
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.pack_faults import refuse_unusable
from csplint.checks.prefilter import Fact, Situation, facts
from csplint.checks.problem import Problem
from csplint.csp.memo import memo, memo_property
from csplint.packs.merge import PackSet
from csplint.packs.pack import ANY_PROBLEM, Pack
from csplint.packs.read import packs_folder

Generator = Callable[[Any], Iterable[Problem]]
Decorated = TypeVar("Decorated", bound=Callable[..., Iterable[Problem]])
Scope = Literal["policies", "answer"]

MOST_FINDINGS = 20
"""
How many findings a capped check may report. csplint applies the edits of each finding and checks the result, so a hostile
policy with a hundred thousand faults would take too long. Real policies have fewer faults than this.
"""


class Check(Struct, frozen=True, dict=True, kw_only=True):
    """
    What `@check` declares about a check.

    of: "policies" runs the check on the enforced policies, and again on the report-only ones; "answer" runs it once, on
    the whole response. needs: the check can give a full answer only if at least one of these facts holds; otherwise its
    rules that reported nothing count as skipped. when: the check can find something only if at least one of these facts
    holds (default: `needs`; if that is empty too, the check always runs). only_if: a fact that must also hold. capped:
    whether it reports at most MOST_FINDINGS. rules: the names of the rules it can report (default: its own name with
    hyphens; "*" means the rules that a pack's requirements name).
    """

    name: str
    module: str
    of: Scope = "policies"
    needs: tuple[Fact, ...] = ()
    when: tuple[Fact, ...] = ()
    only_if: Fact = ""
    capped: bool = False
    rules: tuple[str, ...] = ()

    @property
    def is_vendors(self) -> bool:
        """Whether it runs once for each vendor, with a VendorContext."""
        return self.module.startswith("vendor.")

    @property
    def reports(self) -> tuple[str, ...]:
        """The rules it can report, by name."""
        return self.rules or (self.name.replace("_", "-"),)

    @memo_property
    def generator(self) -> Generator:
        """The function itself. Its module is imported only when this is first read."""
        found: Generator = getattr(import_module(f"csplint.checks.{self.module}"), self.name)
        return found

    def is_worth_it(self, known: Set[Fact]) -> bool:
        """Whether the check can find anything, given the facts that hold."""
        one_of = self.when or self.needs
        if self.only_if and self.only_if not in known:
            return False
        return not one_of or not known.isdisjoint(one_of)


def check(  # noqa: PLR0913 - one parameter for each thing that a check can say
    *,
    of: Scope = "policies",
    needs: tuple[Situation | Fact, ...] = (),
    when: tuple[Situation | Fact, ...] = (),
    only_if: Situation | Literal[""] = "",
    capped: bool = False,
    rules: tuple[str, ...] = (),
) -> Callable[[Decorated], Decorated]:
    """
    Declare a check (a decorator); see `Check` for what each argument means.

    Write the arguments as literals, and facts as calls of `any_token`, `any_script_token`, `any_directive` or `any_state`:
    the index reads them from the source. A pack refers to the check by the function's name, in `check = "..."`.
    """

    def declare(function: Decorated) -> Decorated:
        return function

    return declare


def all_checks() -> Mapping[str, Check]:
    """Every check, by name. This also imports the predicates that the checks apply to tokens."""
    if not _CHECKS:
        index = _read_index()
        for module in index["predicates"]:
            import_module(f"csplint.checks.{module}")
        found = msgspec.convert(index["checks"], list[Check])
        _CHECKS.update({each.name: each for each in found})
    return _CHECKS


_CHECKS: dict[str, Check] = {}


def _read_index() -> dict[str, Any]:
    from csplint.checks.index import INDEX, scan  # noqa: PLC0415

    try:
        with open(os.path.join(packs_folder(), INDEX), "rb") as file:  # noqa: PTH118, PTH123
            made: dict[str, Any] = msgspec.json.decode(file.read())
            return made
    except FileNotFoundError:
        return scan(os.path.dirname(__file__))  # noqa: PTH120


class Selection:
    """Checks in a fixed order. The facts that hold decide which of them run; the choice is kept for the next policy."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self.checks = tuple(checks)
        self._facts = frozenset[Fact]().union(*({*each.when, *each.needs, each.only_if} for each in self.checks))
        self._chosen: dict[frozenset[Fact], list[Check]] = {}

    def problems(self, context: Context) -> list[Problem]:
        """What the checks find, one after the other."""
        found: list[Problem] = []
        known = facts(context)
        for each in self._worth_it(self._facts & known):
            problems = each.generator(context)
            found += first_problems(problems, known) if each.capped else problems
        return found

    def _worth_it(self, known: frozenset[Fact]) -> list[Check]:
        if known not in self._chosen:
            if len(self._chosen) >= _MOST_CHOSEN:
                self._chosen.clear()
            self._chosen[known] = [each for each in self.checks if each.is_worth_it(known)]
        return self._chosen[known]


_MOST_CHOSEN = 256


def first_problems(problems: Iterable[Problem], known: Set[Fact]) -> list[Problem]:
    """The first MOST_FINDINGS problems, and one that says that there are more. In very long policies they have no edits."""
    found = list(islice(problems, MOST_FINDINGS + 1))
    if "long" in known:
        found = [replace(problem, edits=()) for problem in found]
    return found if len(found) <= MOST_FINDINGS else [*found[:MOST_FINDINGS], _rest(found[MOST_FINDINGS])]


def _rest(problem: Problem) -> Problem:
    return Problem(
        rule=problem.rule,
        severity=problem.severity,
        message=f"There are more findings of this kind; the first {MOST_FINDINGS} are listed.",
        policy=problem.policy,
    )


class Selections(Struct, frozen=True):
    """The checks that the packs' rules name, grouped by what they run on."""

    policies: Selection
    answer: Selection
    vendor_policies: Selection
    vendor_answer: Selection


@memo
def selections(packs: PackSet) -> Selections:
    """
    The checks that the packs' rules name.

    Raises PackError for a rule that no check can report.
    """
    checks = all_checks()
    refuse_unusable(packs.packs, checks)
    named = [each for name, each in checks.items() if name in packs.checks]

    def chosen(of: Scope, *, vendors: bool) -> Selection:
        return Selection(each for each in named if each.of == of and each.is_vendors == vendors)

    return Selections(
        chosen("policies", vendors=False),
        chosen("answer", vendors=False),
        chosen("policies", vendors=True),
        chosen("answer", vendors=True),
    )


@memo
def rule_names(pack: Pack) -> Mapping[str, str]:
    """The rules of a vendor's pack, by the problem they report. `problem = "*"` means every problem that no other rule reports."""
    checks = all_checks()
    rest = {name: rule.name for rule in pack.rule if rule.problem == ANY_PROBLEM for name in checks[rule.check].reports}
    return {**rest, **{rule.reports: rule.name for rule in pack.rule if rule.problem != ANY_PROBLEM}}
