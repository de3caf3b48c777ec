"""
Explain network errors in a sentence for the user.

The HTTP client wraps the real cause (a name that does not resolve, an expired certificate) in several exceptions, so the
whole chain is searched.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx
from msgspec import Struct

from csplint.errors import TargetError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.response_checks import headers_too_large

# What the client can raise for something that a server, a proxy or a name server did.
NETWORK_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)

TRANSIENT_KINDS = frozenset({"refused", "connection"})
H11_TOO_LONG = "Receive buffer too long"
H11_BROKEN_OFF = ("Server disconnected", "peer closed connection", "peer unexpectedly closed")
NO_ROUTE_HINT = "check that the URL is correct and that this computer can reach it"


class Connection(Struct, frozen=True):
    """The connection that failed; proxy: it goes to a proxy instead of the host."""

    target: str
    host: str
    max_header_bytes: int
    proxy: bool = False


def explain(exc: BaseException, connection: Connection) -> TargetError:
    """The TargetError that names the cause of one of NETWORK_ERRORS."""
    causes = tuple(_chain(exc))
    for cause in causes:
        if isinstance(cause, httpx.ProxyError):
            return _proxy(cause, connection)
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, connection)
        if isinstance(cause, socket.gaierror | UnicodeError):
            return _dns(connection)
        if isinstance(cause, httpx.LocalProtocolError | httpx.InvalidURL):
            # The library's own text quotes the request, which may hold the user's credentials.
            message = f"the request to {connection.host} cannot be sent as HTTP"
            return TargetError(connection.target, "protocol", message, hint="check the URL and every --header")
        if isinstance(cause, httpx.RemoteProtocolError):
            return _protocol(cause, connection)
    return _connection(exc, causes, connection)


def is_transient(exc: BaseException, failure: TargetError) -> bool:
    """Whether the same request may succeed a moment later."""
    if failure.kind == "dns":
        return any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN for cause in _chain(exc))
    return failure.kind in TRANSIENT_KINDS


def timed_out(target: str, host: str, seconds: float, stage: str) -> TargetError:
    """The error for a page that is not complete after `seconds`; stage: what csplint was doing ("connecting")."""
    return TargetError(
        target,
        "timeout",
        f"{host} sent no complete response within {seconds:g} seconds; time ran out while {stage}",
        hint="try again, or allow more time with --timeout",
    )


def _proxy(exc: httpx.ProxyError, connection: Connection) -> TargetError:
    message = f"the proxy did not connect to {connection.host}: {excerpt(str(exc))}"
    return TargetError(connection.target, "proxy", message, hint="check --proxy, and the user name and password in it")


def _tls(exc: ssl.SSLError, connection: Connection) -> TargetError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        problem = exc.verify_message or str(exc)
        return TargetError(
            connection.target,
            "tls",
            f"the TLS certificate of {connection.host} is not accepted: {excerpt(problem)}",
            hint="trust a private certificate authority with --ca-bundle FILE, or accept any certificate with --insecure",
        )
    reason = (exc.reason or str(exc)).replace("_", " ").lower()
    return TargetError(
        connection.target,
        "tls",
        f"the TLS connection to {connection.host} failed: {excerpt(reason)}",
        hint="if the server uses plain HTTP there, start the URL with http://",
    )


def _dns(connection: Connection) -> TargetError:
    whose = "the proxy's host name" if connection.proxy else f"the host name {connection.host}"
    hint = "check --proxy" if connection.proxy else "check the spelling; for a saved response, use the path of its file"
    return TargetError(connection.target, "dns", f"{whose} cannot be resolved to an IP address", hint=hint)


def _protocol(exc: httpx.RemoteProtocolError, connection: Connection) -> TargetError:
    text = str(exc)
    if text.startswith(H11_TOO_LONG):
        return headers_too_large(connection.target, connection.max_header_bytes)
    if text.startswith(H11_BROKEN_OFF):
        message = f"{connection.host} closed the connection before its response was complete"
        return TargetError(connection.target, "connection", message, hint="try again; the server may be restarting")
    return TargetError(
        connection.target,
        "protocol",
        f"the response from {connection.host} is not valid HTTP: {excerpt(text)}",
        hint="check that the port belongs to a web server",
    )


def _connection(exc: BaseException, causes: tuple[BaseException, ...], connection: Connection) -> TargetError:
    who = "the proxy" if connection.proxy else connection.host
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        hint = "check --proxy" if connection.proxy else "check the port, and that the server is running"
        return TargetError(connection.target, "refused", f"{who} refused the connection", hint=hint)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return TargetError(
            connection.target, "timeout", f"{who} did not accept the connection in time", hint=NO_ROUTE_HINT
        )
    if isinstance(exc, httpx.ConnectError):
        reasons = (cause.strerror for cause in causes if isinstance(cause, OSError))
        reason = next((f": {excerpt(text)}" for text in reasons if text), "")
        return TargetError(connection.target, "connection", f"cannot connect to {who}{reason}", hint=NO_ROUTE_HINT)
    message = f"the connection to {who} broke before the response was complete"
    return TargetError(connection.target, "connection", message, hint="try again; the server may be restarting")


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """The exception and everything it was raised from, outermost first."""
    while exc is not None:
        yield exc
        if isinstance(exc, BaseExceptionGroup):
            for part in exc.exceptions:
                yield from _chain(part)
        exc = exc.__cause__ or exc.__context__
