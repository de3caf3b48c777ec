"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""

from __future__ import annotations

from csplint.checks.check import Check, wanting
from csplint.checks.delivery.conflict import policies_conflict
from csplint.checks.delivery.metas import metas
from csplint.checks.delivery.old_headers import old_headers
from csplint.checks.delivery.report_only import report_only
from csplint.checks.delivery.report_uri import report_uri
from csplint.checks.delivery.reporting import reporting
from csplint.checks.few import few

POLICY: dict[str, Check] = {
    "report_only": few(report_only),
    "reporting": wanting(few(reporting), "report-to"),
    "report_uri": wanting(few(report_uri), "report-uri"),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "metas": few(metas),
    "old_headers": old_headers,
    "policies_conflict": policies_conflict,
}
"""Asked once of the whole answer."""
