"""Every server's reader is offered files, and a file is taken by the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

import csplint.servers
from csplint.servers.registry import MODULES, recognise, servers

FOLDER = Path(csplint.servers.__file__).parent
CSP = "Content-Security-Policy"


def test_every_reader_is_listed() -> None:
    files = [*FOLDER.glob("*.py"), *FOLDER.glob("*/__init__.py")]
    written = {
        path.parent.name if path.name == "__init__.py" else path.stem
        for path in files
        if "\nSERVER = " in path.read_text(encoding="utf-8")
    }
    assert written == set(MODULES)
    assert len({each.name for each in servers()}) == len(MODULES)


@pytest.mark.parametrize(
    ("name", "text", "server"),
    [
        ("deploy/nginx.conf", f'server {{ add_header {CSP} "img-src *"; }}', "nginx"),
        ("httpd.conf", f'<VirtualHost *:80>\nHeader set {CSP} "img-src *"\n</VirtualHost>', "apache"),
        (".htaccess", f'Header set {CSP} "img-src *"', "apache"),
        ("Caddyfile", f'a.example {{\n\theader {CSP} "img-src *"\n}}', "caddy"),
        ("_headers", f"/*\n  {CSP}: img-src *", "netlify"),
        ("_headers", f"/*\n  {CSP}: img-src *\n/x\n  ! {CSP}", "cloudflare"),
        ("main.tf", 'resource "aws_cloudfront_response_headers_policy" "a" {}', "cloudfront-terraform"),
        ("settings.py", "SECURE_CSP = {}", "python"),
        ("k8s/headers.yaml", f"apiVersion: v1\nkind: ConfigMap\ndata:\n  {CSP}: img-src *", "kubernetes"),
        ("dynamic.yml", "http:\n  middlewares:\n    a: {headers: {contentSecurityPolicy: img-src *}}", "traefik"),
        ("workflow.yml", f"on: push\njobs:\n  a:\n    steps:\n      - run: curl -I x | grep {CSP}", None),
        ("redis.conf", "maxmemory 10mb", None),
        ("settings.py", "DEBUG = True", None),
        ("notes.txt", f'add_header {CSP} "img-src *";', None),
    ],
)
def test_who_reads_a_file(name: str, text: str, server: str | None) -> None:
    found = recognise(name, text.encode())
    assert (found.name if found else None) == server
