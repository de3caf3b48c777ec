"""`csplint check`: targets in, a report out."""

from __future__ import annotations

import typer

from csplint.cli import options
from csplint.cli.checking import CheckRequest, run_check
from csplint.cli.choices import Colour, FailOn, Format
from csplint.cli.outcome import told
from csplint.errors import UsageError
from csplint.page.fetch_settings import FetchSettings


def check(
    targets: options.Targets = None,
    policy: options.Policies = None,
    report_only: options.ReportOnly = None,
    page: options.Page = "",
    feature: options.Features = None,
    pack: options.Packs = None,
    form: options.FormatOption = Format.TEXT,
    fail_on: options.FailOnOption = FailOn.ERROR,
    color: options.ColourOption = Colour.AUTO,
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

    def command() -> int:
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
        request = CheckRequest(
            targets=tuple(targets or ()),
            policies=tuple(policy or ()),
            report_only=tuple(report_only or ()),
            page=page,
            features=tuple(feature or ()),
            packs=tuple(pack or ()),
            form=form,
            fail_on=fail_on,
            colour=color,
            quiet=quiet,
            settings=settings,
            jobs=jobs,
        )
        return run_check(request)

    raise typer.Exit(told(command))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header takes 'Name: value'")
    return name.strip(), value.strip()
