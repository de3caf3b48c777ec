"""
How many reports `csplint reports --collect` takes on the loopback, and what they cost beside a server that does nothing.

    bench/collector.py [--rate 1000] [--seconds 10] [--connections 20]

First it sends reports at `--rate` requests a second to the command, and every one must be answered by 204 and be in the file.
Then it sends as fast as it can to the same server without rate limits, with its handler and with one that only says 204: the
ratio is what reading, cleaning and writing cost (the best of three rounds each). Ends with 1 if the first part fails.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import multiprocessing.connection
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from csplint.collector.server import Collector
from csplint.collector.settings import Settings

REPORT = json.dumps(
    {
        "csp-report": {
            "document-uri": "https://shop.example/basket?session=1",
            "referrer": "",
            "violated-directive": "script-src-elem",
            "effective-directive": "script-src-elem",
            "original-policy": "default-src 'self'; script-src 'self' https://cdn.example; report-uri /reports",
            "disposition": "report",
            "blocked-uri": "https://app-cdn.velaro.com/widgets/shim.js",
            "line-number": 12,
            "column-number": 7,
            "source-file": "https://shop.example/basket",
            "status-code": 200,
            "script-sample": "",
        }
    }
).encode()
REQUEST = (
    b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/csp-report\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0\r\n"
    b"Content-Length: " + str(len(REPORT)).encode() + b"\r\n\r\n" + REPORT
)


class Sent(NamedTuple):
    """accepted: answers 204. others: all other answers. seconds: that it took. slowest: seconds of the slowest answer."""

    accepted: int
    others: int
    seconds: float
    slowest: float


async def client(port: int, first: float, step: float, until: float) -> list[tuple[bool, float]]:
    """One connection: a request every `step` seconds from `first` on, or at once if it is late."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    due = first
    while due < until:
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        due = due + step if step else time.monotonic()
        begun = time.monotonic()
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        if b"Content-Length: " in head:
            await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]))
        answers.append((head.startswith(b"HTTP/1.1 204"), time.monotonic() - begun))
    writer.close()
    return answers


def send(port: int, rate: float, seconds: float, connections: int) -> Sent:
    """Send for so long; rate 0 is as fast as answers come."""

    async def run() -> Sent:
        begun = time.monotonic() + 0.1
        step = connections / rate if rate else 0.0
        parts = await asyncio.gather(
            *(client(port, begun + i * step / connections, step, begun + seconds) for i in range(connections))
        )
        answers = [answer for part in parts for answer in part]
        good = sum(is_good for is_good, _ in answers)
        return Sent(good, len(answers) - good, time.monotonic() - begun, max(took for _, took in answers))

    return asyncio.run(run())


def command(folder: Path, rate: float, seconds: float, connections: int) -> bool:
    """Send to the command as users run it."""
    output = folder / "reports.ndjson"
    arguments = ["-m", "csplint", "reports", "--collect", "127.0.0.1:0", "--output", str(output)]
    with subprocess.Popen([sys.executable, *arguments], stderr=subprocess.PIPE, text=True) as server:
        said = server.stderr.readline() if server.stderr else ""
        port = int(said.split("127.0.0.1:")[1].split("/")[0])
        sent = send(port, rate, seconds, connections)
        server.send_signal(signal.SIGINT)
        server.wait()
    written = sum(len(path.read_bytes().splitlines()) for path in folder.glob("reports.ndjson*"))
    print(
        f"{rate:,.0f} requests a second for {seconds:g} s: {sent.accepted:,} accepted in {sent.seconds:.1f} s, ", end=""
    )
    print(f"{sent.others:,} refused, {written:,} in the file, slowest answer {sent.slowest * 1000:.0f} ms")
    wanted = rate * seconds * 0.999
    return sent.others == 0 and sent.accepted == written and written >= wanted and sent.seconds < seconds * 1.05 + 0.5


def serve(folder: str, pipe: multiprocessing.connection.Connection, is_empty: bool) -> None:
    """Run the server without rate limits; empty: with a handler that does nothing."""

    async def run() -> None:
        many = 10**9
        settings = Settings(host="127.0.0.1", port=0, output=f"{folder}/fast.ndjson", rate=many, client_rate=many)
        collector = Collector(settings)
        if is_empty:
            collector.accept = lambda body, user_agent: 204  # type: ignore[method-assign]
        pipe.send((await collector.start())[1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        await collector.stop()

    asyncio.run(run())


def fastest(folder: Path, seconds: float, connections: int, *, is_empty: bool) -> float:
    """Requests a second that a server without limits answers."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(str(folder), theirs, is_empty))
    server.start()
    sent = send(ours.recv(), 0, seconds, connections)
    ours.send(None)
    server.join()
    return sent.accepted / sent.seconds


def main() -> int:
    """Measure, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        is_good = command(Path(name), given.rate, given.seconds, given.connections)
        rounds = [
            tuple(fastest(Path(name), 2, given.connections, is_empty=is_empty) for is_empty in (False, True))
            for _ in range(3)
        ]
    full, empty = (max(each) for each in zip(*rounds, strict=True))
    print(
        f"without limits: {full:,.0f} a second; with an empty handler: {empty:,.0f} a second; ratio {full / empty:.2f}"
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
