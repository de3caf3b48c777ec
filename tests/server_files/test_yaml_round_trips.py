"""Every style of YAML: a policy is read as it is sent, its characters have their places, and a new one is written and read again."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers import kubernetes, traefik
from csplint.servers.source import Sent, Server, apply_edits
from csplint.servers.yaml_nodes import YamlFile
from tests.server_files.yaml_samples import POLICY, SAMPLES
from tests.static_hosts import policy, read

WORDS = POLICY.split()
POLICIES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).map(str.strip).filter(bool)
USUAL = "default-src 'self' data: https://a.example 'unsafe-inline'; img-src *; report-uri /r#x"
CASES = [pytest.param(data, id=name) for name, data in SAMPLES.items()]


def server(data: bytes) -> Server:
    found = [each for each in (kubernetes.SERVER, traefik.SERVER) if each.recognises("x.yaml", data)]
    return found[0] if found else kubernetes.SERVER


def only(data: bytes) -> Sent:
    return policy(read(server(data), data))


def rewritten(data: bytes, text: str) -> bytes | None:
    edits = server(data).write(data, only(data), text)
    return None if edits is None else apply_edits(data, edits)


def scalars(node: object) -> list[str]:
    """Every key and value, flat."""
    if isinstance(node, dict):
        return [each for pair in node.items() for part in pair for each in scalars(part)]
    if isinstance(node, list):
        return [each for part in node for each in scalars(part)]
    return [str(node)]


def meaning(data: bytes) -> list[str]:
    return scalars(list(yaml.safe_load_all(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("data", CASES)
def test_a_policy_is_read_as_it_is_sent(data: bytes) -> None:
    value = only(data).value
    assert value
    assert value.text.split() == WORDS
    assert any(value.text in each for each in meaning(data))


@pytest.mark.parametrize("data", CASES)
def test_characters_are_where_they_are_written(data: bytes) -> None:
    value = only(data).value
    assert value
    assert len(value.starts) == len(value.text) + 1
    assert list(value.starts) == sorted(value.starts)
    for word in ("default", "a.example", "font-src"):
        at = value.text.index(word)
        assert data[value.starts[at] : value.starts[at + len(word)]].decode() == word
    assert data[value.starts[-1] - 1 : value.starts[-1]] == b"b"


@pytest.mark.parametrize("data", CASES)
@settings(deadline=None, max_examples=12)
@given(text=POLICIES)
def test_a_written_policy_is_read_again_and_all_else_stays(data: bytes, text: str) -> None:
    made = rewritten(data, text)
    if made is None:
        return
    before, after = only(data).value, only(made).value
    assert before
    assert after
    assert after.text == text
    old, new = meaning(data), meaning(made)
    assert len(old) == len(new)
    assert sum(one != other for one, other in zip(old, new, strict=True)) <= 1
    changed = next((other for one, other in zip(old, new, strict=True) if one != other), "")
    escaped = (text, text.replace("$", "$$"), text.replace("\\", "\\\\").replace('"', '\\"'))
    assert text == before.text or any(each in changed for each in escaped)
    assert made.split(b"\n")[0:1] == data.split(b"\n")[0:1] or b"\n" not in data


@pytest.mark.parametrize("data", CASES)
def test_a_usual_policy_can_always_be_written(data: bytes) -> None:
    made = rewritten(data, USUAL)
    assert made
    value = only(made).value
    assert value
    assert value.text == USUAL


@pytest.mark.parametrize("data", CASES)
def test_one_word_more_changes_nothing_else(data: bytes) -> None:
    """The words before and after it stay as they are written."""
    value = only(data).value
    assert value
    made = rewritten(data, value.text.replace(" *;", " * c.example;"))
    if "\n" in value.text:  # no header can have this one: it becomes one line
        return
    assert made
    at = value.starts[value.text.index(" *;") + 2]
    assert made == data[:at] + b" c.example" + data[at:]


@pytest.mark.parametrize("data", CASES)
def test_the_same_policy_needs_no_edit(data: bytes) -> None:
    value = only(data).value
    assert value
    if "\n" not in value.text:
        assert rewritten(data, value.text) == data


@pytest.mark.parametrize("data", CASES)
@pytest.mark.parametrize("text", ["", " a", "a\nb", "a\r", "é", "a\0", "a\t"])
def test_what_no_header_can_have_is_not_written(data: bytes, text: str) -> None:
    assert rewritten(data, text) is None


@pytest.mark.parametrize("data", CASES)
def test_a_header_can_be_taken_out(data: bytes) -> None:
    sent = only(data)
    left = data[: sent.start] + data[sent.end :]
    read_again = read(server(data), left)
    assert not [each for response in read_again.responses for each in response.sent if "Security" in each.name]
    assert len(meaning(left)) < len(meaning(data)) or b"_header" in data


@settings(deadline=None, max_examples=200)
@given(
    text=st.text(st.sampled_from("ab é😀'\"\\:#-\n\t &*!"), max_size=40),
    style=st.sampled_from(["'", '"', "|", ">", ""]),
    width=st.sampled_from([4, 12, 80]),
)
def test_scalars_of_any_text_have_their_places(text: str, style: str, width: int) -> None:
    data = yaml.safe_dump(
        {"a": {"b": text}, "c": 1}, default_style=style or None, width=width, allow_unicode=True, sort_keys=False
    )
    file = YamlFile(data.encode())
    node = file.documents[0].get("a", "b")
    assert node
    assert node.value == text
    value = file.written(node)
    assert value
    assert value.text == text
    assert list(value.starts) == sorted(value.starts)
    raw = data.encode()
    shown = [(char, at) for char, at in zip(text, value.starts, strict=False) if char in "abé😀"]
    assert all(raw.startswith(char.encode(), at) or raw.startswith(b"\\", at) for char, at in shown)
