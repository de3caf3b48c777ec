"""What is predicted from an Apache configuration is what Apache sends; what is written back, it accepts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.servers.apache import SERVER
from csplint.servers.source import Response, Source, SourceError, apply_edits
from tests.required import program
from tests.server_files.fault_cases import APACHE_NOT_ALWAYS, APACHE_PERCENT, Case
from tests.started import Site, assert_sent, free_port, started

MODULES = ["mpm_event", "authz_core", "headers", "dir", "alias", "env", "setenvif", "unique_id"]

HEAD = """\
ServerRoot %(folder)s
ServerName shop.example
Listen 127.0.0.1:%(port)s
PidFile %(folder)s/apache.pid
ErrorLog /dev/stderr
DocumentRoot %(folder)s/site
<Directory %(folder)s/site>
  AllowOverride FileInfo
  Require all granted
</Directory>
"""

SITE = (
    HEAD
    + """\
Define IMAGES https://img.example
# a comment that goes on \\
Header set X-Comment comment
<IfModule mod_headers.c>
  Header set X-Set "one"
  header   SET x-set 'two "quoted" \\'words\\' \\\\\\\\ \\d'
  Header set Content-Security-Policy "default-src 'self'; \\
    img-src ${IMAGES} 100%%; \\
    script-src 'nonce-%{UNIQUE_ID}e'"
</IfModule>
<IfModule !mod_headers.c>
  Header set X-Not not
</IfModule>
<IfDefine NOTHING>
  Header set X-Not not
</IfDefine>
Header set X-Colon: bare;
Header add X-Add 1
Header add X-Add 2
Header always set X-Always a
Header set X-Always b
Header append X-Append a
Header append x-append b
Header merge X-Merge a
Header merge X-Merge b
Header merge X-Merge a
Header setifempty X-Empty a
Header setifempty X-Empty b
Header set X-Edit "a b a"
Header edit X-Edit a c
Header set X-Edits "a b a"
Header edit* X-Edits a "c d"
Header set X-Gone a
Header unset X-Gone
Header set X-If yes env=IS_SET
Header set X-Expr yes "expr=%{REQUEST_URI} =~ m#\\.txt$#"
SetEnvIf Request_URI "set\\.html$" IS_SET
<Location /shop>
  Header set X-Place shop
  Header append X-Add 3
  <IfModule mod_headers.c>
    Header always set X-Module "in a module"
  </IfModule>
</Location>
<Location /shop/inner>
  Header set X-Place inner
</Location>
<Files special.html>
  Header unset Content-Security-Policy
  Header always append Content-Security-Policy "default-src 'none'"
</Files>
<Location />
  Header set X-Everywhere yes
</Location>
Include more.conf
"""
)
INCLUDED = {"more.conf": b"Header set X-More more\n"}

PATHS = [
    # scope, what is asked for
    ("", "/plain.html"),
    ("", "/missing.html"),
    ("where env=IS_SET", "/set.html"),
    ("where expr=%{REQUEST_URI} =~ m#\\.txt$#", "/a.txt"),
    ("Location /shop", "/shop/a.html"),
    ("Location /shop", "/shop/missing.html"),
    ("Location /shop/inner", "/shop/inner/a.html"),
    ("Files special.html", "/special.html"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("apache")
    for path in ["plain.html", "set.html", "a.txt", "shop/a.html", "shop/inner/a.html", "special.html", "own/a.html"]:
        (made / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (made / "site" / path).write_text("<p>a page")
    for name, data in INCLUDED.items():
        (made / name).write_bytes(data)
    return made


def modules() -> str:
    folder = Path("/usr/lib/apache2/modules")
    return "".join(f"LoadModule {name}_module {folder}/mod_{name}.so\n" for name in MODULES)


HTACCESS = """\
Header set X-Own "own"
Header always set Content-Security-Policy "default-src 'none'"
Header edit Content-Security-Policy "img-src" "font-src"
"""


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    apache, port = program("apache2"), free_port()
    (folder / "apache.conf").write_text(filled(SITE, folder, port))
    (folder / "loaded.conf").write_text(modules() + f"Include {folder}/apache.conf\n")
    (folder / "site/own/.htaccess").write_text(HTACCESS)
    with started([apache, "-X", "-f", str(folder / "loaded.conf")], folder, port) as running:
        yield running


def filled(text: str, folder: Path, port: int) -> str:
    return text.replace("%(folder)s", str(folder)).replace("%(port)s", str(port))


@pytest.fixture(scope="module")
def source(site: Site, folder: Path) -> Source:
    return SERVER.read((folder / "apache.conf").read_bytes(), INCLUDED.get)


def of(source: Source, scope: str) -> Response:
    (found,) = [each for each in source.responses if each.scope == scope]
    return found


@pytest.mark.parametrize(("scope", "asked"), PATHS)
def test_apache_sends_what_was_predicted(site: Site, source: Source, scope: str, asked: str) -> None:
    predicted = [each for each in of(source, scope).sent if each.always or "missing" not in asked]
    assert_sent(predicted, site.headers(asked))


def test_htaccess_comes_after_the_configuration_of_its_folder(site: Site, folder: Path) -> None:
    both = (folder / "apache.conf").read_bytes() + f"<Directory {folder}/site/own>\n{HTACCESS}</Directory>\n".encode()
    source = SERVER.read(both, INCLUDED.get)
    assert_sent(of(source, f"Directory {folder}/site/own").sent, site.headers("/own/a.html"))
    (own,) = SERVER.read(HTACCESS.encode(), INCLUDED.get).responses
    assert [sent.name for sent in own.sent] == ["Content-Security-Policy", "X-Own"]


def configtest(folder: Path, text: str) -> str:
    """What `apachectl configtest` says; "" if it accepts the file."""
    file = folder / "tested.conf"
    file.write_text(modules() + filled(HEAD, folder, 1) + text)
    done = subprocess.run([program("apache2"), "-t", "-f", str(file)], capture_output=True, check=False, text=True)
    return "" if done.returncode == 0 else done.stderr + done.stdout


VALUES = ["default-src 'self'; img-src https://new.example", 'quoted "word" and back\\slash', "100% and %2F", "short"]


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("written", ['"default-src \\"x\\""', "'it\\'s'", "bare", '"a \\\n  b"'])
def test_apache_accepts_what_was_written(folder: Path, written: str, text: str) -> None:
    data = f"Header set Content-Security-Policy {written}\n".encode()
    (sent,) = SERVER.read(data, INCLUDED.get).responses[0].sent
    edits = SERVER.write(data, sent, text)
    assert edits
    changed = apply_edits(data, edits)
    assert configtest(folder, changed.decode()) == ""
    assert SERVER.read(changed, INCLUDED.get).responses[0].sent[0].value.text == text  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["/a%20b", "/a%2F", "%D0%BC"])
def test_percent_signs(folder: Path, value: str) -> None:
    text = f'Header always set Content-Security-Policy "report-uri {value}"\n'
    fault = SERVER.read(text.encode(), INCLUDED.get).faults[0]
    assert fault.rule == "percent-in-value"
    assert configtest(folder, text) or value.startswith("%D")
    changed = text.encode()
    edits = [edit for fault in SERVER.read(changed, INCLUDED.get).faults for edit in fault.edits]
    changed = apply_edits(changed, edits)
    source = SERVER.read(changed, INCLUDED.get)
    assert source.faults == ()
    assert source.responses[0].sent[0].value.text == f"report-uri {value}"  # type: ignore[union-attr]
    assert configtest(folder, changed.decode()) == ""


REFUSED = [
    "Header set Content-Security-Policy default-src 'self'; x y",
    "Header put X y",
    "Header set X",
    "<IfModule x>\nHeader set X y",
    "</IfModule>",
    'Header set X y "z"',
]


@pytest.mark.parametrize("text", REFUSED)
def test_apache_refuses_what_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(SourceError):
        SERVER.read(text.encode(), INCLUDED.get)
    assert configtest(folder, text)


@pytest.mark.parametrize("case", [APACHE_NOT_ALWAYS, APACHE_PERCENT], ids=lambda case: case.rule)
def test_apache_accepts_a_file_that_csplint_mended(folder: Path, tmp_path: Path, case: Case) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.text.encode())
    assert run(["fix", str(path), "--write", "--vendor", "none"]) == 0
    assert path.read_bytes().decode() == case.after
    assert configtest(folder, case.after) == ""
