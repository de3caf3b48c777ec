"""Servers that send no end of tiny pieces: each is counted, and the fetch ends with an error that says so."""

from __future__ import annotations

import pytest

from csplint.errors import TargetError
from csplint.page.fetch.client import fetch, run
from csplint.page.fetch.metered import FREE_READS, MOST_HEAD, FloodError, Meter
from csplint.page.fetch.settings import FetchSettings
from tests.servers import Drip, serve

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
FLOODS = [
    (Drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000, every=0.0), "sent more than 512 kB before the headers"),
    (Drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2_000, every=0.0), "sent more than 512 kB before"),
    (Drip(CHUNKED, b"1\r\na\r\n" * 4_000, every=0.0), r"the body comes in more than 5,0\d\d tiny chunks"),
]


@pytest.mark.parametrize(("flood", "said"), FLOODS, ids=["100", "103", "chunks"])
def test_a_flood_ends_at_a_count(flood: Drip, said: str) -> None:
    with serve(flood) as server, pytest.raises(TargetError, match=said) as caught:
        run(fetch("t", server.url("/"), FetchSettings(timeout=60, retries=0)))
    assert caught.value.kind == "protocol"
    assert caught.value.hint


def read(meter: Meter, size: int, number: int) -> None:
    for _ in range(number):
        meter.read(size)


def test_reads_are_counted_by_what_they_bring() -> None:
    meter = Meter()
    meter.delivered = 0
    read(meter, 1, FREE_READS)
    with pytest.raises(FloodError, match="tiny pieces"):
        read(meter, 1, 100)


def test_a_slow_network_is_no_flood() -> None:
    """10 MB in packets of 1,400 bytes."""
    meter = Meter()
    meter.delivered = 0
    for _ in range(7_500):
        meter.read(1_400)
        meter.delivered += 1_400
    assert meter.reads == 7_500


def test_bytes_that_are_no_body_are_counted() -> None:
    meter = Meter()
    with pytest.raises(FloodError, match="before the headers"):
        meter.read(MOST_HEAD + 1)
    meter.start()
    meter.delivered = 10
    with pytest.raises(FloodError, match="far more bytes"):
        read(meter, 65_536, 20)
