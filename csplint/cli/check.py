"""`csplint check`: targets in, a report out."""

from __future__ import annotations

import sys

import typer

from csplint.cli import options
from csplint.cli.outcome import told
from csplint.cli.write import write_report
from csplint.errors import UsageError
from csplint.packs import load_pack
from csplint.page.fetch_settings import FetchSettings
from csplint.run import Input, Job, PolicyInput, SavedInput, UrlInput, run_job


def check(
    targets: options.Targets = None,
    policy: options.Policies = None,
    report_only: options.ReportOnly = None,
    page: options.Page = "",
    feature: options.Features = None,
    pack: options.PackOption = "velaro",
    form: options.FormatOption = options.Format.TEXT,
    fail_on: options.FailOnOption = options.FailOn.ERROR,
    color: options.ColourOption = options.Colour.AUTO,
    quiet: options.Quiet = False,
    header: options.Headers = None,
    cookie_file: options.CookieFile = None,
    user_agent: options.UserAgent = None,
    timeout: options.Timeout = 20.0,
    retries: options.Retries = 2,
    max_redirects: options.MaxRedirects = 20,
    proxy: options.Proxy = None,
    ca_bundle: options.CaBundle = None,
    insecure: options.Insecure = False,
    accept_status: options.AcceptStatus = None,
    http2: options.Http2 = False,
    jobs: options.Jobs = 4,
) -> None:
    """Check pages, saved responses or bare policies against what the Velaro widget needs."""
    with told():
        settings = FetchSettings(
            timeout=timeout,
            max_redirects=max_redirects,
            retries=retries,
            headers=tuple(_header(text) for text in header or ()),
            cookie_file=cookie_file,
            proxy=proxy,
            ca_bundle=ca_bundle,
            insecure=insecure,
            accept_status=frozenset(accept_status or ()),
            http2=http2,
            user_agent=user_agent or FetchSettings().user_agent,
        )
        job = Job(
            inputs=_inputs(targets or [], policy or [], report_only or [], page),
            pack=load_pack(pack),
            asked={each.value: "asked for by --feature" for each in feature or ()},
            settings=settings,
            jobs=jobs,
            fail_on=fail_on.value,
        )
        report = run_job(job)
        write_report(report, form, color, quiet=quiet)
        raise typer.Exit(report.run.exit_code)


def _inputs(targets: list[str], policies: list[str], report_only: list[str], page: str) -> list[Input]:
    if policies or report_only:
        if targets:
            raise UsageError("give targets or --policy, not both: a policy is checked without fetching anything")
        return [PolicyInput(_page(page), tuple(policies), tuple(report_only))]
    if not targets:
        raise UsageError(
            "nothing to check: name a URL or a saved response, or give --policy TEXT (see csplint check --help)"
        )
    if targets.count("-") > 1:
        raise UsageError("standard input can be read once: give - only once")
    return [_input(target, page) for target in targets]


def _page(page: str) -> str:
    from csplint.csp.url import parse_url  # noqa: PLC0415

    if page and parse_url(page) is None:
        raise UsageError(
            f"--page {page!r} is not a URL; it takes the page's full address, such as https://shop.example/"
        )
    return page


def _input(target: str, page: str) -> Input:
    from csplint.page.saved import MAX_SAVED_BYTES  # noqa: PLC0415
    from csplint.page.target import StdinTarget, UrlTarget, classify  # noqa: PLC0415

    kind = classify(target)
    if isinstance(kind, UrlTarget):
        return UrlInput(kind.shown, kind.url)
    if isinstance(kind, StdinTarget):
        return SavedInput("standard input", _page(page), sys.stdin.buffer.read(MAX_SAVED_BYTES + 1))
    return SavedInput(kind.path, _page(page))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header takes 'Name: value'")
    return name.strip(), value.strip()
