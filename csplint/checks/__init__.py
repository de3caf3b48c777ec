"""The checks: small pure functions that look at one context and yield problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from csplint.checks.context import Context
from csplint.checks.delivery import delivery
from csplint.checks.hosts import embed_hosts
from csplint.checks.lost import lost_asterisk
from csplint.checks.nonce_reuse import nonce_reuse
from csplint.checks.nonce_value import nonce_value
from csplint.checks.not_needed import not_needed
from csplint.checks.permissions import permissions
from csplint.checks.problem import Problem
from csplint.checks.scripts import embed_scripts
from csplint.checks.sources import sources

Check = Callable[[Context], Iterator[Problem]]

POLICY_CHECKS: dict[str, Check] = {
    "embed_scripts": embed_scripts,
    "sources": sources,
    "lost_asterisk": lost_asterisk,
    "nonce_value": nonce_value,
    "not_needed": not_needed,
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE_CHECKS: dict[str, Check] = {
    "embed_hosts": embed_hosts,
    "nonce_reuse": nonce_reuse,
    "delivery": delivery,
    "permissions": permissions,
}
"""Asked once of the whole answer."""
