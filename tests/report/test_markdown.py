"""Markdown in which untrusted text is only text to GitHub, GitLab and every parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from csplint.model import Report
from csplint.report.escape import visible
from csplint.report.markdown import COMMENT, write_markdown
from csplint.report.markdown_escape import code, link, prose, row
from tests.report.arbitrary import NASTY, hostile_reports
from tests.report.ci_samples import FEW_EXAMPLES, PACKS, REPORTS, SNEAKY, about, many
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, REQUIREMENTS, a_report

PARSER = MarkdownIt("commonmark").enable("table")
BLOCKS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "table_open", "table_close",
    "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open",
    "td_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
}  # fmt: skip
SPANS = {"text", "code_inline", "link_open", "link_close", "strong_open", "strong_close", "softbreak"}


def spans(markdown: str) -> list[Token]:
    return [child for token in PARSER.parse(markdown) for child in token.children or ()]


def test_whole_output() -> None:
    check_golden("several.md", write_markdown(REPORTS["several"], PACKS))


LINES = [
    ("clean", "1 target: 0 errors, 0 warnings, 0 advice"),
    ("known", "0 findings; 1 baselined; 1 suppressed; 2 of 2 requirements met"),
    ("part-read", "- Note: the script `https://a.example/a.js` was not read"),
    (
        "info",
        "| advice | [`DEL004`](https://docs.example/rules/DEL004) widget-in-body | The widget's script comes before the "
        "page's own content | (ready) Say who may frame the page |",
    ),
    (
        "warning",
        "| warning | [`SEC002`](https://docs.example/rules/SEC002) unsafe-inline-script | script-src allows every inline "
        "script (`script-src 'unsafe-inline'`) | (check first) Replace `'unsafe-inline'` by a nonce |",
    ),
    (
        "failed",
        "**Could not be checked**: the name `gone.example` does not exist (hint: check the spelling, or the network)",
    ),
    ("saved", "### `./saved\\shop page.html`"),
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
@given(hostile_reports())
def test_no_structure_but_ours(report: Report) -> None:
    written = write_markdown(report, PACKS, known=True)
    tokens = PARSER.parse(written)
    assert {token.type for token in tokens} <= BLOCKS
    assert {span.type for span in spans(written)} <= SPANS
    assert len([token for token in tokens if token.type == "heading_open"]) == 1 + len(report.targets)
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in {"td_open", "th_open"}]
    assert len(cells) == 4 * len(rows)


@FEW_EXAMPLES
@given(hostile_reports())
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
    (CLEAN, "Clean: no findings from 3 rules; 2 of 2 requirements met"),
    (replace(CLEAN, limits=("x",)), "Clean as far as it could be read: no findings from 3 rules; 2 of 2"),
    (replace(CLEAN, passed=(), requirements=()), "Clean: no findings\n"),
    (replace(CLEAN, requirements=REQUIREMENTS), "0 findings; 2 of 4 requirements met"),
    (replace(CLEAN, findings=(replace(ERROR, state="baselined"),)), "0 findings; 1 baselined; 2 of 2 requirements met"),
    (replace(CLEAN, findings=(ERROR,)), "1 finding; 2 of 2 requirements met"),
    (replace(CLEAN, outcome="failed"), "**Could not be checked**: no reason was recorded"),
]


@pytest.mark.parametrize(("target", "verdict"), VERDICTS)
def test_only_a_clean_page_is_called_clean(target: object, verdict: str) -> None:
    written = write_markdown(a_report(target), PACKS)  # type: ignore[arg-type]
    assert verdict in written
    assert ("Clean" in written) is verdict.startswith("Clean")


def test_a_comment_is_never_too_long_and_says_what_is_missing() -> None:
    written = write_markdown(many(1000), PACKS)
    assert COMMENT - 1000 < len(written) < 65_536
    kept = written.count("| error |")
    assert f"**Cut here**: {1000 - kept} more lines do not fit." in written


def test_a_finding_without_fix_or_directive_keeps_its_cells() -> None:
    bare = replace(ERROR, fix=None, directive=None, value=None, docs="")
    (line,) = [line for line in write_markdown(a_report(about(bare)), PACKS).split("\n") if line.startswith("| error")]
    assert (
        line
        == f"| error | `VEL011` missing-connect-source | {ERROR.message.replace('wss://*.velaro.com', '`wss://*.velaro.com`')} |  |"
    )
