"""`csplint config` and `csplint baseline`: what holds here and where from, and what is known already."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from csplint.cli import options
from csplint.cli.check import check_request
from csplint.cli.checking import checked
from csplint.cli.configured import configure
from csplint.cli.outcome import told
from csplint.errors import TargetError, UsageError
from csplint.report.escape import visible
from csplint.settings.config import IgnoreConfig, TargetConfig
from csplint.settings.values import Value, entries, severities

Schema = Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the configuration file instead.")]
OutFile = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where to write it.")]

DEFAULTS: dict[str, Any] = {
    "targets": None, "policy": None, "report_only": None, "page": "", "features": None, "packs": None, "select": None,
    "ignore": None, "severity": None, "fail_on": "error", "min_severity": "info", "baseline": None, "no_ignores": False,
    "exit_zero": False, "format": "text", "output": None, "color": "auto", "quiet": False, "config": None,
    "no_config": False, "header": None, "cookie_file": None, "user_agent": None, "timeout": 20.0, "retries": 2,
    "max_redirects": 20, "proxy": None, "ca_bundle": None, "insecure": False, "bypass_data": None, "accept_status": None, "http2": False,
    "jobs": 4,
}  # fmt: skip
"""What `check` does with no option at all; a test holds the two together."""


def config(file: options.ConfigFileOption = None, schema: Schema = False) -> None:
    """Show every setting that holds in this folder, and where it comes from."""

    def command() -> int:
        sys.stdout.write(_schema() if schema else _shown(file))
        return 0

    raise typer.Exit(told(command))


def _schema() -> str:
    import msgspec  # noqa: PLC0415

    from csplint.settings.config import Config  # noqa: PLC0415

    described = msgspec.json.schema(Config) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode("utf-8") + "\n"


def _shown(file: str | None) -> str:
    settings = configure({name: Value(value, "default") for name, value in (DEFAULTS | {"config": file}).items()})
    lines = [f"file  {each.path}" for each in settings.files] or ["file  none"]
    check_request(settings)  # every fault is told, not those of the shape alone
    for name in sorted(settings.values):
        value = settings.values[name]
        if name not in {"targets", "policy", "report_only", "page", "config", "no_config", "output", "header"}:
            lines.append(f"{name.replace('_', '-')} = {_word(value.value)}  # {value.origin}")
    lines += [
        f"severity.{rule} = {level.value}  # {level.origin}"
        for rule, level in sorted(severities(settings.files).items())
    ]
    lines += [f"target {_entry(placed.entry)}  # {placed.place}" for placed in entries(settings.files, "target")]
    lines += [f"ignore {_entry(placed.entry)}  # {placed.place}" for placed in entries(settings.files, "ignore")]
    return "".join(f"{visible(line, 1000)}\n" for line in lines)


def _entry(entry: TargetConfig | IgnoreConfig) -> str:
    return f"{entry.name}: {entry.url}" if isinstance(entry, TargetConfig) else f"{entry.rule}: {entry.reason}"


def _word(value: Any) -> str:
    if value is None:
        return "(none)"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def baseline(
    targets: options.Targets = None,
    out: OutFile = "csplint-baseline.json",
    file: options.ConfigFileOption = None,
) -> None:
    """Write the findings there are now into a file, so that `check --baseline FILE` fails for new ones alone."""

    def command() -> int:
        from csplint.baseline import write_baseline  # noqa: PLC0415

        given = DEFAULTS | {"config": file, "targets": targets}
        settings = configure({name: Value(value, "default") for name, value in given.items()})
        report = checked(check_request(settings))
        failed = [target for target in report.targets if target.outcome == "failed"]
        if failed and failed[0].error:
            error = failed[0].error
            raise TargetError(failed[0].target, error.kind, f"{failed[0].target}: {error.message}", hint=error.hint)
        try:
            with open(out, "wb") as written:  # noqa: PTH123 - the path is what the user typed
                written.write(write_baseline(report))
        except OSError as error:
            raise UsageError(f"cannot write {out}: {error.strerror or error}") from error
        known = sum(len(target.findings) for target in report.targets)
        sys.stderr.write(f"wrote {known} findings to {visible(out)}\n")
        return 0

    raise typer.Exit(told(command))
