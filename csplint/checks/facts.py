"""What holds of a context, found out once: by these facts the checks are chosen that there is anything for."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from csplint.checks.context import Context
from csplint.checks.marks import Question, questions
from csplint.checks.together import runs_scripts, whole
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, SourceList


class Situation:
    """A fact that is no token's and no directive's."""

    PAGE: Final = "there is a page, not a policy alone"
    ANSWER: Final = "there are response headers"
    DRY_RUN: Final = "the policies judged are report-only ones"
    NONE: Final = "there is no directive in any policy"
    SEVERAL: Final = "there is more than one policy"
    JOINED: Final = "a comma parts two of the policies"
    LONG: Final = "the policies are so long that fixes come in words alone"
    LONG_LIST: Final = "some list has more than one source"
    SCRIPTS_OPEN: Final = "no policy has a word on all there is to scripts: neither script-src nor default-src"
    SCRIPTS_RUN: Final = "no sandbox keeps scripts from running"


LONGEST_EDITED = 16_384
"""Characters of all policies together up to which fixes come as edits."""

Fact = Question | str | tuple[str, Question]
"""
A marked question that holds for a token in force, or for one in a list that governs script elements (see `of_scripts`); a
directive's state; a situation; the name of a directive in force.
"""


def of_scripts(question: Question) -> Fact:
    """The fact that a marked question holds for a token in a list that governs script elements."""
    return "scripts", question


@memo
def facts(context: Context) -> Set[Fact]:
    """What holds for some policy judged, or for all that is judged."""
    policies = context.policies.policies
    found: set[Fact] = set()
    for policy in policies:
        found |= _of_policy(policy)
    if not (policies or context.others):
        found.add(Situation.NONE)
    if len(policies) > 1:
        found.add(Situation.SEVERAL)
        if any(policy.joined for policy in policies):
            found.add(Situation.JOINED)
    if sum([len(policy.text) for policy in policies]) > LONGEST_EDITED:
        found.add(Situation.LONG)
    if "script-src" not in found and "default-src" not in found:
        found.add(Situation.SCRIPTS_OPEN)
    if context.document is not None:
        found.add(Situation.PAGE)
    if context.visits is not None:
        found.add(Situation.ANSWER)
    if context.dry_run:
        found.add(Situation.DRY_RUN)
    if not (context.dry_run or "sandbox" in found) or runs_scripts(whole(context)):
        found.add(Situation.SCRIPTS_RUN)
    return found


def _of_policy(policy: Policy) -> set[Fact]:
    in_force = policy.in_force
    found: set[Fact] = set(in_force)
    if len(in_force) < len(policy.directives):
        found.update([directive.state for directive in policy.directives])
    found.update(*[_of_list(directive.list) for directive in in_force.values()])
    if scripts := policy.governing(EFFECTIVE_DIRECTIVE["script"]):
        found |= _of_script_list(scripts.list)
    return found


@memo
def _of_list(listed: SourceList) -> frozenset[Fact]:
    found: set[Fact] = set(questions(listed))
    if len(listed.sources) > 1:
        found.add(Situation.LONG_LIST)
    return frozenset(found)


@memo
def _of_script_list(listed: SourceList) -> frozenset[Fact]:
    return frozenset(map(of_scripts, questions(listed)))
