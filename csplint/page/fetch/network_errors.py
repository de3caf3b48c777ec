"""
What went wrong on the network, as a sentence for the user.

The HTTP client wraps the real cause (a name that does not resolve, a
certificate that expired) several exceptions deep, so the whole chain is asked.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from csplint.errors import TargetError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.response import headers_too_large

# What the client can throw for something a server, a proxy or a name server did.
NETWORK_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)

PASSING_KINDS = frozenset({"refused", "connection"})
H11_TOO_LONG = "Receive buffer too long"
H11_BROKEN_OFF = ("Server disconnected", "peer closed connection", "peer unexpectedly closed")
NO_ROUTE_HINT = "check that the address is right and that this machine can reach it"


@dataclass(frozen=True, slots=True)
class Where:
    """Which exchange it was; `proxy` is true where the connection goes to a proxy and not to the host."""

    target: str
    host: str
    max_header_bytes: int
    proxy: bool = False


def explain(exc: BaseException, where: Where) -> TargetError:
    """Turn one of NETWORK_ERRORS into the TargetError that names its cause."""
    causes = tuple(_chain(exc))
    for cause in causes:
        if isinstance(cause, httpx.ProxyError):
            return _proxy(cause, where)
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, where)
        if isinstance(cause, socket.gaierror | UnicodeError):
            return _dns(where)
        if isinstance(cause, httpx.LocalProtocolError | httpx.InvalidURL):
            # The library's own text would quote the request, and with it the user's credentials.
            message = f"the request to {where.host} cannot be sent as HTTP"
            return TargetError(where.target, "protocol", message, hint="check the address and every --header")
        if isinstance(cause, httpx.RemoteProtocolError):
            return _protocol(cause, where)
    return _connection(exc, causes, where)


def is_passing(exc: BaseException, failure: TargetError) -> bool:
    """May the same request succeed a moment later?"""
    if failure.kind == "dns":
        return any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN for cause in _chain(exc))
    return failure.kind in PASSING_KINDS


def timed_out(target: str, host: str, seconds: float, stage: str) -> TargetError:
    """Say that the one deadline has passed, and during what."""
    return TargetError(
        target,
        "timeout",
        f"{host} gave no complete answer within {seconds:g} seconds; time ran out while {stage}",
        hint="try again, or give it longer with --timeout",
    )


def _proxy(exc: httpx.ProxyError, where: Where) -> TargetError:
    message = f"the proxy did not open a way to {where.host}: {excerpt(str(exc))}"
    return TargetError(where.target, "proxy", message, hint="check --proxy, and the user name and password in it")


def _tls(exc: ssl.SSLError, where: Where) -> TargetError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        problem = exc.verify_message or str(exc)
        return TargetError(
            where.target,
            "tls",
            f"the TLS certificate of {where.host} is not accepted: {excerpt(problem)}",
            hint="trust a private authority with --ca-bundle FILE, or check without trust with --insecure",
        )
    reason = (exc.reason or str(exc)).replace("_", " ").lower()
    return TargetError(
        where.target,
        "tls",
        f"no TLS connection to {where.host} came about: {excerpt(reason)}",
        hint="if the server speaks plain HTTP there, write http:// before the address",
    )


def _dns(where: Where) -> TargetError:
    whose = "the proxy's host name" if where.proxy else f"the host name {where.host}"
    hint = "check --proxy" if where.proxy else "check the spelling; a saved response is named by the path of its file"
    return TargetError(where.target, "dns", f"{whose} has no address that this machine can find", hint=hint)


def _protocol(exc: httpx.RemoteProtocolError, where: Where) -> TargetError:
    text = str(exc)
    if text.startswith(H11_TOO_LONG):
        return headers_too_large(where.target, where.max_header_bytes)
    if text.startswith(H11_BROKEN_OFF):
        message = f"{where.host} closed the connection before its answer was complete"
        return TargetError(where.target, "connection", message, hint="try again; the server may be restarting")
    return TargetError(
        where.target,
        "protocol",
        f"what {where.host} sent is not valid HTTP: {excerpt(text)}",
        hint="check that the port is that of a web server",
    )


def _connection(exc: BaseException, causes: tuple[BaseException, ...], where: Where) -> TargetError:
    who = "the proxy" if where.proxy else where.host
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        hint = "check --proxy" if where.proxy else "check the port, and that the server is running"
        return TargetError(where.target, "refused", f"{who} refused the connection", hint=hint)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return TargetError(where.target, "timeout", f"{who} did not answer the connection", hint=NO_ROUTE_HINT)
    if isinstance(exc, httpx.ConnectError):
        reasons = (cause.strerror for cause in causes if isinstance(cause, OSError))
        reason = next((f": {excerpt(text)}" for text in reasons if text), "")
        return TargetError(where.target, "connection", f"no connection to {who}{reason}", hint=NO_ROUTE_HINT)
    message = f"the connection to {who} broke before the answer was complete"
    return TargetError(where.target, "connection", message, hint="try again; the server may be restarting")


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Give the exception and everything it was raised from, outermost first."""
    while exc is not None:
        yield exc
        if isinstance(exc, BaseExceptionGroup):
            for part in exc.exceptions:
                yield from _chain(part)
        exc = exc.__cause__ or exc.__context__
