"""A rule's example, judged as `csplint check` would judge it: the policies or the answer, the features, the configuration."""

from __future__ import annotations

from csplint.cli.pack_command import example_triage
from csplint.engine import pack_check
from csplint.model import TargetReport
from csplint.packs.example import Example
from csplint.packs.merge import PackSet


def judged(example: Example, packs: PackSet) -> TargetReport:
    """The report on an example."""
    return pack_check.judged(example, packs, example_triage)
