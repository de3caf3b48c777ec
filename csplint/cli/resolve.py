"""From a command's options and the configuration file to what is to be done, each value with its origin."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from csplint.cli.choices import Colour, FailOn, Feature, Format, Links
from csplint.cli.config.choose import rule_names
from csplint.cli.config.file import IgnoreConfig, TargetConfig
from csplint.cli.config.find import find_config
from csplint.cli.config.read import ConfigError, ConfigFile, read_config
from csplint.cli.config.values import Value, entries, layered, severities
from csplint.cli.write import Display
from csplint.engine.baseline import read_baseline
from csplint.engine.suppressions import FindingSettings, Ignore
from csplint.errors import UsageError
from csplint.packs.merge import PackSet
from csplint.page.fetch.settings import FetchSettings
from csplint.report.options import Show


class Configured(Struct, frozen=True):
    """All settings of a run, the files they came from, and the targets that the configuration names."""

    values: Mapping[str, Value]
    files: Sequence[ConfigFile]
    targets: tuple[TargetConfig, ...]

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value


def configure(given: Mapping[str, Value]) -> Configured:
    """Find and read the configuration that the options point at, and put all values in their order."""
    path = None if given["no_config"].value else given["config"].value or find_config(os.getcwd())  # noqa: PTH109
    files = read_config(path) if path else ()
    targets = tuple(placed.entry for placed in entries(files, "target") if isinstance(placed.entry, TargetConfig))
    return Configured(layered(given, files), files, targets)


def fetch_settings(settings: Configured) -> FetchSettings:
    """How to fetch."""
    return FetchSettings(
        timeout=settings["timeout"],
        max_redirects=settings["max_redirects"],
        retries=settings["retries"],
        headers=tuple(_header(text) for text in settings["header"] or ()),
        cookie_file=settings["cookie_file"],
        proxy=settings["proxy"],
        ca_bundle=settings["ca_bundle"],
        insecure=settings["insecure"],
        accept_status=frozenset(settings["accept_status"] or ()),
        http2=settings["http2"],
        user_agent=settings["user_agent"] or FetchSettings().user_agent,
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header takes 'Name: value'")
    return name.strip(), value.strip()


def triage(settings: Configured, packs: PackSet) -> FindingSettings:
    """What becomes of findings; UsageError or ConfigError for words that are no rule's."""
    return FindingSettings(
        select=_selected(settings, packs),
        leave_out=rule_names(settings["ignore"] or (), packs, "--ignore"),
        severity=_levels(settings, packs),
        ignores=() if settings["no_ignores"] else _ignores(settings, packs),
        baseline=read_baseline(settings["baseline"]) if settings["baseline"] else {},
        min_severity=settings["min_severity"],
        today=datetime.datetime.now(datetime.UTC).date(),
    )


def _selected(settings: Configured, packs: PackSet) -> frozenset[str] | None:
    """The rules that are asked for, None for all; what is added to all of them adds nothing, but is read all the same."""
    added = rule_names(settings["extend_select"] or (), packs, settings.values["extend_select"].origin)
    if not settings["select"]:
        return None
    return rule_names(settings["select"], packs, settings.values["select"].origin) | added


def _levels(settings: Configured, packs: PackSet) -> dict[str, Any]:
    levels: dict[str, Any] = {}
    for word, level in severities(settings.files).items():
        for name in rule_names([word], packs, level.origin):
            levels[name] = level.value
    for text in settings["severity"] or ():
        word, equals, level_word = text.partition("=")
        if not equals or level_word not in {"error", "warning", "info"}:
            raise UsageError(f"--severity takes RULE=error, RULE=warning or RULE=info, not {text!r}")
        levels |= dict.fromkeys(rule_names([word], packs, "--severity"), level_word)
    return levels


def _ignores(settings: Configured, packs: PackSet) -> tuple[Ignore, ...]:
    return tuple(
        _ignore(placed.entry, placed.place, packs)
        for placed in entries(settings.files, "ignore")
        if isinstance(placed.entry, IgnoreConfig)
    )


def _ignore(entry: IgnoreConfig, place: str, packs: PackSet) -> Ignore:
    rule = packs.find(entry.rule)
    if rule is None:
        near = packs.near(entry.rule)
        raise ConfigError(f"{place}: there is no rule {entry.rule!r}" + (f"; did you mean {near!r}?" if near else ""))
    return Ignore(rule.name, entry.reason, place, entry.target, entry.directive, entry.expires)


def display(settings: Configured) -> Display:
    """How the report is to be shown."""
    show = Show(quiet=settings["quiet"], known=settings["show_suppressed"], statistics=settings["statistics"])
    return Display(Colour(settings["color"]), Links(settings["links"]), show)


def choices(settings: Configured) -> tuple[Format, FailOn, tuple[Feature, ...]]:
    """The settings that take a word of a closed set; a file's words are checked here."""
    try:
        form = Format(settings["format"])
    except ValueError as error:
        known = ", ".join(Format)
        raise ConfigError(
            f"{settings.values['format'].origin}: format {settings['format']!r} is not one of {known}"
        ) from error
    features = tuple(Feature(each) for each in settings["features"] or ())
    return form, FailOn(settings["fail_on"]), features
