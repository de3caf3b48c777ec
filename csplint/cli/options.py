"""
Every option of `csplint check`, one row each.

The command line, the CSPLINT_* variables, the configuration file, `csplint config` and the fast path all read this
table. To add an option, add its row and use its value in `check_request`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

from msgspec import Struct

from csplint.cli.completion import complete_feature, complete_pack, complete_rule, complete_vendor
from csplint.model import FailOn, Severity

Format = Literal["text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
When = Literal["auto", "always", "never"]


class Option(Struct, frozen=True):
    """
    One option.

    name: what `csplint config` and the configuration file call it, with underscores. flag: how it is written on the
    command line, if not like its name; short: its short form. type: of one value; a Literal is a closed set.
    parts: words in one value, each an argument of its own; the value is a tuple if there are several. minimum, maximum:
    of a number. is_plain: the text holds no control character. These limits hold wherever a value comes from (`limits`).
    has_spaces: values may hold spaces (see `environment`). in_environment: CSPLINT_ and the flag set it. in_file: the
    configuration file may set it; needs_trust: only if the user named or trusts the file. is_path: a path that the file
    gives relative to itself. in_config: `csplint config` lists it. on_fast_path: `fast_path` reads it without typer.
    complete: gives the words that complete a value in a shell. of_report: about the report and its exit code only, so
    that a command without a report does not take it.
    """

    name: str
    help: str
    flag: str = ""
    short: str = ""
    positional: bool = False
    type: Any = str
    default: Any = None
    metavar: str | None = None
    repeatable: bool = False
    parts: int = 1
    minimum: float | None = None
    maximum: float | None = None
    is_plain: bool = False
    has_spaces: bool = False
    in_environment: bool = True
    in_file: bool = False
    needs_trust: bool = False
    is_path: bool = False
    in_config: bool = True
    on_fast_path: bool = False
    of_report: bool = False
    complete: Callable[[str], list[str]] | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """How it is written on the command line, the long form first; empty for the positional argument."""
        return () if self.positional else tuple(filter(None, (self.flag or f"--{self.key}", self.short)))

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it."""
        return "CSPLINT_" + self.flags[0].lstrip("-").replace("-", "_").upper() if self.in_environment else None

    @property
    def help_text(self) -> str:
        """What `--help` says about it."""
        if not self.repeatable or self.positional:
            return self.help
        return f"{self.help} Repeatable{'; in the variable, one per line' if self.has_spaces else ''}."

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
        "targets",
        "A URL (shop.example means https), a saved response (curl -i output, .har, .html), or - for standard input.",
        positional=True,
        metavar="TARGET...",
        repeatable=True,
        in_environment=False,
        in_config=False,
    ),
    Option(
        "url",
        "Use this address for a target of the configuration in this run; without such targets, name a target.",
        metavar="NAME=URL",
        repeatable=True,
        has_spaces=True,
        in_config=False,
    ),
    Option(
        "policy",
        "Check this policy instead of a page.",
        metavar="TEXT",
        repeatable=True,
        in_environment=False,
        in_config=False,
        on_fast_path=True,
    ),
    Option(
        "report_only",
        "Check this policy as report-only.",
        metavar="TEXT",
        repeatable=True,
        in_environment=False,
        in_config=False,
        on_fast_path=True,
    ),
    Option(
        "page",
        "The page's URL, for --policy and saved responses.",
        metavar="URL",
        default="",
        in_config=False,
        on_fast_path=True,
    ),
    Option(
        "source",
        "A file or folder with the configuration that should send the policies: the report says which file sends which policy.",
        metavar="PATH",
        repeatable=True,
        has_spaces=True,
        in_file=True,
        is_path=True,
    ),
    Option(
        "features",
        "An optional part of the widget that the page uses, such as sounds or video.",
        flag="--feature",
        metavar="FEATURE",
        repeatable=True,
        in_file=True,
        on_fast_path=True,
        complete=complete_feature,
    ),
    Option(
        "packs",
        "Use this rule pack instead of the default ones: a built-in name or a .toml file.",
        flag="--pack",
        metavar="PACK",
        repeatable=True,
        in_file=True,
        complete=complete_pack,
    ),
    Option(
        "vendors",
        "Judge what this vendor's widget needs: velaro (the default), another vendor of the packs, auto (only vendors "
        "found on the page) or none.",
        flag="--vendor",
        metavar="VENDOR",
        repeatable=True,
        in_file=True,
        complete=complete_vendor,
    ),
    Option(
        "select",
        "Check only these rules: names, ids or the beginning of ids.",
        metavar="RULE",
        repeatable=True,
        in_file=True,
        complete=complete_rule,
    ),
    Option(
        "extend_select",
        "Also check these rules, in addition to those that --select or the configuration names.",
        metavar="RULE",
        repeatable=True,
        in_file=True,
        complete=complete_rule,
    ),
    Option("ignore", "Leave these rules out of this run.", metavar="RULE", repeatable=True, complete=complete_rule),
    Option("severity", "Change the severity of a rule.", metavar="RULE=LEVEL", repeatable=True),
    Option(
        "fail_on",
        "Exit 1 for findings of this severity or higher.",
        type=FailOn,
        default="error",
        in_file=True,
        on_fast_path=True,
        of_report=True,
    ),
    Option(
        "min_severity",
        "Leave findings below this severity out of the report.",
        type=Severity,
        default="info",
        in_file=True,
    ),
    Option(
        "baseline",
        "Ignore findings listed in this baseline.",
        metavar="FILE",
        in_file=True,
        is_path=True,
        of_report=True,
    ),
    Option("no_ignores", "Report findings that the configuration ignores.", type=bool, default=False),
    Option(
        "exit_zero", "Exit 0 despite findings; failed targets still exit 3.", type=bool, default=False, of_report=True
    ),
    Option(
        "format",
        "The format of the report.",
        type=Format,
        default="text",
        in_file=True,
        on_fast_path=True,
        of_report=True,
    ),
    Option(
        "output",
        "Also write a report to a file.",
        metavar="FORMAT=FILE",
        repeatable=True,
        has_spaces=True,
        of_report=True,
    ),
    Option(
        "color",
        "Colour the text report; auto follows NO_COLOR, FORCE_COLOR and the terminal.",
        type=When,
        default="auto",
        on_fast_path=True,
        of_report=True,
    ),
    Option(
        "links",
        "Make the addresses of documents clickable, in terminals that support it.",
        type=When,
        default="auto",
        of_report=True,
    ),
    Option("quiet", "Show only findings and failures.", short="-q", type=bool, default=False, of_report=True),
    Option(
        "verbose",
        "Show every finding in full, the table of needs, and what was skipped.",
        short="-v",
        type=bool,
        default=False,
        of_report=True,
    ),
    Option("advice", "Show the advice in full.", type=bool, default=False, of_report=True),
    Option(
        "show_suppressed",
        "Also show suppressed and baselined findings, with the reason (text, concise, markdown, html).",
        type=bool,
        default=False,
        of_report=True,
    ),
    Option(
        "statistics",
        "End the text report with the number of findings of each rule.",
        type=bool,
        default=False,
        of_report=True,
    ),
    Option("config", "Use this configuration file instead of the nearest one.", metavar="FILE", in_config=False),
    Option("no_config", "Do not read a configuration file.", type=bool, default=False, in_config=False),
    Option(
        "trust_config",
        "Trust the configuration file that csplint finds as much as one named with --config.",
        type=bool,
        default=False,
        in_config=False,
    ),
    Option(
        "header",
        "Send this request header. All targets must have one origin, and no other gets it.",
        short="-H",
        metavar="'NAME: VALUE'",
        repeatable=True,
        is_plain=True,
        has_spaces=True,
    ),
    Option(
        "header_for",
        "Send this request header to the targets of one origin, such as https://shop.example.",
        metavar="ORIGIN 'NAME: VALUE'",
        repeatable=True,
        parts=2,
        is_plain=True,
        has_spaces=True,
    ),
    Option("cookie_file", "Send the cookies in this file (Netscape format).", metavar="FILE"),
    Option(
        "user_agent",
        "Send this User-Agent header instead of csplint's own.",
        metavar="TEXT",
        is_plain=True,
        in_file=True,
    ),
    Option(
        "timeout",
        "The time limit for fetching a page, redirects and retries included.",
        type=float,
        metavar="SECONDS",
        default=20.0,
        minimum=0.1,
        maximum=86_400.0,
        in_file=True,
    ),
    Option(
        "retries",
        "How often to retry after a failed connection, a 429 or a 5xx.",
        type=int,
        metavar="NUMBER",
        default=2,
        minimum=0,
        maximum=10,
        in_file=True,
    ),
    Option(
        "max_redirects",
        "How many redirects to follow.",
        type=int,
        metavar="NUMBER",
        default=20,
        minimum=0,
        maximum=100,
        in_file=True,
    ),
    Option(
        "allow_private",
        "Also follow redirects from a public site to a private, loopback or link-local address.",
        type=bool,
        default=False,
        in_file=True,
        needs_trust=True,
    ),
    Option("proxy", "Send requests through this HTTP proxy.", metavar="URL", is_plain=True, in_file=True),
    Option(
        "ca_bundle",
        "Trust the certificates in this file instead of the system's.",
        metavar="FILE",
        in_file=True,
        is_path=True,
    ),
    Option("insecure", "Do not verify certificates.", type=bool, default=False),
    Option(
        "bypass_data",
        "More hosts whose scripts can bypass a policy: csp-evaluator's JSON, or lines of host, tab and gadget.",
        metavar="FILE",
    ),
    Option(
        "accept_status",
        "Also check pages that answer with this status.",
        type=int,
        metavar="CODE",
        repeatable=True,
        minimum=100,
        maximum=999,
        in_file=True,
    ),
    Option("http2", "Offer HTTP/2 (requires csplint-cli[http2]).", type=bool, default=False),
    Option(
        "save",
        "Record every answer in this WARC file; no request and no secret is stored (requires csplint-cli[warc]).",
        metavar="FILE.warc.gz",
        in_environment=False,
        in_config=False,
    ),
    Option(
        "replay",
        "Use the answers in this WARC file instead of the network; without targets, check all of them.",
        metavar="FILE.warc.gz",
        in_environment=False,
        in_config=False,
    ),
    Option(
        "jobs",
        "How many targets to fetch at the same time.",
        type=int,
        metavar="NUMBER",
        default=4,
        minimum=1,
        maximum=64,
        in_file=True,
    ),
)

BY_NAME = {option.name: option for option in OPTIONS}
