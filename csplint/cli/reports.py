"""`csplint reports`: many violation reports together, and a small collector for a trial on one's own machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from csplint.cli.options import When
from csplint.cli.parameters import command
from csplint.errors import UsageError

if TYPE_CHECKING:
    from csplint.engine.reports.model import ReportsSummary

ReportsFormat = Literal["text", "json"]

_COLLECTING = ("output", "keep_query", "rotate_size", "keep", "rate")


@command
def reports(
    context: typer.Context,
    color: When,
    packs: list[str] | None,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Files of reports: NDJSON, JSON, a log, also gzipped; - for stdin."),
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="TEXT", help="Try this policy against every report.")
    ] = None,
    policy_file: Annotated[
        str | None, typer.Option("--policy-file", metavar="FILE", help="Try the policy in this file; - for stdin.")
    ] = None,
    format: Annotated[ReportsFormat, typer.Option("--format", help="Format of the output.")] = "text",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also list every group, page by page.")] = False,
    collect: Annotated[
        str | None,
        typer.Option(
            "--collect",
            metavar="ADDRESS",
            help="Run a collector for a trial, such as 127.0.0.1:8787, until you stop it.",
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", metavar="FILE", help="Where the collector writes, one report a line.")
    ] = "csp-reports.ndjson",
    keep_query: Annotated[
        bool, typer.Option("--keep-query", help="Let the collector keep query strings, which may hold personal data.")
    ] = False,
    rotate_size: Annotated[
        int, typer.Option("--rotate-size", metavar="MB", min=1, max=1024, help="Begin a new file after this many MB.")
    ] = 16,
    keep: Annotated[int, typer.Option("--keep", metavar="N", min=0, max=100, help="Keep this many older files.")] = 4,
    rate: Annotated[
        int | None,
        typer.Option("--rate", metavar="N", min=1, max=100_000, help="Accept N requests a second from one address."),
    ] = None,
) -> int:
    """Group violation reports, say what they need, and whether a policy is ready to be enforced: exit 0 if it is."""
    if collect is not None:
        if files or policy is not None or policy_file is not None:
            raise UsageError("--collect reads no file and tries no policy: run csplint reports FILE afterwards")
        from csplint.cli.reports_collect import CollectRequest, run_collector  # noqa: PLC0415 - asyncio and h11

        return run_collector(CollectRequest(collect, output, rotate_size, keep, rate, keep_query=keep_query))
    _refuse(context)
    if not files:
        raise UsageError("no reports: give a FILE, or - for standard input (or --collect ADDRESS to collect some)")
    if policy is not None and policy_file is not None:
        raise UsageError("--policy and --policy-file are two policies: give one")
    from csplint.cli.reports_files import gathered_files, read_policy  # noqa: PLC0415

    candidate = read_policy(policy, policy_file, files)
    summary = gathered_files(files, packs or (), candidate)
    if format == "json":
        _write_json(summary)
    else:
        _write_text(summary, color, verbose=verbose)
    return 0 if summary.enforce.ready == "yes" else 1


def _refuse(context: typer.Context) -> None:
    """The collector's options change nothing here."""
    for name in _COLLECTING:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(f"--{name.replace('_', '-')} is for --collect only")


def _write_json(summary: ReportsSummary) -> None:
    from csplint.report.json_report import json_text  # noqa: PLC0415

    sys.stdout.write(json_text(summary))


def _write_text(summary: ReportsSummary, color: When, *, verbose: bool) -> None:
    from csplint.cli.write import Display, text_lines  # noqa: PLC0415
    from csplint.report.reports_text import write_reports  # noqa: PLC0415

    with text_lines(Display(colour=color, links="never")) as lines:
        write_reports(lines, summary, verbose=verbose)
