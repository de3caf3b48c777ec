"""What the settings say about rules: which to check, their severity, and which findings to accept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from csplint.cli.config.file import IgnoreConfig
from csplint.cli.config.settings import Settings
from csplint.engine.baseline import read_baseline
from csplint.engine.suppressions import FindingSettings, Ignore
from csplint.errors import ConfigError, UsageError
from csplint.model import SEVERITIES, Severity
from csplint.packs.merge import PackSet


def triage(settings: Settings, packs: PackSet) -> FindingSettings:
    """How to sort findings. Raises UsageError or ConfigError for a word that names no rule."""
    return FindingSettings(
        select=_selected(settings, packs),
        leave_out=rule_names(settings["ignore"] or (), packs, settings.source("ignore")),
        severity=_severities(settings, packs),
        ignores=() if settings["no_ignores"] else tuple(_ignore(*each, packs) for each in settings.ignores),
        baseline=read_baseline(settings["baseline"]) if settings["baseline"] else {},
        min_severity=settings["min_severity"],
        today=datetime.datetime.now(datetime.UTC).date(),
        every_target=_checks_every_target(settings),
    )


def _checks_every_target(settings: Settings) -> bool | None:
    """Whether the run checks all targets of the configuration; None if it has none."""
    configured = {target.config.name for target in settings.targets}
    if not configured:
        return None
    if settings["policy"] or settings["report_only"]:
        return False
    return configured <= set(settings["targets"] or configured)


def _selected(settings: Settings, packs: PackSet) -> frozenset[str] | None:
    """The rules to check, None for all; extend-select adds nothing to all, but its words are checked."""
    added = rule_names(settings["extend_select"] or (), packs, settings.source("extend_select"))
    if not settings["select"]:
        return None
    return rule_names(settings["select"], packs, settings.source("select")) | added


def _severities(settings: Settings, packs: PackSet) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for word, value in settings.severities.items():
        found |= dict.fromkeys(rule_names([word], packs, value.origin), value.value)
    for text in settings["severity"] or ():
        word, _, level = text.partition("=")
        severity = next((each for each in SEVERITIES if each == level), None)
        if severity is None:
            raise UsageError(f"--severity takes RULE=error, RULE=warning or RULE=info, not {text!r}")
        found |= dict.fromkeys(rule_names([word], packs, settings.source("severity")), severity)
    return found


def _ignore(entry: IgnoreConfig, place: str, packs: PackSet) -> Ignore:
    rule = packs.find(entry.rule)
    name = rule.name if rule else next(iter(_of_vendors(entry.rule, packs)), None)
    if name is None:
        raise ConfigError(f"{place}: {unknown_rule(entry.rule, packs)}")
    return Ignore(name, entry.reason, place, entry.target, entry.directive, entry.expires)


def rule_names(words: Iterable[str], packs: PackSet, source: str) -> frozenset[str]:
    """
    The names of the rules that words stand for: names, ids or the beginning of ids, also several with commas.

    source: where the words come from, for the UsageError about a word that names no rule.
    """
    found: set[str] = set()
    for word in (part.strip() for text in words for part in text.split(",")):
        if not word:
            continue
        rule = packs.find(word)
        matching = ({rule.name} if rule else _by_id_prefix(word, packs)) | _of_vendors(word, packs)
        if not matching:
            raise UsageError(f"{source}: {unknown_rule(word, packs)}")
        found |= matching
    return frozenset(found)


def _of_vendors(word: str, packs: PackSet) -> set[str]:
    """The rules, in packs that are read only if a page has their vendor, that a word stands for."""
    if not packs.finds:
        return set()
    from csplint.packs.vendor_index import vendor_index  # noqa: PLC0415 - only for words about rules

    named = [pair for each in vendor_index() for pair in each.rules.items()]
    exact = {name for name, number in named if word.lower() == name or word.upper() == number}
    return exact or {name for name, number in named if number.startswith(word.upper())}


def _by_id_prefix(word: str, packs: PackSet) -> set[str]:
    return {rule.name for rule in packs.rules.values() if rule.id.startswith(word.upper())}


def unknown_rule(word: str, packs: PackSet) -> str:
    """The sentence about a word that names no rule."""
    near = packs.near(word)
    return f"there is no rule {word!r}; " + (f"did you mean {near!r}?" if near else "csplint rules lists them all")
