"""`csplint check`: targets in, a report out."""

from __future__ import annotations

import os

import typer

from csplint.cli import options
from csplint.cli.checking import CheckRequest, run_check
from csplint.cli.choices import Colour, FailOn, Format, Links, Severity
from csplint.cli.config.file import TargetConfig
from csplint.cli.config.values import entries
from csplint.cli.errors import told
from csplint.cli.parameters import given
from csplint.cli.resolve import Configured, choices, configure, display, fetch_settings, triage
from csplint.engine.inputs import UrlInput
from csplint.errors import UsageError
from csplint.packs.merge import load_packs
from csplint.packs.pack import BypassHost


def check(
    context: typer.Context,
    targets: options.Targets = None,
    policy: options.Policies = None,
    report_only: options.ReportOnly = None,
    page: options.Page = "",
    feature: options.Features = None,
    pack: options.Packs = None,
    select: options.Select = None,
    extend_select: options.ExtendSelect = None,
    ignore: options.LeaveOut = None,
    severity: options.Severities = None,
    fail_on: options.FailOnOption = FailOn.ERROR,
    min_severity: options.MinSeverity = Severity.INFO,
    baseline: options.Baseline = None,
    no_ignores: options.NoIgnores = False,
    exit_zero: options.ExitZero = False,
    form: options.FormatOption = Format.TEXT,
    output: options.Outputs = None,
    color: options.ColourOption = Colour.AUTO,
    links: options.LinksOption = Links.AUTO,
    quiet: options.Quiet = False,
    show_suppressed: options.ShowSuppressed = False,
    statistics: options.Statistics = False,
    config: options.ConfigFileOption = None,
    no_config: options.NoConfig = False,
    header: options.Headers = None,
    cookie_file: options.CookieFile = None,
    user_agent: options.UserAgent = None,
    timeout: options.Timeout = 20.0,
    retries: options.Retries = 2,
    max_redirects: options.MaxRedirects = 20,
    proxy: options.Proxy = None,
    ca_bundle: options.CaBundle = None,
    insecure: options.Insecure = False,
    bypass_data: options.BypassData = None,
    accept_status: options.AcceptStatus = None,
    http2: options.Http2 = False,
    jobs: options.Jobs = 4,
) -> None:
    """Check pages, saved responses or bare policies against what the Velaro widget needs."""
    raise typer.Exit(told(lambda: run_check(check_request(configure(given(context))))))


def check_request(settings: Configured) -> CheckRequest:
    """The settings of a run as what is to be done."""
    form, fail_on, features = choices(settings)
    packs = load_packs(settings["packs"] or (), _bypass(settings["bypass_data"]))
    return CheckRequest(
        targets=tuple(settings["targets"] or ()),
        configured=tuple(_configured(settings)),
        policies=tuple(settings["policy"] or ()),
        report_only=tuple(settings["report_only"] or ()),
        page=settings["page"],
        features=features,
        packs=packs,
        triage=triage(settings, packs),
        form=form,
        outputs=tuple(_output(text) for text in settings["output"] or ()),
        fail_on=fail_on,
        display=display(settings),
        baseline=settings["baseline"] or "",
        exit_zero=settings["exit_zero"],
        settings=fetch_settings(settings),
        jobs=settings["jobs"],
        anchors=_anchors(settings),
    )


def _anchors(settings: Configured) -> dict[str, str]:
    """Where each configured target stands: what its anchor says, else its own line in the configuration."""
    shown = {each.name: each.shown for each in _configured(settings)}
    return {
        shown[placed.entry.name]: placed.entry.anchor or os.path.relpath(placed.place)
        for placed in entries(settings.files, "target")
        if isinstance(placed.entry, TargetConfig)
    }


def _configured(settings: Configured) -> list[UrlInput]:
    from csplint.page.target import UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    found = []
    for target in settings.targets:
        kind = classify(target.url)
        if not isinstance(kind, UrlTarget):
            raise UsageError(f"the configured target {target.name!r} has no URL but {target.url!r}")
        headers = tuple(target.headers.items())
        accepted = frozenset(target.accept_status)
        found.append(UrlInput(kind.shown, kind.url, target.name, target.features, headers, accepted))
    return found


def _bypass(path: str | None) -> tuple[BypassHost, ...]:
    if path is None:
        return ()
    from csplint.checks.security.bypass_data import read_bypass_data  # noqa: PLC0415

    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return read_bypass_data(file.read())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _output(text: str) -> tuple[Format, str]:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in set(Format):
        raise UsageError(f"--output takes FORMAT=FILE with one of {', '.join(Format)}, not {text!r}")
    return Format(name), path
