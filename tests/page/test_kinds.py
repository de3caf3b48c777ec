"""What is not a page is refused by its name, with what to give instead; what is a page is not taken for anything else."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from csplint.errors import TargetError
from csplint.page.fetch.response_checks import require_html_type
from csplint.page.saved.formats import read_saved

PAGE = "https://shop.example/"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


CONSOLE = (
    "Refused to connect to 'https://api.example/v1' because it violates the following Content Security Policy directive: "
    "\"connect-src 'self'\"."
)
FIREFOX = (
    "Content-Security-Policy: The page\u2019s settings blocked a script (script-src-elem) at https://a.example/a.js"
)
NGINX = "server {\n  listen 443;\n  add_header Content-Security-Policy \"default-src 'self'\" always;\n}\n"
MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://shop.example/\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/related;\r\n\r\n<!doctype html><p>"
)

REFUSED: list[tuple[bytes | str, str, str]] = [
    # what is in the file, what the message calls it, a word of what to do instead
    (b"%PDF-1.7\n1 0 obj <</Type /Catalog>>\n<p>", "a PDF document", "URL of a page"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image", "URL of a page"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "an image", "URL of a page"),
    (b"GIF89a\x01\0\x01\0", "an image", "URL of a page"),
    (b"RIFF\x24\0\0\0WEBPVP8 ", "an image", "URL of a page"),
    (b"\0\0\0 ftypavif", "an image", "URL of a page"),
    (b"\0\0\0 ftypisom", "audio or video", "URL of a page"),
    (archive("[Content_Types].xml", "word/document.xml"), "an office document", "URL of a page"),
    (archive("[Content_Types].xml", "xl/workbook.xml"), "an office document", "URL of a page"),
    (archive("index.html"), "a ZIP archive", "decompress"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document", "URL of a page"),
    (b"\x1f\x8b\x08\0\0\0\0\0", "compressed data", "decompress"),
    (b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource", "a Safari web archive", "curl -i"),
    (b"\x7fELF\x02\x01", "a program", "URL of a page"),
    (b"some \x01\x02 bytes", "binary data", "URL of a page"),
    ("<?xml version='1.0'?><rss version='2.0'><channel><title>Shop</title></channel></rss>", "a feed", "URL of a page"),
    ("<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title></feed>", "a feed", "URL of a page"),
    ("<?xml version='1.0'?><urlset><url/></urlset>", "a sitemap", "one of the pages"),
    ("<?xml version='1.0'?><note><title>a</title></note>", "an XML file", "URL of a page"),
    ('<configuration><add name="Content-Security-Policy" value="img-src *" /></configuration>', "web.config", "--policy"),
    ('<add name="Content-Security-Policy" value="default-src \'self\'; img-src *" />', "web.config", "--policy"),
    ('<IfModule mod_headers.c>\nHeader set X "a"\n</IfModule>', "Apache", "--policy"),
    ('Header always set Content-Security-Policy "img-src *"', "Apache", "--policy"),
    ("<?php header('Content-Security-Policy: x'); ?><p>", "a PHP program", "URL of the page"),
    (NGINX, "nginx", "--policy"),
    ('add_header Content-Security-Policy "img-src *" always;', "nginx", "--policy"),
    ("shop.example {\n  header Content-Security-Policy \"img-src *\"\n}", "a Caddyfile", "--policy"),
    ("/*\n  Content-Security-Policy: default-src 'self'\n", "a _headers file", "--policy"),
    ('[[target]]\nname = "shop"\nurl = "https://shop.example/"\n', "a configuration of csplint", "--config"),
    ('[tool.poetry]\nname = "shop"\n', "a TOML or INI file", "--policy"),
    ("version: 2\njobs:\n  build:\n    steps: [a]\n", "a YAML file", "--policy"),
    ("# comment\n---\n- a\n", "a YAML file", "--policy"),
    ("curl 'https://shop.example/' \\\n  -H 'accept: text/html'", "a curl command", "-i"),
    ("$ curl -i https://shop.example/", "a curl command", "-i"),
    ('fetch("https://shop.example/", {\n  "headers": {}\n});', "copied as code", "curl -i"),
    (CONSOLE, "a browser's console", "csplint why"),
    (FIREFOX, "a browser's console", "csplint why"),
    (json.dumps({"csp-report": {"blocked-uri": "inline"}}), "a browser's report of a violation", "csplint why"),
    (json.dumps([{"type": "csp-violation", "body": {}}]), "a browser's report of a violation", "csplint why"),
    (json.dumps([1, 2]), "JSON", "URL of a page"),
    ('{"a": 1}\n{"a": 2}\n', "JSON", ""),
    (MHTML, "an MHTML archive", "curl -i"),
    ("just some text", "no HTML", "--policy"),
    ("a < b and c <d>", "no HTML", "--policy"),
    (":authority: shop.example\n:method: GET\n:path: /\naccept: */*\n", "headers of a request", "response headers"),
    ("", "empty", "save the page"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "what", "instead"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_page_is_refused_by_its_name(data: bytes | str, what: str, instead: str) -> None:
    with pytest.raises(TargetError) as caught:
        read_saved("saved", data if isinstance(data, bytes) else data.encode(), None)
    assert what in caught.value.message
    assert instead in caught.value.hint
    assert caught.value.exit_code == 3


PAGES = [
    "<p>a",
    "text before <p>a",
    "<!doctype html><title>How to write add_header</title><pre>\nserver {\n  add_header X y;\n}</pre>",
    "<!doctype html><p>Refused to load the script because it violates the following Content Security Policy directive",
    "<!-- curl -i --><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html><p>",
    "<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a 'b'>]><html xmlns='http://www.w3.org/1999/xhtml'><p>a</p></html>",
    "<p>\0a\x01",
    "\n\n  <script>fetch('x')</script>",
    "<my-app></my-app><script src=a></script>",
    "Content: <b>a</b>",
]


@pytest.mark.parametrize("text", PAGES)
def test_a_page_is_taken_for_nothing_else(text: str) -> None:
    capture = read_saved("saved", text.encode(), PAGE)
    assert (capture.missing, capture.body) == ("headers", text.encode())


BODIES = [
    # Content-Type, body, what the message says; "" for a page
    ("text/html", b"<p>a", ""),
    ("text/html", b"%PDF-1.4", "a PDF document, though its type is 'text/html'"),
    ("text/html", b'{"ok": true}', "JSON, but not a HAR, though its type is"),
    ("text/html", b"OK", "not even one tag"),
    ("application/pdf", b"%PDF-1.4", "so it is a PDF document"),
    ("image/png", b"\x89PNG\r\n\x1a\n", "so it is an image"),
    ("application/json", b"{}", "so it is JSON"),
    ("application/rss+xml", b"<rss/>", "so it is a feed"),
    ("text/plain", b"<p>", "so it is plain text"),
    ("application/xml", b"<rss><channel/></rss>", "a feed"),
    ("text/xml", b"<?xml version='1.0'?><note/>", "an XML file"),
    ("text/xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><p/></html>", ""),
    ("application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><p/></html>", ""),
    ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", "an image without a script"),
    ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", ""),
    ("", b"plain", "no Content-Type and no markup"),
]


@pytest.mark.parametrize(("named", "body", "says"), BODIES)
def test_the_body_has_to_be_a_page_too(named: str, body: bytes, says: str) -> None:
    values = (named.encode(),) if named else ()
    if not says:
        require_html_type("t", values, body)
        return
    with pytest.raises(TargetError) as caught:
        require_html_type("t", values, body)
    assert (caught.value.kind, says in caught.value.message) == ("not-html", True), caught.value.message
