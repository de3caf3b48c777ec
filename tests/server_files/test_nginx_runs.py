"""What is predicted from an nginx configuration is what nginx sends; what is written back, it accepts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.servers.nginx import SERVER
from csplint.servers.source import Response, Source, apply_edits
from tests.required import program
from tests.server_files.fault_cases import NESTED, NOT_ALWAYS, Case
from tests.started import Site, assert_sent, free_port, started

HEAD = """\
daemon off; master_process off; pid %(folder)s/nginx.pid; error_log stderr;
events { }
http {
  access_log off;
  client_body_temp_path %(folder)s/t1; proxy_temp_path %(folder)s/t2; fastcgi_temp_path %(folder)s/t3;
  uwsgi_temp_path %(folder)s/t4; scgi_temp_path %(folder)s/t5;
"""

SITE = (
    HEAD
    + """\
  # a comment with a "quote and a { brace
  map $arg_kind $by_kind { default "default-src 'none'"; shop "default-src 'self'; img-src $images"; none ""; ~^re "a\\"b"; }
  map $arg_kind $images { default https://img.example; }
  geo $place { default "geo $literal"; 10.0.0.0/8 other; }
  add_header X-Http http;
  include more.conf;
  server {
    listen 127.0.0.1:%(port)s;
    server_name shop.example;
    set $images "https://set.example";
    set $policy "default-src 'self'; img-src ${images}";
    add_header Content-Security-Policy $policy always;
    add_header X-Words 'single "quoted" \\'word\\' back\\\\slash \\d';
    location = /plain { return 200 "x"; }
    location / { return 200 "x"; }
    location /missing { return 404; }
    location /own { add_header X-Own "own" always; add_header X-Plain plain; return 200 "x"; }
    location /own404 { add_header X-Own "own" always; add_header X-Plain plain; return 404; }
    location /map { add_header Content-Security-Policy $by_kind; return 200 "x"; }
    location /geo { add_header X-Geo "$place"; return 200 "x"; }
    location /nonce { add_header Content-Security-Policy "script-src 'nonce-$request_id'; img-src $host"; return 200 "x"; }
    location /twice {
      add_header Content-Security-Policy "default-src 'self'";
      add_header Content-Security-Policy "img-src *";
      return 200 "x";
    }
    location /empty { add_header Content-Security-Policy ""; return 200 "x"; }
    location /set { set $policy "default-src *"; location /set/inner { return 200 "x"; } return 200 "x"; }
    location /if {
      set $policy "before";
      if ($arg_a) { add_header X-If $policy; set $policy "taken"; }
      if ($arg_b) { set $policy "other"; return 200 "b"; }
      return 200 "x";
    }
    location /included { include inner.conf; return 200 "x"; }
  }
}
"""
)
INCLUDED = {"more.conf": b"add_header X-More more;", "inner.conf": b"add_header X-Inner 'inner q';"}

PATHS = [
    # scope, what is asked for
    ("location = /plain", "/plain"),
    ("location /", "/anything"),
    ("location /missing", "/missing"),
    ("location /own", "/own"),
    ("location /own404", "/own404"),
    ("location /map in server shop.example where $arg_kind matches no other entry of its map", "/map"),
    ("location /map in server shop.example where $arg_kind is shop", "/map?kind=shop"),
    ("location /map in server shop.example where $arg_kind is none", "/map?kind=none"),
    ("location /map in server shop.example where $arg_kind is ~^re", "/map?kind=rest"),
    ("location /geo in server shop.example where $remote_addr matches no other entry of its map", "/geo"),
    ("location /nonce", "/nonce"),
    ("location /twice", "/twice"),
    ("location /empty", "/empty"),
    ("location /set", "/set"),
    ("location /set/inner in location /set", "/set/inner"),
    ("location /if", "/if"),
    ("if ($arg_a)", "/if?a=1"),
    ("location /included", "/included"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nginx")
    for name, data in INCLUDED.items():
        (made / name).write_bytes(data)
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    nginx, port = program("nginx"), free_port()
    (folder / "nginx.conf").write_text(SITE % {"folder": folder, "port": port})
    with started([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, port) as running:
        yield running


@pytest.fixture(scope="module")
def source(site: Site, folder: Path) -> Source:
    return SERVER.read((folder / "nginx.conf").read_bytes(), INCLUDED.get)


def of(source: Source, scope: str) -> Response:
    (found,) = [
        each
        for each in source.responses
        if each.scope in {scope, f"{scope} in server shop.example"}
        or (scope.startswith("if") and each.scope.startswith(scope))
    ]
    return found


@pytest.mark.parametrize(("scope", "asked"), PATHS)
def test_nginx_sends_what_was_predicted(site: Site, source: Source, scope: str, asked: str) -> None:
    predicted = [
        each for each in of(source, scope).sent if each.always or ("404" not in asked and "missing" not in asked)
    ]
    assert_sent(predicted, site.headers(asked))


def test_every_response_was_asked_for(source: Source) -> None:
    asked = [of(source, scope) for scope, _ in PATHS]
    assert [each.scope for each in source.responses if each not in asked] == [
        "location /geo in server shop.example where $remote_addr is 10.0.0.0/8",
        "if ($arg_b) in location /if in server shop.example",  # its `return` leaves no more headers than /if has
    ]


def configtest(folder: Path, text: bytes) -> str:
    """What `nginx -t` says; "" if it accepts the file."""
    file = folder / "tested.conf"
    file.write_bytes(text)
    command = [program("nginx"), "-t", "-q", "-p", str(folder), "-c", str(file)]
    return subprocess.run(command, capture_output=True, check=False, text=True).stderr


def http(folder: Path, text: str) -> bytes:
    return (HEAD % {"folder": folder} + "server { listen 127.0.0.1:1; " + text + "}}").encode()


@pytest.mark.parametrize(
    ("quote", "after", "longest"), [('"', "", 4094), ('"', " always", 4093), ("", "", 4095), ("", " always", 4094)]
)
@pytest.mark.parametrize("more", [0, 1])
def test_nginx_reads_no_longer_word(folder: Path, quote: str, after: str, longest: int, more: int) -> None:
    data = http(folder, f"add_header Content-Security-Policy {quote}{'a' * (longest + more)}{quote}{after};")
    assert bool(configtest(folder, data)) is bool(more)
    assert ("line-too-long" in {fault.rule for fault in SERVER.read(data, INCLUDED.get).faults}) is bool(more)


@pytest.mark.parametrize(
    "text",
    [
        "default-src 'self'; img-src https://new.example",
        'quoted "word" and back\\slash',
        "short",
    ],
)
@pytest.mark.parametrize("written", ['"default-src \\"x\\""', "'it\\'s'", "bare"])
def test_nginx_accepts_what_was_written(folder: Path, written: str, text: str) -> None:
    data = http(folder, f"add_header Content-Security-Policy {written} always;")
    (sent,) = SERVER.read(data, INCLUDED.get).responses[0].sent
    edits = SERVER.write(data, sent, text)
    assert edits
    changed = apply_edits(data, edits)
    assert configtest(folder, changed) == ""
    assert SERVER.read(changed, INCLUDED.get).responses[0].sent[0].value.text == text  # type: ignore[union-attr]


def test_edits_of_faults_are_accepted_and_remove_them(folder: Path) -> None:
    text = "add_header Content-Security-Policy \"default-src 'self'\";\n  location /a {\n    add_header X-A a;\n  }\n"
    data = http(folder, text)
    faults = SERVER.read(data, INCLUDED.get).faults
    assert [fault.rule for fault in faults] == ["header-without-always", "header-lost-by-nesting"]
    changed = data
    for _ in range(3):
        edits = [edit for fault in SERVER.read(changed, INCLUDED.get).faults for edit in fault.edits]
        changed = apply_edits(changed, edits)
    assert configtest(folder, changed) == ""
    assert SERVER.read(changed, INCLUDED.get).faults == ()


@pytest.mark.parametrize("case", [NESTED, NOT_ALWAYS], ids=lambda case: case.rule)
def test_nginx_starts_with_a_file_that_csplint_mended(folder: Path, case: Case) -> None:
    path = folder / case.name
    before = path.read_bytes() if path.exists() else None
    try:
        path.write_text(case.text)
        assert run(["fix", str(path), "--write", "--vendor", "none"]) == 0
        assert path.read_text() == case.after
        assert (
            configtest(folder, path.read_bytes().replace(b"events {}", f"events {{}} pid {folder}/a.pid;".encode()))
            == ""
        )
    finally:
        path.unlink() if before is None else path.write_bytes(before)
