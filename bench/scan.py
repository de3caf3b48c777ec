"""
How fast, steady and small `csplint scan` is, on this machine and without the internet.

    bench/scan.py pages [--toolkit PATH] [--observatory FOLDER]   pages a second, beside others
    bench/scan.py recorded                                        judged targets a second, one worker and two
    bench/scan.py memory [--many 100000]                          peak memory at 1,000 targets and at many
    bench/scan.py hostile                                         1,000 targets, a tenth of which is hostile

`pages` serves 2,000 pages of mixed size from a process of its own and lets each side fetch them, in turn, round by round; medians
are compared. The observatory scans the host as often as there are pages. The bare loop is httpx's AsyncClient with as many connections, and fetches as often as csplint did. The others
fetch each page once. --toolkit: csp-toolkit's command. --observatory: a folder in which npm has installed
@mdn/mdn-http-observatory.

Every number is printed with the processor time that it took: on a machine that others use, compare those.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from tests.scan.hostile import HOSTILE  # noqa: E402
from tests.scan.recordings import write_recording  # noqa: E402
from tests.scan.site import HTML, Answer, Page, site  # noqa: E402
from tests.servers import serve  # noqa: E402

PAGES = 2_000
JOBS = 32
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
POLICIES = (
    "default-src 'self'",
    "default-src 'self'; script-src 'self' 'unsafe-inline' https://www.googletagmanager.com; img-src * data:",
    "script-src 'self' https://app-cdn.velaro.com; connect-src 'self' https://*.velaro.com wss://*.velaro.com",
    "upgrade-insecure-requests; frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
)
EMBED = b"<script src=https://app-cdn.velaro.com/embed.js></script>"


class Spent:
    """Wall time, processor time of every process, and the largest process, of one command."""

    def __init__(self, command: Sequence[str], out: Path) -> None:
        with out.open("wb") as file:
            begun = time.perf_counter()
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.PIPE, env=ENVIRONMENT)
            self.errors = process.stderr.read() if process.stderr else b""
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        self.code, self.processor = process.returncode, usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024


def page(path: str) -> Answer:
    """Sizes from 2 kB to 400 kB, most of them small; each page has a text of its own, and few have inline scripts."""
    number = int(path.strip("/")) if path.strip("/").isdecimal() else 0
    chance = random.Random(number)
    size = int(2_000 * 200 ** chance.random() ** 2)
    inline = b"<script>window.page=%d</script>" % number if number % 20 == 0 else b""
    body = b"<!doctype html><title>Page %d</title>" % number + inline + (EMBED if number % 2 else b"")
    block = (
        b"<p class=text>"
        + b"Words of a page that people read. " * 25
        + b"<a href=/%d>link</a> <img src=/i/%d.png alt=text>"
    )
    body += b"".join(block % (n, n % 40) for n in range(size // len(block)))
    return Page(body, (HTML, ("Content-Security-Policy", POLICIES[number % len(POLICIES)])))


def _serve(pipe: Any) -> None:
    with site(page) as running:
        pipe.send(running.port)
        while (what := pipe.recv()) != "end":
            if what == "count":
                pipe.send(sum(running.requests.values()))
                running.requests.clear()


async def _bare(urls: Sequence[str]) -> None:
    gate = asyncio.Semaphore(JOBS)
    limits = httpx.Limits(max_connections=JOBS, max_keepalive_connections=JOBS)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:

        async def get(url: str) -> None:
            async with gate:
                (await client.get(url)).raise_for_status()

        await asyncio.gather(*(get(url) for url in urls))


def bare(urls: Sequence[str]) -> tuple[float, float]:
    """Wall and processor time of the loop that only fetches."""
    begun, before = time.perf_counter(), time.process_time()
    asyncio.run(_bare(urls))
    return time.perf_counter() - begun, time.process_time() - before


def scan(*arguments: str) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "csplint", "scan", *arguments]


def report(name: str, number: int, runs: Sequence[tuple[float, float]]) -> float:
    """Print the medians of a side, and give its rate."""
    seconds, processor = (statistics.median(each) for each in zip(*runs, strict=True))
    print(f"{name:<34}{number / seconds:>10.1f} a second {1000 * processor / number:>8.2f} ms of processor time each")
    return number / seconds


def pages(options: argparse.Namespace, folder: Path) -> None:
    """Pages a second, side by side."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,))
    server.start()
    port = ours.recv()
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(options.pages)]
    listed, out = folder / "list.txt", folder / "out"
    listed.write_text("\n".join(urls))
    runs: dict[str, list[tuple[float, float]]] = {}
    fetches: list[int] = []

    def took(name: str, command: Sequence[str]) -> None:
        spent = Spent(command, out)
        if spent.code not in {0, 1}:
            sys.exit(f"{name} failed: {spent.errors.decode(errors='replace')[-2000:]}")
        runs.setdefault(name, []).append((spent.seconds, spent.processor))

    for _ in range(options.rounds):
        ours.send("count"), ours.recv()
        took("csplint scan", scan("--from", str(listed), "--jobs", str(JOBS), "--per-host", str(JOBS)))
        assert out.read_bytes().count(b"\n") == len(urls)
        ours.send("count")
        fetches.append(ours.recv())
        again = [*urls, *urls][: fetches[-1]]
        runs.setdefault("bare httpx loop, as many fetches", []).append(bare(again))
        if options.toolkit:
            took("csp-toolkit scan", [options.toolkit, "scan", "--file", str(listed), "--format", "json"])
        if options.observatory:
            took("MDN's observatory", ["node", str(_observatory(folder, options.observatory)), str(listed)])
    ours.send("end")
    server.join()
    print(f"{len(urls)} pages, {statistics.median(fetches):.0f} fetches, {JOBS} at a time")
    rates = {name: report(name, len(urls), found) for name, found in runs.items()}
    for name, rate in rates.items():
        if name != "csplint scan":
            print(f"csplint scan to {name}: {rates['csplint scan'] / rate:.2f}")


def _observatory(folder: Path, packages: str) -> Path:
    """A script that has the observatory scan the server once for each page; it scans hosts, with four requests each."""
    package = Path(packages).resolve() / "node_modules/@mdn/mdn-http-observatory"
    for name in (
        "hsts-preload.json",
        "tld-list.json",
    ):  # what it fetches when it is installed; without a network, empty
        if not (package / "conf" / name).exists():
            (package / "conf" / name).write_text("{}")
    script = folder / "observatory.mjs"
    script.write_text(
        f'import {{ scan }} from "{package}/src/scanner/index.js";\n'
        'import { readFileSync } from "node:fs";\n'
        'const urls = readFileSync(process.argv[2], "utf8").split("\\n").filter(Boolean);\n'
        "async function work() { for (let url; (url = urls.pop()); ) await scan(new URL(url).host); }\n"
        f"await Promise.all(Array.from({{ length: {JOBS} }}, work));\nprocess.exit(0);\n"
    )
    return script


def recorded(options: argparse.Namespace, folder: Path) -> None:
    """Judged targets a second, without a network."""
    record, out = folder / "pages.warc.gz", folder / "out"
    write_recording(record, options.pages + 1)
    runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for _ in range(options.rounds):
        for workers, found in runs.items():
            spent = Spent(scan("--replay", str(record), "--workers", str(workers)), out)
            found.append((spent.seconds, spent.processor))
    rates = {workers: report(f"{workers} worker(s)", options.pages, found) for workers, found in runs.items()}
    print(f"two workers to one: {rates[2] / rates[1]:.2f} on {os.cpu_count()} cores")


def memory(options: argparse.Namespace, folder: Path) -> None:
    """The largest process at 1,000 targets, and at many. One rule is asked for: the judge's own work is measured elsewhere."""
    peaks: dict[int, float] = {}
    for number in (1_000, options.many):
        record = folder / f"{number}.warc.gz"
        write_recording(record, number + 1)
        common = ("--replay", str(record), "--workers", "1", "--vendor", "none", "--select", "missing-semicolon")
        spent = Spent(scan(*common), folder / "out")
        assert (folder / "out").read_bytes().count(b"\n") == number
        peaks[number] = spent.peak
        print(f"{number:>9,} targets: {spent.peak:.1f} MiB in the largest process, {spent.seconds:.0f} s")
    print(f"ratio {peaks[options.many] / peaks[1_000]:.2f}")


def hostile(options: argparse.Namespace, folder: Path) -> None:
    """A tenth of the targets is hostile: is every good one right, is none lost, does the run end when it has to?"""
    names = (*HOSTILE, "tls")

    def answer(path: str) -> Answer:
        return HOSTILE[path.split("/")[2]][0] if path.startswith("/bad/") else page(path)

    with site(answer) as good, site(answer) as bad, serve(tls=True) as tls:
        urls = [good.url(f"/{number}") for number in range(900)]
        worse = [
            tls.url(f"/{n}") if names[n % len(names)] == "tls" else bad.url(f"/bad/{names[n % len(names)]}/{n}")
            for n in range(100)
        ]
        mixed = [*urls, *worse]
        random.Random(1).shuffle(mixed)
        (folder / "mixed.txt").write_text("\n".join(mixed))
        (folder / "good.txt").write_text("\n".join(urls))
        timeout, per_host = options.timeout, 20
        common = ("--jobs", "64", "--per-host", str(per_host), "--timeout", str(timeout), "--retries", "0")
        alone = Spent(scan("--from", str(folder / "good.txt"), *common), folder / "good")
        all_of_them = Spent(scan("--from", str(folder / "mixed.txt"), *common), folder / "mixed")
    found = {json.loads(line)["target"]: line for line in (folder / "mixed").read_bytes().splitlines()}
    expected = {json.loads(line)["target"]: line for line in (folder / "good").read_bytes().splitlines()}
    right = sum(found.get(url) == expected[url] for url in urls)
    for url in urls:
        if found.get(url) != expected[url]:
            errors = [json.loads(line)["error"] for line in (found.get(url, b"{}"), expected[url])]
            print(f"differs: {url}: {errors[0]}; without the hostile ones: {errors[1]}")
    promised = alone.seconds + timeout * -(-len(worse) // per_host)
    print(f"{len(found)} of {len(mixed)} targets, {right} of {len(urls)} good ones as without the hostile ones")
    print(f"{all_of_them.seconds:.1f} s; {alone.seconds:.1f} s without them; promised: at most {promised:.1f} s")


PARTS: dict[str, Callable[[argparse.Namespace, Path], None]] = {
    "pages": pages,
    "recorded": recorded,
    "memory": memory,
    "hostile": hostile,
}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--timeout", type=int, default=10)
    parser.add_argument("--toolkit", default="")
    parser.add_argument("--observatory", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        PARTS[options.part](options, Path(folder))


if __name__ == "__main__":
    main()
