"""The checks: small pure functions that look at one context and yield problems."""

from __future__ import annotations

from csplint.checks import delivery, security, syntax
from csplint.checks import own_page as page
from csplint.checks.check import Check, Late, few, wanting
from csplint.checks.facts import Situation
from csplint.checks.nonces.value import is_nonce, nonce_value
from csplint.checks.vendor.embed_scripts import embed_scripts
from csplint.checks.vendor.lost_asterisk import lost_asterisk
from csplint.checks.vendor.needs import sources
from csplint.checks.vendor.not_needed import not_needed
from csplint.checks.vendor.presence import presence

_VENDOR_POLICY: dict[str, Check] = {
    "embed_scripts": Check(embed_scripts),
    "sources": Check(sources),
    "lost_asterisk": few(Check(lost_asterisk)),
    "nonce_value": few(wanting(nonce_value, is_nonce)),
    "not_needed": Check(not_needed),
}

_VENDOR_PAGE: dict[str, Check] = {
    "embed_hosts": wanting(Late("vendor.embed_hosts", "embed_hosts"), Situation.PAGE),
    "nonce_reuse": wanting(Late("nonces.reuse", "nonce_reuse"), Situation.ANSWER),
    "presence": Check(presence),
    "permissions": wanting(Late("vendor.permissions", "permissions"), Situation.ANSWER),
}

POLICY_CHECKS: dict[str, Check] = _VENDOR_POLICY | syntax.POLICY | delivery.POLICY | security.POLICY | page.POLICY
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE_CHECKS: dict[str, Check] = _VENDOR_PAGE | syntax.PAGE | delivery.PAGE | security.PAGE | page.PAGE
"""Asked once of the whole answer."""
