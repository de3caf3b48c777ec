"""`csplint config`: every setting that applies in this folder, and where it comes from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from csplint.cli.check_request import check_request
from csplint.cli.checking import CheckRequest
from csplint.cli.config.settings import COMMAND_LINE, Settings, Value, read_settings
from csplint.cli.options import OPTIONS
from csplint.cli.parameters import command, environment_values
from csplint.engine.inputs import UnusableInput
from csplint.errors import ConfigError
from csplint.page.fetch.redirects import without_credentials
from csplint.report.escape import visible


@command
def config(
    config: str | None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the configuration file instead.")
    ] = False,
) -> int:
    """Show every setting that applies in this folder, and where it comes from."""
    if schema:
        sys.stdout.write(_schema())
        return 0
    values = {"config": Value(config, COMMAND_LINE)} if config is not None else {}
    settings = read_settings(environment_values() | values)
    _require_urls(check_request(settings))  # reports the faults that only show when the values are used
    sys.stdout.write("".join(f"{visible(line, 1000)}\n" for line in _lines(settings)))
    return 0


def _require_urls(request: CheckRequest) -> None:
    problems = [target.problem for target in request.configured if isinstance(target, UnusableInput)]
    if problems:
        raise ConfigError("\n".join(problems))


def _schema() -> str:
    import msgspec  # noqa: PLC0415

    from csplint.cli.config.file import Config  # noqa: PLC0415

    schema = msgspec.json.schema(Config) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode("utf-8") + "\n"


def _lines(settings: Settings) -> Iterator[str]:
    yield from [f"file  {each.path}" for each in settings.files] or ["file  none"]
    for option in sorted(OPTIONS, key=lambda option: option.name):
        if option.in_config:
            value = settings.values[option.name]
            yield f"{option.key} = {_shown(option.name, value.value)}  # {value.origin}"
    for rule, severity in sorted(settings.severities.items()):
        yield f"severity.{rule} = {severity.value}  # {severity.origin}"
    for target in settings.targets:
        yield f"target {target.config.name}: {without_credentials(target.config.url)}  # {target.url_origin}"
    for ignore, place in settings.ignores:
        yield f"ignore {ignore.rule}: {ignore.reason}  # {place}"


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "(none)"
    if name == "proxy":
        return without_credentials(value)
    if name == "header":  # values may be secrets
        return ", ".join(f"{text.partition(':')[0].strip()}: ..." for text in value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
