"""Checks that are imported when they are first started: all are there, and none comes too late for its questions."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from csplint.checks import PAGE_CHECKS, POLICY_CHECKS
from csplint.checks.syntax.status import INSTEAD
from csplint.csp.directives import DIRECTIVES
from csplint.packs.merge import load_packs

CHECKS = Path(import_module("csplint.checks").__path__[0])
MODULES = sorted(
    "csplint.checks." + ".".join(path.relative_to(CHECKS).with_suffix("").parts)
    for path in CHECKS.rglob("*.py")
    if path.name != "__init__.py"
)
EVERY_MODULE = """
import csplint.checks
from csplint.checks.marks import _QUESTIONS
before = {{kind: list(each) for kind, each in _QUESTIONS.items()}}
for name in {modules!r}:
    __import__(name)
assert before == _QUESTIONS
"""


def test_every_question_is_marked_before_the_first_token_is_asked() -> None:
    """A module that is imported later must mark none: what was found out of a token is kept."""
    assert len(MODULES) > 60
    subprocess.run([sys.executable, "-c", EVERY_MODULE.format(modules=MODULES)], check=True, timeout=60)


def test_every_rule_has_its_check() -> None:
    named = {rule.check for rule in load_packs(()).rules.values()}
    assert named - set(POLICY_CHECKS) - set(PAGE_CHECKS) <= {"triage"}


@pytest.mark.parametrize("directive", sorted(INSTEAD))
def test_removed_directives_are_the_tables(directive: str) -> None:
    assert DIRECTIVES[directive].status == "removed"
