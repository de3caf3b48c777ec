"""Reports in which every string is arbitrary and every number may be wrong."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from csplint.model import Report, Suppression
from tests.report.samples import CLEAN, FAILED, INFO, PAGE, a_report

NASTY = [
    "\x1b[31m", "\x9b", "\r\n", "\n::error::x", "::error::x", "##[error]x", "#", "[", "]", ":", " ", "\t", "\u202e",
    "\u2028", "\ud800", "\udfff", "\ufeff", "\u200b", "]]>", "<script>", "[link=https://evil]x[/link]", "日本",
    "e\u0301", "x" * 400, ";", "'self'", "\x00", "\U000e0041", "https://a.example/", "\u3000",
]  # fmt: skip

HOSTILE_TEXT = st.one_of(
    st.lists(st.sampled_from(NASTY), max_size=6).map("".join),
    st.text(st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=12),
)


ACCEPTED = replace(INFO, state="suppressed", suppression=Suppression("a", "b"))
TEMPLATE = a_report(PAGE, replace(CLEAN, limits=("a",), findings=(ACCEPTED,)), FAILED)


@st.composite
def hostile_reports(draw: st.DrawFn, template: Report = TEMPLATE) -> Report:
    """
    The template, by default a page, one whose finding is accepted and a failed target, with all its strings exchanged.

    It holds hundreds of strings, so some are drawn and shared out.
    """
    texts = draw(st.lists(HOSTILE_TEXT, min_size=1, max_size=12))
    deal = Random(draw(st.integers(0, 2**32)))
    report: Report = _exchanged(template, texts, deal)
    return report


def _exchanged(value: Any, texts: list[str], deal: Random) -> Any:
    if isinstance(value, tuple):
        return tuple(_exchanged(each, texts, deal) for each in value)
    if isinstance(value, dict):
        return {deal.choice(texts): _exchanged(each, texts, deal) for each in value.values()}
    if isinstance(value, str):
        return deal.choice(texts)
    if isinstance(value, msgspec.Struct):
        free = {field.name for field in fields(type(value)) if "Literal" not in repr(field.type)}
        return replace(value, **{name: _exchanged(getattr(value, name), texts, deal) for name in sorted(free)})
    if type(value) is int:
        return deal.choice((value, deal.randrange(200)))
    return value
