"""Run one check for a Python caller, whether or not its thread has an event loop."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from csplint.engine.features import resolve_features
from csplint.engine.inputs import Input
from csplint.engine.run import RunOptions, run_checks
from csplint.errors import UsageError
from csplint.model import Report, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.fetch.settings import FetchSettings

Result = TypeVar("Result")


def check(each: Input, features: tuple[str, ...], packs: tuple[str, ...], settings: FetchSettings) -> Report:
    """Check one input; raises PackError, and UsageError for a feature or settings that cannot be used."""
    loaded = load_packs(packs)
    try:
        asked = dict.fromkeys(resolve_features(features, loaded), "asked for")
    except UsageError as error:
        raise UsageError(f"features: {error}") from error
    try:
        report = run_checks([each], loaded, RunOptions(features=asked, fetch=settings))
    except UsageError as error:
        raise UsageError(_as_parameters(str(error))) from error
    return replace(report, targets=tuple(map(_with_python_hint, report.targets)))


def outside_event_loop(work: Callable[[], Result]) -> Result:
    """
    Do work that runs an event loop of its own.

    A thread has one running event loop at most, so where the caller's is running (Jupyter, an async function) the work
    is done in another thread. The caller's loop waits meanwhile.
    """
    import asyncio  # noqa: PLC0415 - the network is only for URLs

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(1, "csplint") as pool:
        return pool.submit(work).result()


_OPTION = re.compile(r"--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")

_PARAMETERS = {"header": "settings.headers", "policy": "check_policy()", "page": "page"}
"""What stands for an option of the command line in Python; for the others, the field of FetchSettings with its name."""


def _as_parameters(sentence: str) -> str:
    """The sentence with parameters of Python instead of options of the command line."""
    return _OPTION.sub(_parameter, sentence)


def _parameter(option: re.Match[str]) -> str:
    field = option[1].replace("-", "_")
    return _PARAMETERS.get(option[1]) or (
        f"settings.{field}" if field in FetchSettings.__struct_fields__ else option[0]
    )


def _with_python_hint(target: TargetReport) -> TargetReport:
    if target.error is None:
        return target
    return replace(target, error=replace(target.error, hint=_as_parameters(target.error.hint)))
