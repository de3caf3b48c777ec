"""The rules as text, JSON and Markdown, made from the packs: documentation that cannot drift."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from csplint.packs import Example, Pack, Rule
from csplint.packset import PackSet


def rules_text(packs: PackSet) -> str:
    """One line a rule: id, severity, name, summary."""
    longest = max(len(name) for name in packs.rules)
    lines = []
    for pack in packs.packs:
        lines.append(f"{pack.pack.title} ({pack.pack.id} {pack.pack.version}, read {pack.pack.checked})")
        lines += [f"  {r.id}  {r.severity:<7}  {r.name:<{longest}}  {r.summary}" for r in pack.rule]
        lines.append("")
    return "\n".join(lines)


def rules_json(packs: PackSet) -> str:
    """Every rule as `explain_json` gives it, in a list."""
    return _json([_rule(packs, rule) for rule in packs.rules.values()])


def explain_json(packs: PackSet, rule: Rule) -> str:
    """One rule, for programs."""
    return _json(_rule(packs, rule))


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode("utf-8") + "\n"


def _rule(packs: PackSet, rule: Rule) -> dict[str, object]:
    pack = packs.homes[rule.name]
    row = packs.row(rule.name)
    return {
        "id": rule.id,
        "name": rule.name,
        "pack": pack.pack.id,
        "severity": rule.severity,
        "summary": rule.summary,
        "why": rule.why,
        "fix": rule.fix,
        "symptom": row.id if row else None,
        "source": {
            "title": pack.documents[rule.source].title,
            "address": packs.docs(rule.name),
            "standing": rule.standing,
        },
        "examples": [_example(example) for example in rule.example],
    }


def _example(example: Example) -> dict[str, object]:
    """An example without the fields it leaves empty."""
    fields: dict[str, object] = msgspec.to_builtins(example)
    return {name: value for name, value in fields.items() if value or name == "expect"}


def explain_text(packs: PackSet, rule: Rule) -> str:
    """One rule, for a person at a terminal."""
    row, pack = packs.row(rule.name), packs.homes[rule.name]
    parts = [
        f"{rule.id} {rule.name} ({rule.severity}, pack {pack.pack.id})",
        "",
        *_wrapped(rule.summary),
        *_wrapped(rule.why),
    ]
    if row:
        parts += ["", *_wrapped(f"In the vendor's table: {row.symptom}. Cause: {row.cause}. Fix: {row.fix}.")]
    bad, good = _first(rule, fires=True), _first(rule, fires=False)
    if bad:
        parts += ["", "bad:", *_shown(bad)]
    if good:
        parts += ["", "good:", *_shown(good)]
    parts += ["", "fix:", *_wrapped(rule.fix)]
    parts += [
        "",
        f"source: {pack.documents[rule.source].title} ({rule.standing})",
        f"        {packs.docs(rule.name)}",
        "",
    ]
    return "\n".join(parts)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), 96, initial_indent="  ", subsequent_indent="  ", break_long_words=False
    )


def _first(rule: Rule, *, fires: bool) -> Example | None:
    return next((example for example in rule.example if bool(example.expect) is fires), None)


def _shown(example: Example) -> Iterator[str]:
    for label, text in _sent(example):
        yield f"  {label}: {text}" if label else f"  {text}"
    if example.note:
        yield f"  # {example.note}"


def _sent(example: Example) -> Iterator[tuple[str, str]]:
    """What the example's page sends, by header; its HTML last."""
    if example.policy:
        yield "Content-Security-Policy", example.policy
    if example.report_only:
        yield "Content-Security-Policy-Report-Only", example.report_only
    if example.permissions_policy:
        yield "Permissions-Policy", example.permissions_policy
    if example.page:
        yield "", example.page
    if not (example.policy or example.report_only or example.permissions_policy or example.page):
        yield "", "(no policy at all)"


def rules_markdown(packs: PackSet) -> str:
    """The documentation page: a table of contents, then every rule."""
    lines = ["# Rules", "", "Made from the packs by `csplint rules --format markdown`; do not edit.", ""]
    for pack in packs.packs:
        lines += [
            f"## {pack.pack.title}",
            "",
            f"Pack `{pack.pack.id}` {pack.pack.version}, sources read {pack.pack.checked}.",
            "",
        ]
        lines += ["| id | rule | severity | what |", "|---|---|---|---|"]
        lines += [f"| {r.id} | [{r.name}](#{r.name}) | {r.severity} | {_cell(r.summary)} |" for r in pack.rule]
        lines.append("")
        for rule in pack.rule:
            lines += _section(packs, pack, rule)
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _section(packs: PackSet, pack: Pack, rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.name}", "", f"`{rule.id}` · {rule.severity}", "", _cell(f"{rule.summary} {rule.why}"), "")
    for title, fires in (("Bad", True), ("Good", False)):
        example = _first(rule, fires=fires)
        if example:
            yield from (f"{title}:", "", "```", *(line[2:] for line in _shown(example)), "```", "")
    yield from (f"**Fix.** {_cell(rule.fix)}", "")
    document = pack.documents[rule.source]
    yield from (f"Source: [{_cell(document.title)}]({packs.docs(rule.name)}) ({rule.standing}).", "")
