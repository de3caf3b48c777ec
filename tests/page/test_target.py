"""What a target on the command line is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.errors import UsageError
from csplint.page.target import FileTarget, StdinTarget, UrlTarget, classify

SECRET = "hunter2"

URLS = [
    # typed                               fetched
    ("https://shop.example", "https://shop.example/"),
    ("http://shop.example/a b", "http://shop.example/a%20b"),
    ("HTTP://SHOP.example:80/", "http://shop.example/"),
    ("http:shop.example", "http://shop.example/"),
    ("shop.example", "https://shop.example/"),
    (" shop.example\n", "https://shop.example/"),
    ("shop.example/path?q#f", "https://shop.example/path?q#f"),
    ("shop.example/index.html", "https://shop.example/index.html"),  # a host comes first, so it is no path
    ("shop.example:8443/x.html", "https://shop.example:8443/x.html"),
    ("localhost", "https://localhost/"),
    ("localhost:8000", "https://localhost:8000/"),
    ("localhost/x.html", "https://localhost/x.html"),
    ("localhost:8000/x?a@b", "https://localhost:8000/x?a@b"),
    ("127.0.0.1:8000/x", "https://127.0.0.1:8000/x"),
    ("[::1]:80", "https://[::1]:80/"),
    ("münchen.example", "https://xn--mnchen-3ya.example/"),
    ("//shop.example/x", "https://shop.example/x"),
    ("intranet", "https://intranet/"),
]


@pytest.mark.parametrize(("typed", "url"), URLS)
def test_urls(typed: str, url: str) -> None:
    assert classify(typed) == UrlTarget(url, typed)


CREDENTIALS = [
    (f"https://user:{SECRET}@shop.example/x", f"https://user:{SECRET}@shop.example/x", "https://shop.example/x"),
    (f"user:{SECRET}@shop.example/x", f"https://user:{SECRET}@shop.example/x", "https://shop.example/x"),
    (f"https:user:{SECRET}@shop.example", f"https://user:{SECRET}@shop.example/", "https://shop.example/"),
    (f"https://{SECRET}@shop.example", f"https://{SECRET}@shop.example/", "https://shop.example/"),
    (f"https://a:{SECRET}@b@shop.example", f"https://a:{SECRET}%40b@shop.example/", "https://shop.example/"),
    (f"ht\ntps://u:{SECRET}@shop.example", f"https://u:{SECRET}@shop.example/", "https://shop.example/"),
]


@pytest.mark.parametrize(("typed", "url", "shown"), CREDENTIALS)
def test_credentials_are_for_fetching_only(typed: str, url: str, shown: str) -> None:
    target = classify(typed)
    assert target == UrlTarget(url, shown)
    assert SECRET not in repr(target)
    assert SECRET not in target.shown


FILES = [
    "./missing.html",
    "../missing.HAR",
    "saved/missing.http",
    "/nowhere/missing.txt",
    "missing.html",
    "missing.har",
    "C:\\saved\\missing.html",
    "./a@b.html",
]


@pytest.mark.parametrize("typed", FILES)
def test_a_mistyped_path_is_a_missing_file_and_no_host(typed: str) -> None:
    assert classify(typed) == FileTarget(typed)


def test_what_is_there_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.example").mkdir()
    Path("answer").write_text("HTTP/1.1 200 OK")
    Path("other.example").write_text("<p>")
    Path("folder").mkdir()
    assert classify("answer") == FileTarget("answer")
    assert classify("other.example") == FileTarget("other.example")
    assert classify("folder") == FileTarget("folder")
    assert classify("shop.example") == UrlTarget("https://shop.example/", "shop.example")  # where its site is kept


def test_standard_input() -> None:
    assert classify("-") == StdinTarget()
    assert classify("-").shown == "-"


MISTAKES = [
    ("", "empty"),
    ("  ", "empty"),
    ("ftp://shop.example/", "ftp:"),
    ("file:///etc/passwd", "path of the file"),
    ("javascript:alert(1)", "javascript:"),
    ("mailto:a@shop.example", "mailto:"),
    ("data:text/html,<p>", "data:"),
    ("ws://shop.example", "ws:"),
    ("foo:bar", "foo:"),
    ("https://", "neither"),
    ("https://[bad", "neither"),
    ("https://shop.example:99999/", "neither"),
    ("default-src 'self'; script-src *", "--policy"),
    ("a\0b", "neither"),
    ("x" * 100_000 + " ", ""),
    ("\x1b[31m.example", "neither"),
]


@pytest.mark.parametrize(("typed", "named"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes(typed: str, named: str) -> None:
    if not named:  # far too long for a path, and taken for a host: that it does not raise anything else is the point
        assert isinstance(classify(typed), UrlTarget)
        return
    with pytest.raises(UsageError) as caught:
        classify(typed)
    assert named in str(caught.value)
    assert str(caught.value).isprintable()


BAD_WITH_CREDENTIALS = [
    f"https://u:{SECRET}@[bad",
    f"u:{SECRET}@[bad",
    f"https:u:{SECRET}@[bad",
    f"ht\ntps://u:{SECRET}@[bad",
    f"ftp://u:{SECRET}@shop.example",
    f"https://u:{SECRET}@shop.example:99999",
    f"https://{SECRET}:x@ab c/",
]


@pytest.mark.parametrize("typed", BAD_WITH_CREDENTIALS)
def test_no_mistake_shows_the_credentials(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        classify(typed)
    assert SECRET not in str(caught.value)
