"""From the targets of the configuration to inputs of a run."""

from __future__ import annotations

import os
from collections.abc import Iterable

from csplint.cli.config.file import TargetConfig
from csplint.cli.config.settings import COMMAND_LINE, Settings
from csplint.cli.config.targets import ConfiguredTarget, expanded_targets
from csplint.engine.features import resolve_features
from csplint.engine.inputs import UnusableInput, UrlInput
from csplint.errors import UsageError
from csplint.packs.merge import PackSet


def configured_inputs(settings: Settings, packs: PackSet) -> list[tuple[UrlInput | UnusableInput, str]]:
    """
    The targets of the configuration that this run checks, each with its anchor: its own, or else its line in the file.

    The features of all targets have to be valid. Raises UsageError or ConfigError.
    """
    features = [known_features(each.config.features, packs, each.place) for each in settings.targets]
    _require_effect_of_url(settings)
    checked = [pair for pair in zip(settings.targets, features, strict=True) if _is_checked(pair[0], settings)]
    tables = expanded_targets(target for target, _ in checked)
    return [
        (_page(target, table, asked), table.anchor or (os.path.relpath(target.place) if target.place else ""))
        for (target, asked), table in zip(checked, tables, strict=True)
    ]


def _is_checked(target: ConfiguredTarget, settings: Settings) -> bool:
    if settings["policy"] or settings["report_only"]:
        return False
    return not settings["targets"] or target.config.name in settings["targets"]


def _page(target: ConfiguredTarget, table: TargetConfig, features: tuple[str, ...]) -> UrlInput | UnusableInput:
    """The page of a target; its URL may still be wrong, which the other targets must not suffer from."""
    from csplint.page.fetch.redirects import without_credentials  # noqa: PLC0415
    from csplint.page.target import UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    shown = without_credentials(table.url).strip() or "(empty)"
    try:
        classified = classify(table.url)
    except UsageError as error:
        return UnusableInput(shown, f"{target.url_origin}: {error}", table.name)
    if not isinstance(classified, UrlTarget):
        problem = f"the url of the target {table.name!r} is not a URL: {shown!r}"
        return UnusableInput(shown, f"{target.url_origin}: {problem}", table.name)
    headers, accepted = tuple(table.headers.items()), frozenset(table.accept_status)
    return UrlInput(classified.shown, classified.url, table.name, features, headers, accepted)


def _require_effect_of_url(settings: Settings) -> None:
    """A variable may name targets that a run leaves out, but on the command line that is a mistake."""
    if settings.values["url"].origin != COMMAND_LINE:
        return
    for target in settings.targets:
        if target.override and not _is_checked(target, settings):
            name = target.config.name
            raise UsageError(
                f"--url: the target {name!r} is not checked in this run; name it as a target, or remove --url"
            )


def known_features(names: Iterable[str], packs: PackSet, source: str) -> tuple[str, ...]:
    """The features that names stand for; source: where they are from, for the UsageError about one that no pack has."""
    try:
        return resolve_features(names, packs)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from error
