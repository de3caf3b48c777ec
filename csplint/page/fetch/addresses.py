"""
Whether a redirect may lead to an address: a public site must not send csplint into the user's own network.

A page that the user names may be anywhere, such as on localhost. But once an exchange has reached a public address, its
redirects lead to public ones only. Names are judged by the look-up that the connection uses, so they cannot mean
something else a moment later. A proxy looks names up by itself; then only addresses written in a URL, and localhost, are
judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from ada_url import URL

from csplint.page.excerpt import excerpt
from csplint.page.fetch.redirects import RedirectError

_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as IPv6 ones (RFC 6052)."""

_LOOPBACK = "127.0.0.1"


class PrivateAddressError(RedirectError):
    """A redirect from a public site to an address that is not public; the message is a sentence for the user."""


class Gate:
    """
    What one exchange may connect to.

    allow_private: everything. has_proxy: a proxy makes the connections. met_public: it has reached a public address.
    """

    def __init__(self, *, allow_private: bool, has_proxy: bool, met_public: bool = False) -> None:
        self.allow_private, self.has_proxy, self.met_public = allow_private, has_proxy, met_public
        self._host = ""
        self._refuses = False

    def enter(self, url: str) -> None:
        """Begin a request. Raises PrivateAddressError for a URL whose address is known without a look-up."""
        self._host = URL(url).hostname
        self._refuses = self.met_public and not self.allow_private
        address = _written_address(self._host)
        if address is None and self.has_proxy:
            address = _LOOPBACK if _is_localhost(self._host) else None
            self.met_public = self.met_public or address is None
        if address is not None:
            self._judge([address])

    def admit(self, found: Sequence[Any]) -> list[Any]:
        """Those results of `getaddrinfo` that the request may use; raises PrivateAddressError if none is left."""
        if self.has_proxy:
            return list(found)
        admitted = set(self._judge([str(entry[4][0]) for entry in found]))
        return [entry for entry in found if entry[4][0] in admitted]

    def admits_kept(self, *, public: bool) -> bool:
        """Whether the request may use a connection that is open already. public: whether its address is."""
        if self._refuses and not public:
            return False
        self.met_public = self.met_public or public
        return True

    def _judge(self, addresses: Sequence[str]) -> Sequence[str]:
        public = [address for address in addresses if is_public(address)]
        if self._refuses and not public:
            raise PrivateAddressError(_sentence(self._host, addresses[0] if addresses else ""))
        refuses, self.met_public = self._refuses, self.met_public or bool(public)
        return public if refuses else addresses


def _sentence(host: str, address: str) -> str:
    if _written_address(host) is not None:
        return f"the redirect leads to {host}, which is not a public address"
    return f"the redirect leads to {excerpt(host)}, whose address {address} is not public"


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet, and not to this computer, a private network or a link."""
    parsed = ip_address(address)
    inner = _embedded(parsed) if isinstance(parsed, IPv6Address) else None
    if inner is not None:
        parsed = inner
    return parsed.is_global and not parsed.is_multicast


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address go to, if they do."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _written_address(host: str) -> str | None:
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        return None


def _is_localhost(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


GATE: ContextVar[Gate | None] = ContextVar("GATE", default=None)
"""That of the exchange that looks a name up now."""
