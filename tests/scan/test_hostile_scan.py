"""A tenth of the targets is hostile: every good one is right, none is lost, and the run ends when it has to."""

from __future__ import annotations

from pathlib import Path

from tests.scan.command import run, targets
from tests.scan.hostile import HOSTILE
from tests.scan.site import HTML, Answer, Page, site
from tests.servers import serve

GOOD, BAD = 180, 20
NAMES = (*HOSTILE, "tls")


def pages(path: str) -> Answer:
    if path.startswith("/bad/"):
        return HOSTILE[path.split("/")[2]][0]
    number = int(path.strip("/"))
    policy = ("Content-Security-Policy", "default-src 'self'" if number % 2 else "default-src *")
    return Page(b"<!doctype html><title>good</title>" + b"<p>text" * number, (HTML, policy))


def test_hostile_servers_harm_nobody_else(tmp_path: Path) -> None:
    listed, clean = tmp_path / "list.txt", tmp_path / "clean.txt"
    with site(pages) as good, site(pages) as bad, serve(tls=True) as tls:
        urls = [good.url(f"/{number}") for number in range(GOOD)]
        hostile = [
            tls.url(f"/{n}") if NAMES[n % len(NAMES)] == "tls" else bad.url(f"/bad/{NAMES[n % len(NAMES)]}/{n}")
            for n in range(BAD)
        ]
        mixed = [
            url
            for number, url in enumerate(urls)
            for url in (*hostile[number // 9 : number // 9 + 1][: number % 9 == 0], url)
        ]
        assert len(mixed) == GOOD + BAD
        listed.write_text("\n".join(mixed))
        clean.write_text("\n".join(urls))
        common = ("--workers", "1", "--jobs", "32", "--timeout", "5", "--retries", "0")
        done = run("scan", "--from", str(listed), "--per-host", "20", *common)
        alone = run("scan", "--from", str(clean), "--per-host", "20", *common)
    found, expected = targets(done.stdout), targets(alone.stdout)
    assert set(found) == set(mixed)
    assert {url: found[url] for url in urls} == expected
    for number, url in enumerate(hostile):
        name = NAMES[number % len(NAMES)]
        assert found[url]["error"]["kind"] in ({"tls"} if name == "tls" else HOSTILE[name][1]), url
    assert done.returncode == 3


def test_a_bad_host_delays_nobody() -> None:
    """Its targets come first and are more than may be fetched at a time; all others are done before the first of them."""
    with site(pages) as good, site(pages) as bad:
        urls = [*(bad.url(f"/bad/silent/{n}") for n in range(6)), *(good.url(f"/{n}") for n in range(30))]
        done = run(
            "scan",
            *urls,
            "--workers",
            "1",
            "--jobs",
            "8",
            "--per-host",
            "3",
            "--timeout",
            "6",
            "--retries",
            "0",
        )
    order = list(targets(done.stdout))
    assert set(order) == set(urls)
    assert set(order[:20]) <= {good.url(f"/{n}") for n in range(30)}
