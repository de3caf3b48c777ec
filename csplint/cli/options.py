"""
Every option of `csplint check`, one row each.

The command line, the CSPLINT_* variables, the configuration file, `csplint config` and the fast path all read this
table. To add an option, add its row and use its value in `check_request`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

from msgspec import Struct

from csplint.cli.completion import complete_feature, complete_pack, complete_rule
from csplint.model import FailOn, Severity

Format = Literal["text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
When = Literal["auto", "always", "never"]


class Option(Struct, frozen=True, kw_only=True):
    """
    One option.

    name: what `csplint config` and the configuration file call it, with underscores. flags: how it is written on the
    command line, the long form first; empty for the positional argument. type: of one value; a Literal is a closed
    set. in_environment: CSPLINT_ and the long flag set it. in_file: the configuration file may set it. is_path: a
    path that the file gives relative to itself. in_config: `csplint config` lists it. on_fast_path: `fast_path`
    reads it without typer. complete: gives the words that complete a value in a shell.
    """

    name: str
    flags: tuple[str, ...]
    help: str
    type: Any = str
    default: Any = None
    metavar: str | None = None
    repeatable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    in_environment: bool = True
    in_file: bool = False
    is_path: bool = False
    in_config: bool = True
    on_fast_path: bool = False
    complete: Callable[[str], list[str]] | None = None

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it."""
        return "CSPLINT_" + self.flags[0].lstrip("-").replace("-", "_").upper() if self.in_environment else None

    @property
    def key(self) -> str:
        """Its name in the configuration file and in the output of `csplint config`."""
        return self.name.replace("_", "-")

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a closed set; empty if any value is accepted."""
        return get_args(self.type)


OPTIONS = (
    Option(
        name="targets",
        flags=(),
        metavar="TARGET...",
        repeatable=True,
        in_environment=False,
        in_config=False,
        help="A URL (shop.example means https), a saved response (curl -i output, .har, .html), or - for standard input.",
    ),
    Option(
        name="policy",
        flags=("--policy",),
        metavar="TEXT",
        repeatable=True,
        in_environment=False,
        in_config=False,
        on_fast_path=True,
        help="Check this policy instead of a page.",
    ),
    Option(
        name="report_only",
        flags=("--report-only",),
        metavar="TEXT",
        repeatable=True,
        in_environment=False,
        in_config=False,
        on_fast_path=True,
        help="Check this policy as report-only.",
    ),
    Option(
        name="page",
        flags=("--page",),
        metavar="URL",
        default="",
        in_config=False,
        on_fast_path=True,
        help="The page's URL, for --policy and saved responses.",
    ),
    Option(
        name="features",
        flags=("--feature",),
        metavar="FEATURE",
        repeatable=True,
        in_file=True,
        on_fast_path=True,
        complete=complete_feature,
        help="An optional part of the widget that the page uses, such as sounds or video.",
    ),
    Option(
        name="packs",
        flags=("--pack",),
        metavar="PACK",
        repeatable=True,
        in_file=True,
        complete=complete_pack,
        help="Use this rule pack instead of the default ones: a built-in name or a .toml file.",
    ),
    Option(
        name="select",
        flags=("--select",),
        metavar="RULE",
        repeatable=True,
        in_file=True,
        complete=complete_rule,
        help="Check only these rules: names, ids or the beginning of ids.",
    ),
    Option(
        name="extend_select",
        flags=("--extend-select",),
        metavar="RULE",
        repeatable=True,
        in_file=True,
        complete=complete_rule,
        help="Also check these rules, in addition to those that --select or the configuration names.",
    ),
    Option(
        name="ignore",
        flags=("--ignore",),
        metavar="RULE",
        repeatable=True,
        complete=complete_rule,
        help="Leave these rules out of this run.",
    ),
    Option(
        name="severity",
        flags=("--severity",),
        metavar="RULE=LEVEL",
        repeatable=True,
        help="Change the severity of a rule.",
    ),
    Option(
        name="fail_on",
        flags=("--fail-on",),
        type=FailOn,
        default="error",
        in_file=True,
        on_fast_path=True,
        help="Exit 1 for findings of this severity or higher.",
    ),
    Option(
        name="min_severity",
        flags=("--min-severity",),
        type=Severity,
        default="info",
        in_file=True,
        help="Leave findings below this severity out of the report.",
    ),
    Option(
        name="baseline",
        flags=("--baseline",),
        metavar="FILE",
        in_file=True,
        is_path=True,
        help="Ignore findings listed in this baseline.",
    ),
    Option(
        name="no_ignores",
        flags=("--no-ignores",),
        type=bool,
        default=False,
        help="Report findings that the configuration ignores.",
    ),
    Option(
        name="exit_zero",
        flags=("--exit-zero",),
        type=bool,
        default=False,
        help="Exit 0 despite findings; failed targets still exit 3.",
    ),
    Option(
        name="format",
        flags=("--format",),
        type=Format,
        default="text",
        in_file=True,
        on_fast_path=True,
        help="The format of the report.",
    ),
    Option(
        name="output",
        flags=("--output",),
        metavar="FORMAT=FILE",
        repeatable=True,
        in_config=False,
        help="Also write a report to a file.",
    ),
    Option(
        name="color",
        flags=("--color",),
        type=When,
        default="auto",
        on_fast_path=True,
        help="Colour the text report; auto follows NO_COLOR, FORCE_COLOR and the terminal.",
    ),
    Option(
        name="links",
        flags=("--links",),
        type=When,
        default="auto",
        help="Make the addresses of documents clickable, in terminals that support it.",
    ),
    Option(
        name="quiet",
        flags=("--quiet", "-q"),
        type=bool,
        default=False,
        help="Show only findings and failures.",
    ),
    Option(
        name="show_suppressed",
        flags=("--show-suppressed",),
        type=bool,
        default=False,
        help="Also show suppressed and baselined findings, with the reason (text, concise, markdown, html).",
    ),
    Option(
        name="statistics",
        flags=("--statistics",),
        type=bool,
        default=False,
        help="End the text report with the number of findings of each rule.",
    ),
    Option(
        name="config",
        flags=("--config",),
        metavar="FILE",
        in_config=False,
        help="Use this configuration file instead of the nearest one.",
    ),
    Option(
        name="no_config",
        flags=("--no-config",),
        type=bool,
        default=False,
        in_config=False,
        help="Do not read a configuration file.",
    ),
    Option(
        name="header",
        flags=("--header", "-H"),
        metavar="'NAME: VALUE'",
        repeatable=True,
        in_config=False,
        help="Send this request header, only to the origin of the target.",
    ),
    Option(
        name="cookie_file",
        flags=("--cookie-file",),
        metavar="FILE",
        help="Send the cookies in this file (Netscape format).",
    ),
    Option(
        name="user_agent",
        flags=("--user-agent",),
        metavar="TEXT",
        in_file=True,
        help="Send this User-Agent header instead of csplint's own.",
    ),
    Option(
        name="timeout",
        flags=("--timeout",),
        type=float,
        metavar="SECONDS",
        default=20.0,
        minimum=0.1,
        in_file=True,
        help="The time limit for fetching a page, redirects and retries included.",
    ),
    Option(
        name="retries",
        flags=("--retries",),
        type=int,
        metavar="NUMBER",
        default=2,
        minimum=0,
        maximum=10,
        in_file=True,
        help="How often to retry after a failed connection, a 429 or a 5xx.",
    ),
    Option(
        name="max_redirects",
        flags=("--max-redirects",),
        type=int,
        metavar="NUMBER",
        default=20,
        minimum=0,
        maximum=100,
        in_file=True,
        help="How many redirects to follow.",
    ),
    Option(
        name="proxy",
        flags=("--proxy",),
        metavar="URL",
        in_file=True,
        help="Send requests through this HTTP proxy.",
    ),
    Option(
        name="ca_bundle",
        flags=("--ca-bundle",),
        metavar="FILE",
        in_file=True,
        is_path=True,
        help="Trust the certificates in this file instead of the system's.",
    ),
    Option(
        name="insecure",
        flags=("--insecure",),
        type=bool,
        default=False,
        help="Do not verify certificates.",
    ),
    Option(
        name="bypass_data",
        flags=("--bypass-data",),
        metavar="FILE",
        help="More hosts whose scripts can bypass a policy: csp-evaluator's JSON, or lines of host, tab and gadget.",
    ),
    Option(
        name="accept_status",
        flags=("--accept-status",),
        type=int,
        metavar="CODE",
        repeatable=True,
        in_file=True,
        help="Also check pages that answer with this status.",
    ),
    Option(
        name="http2",
        flags=("--http2",),
        type=bool,
        default=False,
        help="Offer HTTP/2 (requires csplint-cli[http2]).",
    ),
    Option(
        name="jobs",
        flags=("--jobs",),
        type=int,
        metavar="NUMBER",
        default=4,
        minimum=1,
        maximum=64,
        in_file=True,
        help="How many targets to fetch at the same time.",
    ),
)

BY_NAME = {option.name: option for option in OPTIONS}
