"""`csplint config` and `csplint baseline`: what holds here and where from, and what is known already."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from csplint.cli import options
from csplint.cli.check import check, check_request
from csplint.cli.checking import checked
from csplint.cli.config.file import IgnoreConfig, TargetConfig
from csplint.cli.config.values import Value, entries, severities
from csplint.cli.errors import told
from csplint.cli.parameters import from_environment
from csplint.cli.resolve import Configured, configure
from csplint.errors import TargetError, UsageError
from csplint.page.fetch.redirects import without_credentials
from csplint.report.escape import visible
from csplint.report.phrases import counted

Schema = Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the configuration file instead.")]
OutFile = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where to write it.")]

DEFAULTS: dict[str, Any] = {
    "targets": None, "policy": None, "report_only": None, "page": "", "features": None, "packs": None, "select": None,
    "extend_select": None, "ignore": None, "severity": None, "fail_on": "error", "min_severity": "info",
    "baseline": None, "no_ignores": False, "exit_zero": False, "format": "text", "output": None, "color": "auto",
    "links": "auto", "quiet": False, "show_suppressed": False, "statistics": False, "config": None,
    "no_config": False, "header": None, "cookie_file": None, "user_agent": None, "timeout": 20.0, "retries": 2,
    "max_redirects": 20, "proxy": None, "ca_bundle": None, "insecure": False, "bypass_data": None,
    "accept_status": None, "http2": False, "jobs": 4,
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

    from csplint.cli.config.file import Config  # noqa: PLC0415

    described = msgspec.json.schema(Config) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode("utf-8") + "\n"


def _shown(file: str | None) -> str:
    settings = _settings(config=file)
    lines = [f"file  {each.path}" for each in settings.files] or ["file  none"]
    check_request(settings)  # every fault is told, not those of the shape alone
    for name in sorted(settings.values):
        value = settings.values[name]
        if name not in {"targets", "policy", "report_only", "page", "config", "no_config", "output", "header"}:
            shown = without_credentials(value.value) if name == "proxy" and value.value else _word(value.value)
            lines.append(f"{name.replace('_', '-')} = {shown}  # {value.origin}")
    lines += [
        f"severity.{rule} = {level.value}  # {level.origin}"
        for rule, level in sorted(severities(settings.files).items())
    ]
    lines += [f"target {_entry(placed.entry)}  # {placed.place}" for placed in entries(settings.files, "target")]
    lines += [f"ignore {_entry(placed.entry)}  # {placed.place}" for placed in entries(settings.files, "ignore")]
    return "".join(f"{visible(line, 1000)}\n" for line in lines)


def _settings(**options: Any) -> Configured:
    """What holds in this folder for `check`, with these options on the command line where they are not None."""
    values = {name: Value(value, "default") for name, value in DEFAULTS.items()} | from_environment(check)
    values |= {name: Value(value, "command line") for name, value in options.items() if value is not None}
    return configure(values)


def _entry(entry: TargetConfig | IgnoreConfig) -> str:
    if isinstance(entry, TargetConfig):
        return f"{entry.name}: {without_credentials(entry.url)}"
    return f"{entry.rule}: {entry.reason}"


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
        from csplint.engine.baseline import known_findings, write_baseline  # noqa: PLC0415

        # An old baseline counts for nothing here, and there may be none yet where the configuration says it will be.
        report = checked(check_request(_settings(config=file, targets=targets, baseline="")))
        failed = [target for target in report.targets if target.outcome == "failed"]
        if failed and failed[0].error:
            error = failed[0].error
            raise TargetError(failed[0].target, error.kind, f"{failed[0].target}: {error.message}", hint=error.hint)
        known = known_findings(report)
        try:
            with open(out, "wb") as written:  # noqa: PTH123 - the path is what the user typed
                written.write(write_baseline(known))
        except OSError as error:
            raise UsageError(f"cannot write {out}: {error.strerror or error}") from error
        sys.stderr.write(f"wrote {counted(len(known), 'finding')} to {visible(out)}\n")
        return 0

    raise typer.Exit(told(command))
