"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from csplint.checks.check import Check, late, wanting
from csplint.checks.facts import Fact, Situation
from csplint.checks.security.kinds import (
    is_eval,
    is_inline,
    is_insecure,
    is_ip,
    is_loopback,
    is_scheme,
    is_strict_dynamic,
    is_unsafe_hashes,
    is_wide,
    names_plain_port,
)


def _scripts(module: str, name: str, *facts: Fact) -> Check:
    """A check for where scripts run at all."""
    return wanting(late(f"security.{module}", name), *facts, all_of=[Situation.SCRIPTS_RUN])


POLICY: dict[str, Check] = {
    "script_unrestricted": _scripts("unrestricted", "unrestricted", Situation.SCRIPTS_OPEN),
    "script_wildcard": _scripts("wildcard", "wildcard", is_wide),
    "script_schemes": _scripts("schemes", "schemes", is_scheme),
    "unsafe_keywords": _scripts("keywords", "unsafe_keywords", is_inline, is_eval),
    "unsafe_hashes": _scripts("keywords", "unsafe_hashes", is_unsafe_hashes),
    "bypass_hosts": _scripts("bypass", "bypass_hosts", Situation.SCRIPT_HOSTS),
    "missing_locks": wanting(late("security.missing", "missing")),
    "unsafe_styles": wanting(late("security.keywords", "unsafe_styles"), is_inline),
    "insecure_sources": wanting(late("security.transport", "insecure_sources"), is_insecure, names_plain_port),
    "loopback_scripts": _scripts("addresses", "loopback_scripts", is_loopback),
    "ip_sources": wanting(late("security.addresses", "ip_sources"), is_ip),
    "strict_dynamic_alone": _scripts("trust", "strict_dynamic_alone", is_strict_dynamic),
    "script_allowlist": _scripts("trust", "allowlist", Situation.SCRIPT_HOSTS),
    "trusted_types": _scripts("trust", "trusted_types", is_strict_dynamic),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": wanting(late("security.ancestors", "frame_ancestors")),
}
"""Asked once of the whole answer."""
