"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""

from __future__ import annotations

from csplint.checks.check import Check
from csplint.checks.delivery.conflict import policies_conflict
from csplint.checks.delivery.metas import metas
from csplint.checks.delivery.old_headers import old_headers
from csplint.checks.delivery.report_only import report_only
from csplint.checks.delivery.reporting import reporting

POLICY: dict[str, Check] = {
    "report_only": report_only,
    "reporting": reporting,
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "metas": metas,
    "old_headers": old_headers,
    "policies_conflict": policies_conflict,
}
"""Asked once of the whole answer."""
