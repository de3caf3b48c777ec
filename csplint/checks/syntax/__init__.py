"""What a policy's text gets wrong: directives and sources that browsers drop, or read otherwise than meant."""

from __future__ import annotations

from csplint.checks.check import Check

POLICY: dict[str, Check] = {}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {}
"""Asked once of the whole answer."""
