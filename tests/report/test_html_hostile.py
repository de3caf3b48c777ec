"""
Whatever a page contains, it stays text: a real HTML parser finds only the elements of the report.

Every string of a report is exchanged, for payloads and for harmless letters of the same length; the two trees are
the same. Arbitrary reports are parsed, and held to what may be in a report at all.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import turbohtml
from hypothesis import HealthCheck, given, settings
from msgspec.structs import fields, replace

from csplint.model import (
    Corrected,
    HeaderChange,
    LeftFinding,
    MetaChange,
    Place,
    Proof,
    Report,
    TagChange,
    Verdict,
)
from csplint.packs.merge import load_packs
from csplint.report.html.report import policy, write_html
from csplint.report.html.script import SCRIPT
from csplint.report.html.style import STYLE
from tests.report.arbitrary import TEMPLATE, hostile_reports
from tests.report.report_samples import SAMPLES
from tests.report.runner import commands
from tests.report.test_hostile import CONTROLS

PACKS = load_packs(["velaro"])

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

PAYLOADS = [
    "</code><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><svg/onload=alert(1)>",
    '"><img/src=x/onerror=alert(1)>',
    "'onmouseover='alert(1)",
    "<!--",
    "--><b>",
    "]]>",
    "<![CDATA[",
    "</table></section></main></body></html><iframe/src=//evil>",
    "<a/href=javascript:alert(1)>",
    "<base/href=//evil>",
    "<plaintext>",
    "<textarea>",
    "<math><mtext><table><mglyph><style>",
    "\x00<b>\x00",
    "\x1b[2J\u202e\u2028\ud800",
    "&lt&#60&#x3c",
    "`${alert(1)}`",
    "::error::x##[error]x",
    "x" * 10_000,
]


def exchanged(value: Any, text: str) -> Any:
    """The report with every string of it exchanged for `text`."""
    if isinstance(value, tuple):
        return tuple(exchanged(each, text) for each in value)
    if isinstance(value, dict):
        return dict.fromkeys([text], exchanged(next(iter(value.values())), text))
    if isinstance(value, str):
        return text
    if isinstance(value, msgspec.Struct):
        free = [field.name for field in fields(type(value)) if "Literal" not in repr(field.type)]
        return replace(value, **{name: exchanged(getattr(value, name), text) for name in free})
    return value


def shape(node: turbohtml.Document | turbohtml.Element) -> list[Any]:
    """The elements below a node: names, namespaces and the names of their attributes, nested as they are."""
    return [
        [each.tag, str(each.namespace), sorted(each.attrs), shape(each)]
        for each in node.children
        if isinstance(each, turbohtml.Element)
    ]


def shape_of(text: str) -> list[Any]:
    return shape(turbohtml.parse(write_html(exchanged(TEMPLATE, text), PACKS)))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: ascii(text)[1:30])
def test_a_payload_changes_no_element(payload: str) -> None:
    assert shape_of(payload) == shape_of("b" * len(payload))


ELEMENTS = """
html head meta title style script body a header p h1 span ul li strong nav h2 ol code div button main section dl dt dd
h3 h4 h5 svg rect table caption thead tbody tr th td details summary mark b pre ins del article footer
"""
ATTRIBUTES = """
lang charset http-equiv content name class href id tabindex role aria-hidden aria-label aria-labelledby aria-pressed
hidden type data-copies data-filter data-label data-severity dir rel scope x y width height viewbox focusable
preserveaspectratio open
"""


def check_document(html: str) -> None:
    tree = turbohtml.parse(html)
    assert [error.code for error in tree.errors] == []
    elements = list(tree.iter_elements())
    assert {each.tag for each in elements} <= set(ELEMENTS.split())
    assert {name.lower() for each in elements for name in each.attrs} <= set(ATTRIBUTES.split())
    assert len(re.findall(r"<[a-z]", html.replace(SCRIPT, "").replace(STYLE, ""))) == len(elements)
    assert [each.text for each in tree.select("script")] == [SCRIPT]
    assert [each.text for each in tree.select("style")] == [STYLE]
    assert [each.attr("content") for each in tree.select("[http-equiv]")] == [policy()]
    for each in tree.select("[href]"):
        assert re.fullmatch(r"#[a-z0-9-]+|https://[!-~]+", each.attr("href") or "")
    for each in tree.select("[id]"):
        assert re.fullmatch(r"[a-z0-9-]+", each.attr("id") or "")


@many
@given(hostile_reports())
def test_an_arbitrary_report_is_a_sound_document(report: Report) -> None:
    check_document(write_html(report, PACKS))


HEADER = "Content-Security-Policy"


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: ascii(text)[1:30])
def test_a_payload_in_the_answer_stays_text(payload: str) -> None:
    texts = (f"img-src 'self' {payload}", f"img-src {payload}; {payload} {payload}")
    answer = Corrected(
        headers=(HeaderChange("replace", HEADER, *texts, 0), HeaderChange("remove", payload, payload, None, 1)),
        metas=(MetaChange("replace", *texts, 1, Place(1, 2)),),
        tags=(TagChange(Place(1, 2), payload, payload, payload),),
        steps=(payload,),
        leaves=(LeftFinding(payload, payload),),
        proof=Proof("works", 1, 1),
    )
    verdict = Verdict(state="broken", text=payload, because=payload, then=payload, browsers={payload: "works"})
    target = replace(TEMPLATE.targets[0], verdict=verdict, corrected=answer)
    html = write_html(replace(TEMPLATE, targets=(target,)), PACKS)
    check_document(html)
    assert not CONTROLS.findall(html)
    assert [line for line in html.split("\n") if commands(line)] == []


@many
@given(hostile_reports())
def test_nothing_in_it_obeys_or_hides(report: Report) -> None:
    html = write_html(report, PACKS)
    html.encode()
    assert not CONTROLS.findall(html)
    assert [line for line in html.split("\n") if commands(line)] == []


@pytest.mark.parametrize("name", list(SAMPLES))
def test_the_samples_are_sound_documents(name: str) -> None:
    html = write_html(SAMPLES[name], PACKS)
    check_document(html)
    assert [line for line in html.split("\n") if commands(line)] == []
