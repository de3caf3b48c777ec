"""The checks: small pure functions that look at one context and yield problems."""

from __future__ import annotations

from csplint.checks import delivery, page, security, syntax
from csplint.checks.check import Check, has_answer, has_page, late, when
from csplint.checks.few import few
from csplint.checks.lost import lost_asterisk
from csplint.checks.nonce_value import nonce_value
from csplint.checks.not_needed import not_needed
from csplint.checks.presence import presence
from csplint.checks.scripts import embed_scripts
from csplint.checks.sources import sources

_VENDOR_POLICY: dict[str, Check] = {
    "embed_scripts": embed_scripts,
    "sources": sources,
    "lost_asterisk": few(lost_asterisk),
    "nonce_value": few(nonce_value),
    "not_needed": not_needed,
}

_VENDOR_PAGE: dict[str, Check] = {
    "embed_hosts": when(has_page, late("hosts", "embed_hosts")),
    "nonce_reuse": when(has_answer, late("nonce_reuse", "nonce_reuse")),
    "presence": presence,
    "permissions": when(has_answer, late("permissions", "permissions")),
}

POLICY_CHECKS: dict[str, Check] = _VENDOR_POLICY | syntax.POLICY | delivery.POLICY | security.POLICY | page.POLICY
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE_CHECKS: dict[str, Check] = _VENDOR_PAGE | syntax.PAGE | delivery.PAGE | security.PAGE | page.PAGE
"""Asked once of the whole answer."""
