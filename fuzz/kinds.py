"""What csplint reads from others, one strategy a kind: the files, the server's answers and the command that reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from msgspec import Struct

from fuzz import material
from fuzz.command import Ran, run
from fuzz.judge import judge
from fuzz.material import mutated, mutated_json
from tests.servers import serve

FORMATS = ("text", "json", "concise", "markdown", "sarif", "junit", "github", "gitlab", "html")


class Case(Struct, frozen=True):
    """
    One command: its arguments after `check` or another name, in a folder with these files.

    answers: what a server on loopback sends, one after the other; its URL replaces "URL" among the arguments. stdin: what
    standard input holds. form: the format of what it prints; "" for commands without one. is_page: see `judge`.
    """

    arguments: tuple[str, ...]
    files: dict[str, bytes] = {}
    answers: tuple[bytes, ...] = ()
    stdin: bytes = b""
    form: str = ""
    is_page: bool = True


def check_case(case: Case) -> Ran:
    """Run the command and judge it; raises BrokenPromise."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / ".git").mkdir()  # a configuration is looked for no further up
        for name, data in case.files.items():
            (folder / name).write_bytes(data)
        arguments = [*case.arguments, *(("--format", case.form) if case.form else ())]
        if case.answers:
            server = stack.enter_context(serve(_Raw(case.answers)))
            arguments = [server.url("/") if each == "URL" else each for each in arguments]
        ran = run(arguments, folder, case.stdin)
    judge(ran, case.form or "text", is_page=case.is_page)
    return ran


class _Raw:
    """Sends each answer once and the last one for ever."""

    def __init__(self, answers: tuple[bytes, ...]) -> None:
        self._waiting = list(answers)

    def __call__(self, _request: object) -> bytes:
        return self._waiting.pop(0) if len(self._waiting) > 1 else self._waiting[0]


_forms = st.sampled_from(FORMATS)
_how = st.sampled_from([(), ("-v",), ("--advice",), ("-q",), ("--statistics",)])


def _saved(name: str, data: st.SearchStrategy[bytes]) -> st.SearchStrategy[Case]:
    return st.builds(lambda data, how, form: Case(("check", name, *how), {name: data}, form=form), data, _how, _forms)


def _fixed(name: str, data: st.SearchStrategy[bytes]) -> st.SearchStrategy[Case]:
    how = st.sampled_from(
        [("--as", each, *strict) for each in ("diff", "header", "meta", "json") for strict in ((), ("--strict",))]
    )
    return st.builds(lambda data, how: Case(("fix", name, *how), {name: data}), data, how)


def _http() -> st.SearchStrategy[Case]:
    seeds = [material.RESPONSE, material.CHUNKED, material.NOT_MODIFIED, material.REDIRECT]
    answers = st.lists(st.one_of(st.sampled_from(seeds[:2]), mutated(seeds)), min_size=1, max_size=4)
    fetch = ("check", "URL", "--timeout", "5", "--retries", "0")
    return st.builds(lambda sent, form: Case(fetch, answers=tuple(sent), form=form), answers, _forms)


def _not_a_page() -> st.SearchStrategy[Case]:
    """Files and answers that no browser shows as a page of HTML, with a good policy where there can be one."""
    body = mutated([material.PAGE])
    types = st.sampled_from(
        [b"application/pdf", b"application/json", b"text/plain", b"image/png", b"text/css", b"application/zip"]
    )
    sent = st.builds(lambda kind, body: material.HEAD.replace(b"text/html", kind) + b"\r\n\r\n" + body, types, body)
    refused = st.builds(
        lambda status, body: material.HEAD.replace(b"200", status) + b"\r\n\r\n" + body, _statuses(), body
    )
    magic = st.sampled_from(
        [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"GIF89a", b"\x7fELF", b"RIFF\0\0\0\0WEBP"]
    )
    objects = st.dictionaries(
        st.sampled_from(["a", "b", "items", "title"]), material.json_values(), min_size=1, max_size=4
    )
    files = st.one_of(
        st.builds(bytes.__add__, magic, body), objects.map(lambda each: json.dumps(each).encode()), sent, refused
    )
    fetch = ("check", "URL", "--timeout", "5", "--retries", "0")
    return st.one_of(
        files.map(lambda data: Case(("check", "file"), {"file": data}, form="json", is_page=False)),
        st.one_of(sent, refused).map(lambda data: Case(fetch, answers=(data,), form="json", is_page=False)),
    )


def _statuses() -> st.SearchStrategy[bytes]:
    return st.sampled_from([b"204", b"403", b"404", b"500", b"503", b"999"])


def _text(data: bytes) -> str:
    """Bytes as an argument of a command: without NUL, which no system passes on."""
    return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def _fix_policy(text: str) -> Case:
    return Case(("fix", f"--policy={text}", "--as", "json"))


def _policies() -> st.SearchStrategy[Case]:
    texts = mutated([material.POLICY]).map(_text)
    judged = st.builds(
        lambda a, b, page, form: Case(("check", f"--policy={a}", f"--report-only={b}", f"--page={page}"), form=form),
        texts, texts, st.one_of(st.just("https://shop.example/"), texts), _forms,
    )  # fmt: skip
    asked = st.builds(
        lambda a, kind, url, nonce: Case(("allows", f"--policy={a}", f"--nonce={nonce}", "-v", "--", kind, url)),
        texts, st.one_of(st.sampled_from(["script", "img", "inline-script", "connect"]), texts), texts, texts,
    )  # fmt: skip
    return st.one_of(judged, asked, texts.map(_fix_policy))


def _config() -> st.SearchStrategy[Case]:
    files = mutated([material.CONFIG]).map(lambda data: {"csplint.toml": data, "page.html": material.SAVED})
    commands = st.sampled_from([("config",), ("check", "page.html"), ("fix", "page.html")])
    return st.builds(Case, commands, files)


def _packs() -> st.SearchStrategy[Case]:
    files = mutated([material.PACK]).map(lambda data: {"own.toml": data, "page.html": material.SAVED})
    commands = [("pack", "check", "own.toml"), ("check", "page.html", "--pack", "own.toml")]
    return st.builds(Case, st.sampled_from(commands), files)


def _baseline() -> st.SearchStrategy[Case]:
    data = st.one_of(mutated_json(material.BASELINE), mutated([json.dumps(material.BASELINE).encode()]))
    known = ("check", "--policy=img-src *", "--baseline", "known.json", "--show-suppressed")
    return st.builds(lambda data, form: Case(known, {"known.json": data}, form=form), data, _forms)


def _har() -> st.SearchStrategy[bytes]:
    return st.one_of(mutated_json(material.HAR), mutated([json.dumps(material.HAR).encode()]))


def _batch() -> st.SearchStrategy[Case]:
    line = {
        "policy": [material.POLICY.decode()],
        "kind": "script",
        "url": "https://a.example/",
        "page": "https://shop.example/",
    }
    return st.lists(mutated_json(line) | mutated([json.dumps(line).encode()]), max_size=4).map(
        lambda lines: Case(("allows", "--batch", "-"), stdin=b"\n".join(lines))
    )


def _messages() -> st.SearchStrategy[Case]:
    """What somebody copied from a console, to every command that takes it."""
    whole = st.sampled_from([("why", "-"), ("why", "-", "-v"), ("check", "-"), ("why", "-", "--page", "page.html")])
    known = st.builds(lambda text: ("why", "-", f"--policy={text}"), mutated([material.POLICY]).map(_text))
    files = {"page.html": material.SAVED}
    data = mutated([material.CONSOLE, *material.CONSOLE.splitlines()])
    form = st.sampled_from(["text", "json"])
    return st.one_of(
        st.builds(lambda how, data, form: Case(how, files, stdin=data, form=form), whole | known, data, form),
        data.map(lambda data: Case(("why", "--batch", "-"), stdin=data)),
    )


def _reports() -> st.SearchStrategy[Case]:
    """Violation reports: a few lines of a file or a log, one JSON value, or an array over several lines."""
    one = mutated_json(material.REPORT) | mutated_json(material.REPORTS)
    lines = st.lists(one | mutated([json.dumps(material.REPORT).encode()]), max_size=4)
    log = st.builds(lambda lines: b"\n".join(b'2026-11-28 10:00:00 "POST /csp" ' + each for each in lines), lines)
    spread = mutated([json.dumps(material.REPORTS, indent=1).encode()])
    policy = st.just(f"--policy={material.POLICY.decode()}") | mutated([material.POLICY]).map(
        lambda a: f"--policy={_text(a)}"
    )
    how = st.sampled_from([("reports", "-"), ("reports", "-", "-v"), ("why", "-"), ("why", "--batch", "-")])
    return st.builds(
        lambda how, data, form: Case(how, stdin=data, form="" if "--batch" in how else form),
        how | policy.map(lambda each: ("reports", "-", each)),
        lines.map(b"\n".join) | log | spread | one,
        st.sampled_from(["text", "json"]),
    )


KINDS: dict[str, Callable[[], st.SearchStrategy[Case]]] = {
    "http": _http,
    "not-a-page": _not_a_page,
    "har": lambda: _saved("page.har", _har()),
    "curl": lambda: _saved("saved.txt", mutated([material.SAVED, material.HEADERS])),
    "curl-verbose": lambda: _saved("saved.txt", mutated([material.VERBOSE])),
    "mhtml": lambda: _saved("page.mhtml", mutated([material.MHTML])),
    "html": lambda: _saved("page.html", mutated([material.PAGE])),
    "fix": lambda: _fixed("saved.txt", mutated([material.SAVED, material.VERBOSE]) | _har()),
    "policy": _policies,
    "batch": _batch,
    "message": _messages,
    "report": _reports,
    "config": _config,
    "pack": _packs,
    "baseline": _baseline,
}
"""Every kind of input, by name, with the strategy that makes its cases."""
