"""
The fingerprint of a finding: the same for the same fault of the same target in a later run.

It depends on no nonce, position or wording, so it survives deploys and new versions of csplint. Baselines store
fingerprints: a change here makes every accepted finding new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from csplint.engine.evaluate import Outcome
from csplint.packs.merge import PackSet

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)
_SEPARATOR = "\x1f"


def fingerprints(target: str, outcomes: Iterable[Outcome], packs: PackSet) -> Iterator[str]:
    """
    The fingerprint of each outcome, as 32 hexadecimal digits; repeated ones end in -2, -3 and so on.

    target: the target's name in the report.
    """
    seen: dict[str, int] = {}
    for outcome in outcomes:
        digits = _sha256(_SEPARATOR.join(_parts(target, outcome, packs)))[:32]
        seen[digits] = seen.get(digits, 0) + 1
        yield f"{digits}-{seen[digits]}" if seen[digits] > 1 else digits


def _parts(target: str, outcome: Outcome, packs: PackSet) -> Iterator[str]:
    problem = outcome.problem
    yield "v1"
    yield packs.rules[problem.rule].id
    yield target
    yield f"{problem.policy.disposition} {problem.policy.delivery}" if problem.policy else ""
    yield problem.directive or ""
    yield _NONCE.sub("'nonce-…'", problem.value or "")
    yield str(outcome.report_only)


def _sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8, lone surrogates included, in lower-case hexadecimal."""
    digest: str = _sha256_constructor()(text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest


@cache
def _sha256_constructor() -> Callable[[bytes], Any]:
    """
    Python's own SHA-256, without OpenSSL.

    hashlib loads OpenSSL, which takes as long as evaluating a policy. The standard library's random.py does the same.
    """
    for module in ("_sha2", "_sha256", "hashlib"):  # Python 3.12 and later, 3.11, any
        try:
            made: Callable[[bytes], Any] = import_module(module).sha256
        except ImportError:
            continue
        return made
    raise ImportError("no SHA-256")  # pragma: no cover - hashlib always has one
