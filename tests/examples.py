"""A rule's example, judged as `csplint check` would judge it: the policies or the answer, the features, the configuration."""

from __future__ import annotations

from pathlib import Path

from csplint.cli.config.values import Value
from csplint.cli.config_command import DEFAULTS
from csplint.cli.resolve import configure, triage
from csplint.engine.findings import check_subject
from csplint.engine.subject import Subject, policy_subject, read_visits
from csplint.engine.suppressions import apply_settings
from csplint.model import TargetReport
from csplint.packs.example import Answer, Example
from csplint.packs.merge import PackSet
from csplint.page.capture import Capture, Visits

SHOP = "https://shop.example/"
HTML = (b"Content-Type", b"text/html; charset=utf-8")


def judged(example: Example, packs: PackSet, folder: Path) -> TargetReport:
    """The report on an example; `folder` is for its configuration."""
    target = check_subject(subject(example), packs, dict.fromkeys(example.features, "asked for"))
    return triaged(target, example.config, packs, folder) if example.config else target


def subject(example: Example) -> Subject:
    if example.is_bare():
        policy, report_only = example.whole_policy(), example.report_only
        return policy_subject("policy", SHOP, [policy] if policy else [], [report_only] if report_only else [])
    return read_visits(Visits(capture(example), capture(example.second) if example.second else None))


def capture(answer: Answer) -> Capture:
    headers = (HTML, *((name.encode(), value.encode()) for name, value in answer.fields()))
    body = f"<!doctype html>{answer.page}".encode()
    return Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=body)


def triaged(target: TargetReport, config: str, packs: PackSet, folder: Path) -> TargetReport:
    path = folder / "csplint.toml"
    path.write_text(config, encoding="utf-8")
    settings = configure({name: Value(value, "default") for name, value in (DEFAULTS | {"config": str(path)}).items()})
    [sorted_target] = apply_settings((target,), triage(settings, packs), packs)
    return sorted_target
