"""
Whatever csplint reads, it keeps what fuzz/judge.py lists. A bounded number of examples, the same in every run.

    CSPLINT_FUZZ_EXAMPLES=1000 python -m pytest -n0 tests/test_fuzz.py      # a long run, with new examples in each
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import material
from fuzz.command import Ran, run
from fuzz.judge import BrokenPromise, judge
from fuzz.kinds import KINDS, Case, check_case

LONG = os.environ.get("CSPLINT_FUZZ_EXAMPLES")


@pytest.mark.parametrize("kind", KINDS)
def test_every_promise_holds_for_any_input(kind: str) -> None:
    @settings(
        max_examples=int(LONG or 6),
        derandomize=not LONG,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.deferred(KINDS[kind]))
    def holds(case):  # type: ignore[no-untyped-def]  # hypothesis reads annotations
        check_case(case)

    holds()


ACCEPTED = [
    (("config",), {"csplint.toml": material.CONFIG}),
    (("pack", "check", "own.toml"), {"own.toml": material.PACK}),
    (("check", "page.html", "--exit-zero"), {"page.html": material.SAVED}),
    (("check", "page.har", "--exit-zero"), {"page.har": json.dumps(material.HAR).encode()}),
    (("check", "v.txt", "--exit-zero"), {"v.txt": material.VERBOSE}),
    (("check", "h.txt", "--exit-zero"), {"h.txt": material.HEADERS}),
    (("check", "--policy=img-src *", "--baseline=b", "--exit-zero"), {"b": json.dumps(material.BASELINE).encode()}),
]


@pytest.mark.parametrize(
    ("arguments", "files"), ACCEPTED, ids=[case[0][1] if case[0][1:] else "config" for case in ACCEPTED]
)
def test_what_the_examples_are_made_from_is_accepted(arguments: tuple[str, ...], files: dict[str, bytes]) -> None:
    """Else every example ends at the first check."""
    assert check_case(Case(arguments, files)).code in (0, 3 if "h.txt" in files else 0)


def test_every_message_that_the_examples_are_made_from_is_known() -> None:
    ran = check_case(Case(("why", "c.txt"), {"c.txt": material.CONSOLE}, form="json"))
    kinds = [each["kind"] for each in json.loads(ran.out)]
    assert (ran.code, len(kinds), "unknown" in kinds) == (1, 12, False)


def test_every_report_that_the_examples_are_made_from_is_read() -> None:
    data = json.dumps([material.REPORT, *material.REPORTS]).encode()
    ran = check_case(Case(("reports", "r.json"), {"r.json": data}, form="json"))
    summary = json.loads(ran.out)
    assert (summary["grouped"], summary["noise"], summary["broken"]) == (2, 1, 0)


GOOD = Ran(0, b"", b"", (), (), ())
BROKEN = [
    (Ran(70, b"", b"", (), (), ()), "text", "exit code 70"),
    (Ran(1, b"", b"Traceback (most recent call last)\n", (), (), ()), "text", "traceback"),
    (Ran(1, b"", b"", ("subprocess.Popen",), (), ()), "text", "started"),
    (Ran(1, b"", b"", (), ("/tmp/x",), ()), "text", "wrote"),
    (Ran(1, b"a \x1b[2J", b"", (), (), ()), "text", "character"),
    (Ran(1, "a \u202e".encode(), b"", (), (), ()), "json", "character"),
    (Ran(1, b"", b"a\n ::error::b", (), (), ()), "github", "command"),
    (Ran(1, b"x ##vso[task]", b"", (), (), ()), "github", "command"),
    (Ran(1, b"{", b"", (), (), ()), "sarif", "well-formed"),
    (Ran(1, b"<a>", b"", (), (), ()), "junit", "well-formed"),
    (Ran(0, b'{"targets": [{"requirements": [{"state": "met"}]}]}', b"", (), (), ()), "json", "not a page"),
]


@pytest.mark.parametrize(("ran", "form", "word"), BROKEN, ids=[case[2] + str(n) for n, case in enumerate(BROKEN)])
def test_the_judge_sees_each_broken_promise(ran: Ran, form: str, word: str) -> None:
    judge(GOOD, form, is_page=False)
    with pytest.raises(BrokenPromise, match=word):
        judge(ran, form, is_page=False)


def test_the_watch_sees_files_and_refuses_other_hosts(tmp_path: Path) -> None:
    """So that a run without either is worth something: `baseline` writes, and a URL is looked up."""
    assert run(["baseline", "--policy=img-src *", "-o", "known.json"], tmp_path).written
    assert not run(["check", "--policy=img-src *"], tmp_path).written
    ran = run(["check", "http://shop.example/", "--retries", "0"], tmp_path)
    assert (ran.code, ran.refused) == (3, ("shop.example",))
