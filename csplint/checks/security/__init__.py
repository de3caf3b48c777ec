"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from csplint.checks.check import Check, Late, wanting
from csplint.checks.facts import Fact, Situation, of_scripts
from csplint.checks.security.predicates import (
    is_eval,
    is_host,
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
    return wanting(Late(f"security.{module}", name), *facts, all_of=[Situation.SCRIPTS_RUN])


POLICY: dict[str, Check] = {
    "script_unrestricted": _scripts("unrestricted", "unrestricted", Situation.SCRIPTS_OPEN),
    "script_wildcard": _scripts("wildcard", "wildcard", of_scripts(is_wide)),
    "script_schemes": _scripts("schemes", "schemes", of_scripts(is_scheme)),
    "unsafe_keywords": _scripts("keywords", "unsafe_keywords", is_inline, is_eval),
    "unsafe_hashes": _scripts("keywords", "unsafe_hashes", is_unsafe_hashes),
    "bypass_hosts": _scripts("bypass", "bypass_hosts", of_scripts(is_host)),
    "missing_locks": wanting(Late("security.missing_directives", "missing")),
    "unsafe_styles": wanting(Late("security.keywords", "unsafe_styles"), is_inline),
    "insecure_sources": wanting(Late("security.transport", "insecure_sources"), is_insecure, names_plain_port),
    "loopback_scripts": _scripts("addresses", "loopback_scripts", of_scripts(is_loopback)),
    "ip_sources": wanting(Late("security.addresses", "ip_sources"), is_ip),
    "strict_dynamic_alone": _scripts("trust", "strict_dynamic_alone", of_scripts(is_strict_dynamic)),
    "script_allowlist": _scripts("trust", "allowlist", of_scripts(is_host)),
    "trusted_types": _scripts("trust", "trusted_types", of_scripts(is_strict_dynamic)),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": wanting(Late("security.ancestors", "frame_ancestors")),
}
"""Asked once of the whole answer."""
