"""
No input that is not a page meets a need.

A need may be met only by a page, or by a policy that was read; for everything else the exit code is 3. The seeds are files of
many formats, and hypothesis changes, cuts and joins them.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.engine.inputs import SavedInput
from csplint.engine.run import run_checks
from csplint.model import Report
from csplint.packs.merge import PackSet, load_packs
from tests.page.test_kinds import REFUSED

SHOP = "https://shop.example/"
SEEDS = [each if isinstance(each, bytes) else each.encode() for each, _, _ in REFUSED]
MORE = [
    bytes(range(256)) * 4,
    b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\nServer: nginx\n",
    b"<!doctype html><title>a page without headers</title><script src=/a.js></script>",
    b"<p>a fragment",
    b"a,b,c\n1,2,3\n",
    b"# A title\n\nSome *text* with `code`.\n",
    b"2026-11-28 10:00:00 INFO started\n",
    b"From: a@b.example\r\nSubject: hello\r\n\r\ntext\r\n",
    b"{\"log\": {\"entries\": []}}",
]  # fmt: skip


@cache
def packs() -> PackSet:
    return load_packs(())


def report(data: bytes, name: str = "data.bin") -> Report:
    return run_checks([SavedInput(name, SHOP, data)], packs())


def require_nothing_met(data: bytes) -> None:
    for name in ("page.html", "logo.svg"):
        found = report(data, name)
        [target] = found.targets
        met = [row for row in target.requirements if row.state == "met"]
        if target.policies or found.run.exit_code == 3:
            assert target.policies or not met
            continue
        # An error of the page itself, such as an embed of an old host, decides without a policy.
        assert found.run.exit_code == 1, target
        assert not met


@pytest.mark.parametrize("seed", [*SEEDS, *MORE], ids=range(len(SEEDS) + len(MORE)))
def test_seeds(seed: bytes) -> None:
    found = report(seed)
    assert found.run.exit_code == 3
    assert found.targets[0].requirements == ()
    assert found.targets[0].error is not None


CHANGES = st.lists(
    st.tuples(st.sampled_from(["set", "insert", "delete", "cut", "repeat"]), st.integers(0, 4000), st.binary(max_size=12)),
    max_size=6,
)  # fmt: skip


def changed(seed: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    data = bytearray(seed)
    for what, where, new in changes:
        at = where % (len(data) + 1)
        match what:
            case "set":
                data[at : at + len(new)] = new
            case "insert":
                data[at:at] = new
            case "delete":
                del data[at : at + len(new) + 1]
            case "cut":
                del data[at:]
            case "repeat":
                data += data[at : at + 2000]
    return bytes(data)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([*SEEDS, *MORE]), CHANGES)
def test_changed_files(seed: bytes, changes: list[tuple[str, int, bytes]]) -> None:
    require_nothing_met(changed(seed, changes))


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.binary(max_size=2000), st.text(max_size=500).map(lambda text: text.encode("utf-8", "replace"))))
def test_random_data(data: bytes) -> None:
    require_nothing_met(data)


WORDS = st.sampled_from([
    "<p>", "<", "{", "}", "\"", "'", "default-src", "script-src", "*", ":", ";", "\n", "\r\n", " ", "HTTP/1.1 200 OK", "< ", "> ", "* ",
    "content-type", "text/html", "server", "content-security-policy", "csp-report", "<?xml version='1.0'?>", "<rss>", "[a]", "=", "\0",
    "%PDF-", "curl ", "-i", "https://a.example/", "Refused to load", "log", "entries", "[]", "---", "add_header", "server {",
])  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(WORDS, max_size=12))
def test_words_of_many_formats(words: list[str]) -> None:
    require_nothing_met("".join(words).encode())
