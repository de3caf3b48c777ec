"""Which files of a folder send a policy: by name and content, without what git ignores."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.engine import source_folders
from csplint.engine.source_folders import files_of

POLICY = "Content-Security-Policy"
HEADERS = f"/*\n  {POLICY}: script-src 'self'\n"
NGINX = f"server {{ add_header {POLICY} \"script-src 'self'\" always; }}\n"
PAGE = f"<!doctype html><meta http-equiv={POLICY} content=\"script-src 'self'\"><p>"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        ".gitignore": "build/\n*.local.conf\n",
        "build/_headers": HEADERS,
        "deploy/nginx.conf": NGINX,
        "deploy/nginx.local.conf": NGINX,
        "deploy/.gitignore": "old\n",
        "deploy/old/nginx.conf": NGINX,
        "deploy/redis.conf": "maxmemory 10mb\n",
        "node_modules/x/_headers": HEADERS,
        "site.yaml": f"apiVersion: v1\nkind: ConfigMap\ndata:\n  {POLICY}: img-src *\n",
        "deploy/workflow.yml": f"on: push\njobs: {{a: {{steps: [{{run: grep {POLICY}}}]}}}}\n",
        "deploy/deployment.yaml": f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{annotations: {{note: {POLICY}}}}}\n",
        "public/_headers": HEADERS,
        "public/index.html": PAGE,
        "public/plain.html": "<!doctype html><p>",
        "README.md": POLICY,
        ".git/nginx.conf": NGINX,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "link").symlink_to(tmp_path / "public")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("site")
def test_what_is_read() -> None:
    found = files_of(".")
    assert found.paths == ("deploy/nginx.conf", "public/_headers", "public/index.html", "site.yaml")
    assert found.limits == ()


@pytest.mark.usefixtures("site")
def test_a_folder_below() -> None:
    assert files_of("public").paths == ("public/_headers", "public/index.html")


@pytest.mark.usefixtures("site")
def test_too_many_files_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_folders, "MOST_FOUND", 1)
    found = files_of(".")
    assert found.paths == ("deploy/nginx.conf",)
    assert found.limits == ("The folder . has more than 1 files with a policy; csplint checked that many.",)


@pytest.mark.usefixtures("site")
def test_a_folder_is_checked_and_what_was_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", ".", "--format", "concise", "--vendor", "none", "--fail-on", "never"]) == 0
    captured = capsys.readouterr()
    assert "4 files with a policy: deploy/nginx.conf, public/_headers, public/index.html and site.yaml" in captured.err
    assert {line.partition(":")[0] for line in captured.out.splitlines()[:-1]} >= {
        "deploy/nginx.conf",
        "public/_headers",
    }


def test_a_folder_without_any(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path)]) == 2
    assert "has no file that sends a policy" in capsys.readouterr().err
