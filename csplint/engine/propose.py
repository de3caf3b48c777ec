"""
A policy for a page that has none: made from what the page loads and what its widgets need.

It starts from a policy that is narrower than the page needs, and lets `correct` add what is missing; so it is judged like
any other correction.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from csplint.csp.policy import Delivered
from csplint.engine.correct import Correction, correct
from csplint.engine.evaluate import evaluate
from csplint.engine.subject import Subject
from csplint.packs.merge import PackSet

START = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
"""The policy before what the page loads is added."""


def from_nothing(subject: Subject, packs: PackSet, features: Mapping[str, str]) -> Correction:
    """A policy for a subject that has none, from its own resources and the needs of its widgets."""
    started = replace(subject, delivered=(Delivered(START, "header", "enforce"),))
    return correct(evaluate(started, packs, features), packs, features)
