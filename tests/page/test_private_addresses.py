"""A redirect from a public site into the user's own network is refused, also by a name that resolves into it."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.fetch.addresses import Gate, PrivateAddressError, is_public
from csplint.page.fetch.client import fetch, run
from csplint.page.fetch.settings import FetchSettings
from tests.servers import Answer, redirect, serve

PLAIN = FetchSettings(timeout=10, retries=0)
PUBLIC = "9.9.9.9"
"""An address that no test connects to."""


def get(url: str, settings: FetchSettings = PLAIN) -> Capture:
    return run(fetch(url, url, settings))


def failure(url: str, settings: FetchSettings = PLAIN) -> TargetError:
    with pytest.raises(TargetError) as caught:
        get(url, settings)
    return caught.value


ADDRESSES = [
    ("9.9.9.9", True),
    ("2620:fe::9", True),
    *((address, False) for address in ("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1")),
    *((address, False) for address in ("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1")),
    *((address, False) for address in ("::1", "::", "fe80::1", "fe80::1%lo", "fc00::1", "ff02::1")),
    *((address, False) for address in ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
    ("::ffff:9.9.9.9", True),
    ("64:ff9b::909:909", True),
]


@pytest.mark.parametrize(("address", "expected"), ADDRESSES)
def test_is_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


# ---- addresses in the URL; a proxy stands for a public site


WRITTEN = ["http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://localhost:{port}/"]
WRITTEN += [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]:{port}/",
    "http://[::ffff:7f00:1]/",
]
WRITTEN += ["http://a.localhost./"]


@pytest.mark.parametrize("location", WRITTEN)
def test_a_public_site_leads_to_a_private_address(location: str) -> None:
    with serve() as inside:
        where = location.format(port=inside.port)
        with serve(lambda request: redirect(where) if "shop.example" in request.path else Answer()) as proxy:
            settings = FetchSettings(timeout=10, retries=0, proxy=proxy.url())
            error = failure("http://shop.example/", settings)
            assert len(proxy.requests) == 1
            allowed = FetchSettings(timeout=10, retries=0, proxy=proxy.url(), allow_private=True)
            assert get("http://shop.example/", allowed).status == 200
    assert error.kind == "redirect"
    assert error.message.startswith("'http://shop.example/': the redirect leads to ")
    assert error.message.endswith(("is not public", "is not a public address"))
    assert "--allow-private" in error.hint


def test_a_private_site_leads_where_it_likes() -> None:
    with serve() as other, serve(redirect(other.url("/x"))) as home:
        assert get(home.url()).url == other.url("/x")


# ---- names; the name server is the one stand-in, as none can be had for a test


class Names:
    """What a name server says: for each name, its answers in order, the last one for ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: list[list[str]]) -> None:
        self.answers = {f"{name}.test": each for name, each in answers.items()}
        self.asked: list[str] = []
        self.real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)

    def look_up(self, host: Any, port: Any, *args: Any, **options: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if not name.endswith(".test"):
            return self.real(host, port, *args, **options)
        self.asked.append(name)
        waiting = self.answers[name]
        addresses = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


SHOP = ["127.0.0.1", PUBLIC]
"""Public, as one of the addresses is; the connection goes to the first one, where the test's server is."""


def test_a_name_that_resolves_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, shop=[SHOP], inside=[["127.0.0.1"]])
    with serve() as inside, serve(redirect(f"http://inside.test:{inside.port}/")) as shop:
        error = failure(f"http://shop.test:{shop.port}/")
        assert inside.requests == []
        assert get(f"http://shop.test:{shop.port}/", FetchSettings(retries=0, allow_private=True)).status == 200
    assert error.kind == "redirect"
    assert "leads to 'inside.test', whose address 127.0.0.1 is not public" in error.message
    assert names.asked == ["shop.test", "inside.test"] * 2


def test_a_name_is_looked_up_once_for_the_check_and_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says something else the second time changes nothing."""
    names = Names(monkeypatch, home=[["127.0.0.1"]], next=[["127.0.0.1"], [PUBLIC]])
    with serve() as other, serve(redirect(f"http://next.test:{other.port}/")) as home:
        assert get(f"http://home.test:{home.port}/").status == 200
    assert names.asked == ["home.test", "next.test"]


def test_of_several_addresses_only_public_ones_are_used() -> None:
    gate = Gate(allow_private=False, has_proxy=False, met_public=True)
    gate.enter("https://both.test/")
    found = [(socket.AF_INET, 1, 6, "", (address, 443)) for address in SHOP]
    assert gate.admit(found) == found[1:]
    with pytest.raises(PrivateAddressError):
        gate.admit(found[:1])
