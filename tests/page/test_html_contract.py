"""
What the HTML parser must get right, whichever parser it is.

The cases' expectations are Chromium's. Each names the script and style elements
of a page with their exact text; the middle number is 1 for those inside a
template, which never run and so must not show up at all. A null expectation
stands for a case where only survival is asked, `extra` for more to look at.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from csplint.page.document import Document
from csplint.page.html.parser import read_document

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("html-cases.json").read_text(encoding="utf-8"))


def read(case: dict[str, Any]) -> Document:
    is_text = case["encoding"] == "text"
    body = case["html"].encode() if is_text else base64.b64decode(case["html"])
    return read_document(body, "https://shop.example/", charset="utf-8" if is_text else None, target="test")


def live_code(document: Document) -> list[list[str]]:
    """Scripts and styles that are no part of a template, in document order, as [element, text]."""
    elements = {found.order: found.element for found in document.requests}
    code = [(script.order, elements.get(script.order, ""), script.text) for script in document.scripts]
    styles = [found for found in document.requests if found.request.kind == "inline-style"]
    code += [(style.order, style.element, style.request.content) for style in styles]
    return [[element, text] for _, element, text in sorted(code)]


def test_there_are_as_many_cases_as_ever() -> None:
    assert len({case["id"] for case in CASES}) == 83


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_scripts_and_styles(case: dict[str, Any]) -> None:
    found = live_code(read(case))
    if case["scripts_and_styles"] is None:
        return
    expected = [[name, text] for name, in_template, text in case["scripts_and_styles"] if not in_template]
    # An element that asks for nothing (an empty script) has no request to name it.
    assert found == [
        [name if element else "", text] for (name, text), (element, _) in zip(expected, found, strict=True)
    ]


WITH_METAS = [case for case in CASES if "meta_head" in case["extra"]]
WITH_DUPLICATES = [case for case in CASES if "dup" in case["extra"]]
WITH_ATTRIBUTES = [case for case in CASES if "attrs" in case["extra"]]


@pytest.mark.parametrize("case", WITH_METAS, ids=[case["id"] for case in WITH_METAS])
def test_metas_that_count(case: dict[str, Any]) -> None:
    assert sum(meta.counts for meta in read(case).metas) == case["extra"]["meta_head"]


@pytest.mark.parametrize("case", WITH_DUPLICATES, ids=[case["id"] for case in WITH_DUPLICATES])
def test_duplicate_attributes(case: dict[str, Any]) -> None:
    (script,) = read(case).scripts
    assert script.nonceable == ("script" not in case["extra"]["dup"])


@pytest.mark.parametrize("case", WITH_ATTRIBUTES, ids=[case["id"] for case in WITH_ATTRIBUTES])
def test_attributes(case: dict[str, Any]) -> None:
    (script,) = read(case).scripts
    assert script.attributes == case["extra"]["attrs"]
    assert script.nonceable == (not case["id"].startswith("nonceable-"))


def test_scripts_of_a_declarative_shadow_root_run() -> None:
    (case,) = (case for case in CASES if case["id"] == "shadow-template")
    assert live_code(read(case)) == [["script", "s"]]
