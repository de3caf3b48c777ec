"""`csplint fix --write` and `--diff` on pages: the policy in the meta element is changed, every other byte stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from csplint.cli.entry import run

HEAD = "<!doctype html>\r\n<meta charset=utf-8>\r\n<title>Läden</title>\r\n"
INLINE = "<script>start()</script>\r\n<p>größer\r\n"
HASH = "'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='"
OTHER_HASH = "'sha256-8f935d27GvUutRyY9yWScUMiFUk4WTdZURISiYfPOeQ='"


def page(content: str, rest: str = INLINE, before: str = "") -> str:
    return f"{before}{HEAD}<meta http-equiv=Content-Security-Policy content={content}>\r\n{rest}"


def written(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def fix(path: Path, *options: str) -> int:
    return run(["fix", str(path), *options, "--vendor", "none"])


CASES = [
    (
        "\"default-src &#39;self&#39;; img-scr 'self';\r\n  script-src 'self'\"",
        f"\"default-src &#39;self&#39;; img-src 'self';\r\n  script-src 'self' {HASH}\"",
    ),
    (
        "'default-src &apos;self&apos;; script-src &apos;self&apos;; report-uri /r?a&amp;b'",
        f"'default-src &apos;self&apos;; script-src &apos;self&apos; {HASH.replace(chr(39), '&#39;')}; report-uri /r?a&amp;b'",
    ),
    ("script-src&#32;https:", f'"script-src&#32;https: {HASH}"'),
    (f'"script-src {OTHER_HASH}"', f'"script-src {OTHER_HASH} {HASH}"'),
]


@pytest.mark.parametrize(("before", "after"), CASES)
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_what_is_written(before: str, after: str, bom: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "index.html", page(before, before=bom))
    path.chmod(0o604)
    assert fix(path, "--write", "--ignore", "SEC", "--ignore", "DEL") == 0
    assert path.read_bytes().decode() == page(after, before=bom)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert capsys.readouterr().err == f"wrote {path}\n"
    assert fix(path, "--write", "--ignore", "SEC", "--ignore", "DEL") == 0
    assert "wrote" not in capsys.readouterr().err


def test_a_diff_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page("\"script-src 'self'\"")
    path = written(tmp_path / "index.html", text)
    assert fix(path, "--diff") == 1
    assert path.read_bytes().decode() == text
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("+<")] == [
        f"+<meta http-equiv=Content-Security-Policy content=\"script-src 'self' {HASH}\">"
    ]


def test_what_the_widget_needs(tmp_path: Path) -> None:
    path = written(tmp_path / "index.html", page("\"default-src 'self'\"", "<p>\r\n"))
    assert run(["fix", str(path), "--write", "--vendor", "velaro"]) == 0
    assert "script-src 'self' https://app-cdn.velaro.com" in path.read_text(encoding="utf-8")


TAGGED = page(
    "\"script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' 'strict-dynamic'; img-scr x\"",
    "<script nonce='3TmVbQn7LkHsYw2RzXcAfg==' src=/a.js></script><script src=/b.js></script>\r\n",
)


def test_what_tags_need_is_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "index.html", TAGGED)
    assert fix(path, "--write") == 1
    after = path.read_bytes().decode()
    assert after.partition("<script")[2] == TAGGED.partition("<script")[2]
    err = capsys.readouterr().err
    assert 'Give the <script> tag on line 5 nonce="' in err
    assert "3TmVbQn7LkHsYw2RzXcAfg==" not in err


def test_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop").mkdir()
    first = written(tmp_path / "index.html", page("\"script-src 'self'\""))
    second = written(tmp_path / "shop" / "index.html", page("'script-src &#39;self&#39;'"))
    headers = written(tmp_path / "_headers", "/*\n  Content-Security-Policy: default-src 'self'; img-scr 'self'\n")
    plain = written(tmp_path / "plain.html", "<p>")
    assert fix(tmp_path, "--write", "--ignore", "SEC", "--ignore", "DEL") == 0
    assert HASH in first.read_text(encoding="utf-8")
    assert HASH.replace("'", "&#39;") in second.read_text(encoding="utf-8")
    assert "img-src 'self'" in headers.read_text(encoding="utf-8")
    assert plain.read_bytes() == b"<p>"
    assert capsys.readouterr().err.count("wrote ") == 3


@pytest.mark.skipif(os.name == "nt", reason="folders have other permissions")
def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(tmp_path / "a.html", page("\"script-src 'self'\""))
    second = written(tmp_path / "b.html", page("\"script-src 'self'\""))
    before = first.read_bytes()
    real = os.replace
    monkeypatch.setattr(
        os, "replace", lambda a, b: real(a, b) if str(b) != str(second) else (_ for _ in ()).throw(OSError("full"))
    )
    assert fix(tmp_path, "--write") == 2
    assert first.read_bytes() == before


CANNOT: dict[str, tuple[str | bytes, str]] = {
    "latin": (page("\"script-src 'self'\"").replace("utf-8", "iso-8859-1").encode("latin-1"), "not UTF-8 (line 3)"),
    "labelled": (page("\"script-src 'self'\"").replace("utf-8", "iso-8859-1").encode(), "another encoding than UTF-8"),
    "utf-16": (page("\"script-src 'self'\"").encode("utf-16"), "UTF-8"),
    "binary": (b"\0\1\2\xff" * 100, "not a page"),
    "nulls": (b"\0" * 1000 + page("\"script-src 'self'\"").encode() + b"\0" * 1000, ""),
    "large": (page("\"script-src 'self'\"").encode() + b"x" * (10 * 1024 * 1024 + 1), "more than 10 MB"),
    "moustache": (page('"script-src {{ sources }}"'), "template text ({{) (line 4)"),
    "moustache in the page": (
        page("\"script-src 'self'\"", "<script>{{ code }}</script>"),
        "template text ({{) (line 5)",
    ),
    "many braces": (page('"script-src a"', "<p>" + "{{" * 1_000_000 + "}}"), "template text ({{) (line 5)"),
    "erb": (page("\"script-src 'self'\"", "<%= render 'a' %>\r\n<script>a()</script>"), "template text (<%) (line 5)"),
    "jinja": (page("\"script-src 'self'\"", "{% block a %}<script>a()</script>"), "template text ({%)"),
    "php": (page("\"script-src 'self'\"", "<?php a() ?><script>a()</script>"), "template text (<?)"),
    "dollar": (page('"script-src ${SOURCES}; img-scr x"'), "template text (${)"),
    "no policy": ("<!doctype html><title>a</title><p>b", "no Content-Security-Policy in a meta element"),
    "in the body": (
        "<p><meta http-equiv=Content-Security-Policy content='img-scr x'>",
        "no Content-Security-Policy in a meta",
    ),
    "in a comment": (
        "<!-- <!-- <meta http-equiv=Content-Security-Policy content='img-scr x'> --><p>",
        "no Content-Security",
    ),
    "empty": ("", "empty"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_nothing_is_written(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, message = CANNOT[name]
    path = written(tmp_path / "index.html", data)
    before = path.read_bytes()
    assert fix(path, "--write") in ({3} if message else {1, 3})
    assert path.read_bytes() == before
    err = capsys.readouterr().err
    assert message in err
    assert err.startswith(f"csplint: {path}: ")


def test_nested_comments_do_not_hide_the_policy(tmp_path: Path) -> None:
    comment = "<!-- <!-- <meta http-equiv=Content-Security-Policy content='img-scr y'> -->"
    text = page("\"script-src 'self'\"").replace("<meta http", f"{comment}<meta http")
    path = written(tmp_path / "index.html", text)
    assert fix(path, "--write", "--ignore", "SEC", "--ignore", "DEL") == 0
    assert path.read_bytes().decode() == text.replace("script-src 'self'", f"script-src 'self' {HASH}")


def test_a_page_that_stays_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An event handler that only its owner can move."""
    text = page("\"script-src 'self'\"", "<p onclick='a()'>")
    path = written(tmp_path / "index.html", text)
    assert fix(path, "--write") == 1
    assert capsys.readouterr().err.count("\n") >= 1


def test_a_saved_response_is_no_page_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "saved.txt", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>")
    assert fix(path, "--write") == 2
    assert "is a saved response" in capsys.readouterr().err


def test_several_metas(tmp_path: Path) -> None:
    more = "<meta http-equiv=Content-Security-Policy content='default-src *; img-scr x'>\r\n<p>"
    path = written(tmp_path / "index.html", page("\"default-src 'self'; img-scr y\"", more))
    fix(path, "--write", "--ignore", "SEC", "--ignore", "DEL")
    assert path.read_bytes().decode() == page(
        "\"default-src 'self'; img-src y 'self'\"", more.replace("scr x", "src x *")
    )
