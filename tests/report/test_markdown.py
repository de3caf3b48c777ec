"""Markdown in which untrusted text is only text to GitHub, GitLab and every parser."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from csplint.model import Report
from csplint.report.escape import visible
from csplint.report.markdown import COMMENT, markdown, write_markdown
from csplint.report.markdown_escape import code, fenced, link, prose, row
from tests.report.arbitrary import NASTY, hostile_reports
from tests.report.ci_samples import (
    ANSWERED,
    CORRECTED,
    FEW_EXAMPLES,
    HOSTILE_ANSWERS,
    PACKS,
    REPORTS,
    SNEAKY,
    WORKS,
    about,
    many,
)
from tests.report.expected import check_golden
from tests.report.runner import commands
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, REQUIREMENTS, a_report

PARSER = MarkdownIt("commonmark").enable("table")
BLOCKS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "table_open", "table_close",
    "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open",
    "td_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "fence", "html_block",
}  # fmt: skip
FOLDS = re.compile(r"(?:<details><summary>[A-Za-z0-9:, ]+</summary>|</details>)\n?")
"""The only HTML, in blocks of its own."""
SPANS = {"text", "code_inline", "link_open", "link_close", "strong_open", "strong_close", "softbreak"}


def spans(markdown: str) -> list[Token]:
    return [child for token in PARSER.parse(markdown) for child in token.children or ()]


def test_whole_output() -> None:
    check_golden("several.md", write_markdown(REPORTS["several"], PACKS))


LINES = [
    ("clean", "1 target: 0 errors, 0 warnings, 0 advice"),
    ("known", "0 findings; 1 baselined; 1 suppressed; 2 of 2 needs met"),
    ("part-read", "- Note: the script `https://a.example/a.js` was not read"),
    (
        "info",
        "| advice |  | The widget's script comes before the page's own content | "
        "[`DEL004`](https://docs.example/rules/DEL004) widget-in-body |",
    ),
    (
        "warning",
        "| warning | `script-src` | script-src allows every inline script | "
        "[`SEC002`](https://docs.example/rules/SEC002) unsafe-inline-script |",
    ),
    ("warning", "- `SEC002` script-src allows every inline script (`script-src 'unsafe-inline'`)"),
    ("warning", "  - Fix (check first): Replace `'unsafe-inline'` by a nonce"),
    ("warning", "  - `script-src 'self' 'nonce-{NONCE}' 'strict-dynamic' https://app-cdn.velaro.com`"),
    ("error", "  - Cause: connect-src lists `https://*.velaro.com`, and https: does not cover wss:"),
    (
        "failed",
        "**Could not be checked**: the name `gone.example` does not exist (hint: check the spelling, or the network)",
    ),
    ("saved", "## csplint: `./saved\\shop page.html`"),
    ("several", "### `https://gone.example/`"),
    ("answers", "### checkout (`https://shop.example/`)"),
    ("no-target", "nothing was checked: there are no targets"),
]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_lines(name: str, line: str) -> None:
    assert line in write_markdown(REPORTS[name], PACKS).split("\n")


PROSE = [
    ("connect-src does not allow it, so the chat's blocked.", "connect-src does not allow it, so the chat's blocked."),
    ("allow wss://*.velaro.com, now", "allow `wss://*.velaro.com`, now"),
    ("Replace \"'self'\" (see 12).", "Replace \"`'self'`\" (see 12)."),
    ("a @name #12 www.x.example a@b.example", "a `@name` `#12` `www.x.example` `a@b.example`"),
    ("deadbeef1 1234567 GH-12 :tada: ~x~", "`deadbeef1` `1234567` `GH-12` `:tada`: `~x~`"),
    ("a\n\nb\x1b", "a `b\\x1b`"),
    ("a|b * _ <b> &lt; \\", "`a|b` `*` `_` `<b>` `&lt`; `\\`"),
    ("eval(), (or camera=(self)).", "`eval()`, (or `camera=(self)`)."),
    ('send csp="https://…" (now)', 'send `csp="https://…"` (now)'),
    ("größer – 日本 …", "größer – 日本 …"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "markdown"), PROSE)
def test_prose(text: str, markdown: str) -> None:
    assert prose(text) == markdown


CODE = [
    ("a", "`a`"),
    ("", ""),
    ("  ", ""),
    ("a`b", "``a`b``"),
    ("`a", "`` `a ``"),
    ("a``b", "`a``b`"),
    ("a` `` ```b", "`a\\x60 \\x60\\x60 \\x60\\x60\\x60b`"),
    ("a\\|b|c", "`a\\\\x7cb|c`"),
    ("`" * 90, f"` {'`' * 90} `"),
    ("a\nb", "`a\\x0ab`"),
]


@pytest.mark.parametrize(("text", "markdown"), CODE)
def test_code(text: str, markdown: str) -> None:
    assert code(text) == markdown


@FEW_EXAMPLES
@given(st.lists(st.sampled_from([*NASTY, "`", "``", "|", "\\", "@a", "<!--", "*", "_", "](", "\t"]), max_size=9))
def test_a_cell_shows_the_text_and_stays_one_cell(parts: list[str]) -> None:
    text = "".join(parts)
    table = f"{row('a', 'b', 'c')}\n|---|---|---|\n{row('x', code(text), prose(text))}\n"
    tokens = PARSER.parse(table)
    cells = [tokens[place + 1] for place, token in enumerate(tokens) if token.type == "td_open"]
    assert cells[0].content == "x"
    assert len(cells) == 3
    (shown,) = cells[1].children or [Token("code_inline", "", 0)]
    assert shown.type == "code_inline"
    assert _plain(shown.content) == _plain(visible(text).strip(" "))
    assert {child.type for child in cells[2].children or ()} <= {"text", "code_inline"}


def _plain(text: str) -> str:
    """Without what `code` has to write out."""
    return text.replace("\\x7c", "|").replace("\\x60", "`")


def test_a_link_is_made_of_https_addresses_alone() -> None:
    assert link("`a`", "https://docs.example/a#b?c=%20") == "[`a`](https://docs.example/a#b?c=%20)"
    for address in (
        "javascript:alert(1)",
        "https://a.example/)[x](y",
        "https://a.example/ x",
        "//a",
        "",
        "https://a\n",
    ):
        assert link("a", address) == "a"


@FEW_EXAMPLES
@given(st.one_of(hostile_reports(), hostile_reports(HOSTILE_ANSWERS)), st.sampled_from([COMMENT, 900, 2000, 4000]))
def test_no_structure_but_ours(report: Report, limit: int) -> None:
    """Wherever it is cut."""
    tokens = PARSER.parse(markdown(report, limit, known=True))
    html = [token.content for token in tokens if token.type == "html_block"]
    assert [block for block in html if not FOLDS.fullmatch(block)] == []
    assert len([block for block in html if block.startswith("<details>")]) * 2 == len(html)
    assert [line for token in tokens if token.type == "fence" for line in commands(token.content)] == []
    assert {token.type for token in tokens} <= BLOCKS
    assert {span.type for token in tokens for span in token.children or ()} <= SPANS
    assert limit < COMMENT or len([token for token in tokens if token.type == "heading_open"]) == 1 + len(
        report.targets
    )
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in {"td_open", "th_open"}]
    overview = min(len(report.targets) + 1, len(rows))  # rows of six cells
    assert len(cells) == 4 * len(rows) + 2 * overview


@FEW_EXAMPLES
@given(st.one_of(hostile_reports(), hostile_reports(HOSTILE_ANSWERS)))
def test_what_platforms_link_or_notify_stands_in_code(report: Report) -> None:
    for span in spans(write_markdown(report, PACKS, known=True)):
        if span.type == "text":
            assert not {"@", "#", "/", "<", "&", "_", "$"} & set(span.content.replace("and/or", ""))
            assert "www." not in span.content


def test_a_page_cannot_notify_link_or_show_a_picture() -> None:
    shown = spans(write_markdown(REPORTS["hostile"], PACKS))
    assert {str(span.attrs["href"]) for span in shown if span.type == "link_open"} == {
        "https://docs.example/rules/VEL011"
    }
    assert "octocat" in SNEAKY
    assert not [span for span in shown if span.type == "text" and "octocat" in span.content]


VERDICTS = [
    (CLEAN, "Clean: no findings from 3 rules; 2 of 2 needs met"),
    (replace(CLEAN, limits=("x",)), "Clean as far as it could be read: no findings from 3 rules; 2 of 2"),
    (replace(CLEAN, passed=(), requirements=()), "Clean: no findings\n"),
    (replace(CLEAN, requirements=REQUIREMENTS), "0 findings; 2 of 4 needs met"),
    (replace(CLEAN, findings=(replace(ERROR, state="baselined"),)), "0 findings; 1 baselined; 2 of 2 needs met"),
    (replace(CLEAN, findings=(ERROR,)), "1 finding; 2 of 2 needs met"),
    (replace(CLEAN, outcome="failed"), "**Could not be checked**: no reason was recorded"),
]


@pytest.mark.parametrize(("target", "verdict"), VERDICTS)
def test_only_a_clean_page_is_called_clean(target: object, verdict: str) -> None:
    written = write_markdown(a_report(target), PACKS)  # type: ignore[arg-type]
    assert verdict in written
    assert ("Clean" in written) is verdict.startswith("Clean")


def test_a_comment_is_never_too_long_and_says_what_is_missing() -> None:
    written = write_markdown(many(1000), PACKS)
    whole = markdown(many(1000), 10_000_000).count("\n")
    assert COMMENT - 1000 < len(written) < 65_536
    assert "**Cut here**" not in markdown(many(1000), 10_000_000)
    kept = written.removesuffix("\n").count("\n") - 1
    assert written.endswith(f"\n**Cut here**: {whole - kept} more lines do not fit. The JSON report has everything.\n")


def test_a_finding_without_fix_or_directive_keeps_its_cells() -> None:
    bare = replace(ERROR, fix=None, directive=None, value=None, docs="")
    (line,) = [line for line in write_markdown(a_report(about(bare)), PACKS).split("\n") if line.startswith("| error")]
    message = ERROR.message.replace("wss://*.velaro.com", "`wss://*.velaro.com`")
    assert line == f"| error |  | {message} | `VEL011` missing-connect-source |"


# ------------------------------------------------------------------ the answer


def test_the_verdict_and_the_policy_to_copy_come_first() -> None:
    title, _, verdict, *rest = write_markdown(REPORTS["answered"], PACKS).split("\n")
    assert title == "## csplint: checkout (`https://shop.example/`)"
    assert verdict == "**! The Velaro live chat loads, but parts of it fail.**"
    assert rest[1] == "In Safari it works."
    assert rest[3].startswith("**Cause**: connect-src does not allow `wss://*.velaro.com`, so")
    (policies, changes) = [t for t in PARSER.parse(write_markdown(REPORTS["answered"], PACKS)) if t.type == "fence"]
    assert policies.content.splitlines() == [
        f"Content-Security-Policy: {CORRECTED.headers[0].after}",
        """<meta http-equiv="Content-Security-Policy" content="img-src 'self' data:">""",
    ]
    assert changes.content.splitlines() == [
        "  Content-Security-Policy:",
        "- connect-src 'self' https://*.velaro.com",
        "+ connect-src 'self' https://*.velaro.com wss://*.velaro.com",
        "  X-Content-Security-Policy:",
        "- img-src a",
        "  the meta element on line 3:",
        "- img-src 'self'",
        "+ img-src 'self' data:",
    ]


def test_what_no_policy_can_do_is_listed() -> None:
    assert [line for line in write_markdown(REPORTS["answered"], PACKS).split("\n") if "**To do**" in line] == [
        "- **To do**: Stop sending X-Content-Security-Policy: img-src a.",
        "- **To do**: Give the tag on line 7 a nonce: the nonce of this response.",
        "- **To do**: Remove `'unsafe-inline'` from script-src.",
    ]


def test_of_several_targets_a_table_comes_first() -> None:
    lines = markdown(a_report(ANSWERED, WORKS, FAILED, replace(CLEAN, name="a|b")), COMMENT).split("\n")
    assert lines[2] == "**The widget loads in part on 1 target, works on 1 target.**"
    assert lines[8:12] == [
        "| ! | checkout (`https://shop.example/`) | The Velaro live chat loads, but parts of it fail. | 1 | 1 | 1 |",
        "| ✓ | `https://clean.example/` | The Velaro live chat works: every need that was checked is met. | 0 | 0 | 0 |",
        "| ? | `https://gone.example/` | could not be checked |  |  |  |",
        "| ✓ | `a\\|b` (`https://clean.example/`) |  | 0 | 0 | 0 |",
    ]


def test_advice_is_folded_away_from_the_table() -> None:
    written = write_markdown(a_report(about(ERROR, INFO)), PACKS)
    before, after = written.split("<summary>Advice: 1 finding</summary>")
    assert "widget-in-body" not in before
    assert "| advice |" in after


def test_no_nonce_is_there_to_be_copied() -> None:
    assert "c2VjcmV0" not in write_markdown(REPORTS["hostile-answer"], PACKS)
    assert "'nonce-{NONCE}'" in write_markdown(REPORTS["hostile-answer"], PACKS)


FENCES = [("a", "```"), ("a ``` b", "````"), ("`" * 9, "`" * 10), ("a\n```\nb", "````")]


@pytest.mark.parametrize(("text", "fence"), FENCES)
def test_no_text_closes_the_fence(text: str, fence: str) -> None:
    block = fenced([f"+ {text}"], "diff")
    assert block.split("\n")[0] == f"{fence}diff"
    (token,) = PARSER.parse(f"{block}\n")
    assert token.content == f"+ {visible(text)}\n"
