"""A page in a folder: its integrity attributes and hashes are compared with the folder's files."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import pytest

from csplint.engine import page_folder
from csplint.engine.inputs import SavedInput
from csplint.engine.run import RunOptions, run_checks
from csplint.model import Finding
from csplint.packs.merge import load_packs

PACKS = load_packs(())
OLD = "sha256-8f935d27GvUutRyY9yWScUMiFUk4WTdZURISiYfPOeQ="
POLICY = f"<!doctype html><meta charset=utf-8><meta http-equiv=Content-Security-Policy content=\"script-src '{OLD}'; style-src *\">\n"


def sri(text: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode()}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    for name, text in {"app.js": "start()", "a/b.js": "sub()", "a/app.js": "other()", "s p.css": "p { }"}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (tmp_path / "secret.js").write_bytes(b"secret()")
    return root


def findings(path: Path, html: str, folder: Path | None, rule: str = "stale-integrity") -> list[Finding]:
    path.write_text(POLICY + html)
    each = SavedInput(str(path), "", folder=str(folder) if folder else "")
    [report] = run_checks([each], PACKS, RunOptions(vendors=("none",))).targets
    return [finding for finding in report.findings if finding.name == rule]


STALE = [
    ("index.html", f"<script src=/app.js integrity={OLD}></script>"),
    ("index.html", f"<script src='app.js?v=2#x' integrity={OLD}></script>"),
    ("a/index.html", f"<script src=../app.js integrity={OLD}></script>"),
    ("a/index.html", f"<script src=/app.js integrity={OLD}></script>"),
    ("index.html", f"<base href=/a/><script src=b.js integrity={OLD}></script>"),
    ("index.html", f"<link rel=stylesheet href='s%20p.css' integrity={OLD}>"),
    ("index.html", f"<script src=/app.js integrity='{sri('start()')} {sri('old()', 'sha512')}'></script>"),
    ("index.html", f"<script src=/app.js integrity='{OLD} {sri('old()')}'></script>"),
]
FINE = [
    ("index.html", f"<script src=/app.js integrity={sri('start()')}></script>"),
    ("index.html", f"<script src=/app.js integrity='{OLD} {sri('start()')}'></script>"),
    ("index.html", f"<script src=/app.js integrity='{OLD} {sri('start()', 'sha384')}'></script>"),
    ("index.html", "<script src=/app.js></script>"),
    ("index.html", "<script src=/app.js integrity=md5-x></script>"),
    ("index.html", f"<script src=https://cdn.example/app.js integrity={OLD}></script>"),
    ("index.html", f"<script src=//cdn.example/app.js integrity={OLD}></script>"),
    ("index.html", f"<base href=https://cdn.example/><script src=app.js integrity={OLD}></script>"),
    ("index.html", f"<script src=/missing.js integrity={OLD}></script>"),
    ("index.html", f"<script src=/a integrity={OLD}></script>"),
    ("index.html", f"<script src=/%00 integrity={OLD}></script>"),
    ("index.html", f"<script src='http://[x/' integrity={OLD}></script>"),
    ("a/index.html", f"<script src=app.js integrity={sri('other()')}></script>"),
]


@pytest.mark.parametrize(("name", "html"), STALE)
def test_stale(site: Path, name: str, html: str) -> None:
    [finding] = findings(site / name, html, site)
    assert finding.severity == "error"
    assert finding.region is not None
    assert finding.region.line == 2


@pytest.mark.parametrize(("name", "html"), FINE)
def test_fine(site: Path, name: str, html: str) -> None:
    assert findings(site / name, html, site) == []


def test_the_fix_has_the_hash_and_says_that_the_policy_has_the_old_one(site: Path) -> None:
    [finding] = findings(site / "index.html", f"<script src=/app.js integrity={OLD}></script>", site)
    right = sri("start()")
    assert finding.fix is not None
    assert finding.fix.summary == f"Write integrity=\"{right}\". Replace the old hash in script-src too: '{right}'."


def test_nothing_outside_of_the_folder_is_read(site: Path) -> None:
    (site / "link.js").symlink_to(site.parent / "secret.js")
    for src in ("link.js", "../secret.js", "/%2e%2e/secret.js", "/../secret.js", "..%5csecret.js"):
        assert findings(site / "index.html", f"<script src='{src}' integrity={OLD}></script>", site) == []


def test_a_page_without_a_folder(site: Path) -> None:
    """Its own folder is the site's, unless a folder above has the same file."""
    html = f"<script src=/app.js integrity={OLD}></script>"
    assert len(findings(site / "index.html", html, None)) == 1
    assert findings(site / "a" / "index.html", html, None) == []


def test_a_page_from_elsewhere_reads_no_file(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site)
    data = (POLICY + f"<script src=/app.js integrity={OLD}></script>").encode()
    [report] = run_checks([SavedInput("standard input", "", data)], PACKS, RunOptions(vendors=("none",))).targets
    assert "stale-integrity" not in {finding.name for finding in report.findings}


@pytest.mark.skipif(os.name == "nt", reason="no pipes")
def test_what_is_no_regular_file_is_not_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(site / "pipe.js")
    assert findings(site / "index.html", f"<script src=/pipe.js integrity={OLD}></script>", site) == []
    monkeypatch.setattr(page_folder, "MOST_BYTES", 3)
    assert findings(site / "index.html", f"<script src=/app.js integrity={OLD}></script>", site) == []


def test_a_hash_of_a_file_without_integrity(site: Path) -> None:
    html = "<script src=/app.js></script>"
    (site / "index.html").write_text("")
    page = POLICY.replace(OLD, sri("start()"))
    (site / "index.html").write_text(page + html)
    [report] = run_checks([SavedInput(str(site / "index.html"), "")], PACKS, RunOptions(vendors=("none",))).targets
    [finding] = [each for each in report.findings if each.name == "unused-hash"]
    assert (
        finding.cause
        == "It is the hash of the file app.js; a hash allows a file only if the integrity attribute of its tag has it."
    )


def test_a_stale_hash_is_said(site: Path) -> None:
    [finding] = findings(site / "index.html", "<script>start()</script>", site, "unused-hash")
    assert finding.value == f"'{OLD}'"
