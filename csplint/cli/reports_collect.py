"""Runs the collector until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from msgspec import Struct
from msgspec.structs import replace

from csplint.collector.server import Collector
from csplint.collector.settings import Settings, address, is_loopback
from csplint.report.escape import visible
from csplint.report.phrases import counted

_MB = 1024 * 1024


class CollectRequest(Struct, frozen=True):
    """What the command line asks for. rotate_size: MB. rate: None for the default."""

    address: str
    output: str
    rotate_size: int
    keep: int
    rate: int | None = None
    keep_query: bool = False


def run_collector(request: CollectRequest) -> int:
    """Collect until Ctrl-C or SIGTERM; then everything is in the file. Raises UsageError."""
    host, port = address(request.address)
    settings = Settings(
        host=host,
        port=port,
        output=request.output,
        rotate_size=request.rotate_size * _MB,
        keep=request.keep,
        keep_query=request.keep_query,
    )
    if request.rate is not None:
        settings = replace(settings, rate=2 * request.rate, client_rate=request.rate, burst_seconds=1.0)
    if not is_loopback(host):
        _say(f"{host} is not loopback: anyone who reaches this machine can send reports. This is for trials only.")
    collector = Collector(settings)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_collect(collector, settings))
    _say(_end(collector, settings))
    return 0


async def _collect(collector: Collector, settings: Settings) -> None:
    host, port = await collector.start()
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no such handlers: there Ctrl-C ends asyncio.run
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    where = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    _say(f"collecting reports on {where} into {settings.output}; stop with Ctrl-C")
    _say(f"send with the page:  Content-Security-Policy-Report-Only: …; report-uri {where}")
    try:
        await stop.wait()
    finally:
        await collector.stop()


def _end(collector: Collector, settings: Settings) -> str:
    refused = sum(number for status, number in collector.counts.statuses.items() if status >= 400)  # noqa: PLR2004
    parts = [f"{counted(collector.reports, 'report')} in {settings.output}", f"{counted(refused, 'request')} refused"]
    if collector.refused_connections:
        parts.append(f"{counted(collector.refused_connections, 'connection')} refused")
    if collector.lost:
        parts.append(f"{counted(collector.lost, 'report')} could not be written")
    return f"stopped: {', '.join(parts)}"


def _say(text: str) -> None:
    sys.stderr.write(f"csplint: {visible(text, 1000)}\n")
    sys.stderr.flush()
