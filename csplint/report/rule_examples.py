"""A rule's example as text and as JSON: what the user has set, what the server sends, what the next visitor gets."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from csplint.packs.example import Answer, Example
from csplint.report.escape import visible


def example_lines(example: Example) -> Iterator[str]:
    """The example's lines, escaped; those that begin with # are about it."""
    return (visible(line) for line in _lines(example))


def _lines(example: Example) -> Iterator[str]:
    if example.config:
        yield from ("# csplint.toml", *example.config.strip("\n").split("\n"), "# what is checked")
    yield from _answer(example)
    if example.second is not None:
        yield "# the next visitor gets"
        yield from _answer(example.second)
    if example.features:
        yield f"# checked with {' '.join(f'--feature {feature}' for feature in example.features)}"
    if example.note:
        yield f"# {example.note}"


def _answer(answer: Answer) -> Iterator[str]:
    """Its headers, then its HTML; of sources that repeat, the first two and the last."""
    lines = [f"{name}: {value}" for name, value in _abridged(answer).fields()]
    lines += answer.page.strip("\n").split("\n") if answer.page else []
    return iter(lines or ["(no policy at all)"])


def _abridged(answer: Answer) -> Answer:
    sources = answer.repeat.sources() if answer.repeat else ()
    if len(sources) <= _FEW:
        return answer
    return replace(answer, repeat=None, policy=" ".join(filter(None, (answer.policy, *sources[:2], "…", sources[-1]))))


_FEW = 4


def example_json(example: Example) -> dict[str, object]:
    """The example by its pack's own keys, without those it leaves empty; a policy that repeats is written out."""
    fields = _written_out(example)
    if example.second is not None:
        fields["second"] = _written_out(example.second)
    return fields


def _written_out(answer: Answer) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(replace(answer, policy=answer.whole_policy(), repeat=None))
    return {name: value for name, value in fields.items() if value or name == "expect"}
