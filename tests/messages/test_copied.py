"""Lines as people copy them: out of mail and chat, broken at a width, cut off, and from the panel Issues."""

from __future__ import annotations

import pytest

from csplint.messages.console import A_POLICY, read_dump, read_line
from csplint.messages.message import Message
from csplint.messages.read import read_text

CDN = "https://cdn.other.example"
CHROME = f"Loading the script '{CDN}/a.js' violates the following Content Security Policy directive: \"script-src 'self'\". The action has been blocked."
OLD = "Refused to connect to 'wss://ws.other.example/' because it violates the following Content Security Policy directive: \"default-src 'self'\"."
FIREFOX = (
    f"Content-Security-Policy: The page’s settings blocked a script (script-src-elem) at {CDN}/a.js from being executed "
    "because it violates the following directive: “script-src 'self'”"
)
SAFARI = (
    f"Refused to load {CDN}/a.js because it does not appear in the script-src directive of the Content Security Policy."
)
LINES = [CHROME, OLD, FIREFOX, SAFARI]


def said(message: Message) -> tuple[object, ...]:
    return (message.kind, message.browser, message.directive, message.disposition, message.blocked, message.violated)


AROUND = [
    "> {}",
    ">> {}",
    "> > {}",
    "- {}",
    "* {}",
    "• {}",
    "1. {}",
    "12) {}",
    "`{}`",
    "```{}```",
    '"{}"',
    "“{}”",
    "    {}",
    "10:12:33.123 {}",
    "[2026-11-28T10:12:33Z] {}",
    "(index):12 {}",
    "a.js:1:2 {}",
    "[Error] {}",
    "{} (index):12",
    "{} shop.html:14:3",
    "{} (shop.html, line 14)",
]


@pytest.mark.parametrize("line", LINES, ids=["chrome", "old", "firefox", "safari"])
@pytest.mark.parametrize("around", AROUND)
def test_what_is_around_a_line_does_not_matter(line: str, around: str) -> None:
    assert said(read_line(around.format(line))) == said(read_line(line))
    [found] = read_text(around.format(line))
    assert said(found) == said(read_line(line))


@pytest.mark.parametrize("line", [CHROME, OLD])
def test_typographic_quotes_and_links_of_chat_programs(line: str) -> None:
    opened = line.replace(" '", " ‘").replace("'", "’").replace(': "', ": “").replace('"', "”")
    slack = opened.replace(f"{CDN}/a.js", f"<{CDN}/a.js>").replace(" ", "\xa0", 1)
    for text in (line.replace("'", "’").replace('"', "”"), opened, slack):
        assert said(read_line(text)) == said(read_line(line))
        assert read_line(text).text == text


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("line", LINES, ids=["chrome", "old", "firefox", "safari"])
def test_a_line_that_is_broken_at_a_width_is_whole_again(line: str, width: int) -> None:
    parts: list[str] = [""]
    for word in line.split():
        if len(parts[-1]) + len(word) > width:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    assert len(parts) > 1
    for mark in ("", "> "):
        found = list(read_dump(["before", *(f"{mark}{part}" for part in parts), "", CHROME, "after"]))
        assert [said(each) for each in found if each.kind == "csp"] == [said(read_line(line)), said(read_line(CHROME))]
        assert [each.text for each in found if each.kind == "unknown"] == ["before", "after"]


def test_a_quoted_stack_trace_is_left_out() -> None:
    for mark in ("", "> "):
        assert (
            len(list(read_dump([f"{mark}{CHROME}", f"{mark}    at load (a.js:1:2)", f"{mark}(anonymous) @ a.js:3"])))
            == 1
        )


def test_what_follows_the_directive_counts_as_well() -> None:
    """A hash, and that the policy is report-only, come at the end of Chromium's messages."""
    hashed = "'sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='"
    lines = [
        "Executing inline script violates the following Content Security Policy directive 'script-src",
        "'self''. Either the 'unsafe-inline' keyword, a hash",
        f"({hashed}), or a nonce ('nonce-...') is",
        "required to enable inline execution. The policy is",
        "report-only, so the violation has been logged but no",
        "further action has been taken.",
        "hello",
    ]
    found, other = read_dump(lines)
    assert (found.hashes, found.disposition, found.violated) == ((hashed,), "report", "script-src 'self'")
    assert other.text == "hello"


def test_what_is_no_broken_line_stays_apart() -> None:
    lines = ["Refused to frobnicate", "hello", "GET https://a.example/x 404 (Not Found)", "world"]
    assert [each.text for each in read_dump(lines)] == lines


CUT = [
    (f"Loading the script '{CDN}/a.js' violates the following …", "script-src-elem", f"{CDN}/a.js", ""),
    (f"Refused to load the script '{CDN}/a.js' because it viol", None, "", ""),
    (f"Refused to load the script '{CDN}/a.js' because …", "script-src-elem", f"{CDN}/a.js", ""),
    (
        f"Refused to load the image '{CDN}/a.png' because it violates the following Content",
        "img-src",
        f"{CDN}/a.png",
        "",
    ),
    (
        f"Connecting to '{CDN}/' violates the following Content Security Policy directive: \"connect-src 'self' https://a",
        "connect-src",
        f"{CDN}/",
        "",
    ),
    ("Executing inline script violates the following Content Sec…", "script-src-elem", "inline", "inline-script"),
    ("Refused to apply inline style because it violates the following", "style-src-elem", "inline", "inline-style"),
    (f"{FIREFOX[:-12]}…", "script-src-elem", f"{CDN}/a.js", ""),
    ("Loading the script took long", None, "", ""),
]


@pytest.mark.parametrize(("line", "directive", "blocked", "code"), CUT, ids=[each[0][:45] for each in CUT])
def test_the_beginning_of_a_line_says_what_it_can(line: str, directive: str | None, blocked: str, code: str) -> None:
    """What is missing, the directive with its sources, is not made up: half a list is another list."""
    found = read_line(line)
    assert (found.kind == "csp") is (directive is not None)
    if directive:
        assert (found.directive, found.blocked, found.code, found.violated) == (directive, blocked, code, "")
        assert "cut" in found.notes


URL_ISSUE = f"""Content Security Policy of your site blocks some resources
Some resources are blocked because their origin is not listed in your site's Content Security Policy (CSP).
1 directive
Resource\tStatus\tDirective\tSource location
{CDN}/a.js\tblocked\tscript-src-elem\t(index):12
{CDN}/a.png\treport-only\timg-src\t(index):14
"""
INLINE_ISSUE = """Content Security Policy blocks inline execution of scripts and stylesheets
Directive\tElement\tSource Location\tStatus
script-src-elem\t\t(index):12\tblocked
style-src-attr\tdiv\t(index):13\tblocked
"""
EVAL_ISSUE = """Content Security Policy of your site blocks the use of 'eval' in JavaScript
Source location\tDirective\tStatus
app.js:1\tscript-src\tblocked
"""


def test_rows_of_the_panel_issues() -> None:
    found = [
        (each.directive, each.disposition, each.blocked, each.code)
        for each in read_text(URL_ISSUE + INLINE_ISSUE + EVAL_ISSUE)
        if each.kind == "csp"
    ]
    assert found == [
        ("script-src-elem", "enforce", f"{CDN}/a.js", ""),
        ("img-src", "report", f"{CDN}/a.png", ""),
        ("script-src-elem", "enforce", "inline", "inline-script"),
        ("style-src-attr", "enforce", "inline", "style-attr"),
        ("script-src", "enforce", "eval", "eval"),
    ]


@pytest.mark.parametrize("issue", [URL_ISSUE, INLINE_ISSUE, EVAL_ISSUE])
def test_a_title_without_rows_blocks_something(issue: str) -> None:
    title = issue.partition("\n")[0]
    [found] = [each for each in read_text(f"{title}\nSome text") if each.kind == "csp"]
    assert "heading" in found.notes


@pytest.mark.parametrize(
    "text",
    [
        "default-src 'self'; img-src *",
        "Content-Security-Policy: script-src 'self'",
        "content-security-policy-report-only: sandbox",
    ],
)
def test_a_policy_is_no_message(text: str) -> None:
    assert (read_line(text).kind, read_line(text).about) == ("unknown", A_POLICY)


def test_fetch_and_its_refusal_on_two_lines() -> None:
    text = f"Fetch API cannot load {CDN}/x.\nRefused to connect because it violates the document's Content Security Policy.\n"
    [found] = read_text(text)
    assert (found.directive, found.blocked) == ("connect-src", f"{CDN}/x")


@pytest.mark.parametrize(
    "text",
    [
        "https:" * 2700,
        "https://" * 2000,
        "(https:" * 2300,
        "wss://a " * 2000,
        ",;.:" * 4000,
        "GET https://a" + ":" * 16_000,
        "'https:" * 2300,
    ],
    ids=["schemes", "starts", "brackets", "short", "marks", "colons", "quotes"],
)
def test_repeated_addresses_take_no_longer_than_others(text: str) -> None:
    """Each was minutes of backtracking, or could be, if an address were looked for at every letter of another one."""
    assert read_line(text).kind == "unknown"
    assert read_line(f"Content-Security-Policy: x (img-src) {text}").kind == "csp"
