"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""

from __future__ import annotations

from csplint.checks.check import Check

POLICY: dict[str, Check] = {}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {}
"""Asked once of the whole answer."""
