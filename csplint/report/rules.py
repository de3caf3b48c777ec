"""
The rules as text, JSON and Markdown, generated from the packs so that the documentation cannot drift.

Anyone may have written a pack, so its text is escaped like a page's.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from csplint.packs.example import Answer, Example
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Rule
from csplint.report.escape import guard_runner, visible
from csplint.report.json_report import json_text
from csplint.report.markdown_escape import code, link, prose, row

_MOST_SOURCES = 4
"""A generated source list is shown whole up to this length; of a longer one, the first two sources and the last."""


def rules_text(packs: PackSet) -> str:
    """Give one line per rule: id, severity, name, summary."""
    longest = max(len(name) for name in packs.rules)
    lines = []
    for pack in packs.packs:
        lines.append(f"{pack.pack.title} ({pack.pack.id} {pack.pack.version}, sources checked {pack.pack.checked})")
        lines += [f"  {r.id}  {r.severity:<7}  {r.name:<{longest}}  {r.summary}" for r in pack.rule]
        lines.append("")
    return _text(map(visible, lines))


def rules_json(packs: PackSet) -> str:
    """Give a list of every rule, each as `explain_json` gives it."""
    return json_text([_rule(packs, rule) for rule in packs.rules.values()])


def explain_json(packs: PackSet, rule: Rule) -> str:
    """Give one rule as JSON."""
    return json_text(_rule(packs, rule))


def _rule(packs: PackSet, rule: Rule) -> dict[str, object]:
    pack = packs.homes[rule.name]
    symptom = packs.row(rule.name)
    return {
        "id": rule.id,
        "name": rule.name,
        "pack": pack.pack.id,
        "severity": rule.severity,
        "summary": rule.summary,
        "why": rule.why,
        "fix": rule.fix,
        "symptom": symptom.id if symptom else None,
        "source": {
            "title": pack.documents[rule.source].title,
            "address": packs.docs(rule.name),
            "standing": rule.standing,
        },
        "examples": [example_json(example) for example in rule.example],
    }


def explain_text(packs: PackSet, rule: Rule) -> str:
    """Give one rule as text for a terminal."""
    symptom, pack = packs.row(rule.name), packs.homes[rule.name]
    lines = [f"{rule.id} {rule.name} ({rule.severity}, pack {pack.pack.id})", ""]
    lines += [*_wrapped(rule.summary), *_wrapped(rule.why)]
    if symptom:
        table = f"In the vendor's table: {symptom.symptom}. Cause: {symptom.cause}. Fix: {symptom.fix}."
        lines += ["", *_wrapped(table)]
    for title, fires in (("bad:", True), ("good:", False)):
        if example := _first(rule, fires=fires):
            lines += ["", title, *(f"  {line}".rstrip() for line in example_lines(example))]
    lines += ["", "fix:", *_wrapped(rule.fix), ""]
    lines += [f"source: {pack.documents[rule.source].title} ({rule.standing})", f"        {packs.docs(rule.name)}"]
    return _text([*map(visible, lines), ""])


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        visible(" ".join(text.split())), 96, initial_indent="  ", subsequent_indent="  ", break_long_words=False
    )


def _first(rule: Rule, *, fires: bool) -> Example | None:
    return next((example for example in rule.example if bool(example.expect) is fires), None)


def rules_markdown(packs: PackSet) -> str:
    """Give the documentation page: a table of contents, then every rule."""
    lines = ["# Rules", "", "Generated from the packs by `csplint rules --format markdown`; do not edit.", ""]
    for pack in packs.packs:
        info = pack.pack
        about = f"Pack {code(info.id)} {prose(info.version)}, sources checked {info.checked}."
        lines += [f"## {prose(info.title)}", "", about, "", "| id | rule | severity | what |", "|---|---|---|---|"]
        lines += [row(prose(r.id), _anchored(r.name), r.severity, prose(r.summary)) for r in pack.rule]
        lines.append("")
        for rule in pack.rule:
            lines += _section(packs, pack, rule)
    return _text(lines).rstrip() + "\n"


def _anchored(name: str) -> str:
    return f"[{name}](#{name})" if re.fullmatch(r"[a-z]+(-[a-z]+)*", name) else prose(name)


def _section(packs: PackSet, pack: Pack, rule: Rule) -> Iterator[str]:
    yield from (f"### {prose(rule.name)}", "", f"{code(rule.id)} · {rule.severity}", "")
    yield from (prose(f"{rule.summary} {rule.why}"), "")
    for title, fires in (("Bad", True), ("Good", False)):
        if example := _first(rule, fires=fires):
            yield from (f"{title}:", "", *_fenced(example_lines(example)), "")
    yield from (f"**Fix.** {prose(rule.fix)}", "")
    yield from (f"Source: {_source(pack.documents[rule.source].title, packs.docs(rule.name))} ({rule.standing}).", "")


def _source(title: str, address: str) -> str:
    """A link; the title and the address if the address cannot be a link."""
    linked = link(prose(title), address)
    return linked if linked != prose(title) else f"{linked}, {code(address)}"


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    """A code block; its fence is longer than any run of backticks in it."""
    block = list(lines)
    longest = max((len(run) for line in block for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return iter((fence, *block, fence))


def _text(lines: Iterable[str]) -> str:
    """The lines, none of which a CI runner reads as a command."""
    return "\n".join(guard_runner(line) for line in lines)


# ------------------------------------------------------------------ a rule's examples


def example_lines(example: Example) -> Iterator[str]:
    """
    Give an example's lines, escaped: the user's settings, then what the server sends.

    Lines that begin with # are comments.
    """
    return (visible(line) for line in _lines(example))


def _lines(example: Example) -> Iterator[str]:
    if example.config:
        yield from ("# csplint.toml", *example.config.strip("\n").split("\n"), "# the page")
    if example.file:
        yield from (f"# {example.file}", *example.text.strip("\n").split("\n"))
    else:
        yield from _answer(example)
    for path, text in example.files.items():
        yield f"# the file {path}: {text.strip()}"
    if example.second is not None:
        yield "# the next visitor gets"
        yield from _answer(example.second)
    if example.features:
        yield f"# checked with {' '.join(f'--feature {feature}' for feature in example.features)}"
    if example.note:
        yield f"# {example.note}"


def _answer(answer: Answer) -> Iterator[str]:
    """Its headers, then its HTML."""
    lines = [f"{name}: {value}" for name, value in _shortened(answer).fields()]
    lines += answer.page.strip("\n").split("\n") if answer.page else []
    return iter(lines or ["(no policy)"])


def _shortened(answer: Answer) -> Answer:
    sources = answer.repeat.sources() if answer.repeat else ()
    if len(sources) <= _MOST_SOURCES:
        return answer
    return replace(answer, repeat=None, policy=" ".join(filter(None, (answer.policy, *sources[:2], "…", sources[-1]))))


def example_json(example: Example) -> dict[str, object]:
    """Give an example with its pack's own keys, empty ones left out and a generated policy written out."""
    fields = _whole(example)
    if example.second is not None:
        fields["second"] = _whole(example.second)
    return fields


def _whole(answer: Answer) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(replace(answer, policy=answer.whole_policy(), repeat=None))
    return {name: value for name, value in fields.items() if value or name == "expect"}
