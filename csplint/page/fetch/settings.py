"""How to fetch a page; a module of its own, so that the command line needs no HTTP client to fill it in."""

from __future__ import annotations

from msgspec import Struct

from csplint._version import __version__

MIB = 1024 * 1024
MAX_BODY_BYTES = 10 * MIB


class FetchSettings(Struct, frozen=True):
    """
    timeout: seconds for one whole exchange: name look-up, redirects, retries and body together.
    max_header_bytes: of all headers of one response. The HTTP parser gives up somewhere between 100 and 160 KiB, depending on
        how the network splits the bytes; a limit below that gives the same result every time.
    max_header_value_bytes: of one header's value.
    max_wire_bytes, max_body_bytes: of the body as sent, and decompressed.
    retries: in one exchange, after a failed connection, a 429 or a 5xx.
    headers: the user's own; they go to the origin the user named and to no other (see `redirects.is_target_origin`).
    cookie_file: in Netscape's format, as curl and browser extensions write it.
    cookie_file, ca_bundle: paths. proxy: a URL, may hold credentials. insecure: accept any TLS certificate.
    allow_private: follow redirects from public sites to addresses of this computer or of private networks.
    accept_status: statuses besides 2xx whose body the user wants to check.
    """

    timeout: float = 20.0
    max_redirects: int = 20
    max_header_bytes: int = 96 * 1024
    max_header_value_bytes: int = 64 * 1024
    max_wire_bytes: int = 10 * MIB
    max_body_bytes: int = MAX_BODY_BYTES
    retries: int = 2
    user_agent: str = f"csplint/{__version__}"
    headers: tuple[tuple[str, str], ...] = ()
    cookie_file: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None
    insecure: bool = False
    allow_private: bool = False
    accept_status: frozenset[int] = frozenset()
    http2: bool = False
