"""The options that commands share, each with its help text and environment variable."""

from __future__ import annotations

from typing import Annotated

import typer

from csplint.cli.choices import Colour, FailOn, Feature, Format, Links, Severity
from csplint.cli.complete import pack_words, rule_words

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET...",
        help="A URL (shop.example means https), a saved response (curl -i text, .har, .html), or - for standard input.",
        show_default=False,
    ),
]
Policies = Annotated[
    list[str] | None, typer.Option("--policy", metavar="TEXT", help="Check this policy instead of a page; repeatable.")
]
ReportOnly = Annotated[
    list[str] | None, typer.Option("--report-only", metavar="TEXT", help="A report-only policy; repeatable.")
]
Page = Annotated[
    str,
    typer.Option(
        "--page", metavar="URL", help="The page's URL, for --policy and saved responses.", envvar="CSPLINT_PAGE"
    ),
]
Features = Annotated[
    list[Feature] | None,
    typer.Option(
        "--feature", help="An optional part of the widget that is in use; repeatable.", envvar="CSPLINT_FEATURE"
    ),
]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        metavar="PACK",
        help="A rule pack, by name or .toml file, instead of the default ones; repeatable.",
        envvar="CSPLINT_PACK",
        autocompletion=pack_words,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the report.", envvar="CSPLINT_FORMAT")]
FailOnOption = Annotated[
    FailOn,
    typer.Option("--fail-on", help="Exit with 1 for findings of this severity or above.", envvar="CSPLINT_FAIL_ON"),
]
ColourOption = Annotated[
    Colour, typer.Option("--color", help="Colour the text; NO_COLOR and FORCE_COLOR count too.", envvar="CSPLINT_COLOR")
]
LinksOption = Annotated[
    Links,
    typer.Option(
        "--links", help="Make the addresses of documents clickable, in a terminal that can.", envvar="CSPLINT_LINKS"
    ),
]
ShowSuppressed = Annotated[
    bool,
    typer.Option(
        "--show-suppressed",
        help="Show suppressed and baselined findings too, with the reason (text, concise, markdown, html).",
        envvar="CSPLINT_SHOW_SUPPRESSED",
    ),
]
Statistics = Annotated[
    bool,
    typer.Option(
        "--statistics", help="End the text with how often each rule found something.", envvar="CSPLINT_STATISTICS"
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Findings and failures alone.", envvar="CSPLINT_QUIET")]
Headers = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        "-H",
        metavar="'NAME: VALUE'",
        help="A request header; sent to the named origin alone; repeatable.",
        envvar="CSPLINT_HEADER",
        show_envvar=True,
    ),
]
CookieFile = Annotated[
    str | None,
    typer.Option("--cookie-file", metavar="FILE", help="Cookies in Netscape's format.", envvar="CSPLINT_COOKIE_FILE"),
]
UserAgent = Annotated[
    str | None,
    typer.Option("--user-agent", metavar="TEXT", help="Instead of csplint's own.", envvar="CSPLINT_USER_AGENT"),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0.1,
        help="For one whole exchange, redirects included.",
        envvar="CSPLINT_TIMEOUT",
    ),
]
Retries = Annotated[
    int,
    typer.Option(
        "--retries", min=0, max=10, help="After a failed connection, a 429 or a 5xx.", envvar="CSPLINT_RETRIES"
    ),
]
MaxRedirects = Annotated[int, typer.Option("--max-redirects", min=0, max=100, envvar="CSPLINT_MAX_REDIRECTS")]
Proxy = Annotated[str | None, typer.Option("--proxy", metavar="URL", help="An HTTP proxy.", envvar="CSPLINT_PROXY")]
CaBundle = Annotated[
    str | None,
    typer.Option(
        "--ca-bundle",
        metavar="FILE",
        help="Trust these certificates instead of the system's.",
        envvar="CSPLINT_CA_BUNDLE",
    ),
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not verify certificates.", envvar="CSPLINT_INSECURE")]
AcceptStatus = Annotated[
    list[int] | None,
    typer.Option(
        "--accept-status",
        metavar="CODE",
        help="Check a page with this status too; repeatable.",
        envvar="CSPLINT_ACCEPT_STATUS",
    ),
]
Http2 = Annotated[
    bool, typer.Option("--http2", help="Offer HTTP/2 (needs the extra csplint-cli[http2]).", envvar="CSPLINT_HTTP2")
]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=64, help="Targets fetched at the same time.", envvar="CSPLINT_JOBS")
]

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        help="Only these rules: names, ids or beginnings of ids.",
        envvar="CSPLINT_SELECT",
        autocompletion=rule_words,
    ),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option(
        "--extend-select",
        metavar="RULE",
        help="These rules too, beside what --select or the configuration names.",
        envvar="CSPLINT_EXTEND_SELECT",
        autocompletion=rule_words,
    ),
]
LeaveOut = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        help="Not these rules, for this run.",
        envvar="CSPLINT_IGNORE",
        autocompletion=rule_words,
    ),
]
Severities = Annotated[
    list[str] | None,
    typer.Option(
        "--severity", metavar="RULE=LEVEL", help="Give a rule another level; repeatable.", envvar="CSPLINT_SEVERITY"
    ),
]
MinSeverity = Annotated[
    Severity,
    typer.Option("--min-severity", help="Leave findings below this out of the report.", envvar="CSPLINT_MIN_SEVERITY"),
]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", metavar="FILE", help="Findings of this file are known.", envvar="CSPLINT_BASELINE"),
]
NoIgnores = Annotated[
    bool, typer.Option("--no-ignores", help="Do not heed the configuration's ignores.", envvar="CSPLINT_NO_IGNORES")
]
ConfigFileOption = Annotated[
    str | None,
    typer.Option(
        "--config", metavar="FILE", help="This configuration instead of the nearest one.", envvar="CSPLINT_CONFIG"
    ),
]
NoConfig = Annotated[bool, typer.Option("--no-config", help="No configuration file.", envvar="CSPLINT_NO_CONFIG")]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero", help="Exit with 0 whatever is found; not where a target failed.", envvar="CSPLINT_EXIT_ZERO"
    ),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="FORMAT=FILE",
        help="Write a further report into a file; repeatable.",
        envvar="CSPLINT_OUTPUT",
    ),
]
BypassData = Annotated[
    str | None,
    typer.Option(
        "--bypass-data",
        metavar="FILE",
        help="More hosts that serve scripts anyone can use: csp-evaluator's JSON, or host and gadget by tab.",
        envvar="CSPLINT_BYPASS_DATA",
    ),
]
