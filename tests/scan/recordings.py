"""Recordings of many small pages, made without a network."""

from __future__ import annotations

from pathlib import Path

from csplint.page.capture import Capture, Hop, Visits
from csplint.page.saved.warc import Recorder

POLICIES = (
    b"default-src 'self'",
    b"script-src 'self' 'nonce-abc%d'; object-src 'none'",
    b"default-src 'self' https://cdn%d.example; img-src *; connect-src 'self'",
    b"script-src 'self' https://app-cdn.velaro.com; style-src 'self' 'unsafe-inline'",
)
BODY = (
    b"<!doctype html><title>Shop %d</title><script>window.shop=%d</script><link rel=stylesheet href=/a.css>"
    + b"<p>text" * 30
)


def visits(number: int) -> Visits:
    url = f"https://shop{number}.example/"
    policy = POLICIES[number % len(POLICIES)]
    headers = (
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"Content-Security-Policy", policy % number if b"%d" in policy else policy),
    )
    hops = (Hop(f"http://shop{number}.example/", 301, url),) if number % 10 == 3 else ()
    first = Capture(target=url, url=url, status=200, headers=headers, body=BODY % (number, number), redirects=hops)
    return Visits(first, first if number % 4 == 1 else None)


def write_recording(path: Path, number: int) -> None:
    """Record so many targets, the last of which is the first again."""
    with path.open("wb") as file:
        recorder = Recorder(file)
        for each in [*range(number - 1), 0]:
            recorder.save(f"https://shop{each}.example/", f"https://shop{each}.example/", visits(each))
