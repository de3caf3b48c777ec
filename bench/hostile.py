"""
What hostile pages and servers cost: CPU seconds and peak memory of one `csplint` process each.

    bench/hostile.py [--only WORD] [--command check|fix] [--markdown]

Each case is a page with its headers, or a server on the loopback that sends bytes for as long as it is read. A case is over
its limit past MAX_SECONDS of CPU (MAX_NETWORK_SECONDS for a server) or MAX_MEMORY; then this ends with 1. A case runs at most
LONGEST seconds of CPU, then it is stopped.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

MAX_SECONDS = 5.0
MAX_NETWORK_SECONDS = 1.5  # half a second is the start of Python, httpx and the checks
MAX_MEMORY = 300.0  # MB
LONGEST = 12
TIMEOUT = "8"
"""Seconds that a request may take; a server that is read until then costs no more CPU than the limit."""

BODY = 9_900_000
"""Bytes of the largest pages; csplint reads up to 10 MB."""

Headers = tuple[tuple[str, str], ...]


class Page(NamedTuple):
    """A page with its headers."""

    body: str
    headers: Headers = ()


class Cost(NamedTuple):
    """What one run cost. seconds: of CPU. memory: MB. code: the exit code."""

    seconds: float
    memory: float
    code: int


def csp(*values: str) -> Headers:
    return tuple(("Content-Security-Policy", value) for value in values)


def filled(piece: str, size: int = BODY) -> str:
    return piece * (size // len(piece))


def numbered(piece: str, count: int) -> str:
    """The piece `count` times, with its number in place of every #."""
    return "".join(piece.replace("#", str(number)) for number in range(count))


NONE = "default-src 'none'"
SELF = "default-src 'self'; script-src 'self'"
BY_COMMAS = ", ".join([SELF] * 20)
DIFFERENT = ", ".join(f"default-src 'self'; script-src 'self' https://a{n}.example" for n in range(20))
HANDLERS = numbered('<b onclick="go(#)">', 4_000)
METAS = '<meta http-equiv="content-security-policy" content="#">'
HOSTS = " ".join(f"https://h{n}.example" for n in range(4_000))
LONG_HOSTS = " ".join(f"https://h{n}.example/a/" for n in range(3_800))
SOURCES = " ".join(f"'sha256-{n:043d}='" for n in range(1_700))


def image(count: int, host: str = "https://i#.example/a.png") -> str:
    return numbered(f"<img src={host}>", count)


PAGES: dict[str, Callable[[], Page]] = {
    "plain page": lambda: Page("<!doctype html><title>a</title><p>text", csp(SELF)),
    "20 policies by commas, 4,000 equal onclick": lambda: Page(
        '<b onclick="go()">' * 4_000, csp(", ".join(["default-src 'self'"] * 20))
    ),
    "20 policies by commas, 4,000 onclick": lambda: Page(HANDLERS, csp(BY_COMMAS)),
    "20 different policies, 4,000 onclick": lambda: Page(HANDLERS, csp(DIFFERENT)),
    "80 policies by commas, 1,000 onclick": lambda: Page(
        numbered('<b onclick="go(#)">', 1_000), csp(", ".join([SELF] * 80))
    ),
    "20,000 onclick": lambda: Page(numbered('<b onclick="go(#)">', 20_000), csp(SELF)),
    "20,000 style attributes": lambda: Page(numbered('<b style="top:#px">', 20_000), csp(SELF)),
    "5,000 inline scripts, hashes": lambda: Page(
        numbered("<script>a(#)</script>", 5_000), csp(f"script-src {SOURCES}")
    ),
    "20,000 inline scripts": lambda: Page(numbered("<script>a(#)</script>", 20_000), csp(BY_COMMAS)),
    "10 MB of inline scripts": lambda: Page(numbered(f"<script>a(#);{'b();' * 200}</script>", 11_000), csp(BY_COMMAS)),
    "500 policies, an image each": lambda: Page(
        image(500), csp(*(f"img-src https://p{n}.example" for n in range(500)))
    ),
    "500 policies by commas, an image each": lambda: Page(
        image(500), csp(", ".join(f"img-src https://i{n}.example" for n in range(500)))
    ),
    "800 equal policies": lambda: Page(image(20), csp(*[SELF] * 800)),
    "3,000 equal policies by commas": lambda: Page(image(20), csp(", ".join(["script-src 'self'"] * 3_000))),
    "3,000 policies by commas": lambda: Page(
        image(20), csp(", ".join(f"img-src https://i{n}.example" for n in range(2_500)))
    ),
    "400 report-only policies": lambda: Page(
        image(500), tuple(("Content-Security-Policy-Report-Only", f"img-src https://i{n}.example") for n in range(400))
    ),
    "4,000 sources": lambda: Page("<p>a", csp(f"default-src 'self'; connect-src {HOSTS}")),
    "4,000 sources, 4,000 hosts blocked": lambda: Page(image(4_000), csp(f"default-src 'self'; img-src {HOSTS}")),
    "4,000 sources with paths, 4,000 hosts blocked": lambda: Page(image(4_000), csp(f"img-src {LONG_HOSTS}")),
    "4,000 sources in default-src alone": lambda: Page(image(10), csp(f"default-src {HOSTS}")),
    "4,000 hosts blocked": lambda: Page(image(4_000), csp(NONE)),
    "20,000 hosts blocked, 20 policies": lambda: Page(image(20_000), csp(BY_COMMAS)),
    "20,000 scripts blocked": lambda: Page(
        numbered("<script src=https://i#.example/a></script>", 20_000), csp(BY_COMMAS)
    ),
    "20,000 nonces": lambda: Page(
        numbered("<script nonce=a# src=/a></script>", 20_000),
        csp("script-src 'nonce-abcdefghijklmnop' 'strict-dynamic'"),
    ),
    "8,000 directives": lambda: Page("<p>", csp("; ".join(f"x{n} a" for n in range(9_000)))),
    "40,000 empty directives": lambda: Page("<p>", csp("script-src;" * 8_000)),
    "90 kB of commas": lambda: Page(image(10), csp("img-src a," * 9_000)),
    "quotes and typos": lambda: Page(
        "<p>", csp("script-src " + " ".join(f"'unsafe-inlin{n}' self{n} nonce-a{n}" for n in range(2_200)))
    ),
    "6,000 nonces": lambda: Page("<p>", csp("script-src " + " ".join(f"'nonce-{n:04d}'" for n in range(6_000)))),
    "srcset flood, equal": lambda: Page(f'<img srcset="{filled("a 1x,", 5_000_000)}">', csp(NONE)),
    "srcset flood, different": lambda: Page(f'<img srcset="{numbered("/# #w,", 700_000)}">', csp(NONE)),
    "srcset flood, 20 policies": lambda: Page(
        f'<img srcset="{numbered("https://a#.example/ #w,", 300_000)}">', csp(BY_COMMAS)
    ),
    "srcset of commas": lambda: Page(f'<img srcset="{filled("a,(")}">', csp(NONE)),
    "srcset in many images": lambda: Page(filled("<img srcset='a 1x,b 2x'>"), csp(NONE)),
    "@import flood": lambda: Page(
        f"<style>{numbered('@import url(https://a#.example/);', 250_000)}</style>", csp(NONE)
    ),
    "@import in many sheets": lambda: Page(
        numbered("<style>@import 'https://a#.example/';</style>", 200_000), csp(NONE)
    ),
    "url() flood": lambda: Page(f"<style>{numbered('a{background:url(/#)}', 400_000)}</style>", csp(NONE)),
    "style attributes with url()": lambda: Page(numbered("<b style='background:url(/#)'>", 300_000), csp(NONE)),
    "CSS of braces": lambda: Page(f"<style>url{filled('a{')}</style>", csp(NONE)),
    "deep nesting": lambda: Page(filled("<div>"), csp(NONE)),
    "deep nesting, 1 MB": lambda: Page(filled("<div>", 1_000_000), csp(NONE)),
    "deep nesting with onclick": lambda: Page(filled("<div onclick=a()>"), csp(NONE)),
    "end-tag flood": lambda: Page(filled("</p>"), csp(NONE)),
    "end tags, none open": lambda: Page(filled("</b>"), csp(NONE)),
    "end tags of tables": lambda: Page("<table>" + filled("</td>"), csp(NONE)),
    "empty tags": lambda: Page(filled("<i>"), csp(NONE)),
    "closed tags": lambda: Page(filled("<i></i>"), csp(NONE)),
    "br flood": lambda: Page(filled("<br>"), csp(NONE)),
    "table flood": lambda: Page(filled("<table><td>"), csp(NONE)),
    "formatting flood": lambda: Page(filled("<b a=1><p>"), csp(NONE)),
    "misnested formatting": lambda: Page(filled("<a href=x><p>"), csp(NONE)),
    "svg flood": lambda: Page(filled("<svg fill='url(a)'>"), csp(NONE)),
    "template flood": lambda: Page(filled("<template>"), csp(NONE)),
    "shadow roots": lambda: Page(filled("<p><template shadowrootmode=open><b onclick=a()></template></p>"), csp(NONE)),
    "select flood": lambda: Page(filled("<select><option>"), csp(NONE)),
    "attributes": lambda: Page("<p " + numbered("a#=b ", 900_000) + ">", csp(NONE)),
    "tags with attributes": lambda: Page(filled("<p a b c d e f g h i j k>"), csp(NONE)),
    "comments": lambda: Page(filled("<!---->"), csp(NONE)),
    "references": lambda: Page(filled("&a;"), csp(NONE)),
    "text": lambda: Page(filled("word "), csp(NONE)),
    "one long script": lambda: Page(f"<script>{filled('fetch(1);')}</script>", csp(NONE)),
    "script of quotes": lambda: Page("<script>fetch('" + filled("https://a/'+'", 900_000) + "</script>", csp(NONE)),
    "addresses in scripts": lambda: Page(
        numbered("<script>fetch('https://a#.example/')</script>", 100_000), csp(BY_COMMAS)
    ),
    "links": lambda: Page(numbered("<a href=/#>a</a>", 400_000), csp(NONE)),
    "pings": lambda: Page(numbered("<a ping=/# href=/>a</a>", 300_000), csp(BY_COMMAS)),
    "javascript: links": lambda: Page(numbered("<a href='javascript:a(#)'>a</a>", 250_000), csp(BY_COMMAS)),
    "base and 300,000 images": lambda: Page(
        f"<base href=https://a.example/{'b' * 2000}/>" + image(300_000, "#"), csp("base-uri 'none'", NONE)
    ),
    "data: images": lambda: Page(numbered(f"<img src='data:image/png;base64,#{'A' * 400}'>", 20_000), csp(NONE)),
    "srcdoc frames": lambda: Page(numbered("<iframe srcdoc='<script>a(#)</script>'></iframe>", 150_000), csp(NONE)),
    "srcdoc with onclick": lambda: Page(
        numbered("<iframe srcdoc='" + "<b onclick=a()>" * 1_000 + "'></iframe>", 20), csp(BY_COMMAS)
    ),
    "10,000 metas": lambda: Page("<head>" + METAS.replace("#", NONE) * 10_000, csp(SELF)),
    "10,000 different metas": lambda: Page(
        "<head>" + numbered(METAS.replace("#", "img-src https://a#.example"), 10_000) + image(2_000)
    ),
    "100 metas, 4,000 onclick": lambda: Page("<head>" + METAS.replace("#", SELF) * 100 + "<body>" + HANDLERS),
    "metas of 5 MB": lambda: Page("<head>" + METAS.replace("#", "img-src " + filled("https://a.example ", 5_000_000))),
    "meta of 20,000 hosts": lambda: Page(
        "<head>" + METAS.replace("#", "img-src " + numbered("https://a#.example ", 100_000)) + image(1_000)
    ),
    "generator metas": lambda: Page(filled("<meta name=generator content=WordPress>"), csp(NONE)),
    "widget embeds": lambda: Page(
        numbered("<script src=https://app-cdn.velaro.com/widgets/# id=velaro></script>", 20_000), csp(BY_COMMAS)
    ),
    "XHTML nesting": lambda: Page(
        "<html xmlns='http://www.w3.org/1999/xhtml'>" + filled("<p>"),
        (*csp(NONE), ("Content-Type", "application/xhtml+xml")),
    ),
    "XHTML, onclick": lambda: Page(
        "<html xmlns='http://www.w3.org/1999/xhtml'>" + numbered("<b onclick='a(#)'/>", 300_000) + "</html>",
        (*csp(BY_COMMAS), ("Content-Type", "application/xhtml+xml")),
    ),
    "no policy, 20,000 hosts": lambda: Page(image(20_000)),
    "no policy, inline scripts": lambda: Page(numbered("<script>a(#)</script>", 20_000)),
    "500 Permissions-Policy": lambda: Page(
        "<p>", (*csp(NONE), *[("Permissions-Policy", "camera=(), " * 10 + "microphone=()")] * 500)
    ),
    "96 kB of Link": lambda: Page(
        "<p>",
        (
            *csp(BY_COMMAS),
            ("Link", ", ".join(f"<https://a{n}.example/>; rel=preload; as=script" for n in range(1_500))),
        ),
    ),
}


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: default-src 'none'\r\nTransfer-Encoding: chunked\r\n"
    yield from pieces


def endless(piece: bytes, count: int = 4_000) -> Iterator[bytes]:
    while True:
        yield piece * count


def zstd_frames() -> Iterator[bytes]:
    # RFC 8878: magic, a frame header of a single segment without content, and an empty last raw block.
    frame = b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"
    return chunked(
        iter([b"Content-Encoding: zstd\r\n\r\n", *[b"%x\r\n%s\r\n" % (len(frame) * 1_000, frame * 1_000)] * 100_000])
    )


def gzip_members() -> Iterator[bytes]:
    member = gzip.compress(b"")
    return chunked(
        iter([b"Content-Encoding: gzip\r\n\r\n", *[b"%x\r\n%s\r\n" % (len(member) * 1_000, member * 1_000)] * 100_000])
    )


SERVERS: dict[str, Callable[[], Iterator[bytes]]] = {
    "endless 100 Continue": lambda: endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless 103 with headers": lambda: endless(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", 1_000),
    "chunks of one byte": lambda: chunked(iter([b"\r\n", *[b"1\r\na\r\n" * 4_000] * 100_000])),
    "chunks of one byte with extensions": lambda: chunked(iter([b"\r\n", *[b"1;a=b\r\na\r\n" * 4_000] * 100_000])),
    "one byte a packet": lambda: chunked(iter([b"\r\n", *[b"1\r\na\r\n"] * 10_000_000])),
    "zstd frames": zstd_frames,
    "gzip members": gzip_members,
    "gzip of gzip": lambda: chunked(
        iter(
            [
                b"Content-Encoding: gzip, gzip\r\n\r\n",
                *[b"%x\r\n%s\r\n" % (len(m := gzip.compress(gzip.compress(b"") * 50_000)), m)] * 1_000,
            ]
        )
    ),
}


def measured(arguments: list[str], folder: Path) -> Cost:
    """Run csplint; what it cost is that of this one child."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))

    with open(os.devnull, "wb") as null:  # noqa: PTH123
        child = subprocess.Popen(
            [sys.executable, "-m", "csplint", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=null,
            stderr=null,
            cwd=folder,
            preexec_fn=limited,  # noqa: PLW1509
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode)


def of_page(page: Page, command: str, folder: Path) -> Cost:
    """`curl -i` of the page, checked."""
    headers = dict.fromkeys(["Content-Type"], "text/html") | dict(page.headers)
    lines = [("Content-Type", headers["Content-Type"]), *((n, v) for n, v in page.headers if n != "Content-Type")]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    saved = folder / "page.txt"
    saved.write_bytes(f"HTTP/1.1 200 OK\r\n{head}\r\n{page.body}".encode())
    return measured([command, "page.txt", "--page", "https://shop.example/"], folder)


def of_server(pieces: Callable[[], Iterator[bytes]], command: str, folder: Path) -> Cost:
    """A server that sends these bytes to everybody who asks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, pieces), daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        return measured([command, address, "--timeout", TIMEOUT], folder)


def _serve(listening: socket.socket, pieces: Callable[[], Iterator[bytes]]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.recv(65_536)
            try:
                for piece in pieces():
                    connection.sendall(piece)
            except OSError:
                continue


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="run the cases whose name contains this")
    parser.add_argument("--command", choices=("check", "fix"), default="check")
    chosen = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, make in PAGES.items():
            if chosen.only in title:
                worst += said(title, of_page(make(), chosen.command, folder), MAX_SECONDS)
        for title, pieces in SERVERS.items():
            if chosen.only in title:
                worst += said(title, of_server(pieces, chosen.command, folder), MAX_NETWORK_SECONDS)
    return min(worst, 1)


def said(title: str, cost: Cost, most: float) -> bool:
    """Print one line of the table; whether the case is over its limit."""
    over = cost.seconds > most or cost.memory > MAX_MEMORY
    print(
        f"{title:48} {cost.seconds:7.1f} s {cost.memory:7.0f} MB  exit {cost.code:3}  {'OVER' if over else ''}",
        flush=True,
    )
    return over


if __name__ == "__main__":
    sys.exit(main())
