r"""
Other people's text in Markdown, so that it is read as text.

GitHub and GitLab make more of a text than Markdown says: bare addresses, @names, #numbers and commit ids become links
or notify people, and they do so after escapes and entities are undone. Only code spans are spared, everywhere. So
here, whatever is not plainly a word goes into a code span.
"""

from __future__ import annotations

import re

from csplint.report.escape import visible

_WORD = re.compile(r"[^\W\d_]+(?:[-'’/][^\W\d_]+)*|\d{1,6}|[–—…]")
"""Letters, or a number too short for a commit id: nothing that Markdown or a platform reads anything into."""

_TOKEN = re.compile(r'(["(]*)(.*?)([.,;:!?)"]*)', re.DOTALL)
"""A word and the punctuation around it."""

_LINKABLE = re.compile(r"https://[A-Za-z0-9./_~%?&=#+-]{1,1000}")
_MOST_BACKTICKS = 3


def code(text: str) -> str:
    r"""
    Give text as a code span; "" where there is none.

    A pipe after a backslash is written out (`\x7c`): tables have no way to carry both. So are the backticks of a text
    made of so many kinds of runs that no short fence is left, because parsers give up on long ones.
    """
    shown = re.sub(r"(?<=\\)\|", r"\\x7c", visible(text).strip(" "))
    runs = {len(run) for run in re.findall("`+", shown)}
    length = next(number for number in range(1, len(runs) + 2) if number not in runs)
    if length > _MOST_BACKTICKS:
        shown, length = shown.replace("`", r"\x60"), 1
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    fence = "`" * length
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def prose(text: str) -> str:
    """Give a sentence with everything in code spans that is no plain word: `script-src does not allow …`."""
    return " ".join(map(_token, visible(" ".join(text.split())).split()))


def _token(token: str) -> str:
    found = _TOKEN.fullmatch(token)
    before, core, after = found.groups() if found else ("", token, "")
    while after and _is_open(core):
        core, after = core + after[0], after[1:]
    if not core or _WORD.fullmatch(core):
        return token
    return f"{before}{code(core)}{after}"


def _is_open(core: str) -> bool:
    """Whether a bracket or quote that begins in the word ends after it: `eval()`, `csp="https://…"`."""
    return core.count("(") > core.count(")") or core.count('"') % 2 == 1


def link(text: str, address: str) -> str:
    """Give text, Markdown already, as a link; as it is where the address could be more than one."""
    return f"[{text}]({address})" if is_address(address) else text


def is_address(text: str) -> bool:
    """Whether the text is an https URL and could be nothing more."""
    return bool(_LINKABLE.fullmatch(text))


def row(*cells: str) -> str:
    """Give a row of a table; GFM takes a pipe for the end of a cell even in a code span, unless it is escaped."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
