"""`csplint scan`: what `csplint check` does, for many targets."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from csplint.cli.check_request import check_request
from csplint.cli.config.settings import read_settings
from csplint.cli.parameters import command, values_of

_OWN = frozenset(
    {
        "sources",
        "crawl",
        "crawl_pages",
        "per_host",
        "delay",
        "workers",
        "resume",
        "dask",
        "ignore_robots",
        "since",
        "inventory",
        "form",
        "outputs",
    }
)
"""Parameters of this command that are no settings."""

Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Read targets from this file: text, CSV, JSON lines, a sitemap, HAR or WARC; - for standard input. "
        "The URL of a sitemap works too. Repeatable.",
    ),
]
Crawl = Annotated[
    int, typer.Option("--crawl", metavar="DEPTH", min=0, max=20, help="Follow links within each site, so many deep.")
]
CrawlPages = Annotated[int, typer.Option("--crawl-pages", min=1, help="The most pages that --crawl adds for one site.")]
PerHost = Annotated[
    int, typer.Option("--per-host", min=1, max=64, help="How many pages of one host to fetch at a time.")
]
Delay = Annotated[
    float, typer.Option("--delay", min=0, max=3600, help="Seconds between two requests to the same host.")
]
Workers = Annotated[int, typer.Option("--workers", min=0, max=512, help="Processes that judge; 0 for one a core.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue the output file of a run that was stopped.")]
Robots = Annotated[bool, typer.Option("--ignore-robots", help="Crawl what robots.txt forbids, on a site of your own.")]
PREVIOUS = typer.Option(
    "--since",
    metavar="FILE",
    help="The JSON lines of an earlier scan: say what broke, what was fixed, and whose policy is looser, tighter or gone.",
)
Since = Annotated[str | None, PREVIOUS]
Inventory = Annotated[
    bool, typer.Option("--inventory", help="List the scripts of each page; with --since, new ones are alerts.")
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Judge on this Dask cluster, such as tcp://scheduler:8786; local starts one here (requires csplint-cli[dask]).",
    ),
]
Form = Annotated[
    Literal["auto", "jsonl", "text"],
    typer.Option("--format", "-f", help="jsonl: one JSON line a target; text: one line for people."),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="FORMAT=FILE",
        help="Also write jsonl, html (a summary), text, or changes (of --since, a JSON line each). Repeatable.",
    ),
]


@command
def scan(
    context: typer.Context,
    sources: Sources = None,
    crawl: Crawl = 0,
    crawl_pages: CrawlPages = 500,
    per_host: PerHost = 4,
    delay: Delay = 0.0,
    workers: Workers = 0,
    resume: Resume = False,
    ignore_robots: Robots = False,
    dask: Dask = None,
    since: Since = None,
    inventory: Inventory = False,
    form: Form = "auto",
    outputs: Outputs = None,
    fail_on: str = "error",
    exit_zero: bool = False,
    quiet: bool = False,
    **run_options: Any,
) -> int:
    """
    Check many pages: one JSON line for each as it is done, and a summary at the end.

    Exit 0 if nothing was found, 1 for findings, 3 if a target could not be checked, 130 after Ctrl-C.
    """
    from csplint.cli.scanning import ScanRequest, run_scan  # noqa: PLC0415 - asyncio and processes, only for this command

    settings = read_settings({name: value for name, value in values_of(context).items() if name not in _OWN})
    jobs = settings["jobs"] if settings.values["jobs"].origin != "default" else None
    return run_scan(
        ScanRequest(
            check=check_request(settings),
            sources=tuple(sources or ()),
            crawl=crawl,
            crawl_pages=crawl_pages,
            per_host=per_host,
            delay=delay,
            workers=workers,
            jobs=jobs,
            resume=resume,
            heeds_robots=not ignore_robots,
            dask=dask,
            since=since or "",
            inventory=inventory,
            form=_form(form, outputs or []),
            outputs=tuple(outputs or ()),
        )
    )


def _form(form: str, outputs: list[str]) -> str:
    """What goes to standard output: JSON lines, unless a file gets them or a person looks."""
    if form != "auto":
        return form
    if sys.stdout.isatty():
        return "text"
    return "none" if any(each.startswith("jsonl=") for each in outputs) else "jsonl"
