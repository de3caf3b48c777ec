"""Where targets come from besides lists: sitemaps, HAR files, a crawl."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from csplint.cli import app
from tests.scan.command import targets
from tests.scan.site import HTML, Answer, Page, site

Capture = pytest.CaptureFixture[bytes]


def scan(capfdbinary: Capture, *arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code; and of each target, by path, the kind of its error or "checked"."""
    code = app.run(["scan", *arguments, "--workers", "1", "-q"])
    found = targets(capfdbinary.readouterr().out)
    return code, {
        "/" + name.split("/", 3)[-1] if name.startswith("http") else name: each["error"]["kind"]
        if each["error"]
        else "checked"
        for name, each in found.items()
    }


def test_an_index_of_sitemaps(capfdbinary: Capture, tmp_path: Path) -> None:
    xml = '<?xml version="1.0"?><{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{1}</{0}>'

    def pages(path: str) -> Answer:
        home = f"http://127.0.0.1:{running.port}"
        if path == "/sitemap.xml":
            names = ("/one.xml", "/two.xml.gz", "/missing.xml", "/sitemap.xml")
            return Page(
                xml.format(
                    "sitemapindex", "".join(f"<sitemap><loc>{home}{name}</loc></sitemap>" for name in names)
                ).encode(),
                (),
            )
        if path == "/one.xml":
            return Page(
                xml.format(
                    "urlset", f"<url><loc>\n {home}/a?x=1&amp;y </loc></url><url><loc>/etc/passwd</loc></url>"
                ).encode(),
                (),
            )
        if path == "/two.xml.gz":
            return Page(gzip.compress(xml.format("urlset", f"<url><loc>{home}/b</loc></url>").encode()), ())
        return Page(b"gone", status=404) if path == "/missing.xml" else Page()

    with site(pages) as running:
        code, found = scan(capfdbinary, "--from", running.url("/sitemap.xml"))
        assert (code, found) == (
            3,
            {"/a?x=1&y": "checked", "/b": "checked", "/missing.xml": "url", "/one.xml:2": "url"},
        )
        saved = tmp_path / "map.xml.gz"
        saved.write_bytes(gzip.compress(xml.format("urlset", f"<url><loc>{running.url('/c')}</loc></url>").encode()))
        assert scan(capfdbinary, "--from", str(saved)) == (0, {"/c": "checked"})
        bomb = (
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
            + xml.format("urlset", "<url><loc>&b;</loc></url>")[21:]
        )
        (tmp_path / "bomb.xml").write_text(bomb)
        code, found = scan(capfdbinary, "--from", str(tmp_path / "bomb.xml"))
        assert code == 2
        assert found == {}


def test_the_pages_of_a_har(capfdbinary: Capture, tmp_path: Path) -> None:
    def entry(url: str, load: str, status: int = 200) -> dict[str, object]:
        headers = [{"name": "Content-Type", "value": "text/html"}]
        content = {"mimeType": "text/html", "text": "<!doctype html><p>a page"}
        return {
            "pageref": load,
            "request": {"url": url},
            "response": {"status": status, "headers": headers, "content": content},
        }

    entries = [
        entry("https://a.example/", "1"), entry("https://frame.example/", "1"),
        entry("https://a.example/two", "2"), entry("https://a.example/gone", "3", 404),
    ]  # fmt: skip
    (tmp_path / "pages.har").write_text(json.dumps({"log": {"entries": entries}}))
    code, found = scan(capfdbinary, "--from", str(tmp_path / "pages.har"))
    assert (code, found) == (3, {"/": "checked", "/two": "checked", "/gone": "status"})


def linked(path: str) -> Answer:
    pages = {
        "/": '<a href="/a">a</a> <a href="b#x">b</a> <a href=/secret/x>x</a> <a href="https://other.example/">o</a><a href=/i>i</a>',
        "/a": '<a href="/">home</a> <a href="/deep?q=1&amp;r">deep</a> <a rel=nofollow href=/no>no</a> <a href=/file.pdf>f</a>',
        "/deep?q=1&r": "<a href=/deeper>deeper</a>",
        "/b": "<base href=/folder/><a href=c>c</a>",
        "/folder/c": "<p>c",
        "/deeper": "<p>deeper",
        "/secret/x": "<p>x",
    }
    if path == "/robots.txt":
        return Page(b"User-agent: *\nDisallow: /secret/\n", ())
    if path == "/i":
        return Page(b"\x89PNG", (("Content-Type", "image/png"),))
    if path not in pages:
        return Page(b"gone", status=404)
    return Page(f"<!doctype html><title>{path}</title>{pages[path]}".encode(), (HTML,))


def test_a_crawl_stays_in_its_site_and_heeds_robots_txt(capfdbinary: Capture) -> None:
    with site(linked) as running:
        code, found = scan(capfdbinary, running.url("/"), "--crawl", "2")
        expected = dict.fromkeys(["/", "/a", "/b", "/deep?q=1&r", "/folder/c"], "checked")
        assert (code, found) == (0, expected)
        assert running.requests["/secret/x"] == 0
        assert running.requests["/robots.txt"] == 1
        code, found = scan(capfdbinary, running.url("/"), "--crawl", "1", "--ignore-robots")
        assert (code, found) == (0, dict.fromkeys(["/", "/a", "/b", "/secret/x"], "checked"))
        assert running.requests["/robots.txt"] == 1
        assert len(scan(capfdbinary, running.url("/"), "--crawl", "9", "--crawl-pages", "3")[1]) <= 4


def test_a_crawl_of_a_site_whose_robots_txt_cannot_be_read_is_only_its_start(capfdbinary: Capture) -> None:
    with site(lambda path: Page(b"", status=500) if path == "/robots.txt" else linked(path)) as running:
        assert scan(capfdbinary, running.url("/a"), "--crawl", "1")[1] == {"/a": "checked"}


def test_the_summary_page_shows_nothing_as_markup(capfdbinary: Capture, tmp_path: Path) -> None:
    page = tmp_path / "summary.html"
    listed = tmp_path / "<img src=x>.txt"
    listed.write_text("not a target\n")
    assert (
        app.run(["scan", "--from", str(listed), "--output", f"html={page}", "--output", f"text={tmp_path / 'x.txt'}"])
        == 3
    )
    text = page.read_text()
    assert "Could not be checked" in text
    assert "<img" not in text
    assert "&lt;img src=x&gt;" in text
    assert "1 target in" in (tmp_path / "x.txt").read_text()
