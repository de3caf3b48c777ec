"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.check import Check, late, wanting, when
from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.security.ground import names_script_hosts, runs_scripts, whole
from csplint.checks.security.kinds import (
    is_insecure,
    is_ip,
    is_loopback,
    is_scheme,
    is_strict_dynamic,
    is_unsafe,
    is_unsafe_hashes,
    is_wide,
    names_plain_port,
)


def _of_scripts(check: Check) -> Check:
    """The check, started where scripts run at all."""

    def asked(context: Context) -> Iterator[Problem]:
        sandboxed = context.dry_run or "sandbox" in context.facts
        return iter(()) if sandboxed and not runs_scripts(whole(context)) else check(context)

    return asked


def _scripts(module: str, name: str) -> Check:
    return _of_scripts(late(f"security.{module}", name))


POLICY: dict[str, Check] = {
    "script_unrestricted": _scripts("unrestricted", "unrestricted"),
    "script_wildcard": wanting(_scripts("wildcard", "wildcard"), is_wide),
    "script_schemes": wanting(_scripts("schemes", "schemes"), is_scheme),
    "unsafe_keywords": wanting(_scripts("keywords", "unsafe_keywords"), is_unsafe),
    "unsafe_hashes": wanting(_scripts("keywords", "unsafe_hashes"), is_unsafe_hashes),
    "bypass_hosts": when(names_script_hosts, _scripts("bypass", "bypass_hosts")),
    "missing_locks": late("security.missing", "missing"),
    "unsafe_styles": wanting(late("security.keywords", "unsafe_styles"), is_unsafe),
    "insecure_sources": wanting(late("security.transport", "insecure_sources"), is_insecure, names_plain_port),
    "loopback_scripts": wanting(_scripts("addresses", "loopback_scripts"), is_loopback),
    "ip_sources": wanting(late("security.addresses", "ip_sources"), is_ip),
    "strict_dynamic_alone": wanting(_scripts("trust", "strict_dynamic_alone"), is_strict_dynamic),
    "script_allowlist": when(names_script_hosts, _scripts("trust", "allowlist")),
    "trusted_types": wanting(_scripts("trust", "trusted_types"), is_strict_dynamic),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": late("security.ancestors", "frame_ancestors"),
}
"""Asked once of the whole answer."""
