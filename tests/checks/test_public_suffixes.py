"""The Public Suffix List in its compact form: read as the list says."""

from __future__ import annotations

import pytest
from publicsuffixlist import PublicSuffixList

from csplint.checks.security.suffix_data import compact, source
from csplint.checks.security.suffixes import is_private_suffix, is_registry_suffix

LIST = compact(source())


def test_it_names_its_source_date_and_licence() -> None:
    head = LIST[:800]
    assert "https://mozilla.org/MPL/2.0/" in head
    assert "https://publicsuffix.org/list/public_suffix_list.dat, version\n# 20" in head


HOSTS = [
    # host, whether a registry's suffix, whether a private one
    ("com", True, False),
    ("co.uk", True, False),
    ("gov.uk", True, False),
    ("k12.ca.us", True, False),
    ("xn--p1ai", True, False),
    ("example.com", False, False),
    ("bbc.co.uk", False, False),
    ("ck", True, False),  # *.ck
    ("any.ck", True, False),
    ("www.ck", False, False),  # !www.ck
    ("sch.uk", True, False),
    ("any.sch.uk", True, False),
    ("github.io", False, True),
    ("shop.github.io", False, False),
    ("azureedge.net", False, True),
    ("cloudfront.net", False, True),
    ("digitaloceanspaces.com", False, True),  # *.digitaloceanspaces.com
    ("fra1.digitaloceanspaces.com", False, True),
    ("compute.amazonaws.com", False, True),
    ("amazonaws.com", False, False),
    ("internal", False, False),  # unlisted top-level domains are private networks
    ("corp.internal", False, False),
    ("", False, False),
    (".", False, False),
    ("*", False, False),
    ("[icann]", False, False),
]


@pytest.mark.parametrize(("host", "registry", "private"), HOSTS)
def test_suffixes(host: str, registry: bool, private: bool) -> None:
    assert (is_registry_suffix(host), is_private_suffix(host)) == (registry, private)


def test_every_rule_is_read_as_the_package_reads_it() -> None:
    """For each rule: the host it names, the one above and one below."""
    whole, icann = PublicSuffixList(source().splitlines()), PublicSuffixList(source().splitlines(), only_icann=True)
    for line in LIST.splitlines():
        if line.startswith(("#", "[")):
            continue
        last, *rests = line.split()
        for rest in rests:
            plain = rest.lstrip("!").replace("*", "any")
            for host in [last] if rest == "." else [f"{plain}.{last}", f"below.{plain}.{last}"]:
                assert is_registry_suffix(host) == icann.is_public(host) or _is_base(host), host
                assert (is_registry_suffix(host) or is_private_suffix(host)) == whole.is_public(host) or _is_base(
                    host
                ), host


def _is_base(host: str) -> bool:
    """Whether there is a rule for every name below a host, and none for itself: csplint takes it as a suffix too."""
    return is_registry_suffix(f"any.{host}") or is_private_suffix(f"any.{host}")
