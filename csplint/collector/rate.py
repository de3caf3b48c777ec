"""How many requests are accepted: a bucket of tokens for all, and one for each client, in a table of bounded size."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

MAX_CLIENTS = 4096
"""Clients that are remembered; beyond that the one that was silent longest is forgotten."""


class RateLimit:
    """Accepts `rate` requests a second altogether and `client_rate` from one client, and bursts of `burst` seconds' worth."""

    def __init__(self, rate: int, client_rate: int, burst: float = 1.0, *, most: int = MAX_CLIENTS) -> None:
        """Begin with full buckets. most: clients that are remembered."""
        self._all = _Bucket(rate, burst)
        self._client_rate, self._burst = client_rate, burst
        self._clients: OrderedDict[str, _Bucket] = OrderedDict()
        self._most = most

    def accepts(self, client: str, now: float) -> bool:
        """Whether a request is accepted. now: seconds of any clock that never goes back."""
        bucket = self._clients.get(client)
        if bucket is None:
            if len(self._clients) >= self._most:
                self._clients.popitem(last=False)
            bucket = self._clients[client] = _Bucket(self._client_rate, self._burst)
        else:
            self._clients.move_to_end(client)
        return bucket.has_token(now) and self._all.has_token(now) and bucket.take() and self._all.take()

    def __len__(self) -> int:
        """The number of clients that are remembered."""
        return len(self._clients)


class _Bucket:
    __slots__ = ("_last", "_most", "_rate", "_tokens")

    def __init__(self, rate: int, burst: float) -> None:
        self._rate = rate
        self._most = self._tokens = max(1.0, rate * burst)
        self._last: float | None = None

    def has_token(self, now: float) -> bool:
        passed = now - self._last if self._last is not None else 0.0
        self._last = now
        self._tokens = min(self._most, self._tokens + passed * self._rate)
        return self._tokens >= 1

    def take(self) -> bool:
        self._tokens -= 1
        return True


def client_key(host: str) -> str:
    """One key for a client: its address, of IPv6 the network of a site (/64), in which one machine has many addresses."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
