"""
Findings in saved files: the text at the region is the text the finding is about, whatever the file was written like.

Every generated source is another host, so a region that shows it can be no other place.
"""

from __future__ import annotations

import gzip
import html
import itertools
import json
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.csp.policy import Policy, Span
from csplint.engine.inputs import PageInput, PolicyInput, SavedInput
from csplint.engine.run import run_checks
from csplint.engine.source_map import FileRegions, file_regions
from csplint.engine.subject import Subject, all_policies, read_visits
from csplint.errors import TargetError
from csplint.model import Region, Report, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from csplint.page.document import Place
from csplint.page.saved.formats import read_saved
from csplint.page.saved.json_place import MAX_CHARACTERS, MAX_VALUES
from csplint.report.ci.github import write_github
from csplint.report.sarif.report import write_sarif

PAGE = "https://shop.example/"
SAVED = Path(__file__).parent / "saved"
many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def lines_of(data: bytes) -> list[str]:
    """The file's lines with their ends, as an editor has them: LF and CRLF end a line, and nothing else."""
    is_utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16") if is_utf_16 else data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def at(data: bytes, region: Region | None) -> str | None:
    """The text that a region covers."""
    if region is None or region.column is None or region.end_column is None:
        return None
    rows = lines_of(data)[region.line - 1 : region.end_line]
    if region.line == region.end_line:
        return rows[0][region.column - 1 : region.end_column - 1]
    return "".join([rows[0][region.column - 1 :], *rows[1:-1], rows[-1][: region.end_column - 1]])


def unfolded(text: str | None) -> str | None:
    return text if text is None else re.sub(r"[ \t]*\r?\n[ \t]+", " ", text)


def opened(data: bytes, page: str | None = PAGE) -> tuple[Subject, FileRegions, tuple[Policy, ...]]:
    capture = read_saved("saved", data, page)
    subject = read_visits(Visits(capture))
    assert capture.saved is not None
    policies = all_policies(subject)
    return subject, file_regions(subject, capture.saved, policies), policies


def shown(data: bytes) -> list[list[str | None]]:
    """For each policy the text at the region of each of its sources."""
    _, regions, policies = opened(data)
    return [
        [at(data, regions.of_policy(policy, token.span)) for each in policy.directives for token in each.tokens]
        for policy in policies
    ]


def sources(policy: Policy) -> list[str]:
    return [token.source.text for each in policy.directives for token in each.tokens]


# ---- policies, each of its own hosts


BLANKS = st.sampled_from([" ", "  ", "\t", " \t "])
NAMES = st.sampled_from(["script-src", "img-src", "default-src", "x-unknown", "IMG-SRC", "sandbox"])


@st.composite
def policy_texts(draw: st.DrawFn, hosts: Iterator[int], odd: str = "é日😀") -> str:
    """A header's value: several policies, empty ones between them, directives twice, blanks anywhere."""
    policies = []
    for _ in range(draw(st.integers(1, 3))):
        parts = [draw(st.sampled_from(["", "", " ", ";"]))]
        for _ in range(draw(st.integers(0, 3))):
            tail = draw(st.sampled_from(["", "", *odd]))
            words = [f"{tail}h{next(hosts)}.example" for _ in range(draw(st.integers(0, 3)))]
            parts.append(draw(BLANKS).join([draw(NAMES), *words]))
        policies.append(draw(st.sampled_from([";", " ; ", ";;"])).join(parts))
    return draw(st.sampled_from([",", " , ", ",,"])).join(policies)


OTHERS = [
    "X-Name: Grüße 😀",
    "Set-Cookie: a=Content-Security-Policy: x",
    "Server:",
    "X-Folded: a\n b",
    "Link: <\x0c\x0b>",
]


@st.composite
def heads(draw: st.DrawFn, hosts: Iterator[int]) -> str:
    """The headers of an answer, lines still ended by LF: any order, folds where there are blanks."""
    values = [draw(policy_texts(hosts)) for _ in range(draw(st.integers(1, 3)))]
    names = ["Content-Security-Policy", "content-security-policy", "Content-Security-Policy-Report-Only"]
    rows = [f"{draw(st.sampled_from(names))}:{draw(st.sampled_from(['', ' ', '  ']))}{each}" for each in values]
    rows = [re.sub(" ", lambda _: draw(st.sampled_from([" ", " ", "\n ", " \n\t", "\n \n  "])), each) for each in rows]
    rows = [re.sub(r"^([^:]*)\s*\n\s+", r"\1", each) for each in rows]
    rows += draw(st.lists(st.sampled_from(OTHERS), max_size=3))
    rows.append("Content-Type: text/html; charset=utf-8")
    return "".join(f"{each}\n" for each in draw(st.permutations(rows)))


def ends(draw: Callable[[st.SearchStrategy[str]], str], text: str) -> str:
    """LF, CRLF, or both in one file."""
    way = draw(st.sampled_from(["\n", "\r\n", ""]))
    return re.sub("\n", lambda _: way or draw(st.sampled_from(["\n", "\r\n"])), text)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]
"""PowerShell writes the last two."""


@st.composite
def curl_files(draw: st.DrawFn) -> bytes:
    hosts = itertools.count()
    blocks = [f"HTTP/1.1 301 Moved\nLocation: /x\n{draw(heads(hosts))}\n" for _ in range(draw(st.integers(0, 2)))]
    text = "".join(blocks) + f"HTTP/2 200 \n{draw(heads(hosts))}\n<p>é\n"
    return ends(draw, text).encode(draw(st.sampled_from(ENCODINGS)))


@many
@given(curl_files())
def test_sources_in_headers_of_a_response(data: bytes) -> None:
    _, _, policies = opened(data)
    assert shown(data) == [sources(policy) for policy in policies]


@many
@given(curl_files())
def test_directives_names_and_whole_policies_in_headers(data: bytes) -> None:
    _, regions, policies = opened(data)
    for policy in policies:
        for each in policy.directives:
            text = policy.text[each.span.start : each.span.end]
            assert unfolded(at(data, regions.of_policy(policy, each.span))) == text
            assert at(data, regions.of_policy(policy, each.name_span)) == each.written
            begin = regions.of_policy(policy, Span(each.name_span.end, each.name_span.end))
            assert unfolded(at(data, begin)) == text
        assert unfolded(at(data, regions.of_policy(policy, None))) == policy.text


def test_a_span_between_directives_is_the_whole_policy() -> None:
    data = b"HTTP/1.1 200\nContent-Type: text/html\nContent-Security-Policy: img-src a;  ;\n  IMG-SRC b\n\n<p>"
    _, regions, (policy,) = opened(data)
    assert at(data, regions.of_policy(policy, Span(12, 12))) == "img-src a;  ;\n  IMG-SRC b"
    assert at(data, regions.of_policy(policy, Span(9, 9))) == "img-src a"


# ---- HAR


class Writer:
    """Writes JSON with escapes where none are needed, in any order, with any white space; one draw decides all of it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def string(self, text: str) -> str:
        return f'"{"".join(map(self._character, text))}"'

    def _character(self, character: str) -> str:
        units = struct.unpack(f">{len(character.encode('utf-16-be')) // 2}H", character.encode("utf-16-be"))
        escaped = "".join(f"\\u{unit:04{self.chance.choice('xX')}}" for unit in units)
        short = json.dumps(character, ensure_ascii=False)[1:-1]
        return self.chance.choice([short, short, short, escaped, "\\/" if character == "/" else short])

    def object(self, *pairs: tuple[str, str]) -> str:
        """Values are JSON already; a key may stand there twice, and the last counts."""
        idle = ['"x"', "[]", '{"name": 1}', "-1.5e3"]
        twice = [(name, self.chance.choice(idle)) for name, _ in pairs if self.chance.random() < 0.2]
        real = self.chance.sample(pairs, len(pairs))
        members = [f"{self.string(name)}{self.space()}:{self.space()}{value}" for name, value in [*twice, *real]]
        return "{" + self.space() + f"{self.space()},{self.space()}".join(members) + self.space() + "}"

    def list(self, *values: str) -> str:
        return f"[{self.space()}{f'{self.space()},{self.space()}'.join(values)}{self.space()}]"

    def space(self) -> str:
        return self.chance.choice(["", "", " ", "\n", "\r\n  ", "\t"])

    def header(self, name: str, value: str) -> str:
        return self.object(("name", self.string(name)), ("value", self.string(value)))


@st.composite
def har_files(draw: st.DrawFn) -> bytes:
    """Two pages of which the one that is asked for may be the second; Chromium joins headers by line feeds."""
    hosts, write = itertools.count(), Writer(Random(draw(st.integers(0, 2**32))))
    odd = draw(st.sampled_from(["é", "é日😀", "Ã©"]))  # Latin-1, beyond it, and UTF-8 that a browser showed as Latin-1
    entries = []
    for url in draw(st.permutations([PAGE, f"{PAGE}other"])):
        values = [draw(policy_texts(hosts, odd)) for _ in range(draw(st.integers(1, 3)))]
        headers = [("Content-Security-Policy", "\n".join(values)), ("X-Name", 'Grüße 😀 "\\{['), (":status", "200")]
        headers += [
            ("content-security-policy-report-only", draw(policy_texts(hosts, odd))),
            ("Content-Type", "text/html"),
        ]
        sent = write.list(*(write.header(name, value) for name, value in draw(st.permutations(headers))))
        response = write.object(("status", "200"), ("headers", sent), ("content", '{"text": "<p>"}'))
        entries.append(write.object(("request", write.object(("url", json.dumps(url)))), ("response", response)))
    text = write.space() + write.object(("log", write.object(("version", '"1.2"'), ("entries", write.list(*entries)))))
    return text.encode(draw(st.sampled_from(ENCODINGS)))


@many
@given(har_files())
def test_sources_in_headers_of_an_archive(data: bytes) -> None:
    _, _, policies = opened(data)
    read = [[as_header(json.loads(f'"{each}"')) for each in row if each is not None] for row in shown(data)]
    assert read == [sources(policy) for policy in policies]


def as_header(text: str) -> str:
    """What a browser's panel shows as Latin-1 is UTF-8, if it is that."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


# ---- the page


@st.composite
def attributes(draw: st.DrawFn, value: str) -> str:
    """An attribute's value as HTML may write it."""
    quote = draw(st.sampled_from("\"'"))
    named = {"'": "&apos;", '"': "&quot;", "&": "&amp;", ";": "&semi;", ".": "&period;", ":": "&colon;"}
    written = []
    for character in value:
        must = character in {quote, "&"}
        way = draw(st.sampled_from([1, 2, 3] if must else [0, 0, 0, 0, 1, 2, 3]))
        forms = [
            character,
            f"&#{ord(character)};",
            f"&#x{ord(character):X};",
            named.get(character, f"&#{ord(character)};"),
        ]
        written.append(forms[way])
    before, after = draw(st.sampled_from([("=", ""), (" = ", " "), ("\n=\n", "")]))
    return f"{before}{quote}{''.join(written)}{quote}{after}"


@st.composite
def pages(draw: st.DrawFn, hosts: Iterator[int], odd: str = "é日😀") -> str:
    """A page with metas and numbered scripts, text that is not ASCII before them; lines end in LF."""
    metas = []
    for _ in range(draw(st.integers(1, 2))):
        value = re.sub("[ \t]", lambda _: draw(st.sampled_from([" ", "\n", "\t"])), draw(policy_texts(hosts, odd)))
        names = st.sampled_from(["content", "CONTENT"])
        metas.append(
            f"{draw(st.sampled_from(['', *odd]))}<meta http-equiv=Content-Security-Policy\n{draw(names)}{draw(attributes(value))}>"
        )
    scripts = [f"{draw(st.sampled_from(['', ' ', *odd, chr(10)]))}<script>{number}</script>" for number in range(3)]
    head = "".join(f"<!-- {each[:1]} -->{each.lstrip(odd)}" for each in metas)
    return f"<!doctype html>\n<head>{head}\n</head><body>{''.join(scripts)}\n"


def assert_page_is_told(data: bytes) -> None:
    subject, regions, policies = opened(data)
    assert [[html.unescape(each or "?") for each in row] for row in shown(data)] == [sources(each) for each in policies]
    assert subject.document is not None
    for script in subject.document.scripts:
        region = regions.of_place(script.place)
        assert region is not None
        assert region.column is not None
        assert at(data, region) == "<"
        row = lines_of(data)[region.line - 1]
        assert row[region.column - 1 :].startswith(f"<script>{script.text}</script>")


@many
@given(st.data())
def test_metas_and_places_of_a_page(data: st.DataObject) -> None:
    text = ends(data.draw, data.draw(pages(itertools.count())))
    encoding = data.draw(st.sampled_from(ENCODINGS))
    if encoding == "utf-8":  # without a byte order mark the page must say it
        text = text.replace("<head>", "<head><meta charset=utf-8>")
    assert_page_is_told(text.encode(encoding))


@many
@given(st.data())
def test_metas_and_places_of_a_page_in_a_response(data: st.DataObject) -> None:
    hosts = itertools.count()
    mark = data.draw(st.sampled_from(["", "", "\ufeff"]))
    text = f"HTTP/2 200 \n{data.draw(heads(hosts))}\n{mark}{data.draw(pages(hosts))}"
    written = ends(data.draw, text).encode(data.draw(st.sampled_from(ENCODINGS)))
    subject, regions, policies = opened(written)
    texts = [
        [
            unfolded(at(written, regions.of_policy(policy, token.span)))
            for each in policy.directives
            for token in each.tokens
        ]
        for policy in policies
    ]
    assert [[html.unescape(each or "?") for each in row] for row in texts] == [sources(each) for each in policies]
    assert subject.document is not None
    for script in subject.document.scripts:
        region = regions.of_place(script.place)
        assert region is not None
        assert region.column is not None
        assert lines_of(written)[region.line - 1][region.column - 1 :].startswith(f"<script>{script.text}</script>")


# ---- what cannot be told exactly is not told

CSP = b"Content-Security-Policy: img-src a"
HEAD = b"HTTP/1.1 200\nContent-Type: text/html; charset=utf-8\n"
WRONG = b"HTTP/1.1 200\nContent-Type: text/html; charset=latin1\n"

HEADERS = [
    # file                                                    line, column of img-src
    (HEAD + b"X: \xff\n" + CSP + b"\n\n<p>",                   (4, 26)),  # what is not UTF-8 stands in another line
    (HEAD + b"Content-Security-Policy: \xff, img-src a\n\n<p>", (3, None)),
    (HEAD + CSP + b" \xff\n\n<p>",                            (3, 26)),  # after it
    (HEAD + CSP + b"\nX: a\rb\n\n<p>\r",                      (3, 26)),  # a lone carriage return after it, too
    (HEAD + b"X: a\rb\n" + CSP + b"\n\n<p>",                  None),  # line 4 or 5, by whom one asks
    (HEAD + b"Content-Security-Policy: ;\r, img-src a\n\n<p>",  None),
    (HEAD.replace(b"\n", b"\r\n") + CSP + b"\r\n\r\n<p>",       (3, 26)),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), HEADERS)
def test_headers_that_cannot_be_told(data: bytes, expected: Any) -> None:
    _, regions, policies = opened(data)
    name = policies[-1].directives[-1].name_span
    region = regions.of_policy(policies[-1], name)
    assert (None if region is None else (region.line, region.column)) == expected
    if region is not None and region.column is not None:
        assert (region.end_line, region.end_column) == (region.line, region.column + len("img-src"))
        assert at(data, region) == "img-src"
    elif region is not None:
        assert (region.end_line, region.end_column) == (region.line, None)


SCRIPT = "\n{}<script></script>"
PAGES = [
    # file                                                            line, column of the script
    (SCRIPT.format("é").encode("utf-8-sig"),                           (2, 2)),
    (b"<meta charset=utf-8>" + SCRIPT.format("é").encode(),            (2, 2)),
    (b"<meta charset=windows-1251>" + SCRIPT.format("\u0436").encode("cp1251"), (2, 2)),
    (b"<meta charset=latin1>" + SCRIPT.format("é").encode(),           (2, None)),  # it is not: two characters, or one?
    (SCRIPT.format("x").encode(),                                      (2, 2)),
    (SCRIPT.format("é").encode("utf-16"),                              (2, 2)),
    (b"<p>\rx" + SCRIPT.format("").encode(),                            None),
    (SCRIPT.format("").encode() + b"\r",                              None),
    (HEAD + b"X: a\rb\n\n" + SCRIPT.format("").encode(),                None),
    (b"<p>\0" + SCRIPT.format("").encode(),                            None),
    (HEAD + b"\n<p>\r\n" + SCRIPT.format("é").encode(),                (6, 2)),
    (HEAD.replace(b"\n", b"\r\n") + b"\r\n" + SCRIPT.format("é").encode(), (5, 2)),
    (HEAD + "\n\ufeffé<script></script>".encode(),                     (4, 3)),  # the mark counts where it begins no file
    (HEAD + "\n\ufeffé\n<script></script>".encode(),                   (5, 1)),
    (HEAD + "\n<p>\n\ufeffé<script></script>".encode(),                (5, 3)),
    (WRONG + b"\n" + SCRIPT.format("é").encode(),                       (5, None)),
    ((HEAD.decode() + "\n" + SCRIPT.format("é")).encode("utf-16"),     (5, 2)),
    ((WRONG.decode() + "\n" + SCRIPT.format("é")).encode("utf-16"),     (5, None)),
    (HEAD + b"\n" + SCRIPT.format("").encode("utf-16"),                None),
    (HEAD + b"Content-Encoding: gzip\n\n" + gzip.compress(SCRIPT.format("x").encode()), None),
    (json.dumps({"log": {"entries": [{"request": {"url": PAGE}, "response": {"status": 200, "content": {
        "mimeType": "text/html", "text": SCRIPT.format("")}}}]}}).encode(), None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), PAGES, ids=range(len(PAGES)))
def test_places_of_a_page_that_cannot_be_told(data: bytes, expected: Any) -> None:
    subject, regions, _ = opened(data)
    assert subject.document is not None
    (script,) = subject.document.scripts
    region = regions.of_place(script.place)
    assert (None if region is None else (region.line, region.column)) == expected
    if region is not None:
        assert (region.end_line, region.end_column) == (
            region.line,
            None if region.column is None else region.column + 1,
        )


def test_a_place_outside_the_page_has_no_region() -> None:
    _, regions, _ = opened(b"<p>\n")
    assert [regions.of_place(Place(line, 1)) is None for line in (-1, 0, 1, 2, 3)] == [True, True, False, False, True]


def test_a_region_whose_end_is_not_utf_8_has_no_columns() -> None:
    _, regions, (policy,) = opened(HEAD + CSP + b"\xff\n\n<p>")
    assert regions.of_policy(policy, None) == Region(3, None, 3, None)


def test_a_meta_without_a_known_attribute_is_told_by_its_place() -> None:
    data = b"<!doctype html>\n <meta http-equiv=Content-Security-Policy content='img-src a'><p>"
    subject, _, policies = opened(data)
    assert subject.document is not None
    assert subject.visits is not None
    metas = tuple(replace(each, span=None) for each in subject.document.metas)
    merged = replace(subject, document=replace(subject.document, metas=metas))
    saved = subject.visits.first.saved
    assert saved is not None
    assert file_regions(merged, saved, policies).of_policy(policies[0], None) == Region(2, 2, 2, 3)


METAS = [
    # content as written                     what is shown for the second directive
    ("content=img-src&#32;a;frame-src&#x20;b",  "frame-src&#x20;b"),
    ("content='img-src a;&Tab;frame-src b'",    "frame-src b"),
    ("content='img-src a; frame-src &amp'",     "frame-src &amp"),
    ("content = 'img-src a; frame-src b' id=x", "frame-src b"),
    ("content='img-src a; frame-src &copyx'",   "content='img-src a; frame-src &copyx'"),  # HTML leaves this as it is, html.unescape does not
    ("content='&fjlig;; frame-src b'",          "frame-src b"),  # one reference, two characters
    ("content=\"img-src a;\nframe-src\nb\"",      "frame-src\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("attribute", "expected"), METAS)
def test_contents_of_metas(attribute: str, expected: str) -> None:
    data = f"<!doctype html>\n<meta http-equiv=Content-Security-Policy\n {attribute}><p>".encode()
    _, regions, (policy,) = opened(data)
    assert at(data, regions.of_policy(policy, policy.directives[1].span)) == expected


def an_archive(headers: Any = (), more: str = "") -> bytes:
    content = {"mimeType": "text/html", "text": "<p>"}
    response = {"status": 200, "headers": headers, "content": content}
    return f'{{{more}"log": {json.dumps({"entries": [{"request": {"url": PAGE}, "response": response}]})}}}'.encode()


@pytest.mark.parametrize("headers", [None, 0, "", {}, []])
def test_an_archive_without_headers(headers: Any) -> None:
    assert opened(an_archive(headers))[2] == ()


POLICY = {"name": "Content-Security-Policy", "value": "img-src a"}
LONG = [
    ([POLICY, {"name": "X", "value": "x" * MAX_CHARACTERS}], ""),
    ([POLICY, {"name": "x" * MAX_CHARACTERS, "value": ""}], ""),
    ([POLICY], '"a": 1,' * MAX_VALUES),
]


@pytest.mark.parametrize(("headers", "more"), LONG, ids=["value", "name", "keys"])
def test_an_archive_that_no_browser_writes_is_not_looked_through(headers: Any, more: str) -> None:
    """Its policies are judged all the same; where they stand would take minutes or gigabytes to say."""
    _, regions, (policy,) = opened(an_archive(headers, more))
    assert regions.of_policy(policy, None) is None
    half = opened(
        an_archive([POLICY, {"name": "X", "value": "x" * (MAX_CHARACTERS // 2)}], more[: len(more) // 14 * 7])
    )
    assert half[1].of_policy(half[2][0], None) is not None


def test_an_archive_that_is_nested_as_deeply_as_can_be_read() -> None:
    """Reading it once more, one call further down, must not be the call that is too many."""
    read, refused = 0, set()
    for depth in range(850, 1010):
        try:
            read_saved("saved", an_archive([POLICY], f'"x": {"[" * depth}{"]" * depth},'), None)
        except TargetError as error:
            refused.add(error.message)
        else:
            read += 1
    assert read
    assert refused == {"the JSON cannot be read: it is nested too deeply or not Unicode"}


# ---- the files of tests/report/saved, through the whole tool

PACKS = load_packs(())
NEWLINES = ["\n", "\r\n"]


def checked(folder: Path, name: str, newline: str) -> tuple[Path, Report]:
    path = folder / name
    path.write_text(SAVED.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8", newline=newline)
    return path, run_checks([SavedInput(str(path), PAGE if name.endswith("html") else "")], PACKS)


@pytest.mark.parametrize("newline", NEWLINES, ids=["lf", "crlf"])
@pytest.mark.parametrize("name", sorted(path.name for path in SAVED.iterdir()))
def test_every_finding_about_a_policy_points_to_its_text(tmp_path: Path, name: str, newline: str) -> None:
    path, report = checked(tmp_path, name, newline)
    (target,) = report.targets
    assert (target.kind, target.outcome) == ("file", "checked")
    spanned = [each for each in target.findings if each.policy is not None and each.span is not None]
    assert len({each.rule for each in spanned}) > 3
    for finding in spanned:
        assert finding.policy is not None
        assert finding.span is not None
        policy = target.policies[finding.policy]
        about = policy.value[finding.span.start : finding.span.end]
        text = unescaped(at(path.read_bytes(), finding.region), name)
        assert unfolded(text) == unfolded(about)


def unescaped(text: str | None, name: str) -> str:
    assert text is not None
    return json.loads(f'"{text}"') if name.endswith(".har") else html.unescape(text)


POINTED = [
    # file           rule                         what the regions show
    ("response.txt", "unsafe-inline-not-needed",  {"'unsafe-inline'"}),
    ("response.txt", "missing-connect-websocket", {"connect-src", "default-src"}),  # enforced; and report-only
    ("response.txt", "meta-misplaced",            {"<"}),
    ("response.txt", "missing-img-cdn",           {"img-src"}),  # of the meta element; in the header it is a part of another finding
    ("response.txt", "query-in-source",           {"https://a.example/?b&amp;c"}),
    ("page.html",    "unsafe-inline-not-needed",  {"&#39;unsafe-inline&#39;"}),
    ("page.html",    "meta-misplaced",            {"<"}),
    ("archive.har",  "unsafe-inline-not-needed",  {r"\u0027unsafe-inline'"}),
    ("archive.har",  "missing-img-data",          {"img-src", "default-src"}),
    ("archive.har",  "non-ascii-directive",       {"😀"}),
]  # fmt: skip


@pytest.mark.parametrize("newline", NEWLINES, ids=["lf", "crlf"])
@pytest.mark.parametrize(("name", "rule", "expected"), POINTED)
def test_sarif_and_annotations_point_to_the_token(
    tmp_path: Path, name: str, rule: str, expected: set[str], newline: str
) -> None:
    path, report = checked(tmp_path, name, newline)
    wanted = PACKS.rules[rule].id
    results = json.loads(write_sarif(report, PACKS))["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"] for each in results if each["ruleId"] == wanted]
    assert {each["artifactLocation"]["uri"] for each in places} == {str(path).lstrip("/")}
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    regions = [Region(*(each["region"][key] for key in keys)) for each in places]
    assert {at(path.read_bytes(), region) for region in regions} == expected
    told = write_github(
        Report(tool=report.tool, run=report.run, targets=only(report, rule), summary=report.summary), PACKS
    )
    for region in regions:
        assert f"file={path},line={region.line},col={region.column},endColumn={region.end_column},title=" in told


def only(report: Report, rule: str) -> tuple[TargetReport, ...]:
    """The runner keeps ten annotations of a level: here those of one rule."""
    return tuple(
        replace(each, findings=tuple(found for found in each.findings if found.name == rule)) for each in report.targets
    )


def test_a_finding_about_a_policy_points_to_it_and_not_to_what_it_blocks(tmp_path: Path) -> None:
    path = tmp_path / "response.txt"
    path.write_bytes(
        HEAD + b"Content-Security-Policy: script-src 'self'\n\n<script src=https://app-cdn.velaro.com/x.js></script>"
    )
    (target,) = run_checks([SavedInput(str(path), PAGE)], PACKS).targets
    (finding,) = (each for each in target.findings if each.name == "script-host-missing")
    assert finding.place is not None
    assert at(path.read_bytes(), finding.region) == "script-src"


def test_what_came_on_standard_input_has_regions_and_no_file() -> None:
    data = SAVED.joinpath("page.html").read_bytes()
    (target,) = run_checks([SavedInput("standard input", PAGE, data)], PACKS).targets
    assert target.kind == "stdin"
    (finding,) = (each for each in target.findings if each.name == "unsafe-inline-not-needed")
    assert at(data, finding.region) == "&#39;unsafe-inline&#39;"


def test_a_file_that_is_not_there_is_a_file_all_the_same() -> None:
    (target,) = run_checks([SavedInput("no-such.har", "")], PACKS).targets
    assert (target.kind, target.outcome) == ("file", "failed")


def test_other_targets_are_of_their_kind_and_have_no_regions() -> None:
    answer = PageInput(
        Capture(target=PAGE, url=PAGE, status=200, headers=((b"Content-Type", b"text/html"),), body=b"<p>")
    )
    policy = PolicyInput(PAGE, ("script-src 'unsafe-inline'",))
    report = run_checks([answer, policy], PACKS)
    assert [each.kind for each in report.targets] == ["url", "policy"]
    assert {finding.region for each in report.targets for finding in each.findings} == {None}
