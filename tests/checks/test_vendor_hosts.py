"""A host that is a vendor's but for one letter is seen, wherever in its name the letter is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.checks.syntax.vendor_hosts import SHORTEST, meant_domain
from csplint.packs.vendor_index import vendor_index

DOMAINS = sorted({".".join(host.rsplit(".", 2)[-2:]) for each in vendor_index() for host in each.hosts})
LONG = [each for each in DOMAINS if len(each.partition(".")[0]) >= SHORTEST]
OTHERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz0-")


@given(st.sampled_from(LONG), st.data())
def test_one_wrong_letter(domain: str, data: st.DataObject) -> None:
    name, _, end = domain.partition(".")
    at = data.draw(st.integers(0, len(name) - 2))
    before, letter, after = name[:at], name[at], name[at + 1 :]
    other = data.draw(OTHERS)
    ways = (
        f"{before}{after}",
        f"{before}{other}{letter}{after}",
        f"{before}{other}{after}",
        f"{before}{after[0]}{letter}{after[1:]}",
    )
    wrong = f"{data.draw(st.sampled_from(ways))}.{end}"
    if wrong in DOMAINS:
        assert meant_domain(f"cdn.{wrong}") == ""
    else:
        assert meant_domain(f"cdn.{wrong}") in DOMAINS


@pytest.mark.parametrize(
    "host", ["googletagmanager.com", "www.googletagmanager.com", "shop.example", "google.com", "a.b", "localhost"]
)
def test_other_hosts(host: str) -> None:
    assert meant_domain(host) == ""
