"""
The rules as text, JSON and Markdown, made from the packs: documentation that cannot drift.

A pack may be anybody's file, so its words are escaped like a page's.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from csplint.packs.example import Example
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Rule
from csplint.report.escape import guard_runner, visible
from csplint.report.json_text import json_text
from csplint.report.markdown_text import code, link, prose, row
from csplint.report.rule_examples import example_json, example_lines


def rules_text(packs: PackSet) -> str:
    """One line a rule: id, severity, name, summary."""
    longest = max(len(name) for name in packs.rules)
    lines = []
    for pack in packs.packs:
        lines.append(f"{pack.pack.title} ({pack.pack.id} {pack.pack.version}, read {pack.pack.checked})")
        lines += [f"  {r.id}  {r.severity:<7}  {r.name:<{longest}}  {r.summary}" for r in pack.rule]
        lines.append("")
    return _text(map(visible, lines))


def rules_json(packs: PackSet) -> str:
    """Every rule as `explain_json` gives it, in a list."""
    return json_text([_rule(packs, rule) for rule in packs.rules.values()])


def explain_json(packs: PackSet, rule: Rule) -> str:
    """One rule, for programs."""
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
    """One rule, for a person at a terminal."""
    symptom, pack = packs.row(rule.name), packs.homes[rule.name]
    lines = [f"{rule.id} {rule.name} ({rule.severity}, pack {pack.pack.id})", ""]
    lines += [*_wrapped(rule.summary), *_wrapped(rule.why)]
    if symptom:
        said = f"In the vendor's table: {symptom.symptom}. Cause: {symptom.cause}. Fix: {symptom.fix}."
        lines += ["", *_wrapped(said)]
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
    """The documentation page: a table of contents, then every rule."""
    lines = ["# Rules", "", "Made from the packs by `csplint rules --format markdown`; do not edit.", ""]
    for pack in packs.packs:
        info = pack.pack
        about = f"Pack {code(info.id)} {prose(info.version)}, sources read {info.checked}."
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
    """A link; the address beside the title where it is none that can be followed."""
    linked = link(prose(title), address)
    return linked if linked != prose(title) else f"{linked}, {code(address)}"


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    """A code block, its fence longer than any run of backticks in it."""
    inside = list(lines)
    longest = max((len(run) for line in inside for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return iter((fence, *inside, fence))


def _text(lines: Iterable[str]) -> str:
    """Lines of text that no CI runner takes for its commands."""
    return "\n".join(guard_runner(line, runner=True) for line in lines)
