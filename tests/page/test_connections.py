"""Connections that are kept: for one exchange at a time, and never around the judgement of addresses."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.fetch.addresses import Gate, PrivateAddressError
from csplint.page.fetch.client import Visitor
from csplint.page.fetch.connections import Connections
from csplint.page.fetch.resolve import run
from csplint.page.fetch.settings import FetchSettings
from tests.scan.site import Page, site
from tests.servers import redirect, serve

HERE = "http://localhost:1"


def gate(*, met_public: bool = False, allow_private: bool = False) -> Gate:
    made = Gate(allow_private=allow_private, has_proxy=False, met_public=met_public)
    made.enter(HERE)
    return made


def test_a_kept_connection_to_a_private_address_is_not_for_who_comes_from_a_public_one() -> None:
    async def work() -> tuple[bool, bool, bool]:
        connections = Connections(FetchSettings())
        line = connections.take(HERE, gate())
        await connections.give_back(line, gate())
        refused = connections.take(HERE, gate(met_public=True)) is line
        allowed = connections.take(HERE, gate(met_public=True, allow_private=True)) is line
        await connections.give_back(line, gate())
        return refused, allowed, connections.take(HERE, gate()) is line

    assert asyncio.run(work()) == (False, True, True)


def test_a_kept_connection_to_a_public_address_binds_who_uses_it() -> None:
    async def work() -> Gate:
        connections = Connections(FetchSettings())
        line = connections.take(HERE, gate())
        await connections.give_back(line, gate(met_public=True))
        user = gate()
        assert connections.take(HERE, user) is line
        return user

    user = asyncio.run(work())
    assert user.met_public
    with pytest.raises(PrivateAddressError):
        user.enter("http://127.0.0.1/")


def test_one_exchange_at_a_time_has_a_connection_and_few_are_kept() -> None:
    async def work() -> None:
        connections = Connections(FetchSettings(), most_idle=2)
        lines = [connections.take(HERE, gate()) for _ in range(3)]
        assert len(set(lines)) == 3
        for line in lines:
            await connections.give_back(line, gate())
        again = [connections.take(HERE, gate()) for _ in range(3)]
        assert [line in lines for line in again] == [True, True, False]

    asyncio.run(work())


def test_a_redirect_over_a_kept_connection_does_not_reach_what_it_could_not_reach_otherwise() -> None:
    """The first fetch keeps a connection to the private server; the second comes there by a redirect of a public one."""
    settings = FetchSettings(retries=0)

    async def fetch(connections: Connections, url: str, *, is_public: bool) -> Capture:
        visitor = Visitor(url, url, settings, connections)
        if not is_public:
            return await visitor.first()
        line = connections.take(url.rstrip("/"), gate())  # a public address cannot be had here, so its line is made one
        await connections.give_back(line, gate(met_public=True))
        return await visitor.first()

    async def work(private: str, public: str) -> None:
        async with aclosing(Connections(settings)) as connections:
            assert (await fetch(connections, private, is_public=False)).status == 200
            with pytest.raises(TargetError, match="not a public address"):
                await fetch(connections, public, is_public=True)

    with site(lambda _path: Page()) as private, serve(redirect(private.url("/")), host="localhost") as server:
        run(work(private.url("/"), server.url("/")))
        assert private.requests["/"] == 1
