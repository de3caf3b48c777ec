"""The scanners that keep places read the same values as Python's own parsers."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from csplint.servers.json_nodes import escaped, json_root
from csplint.servers.nodes import Node, list_span
from csplint.servers.source import SourceError
from csplint.servers.toml_nodes import statements

PIECES = [
    "a",
    '"',
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "é",
    "😀",
    "#",
    ",",
    "]",
    "}",
    "=",
    "\\u0041",
    "\\\n ",
    '\\"',
    "\\n",
]
ODD = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


def strings(node: Node) -> Any:
    """The node as Python's parsers give it, with None for whatever is neither a string, a list nor a table."""
    if node.text is not None:
        return node.text.text
    if node.items is not None:
        return [strings(each) for each in node.items]
    return None if node.members is None else {each.key: strings(each.node) for each in node.members}


def only_strings(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [only_strings(each) for each in value]
    return {key: only_strings(each) for key, each in value.items()} if isinstance(value, dict) else None


@settings(deadline=None, max_examples=300)
@given(
    value=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=4),
    ascii_only=st.booleans(),
    indent=st.none() | st.just(1),
)
def test_json_is_read_as_python_reads_it(value: dict[str, object], ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()

    assert strings(json_root(data)) == only_strings(value)
    assert strings(json_root(data, comments=True)) == only_strings(value)


@settings(deadline=None, max_examples=500)
@given(
    quote=st.sampled_from(['"', "'", '"""', "'''"]),
    text=ODD,
    form=st.sampled_from(["a = {}", "a = [ {}, # c ]\n {} ]", "a = {{ b.c = {}, 'd' = 1 }}"]),
)
@example(quote='"""', text='\n""a""', form="a = {}")
def test_toml_is_read_as_python_reads_it(quote: str, text: str, form: str) -> None:
    written = quote + text + quote
    data = form.format(written, written)
    try:
        wanted = tomllib.loads(data)
    except tomllib.TOMLDecodeError:
        assume(False)
    assume(not text.startswith(quote) and f"{quote}#" not in text)  # the string ends there, and the rest is a comment
    found = statements(data.encode())

    assert {each.key[0]: strings(each.node) for each in found} == only_strings(wanted)
    for each in found:
        assert data.encode()[each.start : each.node.end].decode() == data


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_json_is_the_text_again(text: str) -> None:
    assert json.loads(f'"{escaped(text)}"') == text


@pytest.mark.parametrize(("index", "left"), [(0, "[b, c]"), (1, "[a, c]"), (2, "[a, b]")])
def test_a_part_is_taken_out_with_its_comma(index: int, left: str) -> None:
    start, end = list_span(((1, 2), (4, 5), (7, 8)), index)

    assert "[a, b, c]"[:start] + "[a, b, c]"[end:] == left


def test_comments_in_json_keep_the_places() -> None:
    data = '{ // é "x"\n "a//b": /* " */ "c" }'.encode()
    member = (json_root(data, comments=True).members or ())[0]

    assert (member.key, data[member.node.start : member.node.end]) == ("a//b", b'"c"')
    with pytest.raises(SourceError):
        json_root(data)
