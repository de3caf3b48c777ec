"""`csplint verify`: pages in a real browser, beside what csplint says of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec.structs import replace

from csplint.cli.check_request import check_request
from csplint.cli.checking import CheckRequest, inputs_of, run_options
from csplint.cli.config.settings import read_settings
from csplint.cli.options import When
from csplint.cli.parameters import command, values_of
from csplint.cli.write import Display, text_lines
from csplint.errors import UsageError
from csplint.page.fetch.settings import FetchSettings

if TYPE_CHECKING:
    from csplint.browser.visit import Launch
    from csplint.engine.browser_run import Verified, VerifyOptions
    from csplint.engine.inputs import UrlInput
    from csplint.model.verified import BrowserReport, VerifyReport

Form = Literal["text", "json", "html"]
Urls = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="URL...",
        help="Pages to open (shop.example means https), or names of the configuration.",
        show_default=False,
    ),
]
Browser = Annotated[
    Literal["chromium", "chrome", "msedge", "firefox"] | None,
    typer.Option(
        "--browser", help="The installed browser to use; without it the first that is found.", show_default=False
    ),
]
Program = Annotated[
    str,
    typer.Option("--executable-path", metavar="FILE", help="The browser's program, where csplint does not find it."),
]
WithFix = Annotated[
    bool, typer.Option("--with-fix", help="Visit the page again with the corrected policy, without deploying anything.")
]
PolicyFile = Annotated[
    str, typer.Option("--policy-file", metavar="FILE", help="Visit the page again with the policy in this file.")
]
Trial = Annotated[
    bool,
    typer.Option("--report-only", help="Send that policy as report-only, beside the page's own: it blocks nothing."),
]
Interact = Annotated[bool, typer.Option("--interact", help="Open the chat, if the vendor's pack says how.")]
Screenshot = Annotated[
    str,
    typer.Option("--screenshot", metavar="PATH", help="Write a picture of each visit: a .png file, or a folder."),
]
FormOption = Annotated[Form, typer.Option("--format", help="The format of the report.")]

_OWN = frozenset({"browser", "program", "with_fix", "policy_file", "trial", "interact", "screenshot", "form"})
"""Parameters of this command that are no settings."""


@command
def verify(
    context: typer.Context,
    *,
    targets: Urls = None,
    url: list[str] | None,
    features: list[str] | None,
    packs: list[str] | None,
    vendors: list[str] | None,
    header: list[str] | None,
    header_for: list[str] | None,
    cookie_file: str | None,
    user_agent: str | None,
    timeout: float,
    retries: int,
    max_redirects: int,
    allow_private: bool,
    proxy: str | None,
    insecure: bool,
    accept_status: list[int] | None,
    config: str | None,
    no_config: bool,
    trust_config: bool,
    color: When,
    browser: Browser = None,
    program: Program = "",
    with_fix: WithFix = False,
    policy_file: PolicyFile = "",
    trial: Trial = False,
    interact: Interact = False,
    screenshot: Screenshot = "",
    form: FormOption = "text",
) -> int:
    """
    Open pages in an installed browser: does the chat load, what is blocked, and does the browser agree with csplint?

    Needs `pip install 'csplint-cli[browser]'` and Chromium, Chrome, Edge or Firefox; downloads no browser.

    Exit 0 if the chat was seen to load, nothing was blocked and csplint agrees; 1 if not; 3 if there is no browser, or a
    page could not be opened. With --with-fix or --policy-file this is about the visit with that policy.
    """
    values = {name: value for name, value in values_of(context).items() if name not in _OWN}
    if trial and not (with_fix or policy_file):
        raise UsageError("--report-only says how to send a policy: add --with-fix or --policy-file FILE")
    request = check_request(read_settings(values))
    options = _options(request, browser, program, with_fix, policy_file, trial, interact)
    options = replace(options, pictures=bool(screenshot) or form == "html")
    about, verified = _run(request, options)
    verified = _write_pictures(verified, screenshot)
    report = _report(request, about, verified)
    _write(report, verified, form, color)
    return report.exit_code


def _options(
    request: CheckRequest,
    browser: str | None,
    program: str,
    with_fix: bool,
    policy_file: str,
    trial: bool,
    interact: bool,
) -> VerifyOptions:
    from csplint.engine.browser_run import VerifyOptions  # noqa: PLC0415
    from csplint.engine.candidate import read_policies  # noqa: PLC0415

    policies = read_policies(_text(policy_file), f"--policy-file {policy_file}") if policy_file else None
    return VerifyOptions(
        launch=_launch(request.fetch, browser or "", program),
        with_fix=with_fix,
        policies=policies,
        report_only=trial,
        interact=interact,
        on_page=_progress,
    )


def _launch(fetch: FetchSettings, browser: str, program: str) -> Launch:
    from csplint.browser.visit import Launch  # noqa: PLC0415

    agent = "" if fetch.user_agent == FetchSettings().user_agent else fetch.user_agent
    return Launch(browser, program, fetch.proxy or "", fetch.insecure, agent, fetch.allow_private)


def _text(path: str) -> str:
    from csplint.files import MAX_TOML_BYTES, read_text  # noqa: PLC0415

    try:
        return read_text(path, MAX_TOML_BYTES)
    except (OSError, ValueError) as error:
        raise UsageError(f"--policy-file: cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def _run(request: CheckRequest, options: VerifyOptions) -> tuple[BrowserReport, list[Verified]]:
    from csplint.engine.browser_run import verify_pages  # noqa: PLC0415
    from csplint.page.fetch.resolve import run  # noqa: PLC0415

    return run(verify_pages(_urls(request), request.packs, run_options(request), options))


def _urls(request: CheckRequest) -> list[UrlInput]:
    from csplint.engine.inputs import UnusableInput, UrlInput  # noqa: PLC0415

    found: list[UrlInput] = []
    for each in inputs_of(request):
        if isinstance(each, UnusableInput):
            raise UsageError(each.problem)
        if not isinstance(each, UrlInput):
            raise UsageError(f"{each.target}: csplint verify opens pages in a browser, so it takes URLs")
        found.append(each)
    return found


def _progress(target: str) -> None:
    from csplint.cli.terminal import is_watched  # noqa: PLC0415
    from csplint.report.escape import visible  # noqa: PLC0415

    if is_watched(sys.stderr):
        sys.stderr.write(f"csplint: opening {visible(target)} …\n")


# ------------------------------------------------------------------ the report


def _report(request: CheckRequest, about: BrowserReport, verified: Sequence[Verified]) -> VerifyReport:
    from csplint.engine.run import tool  # noqa: PLC0415
    from csplint.model.verified import VerifyReport  # noqa: PLC0415
    from csplint.report.verified_words import is_fine  # noqa: PLC0415

    pages = tuple(each.page for each in verified)
    code = 0 if all(map(is_fine, pages)) else 1
    if any(page.error is not None for page in pages):
        code = 3
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return VerifyReport(tool=tool(request.packs), browser=about, started_at=started, exit_code=code, pages=pages)


def _write(report: VerifyReport, verified: Sequence[Verified], form: Form, color: When) -> None:
    if form == "json":
        from csplint.report.json_report import json_text  # noqa: PLC0415

        sys.stdout.write(json_text(report))
        return
    if form == "html":
        from csplint.report.html.verified import write_verified_html  # noqa: PLC0415

        sys.stdout.write(write_verified_html(report, _by_number(verified)))
        return
    from csplint.report.text.verified import write_verified  # noqa: PLC0415

    with text_lines(Display(colour=color, links="never")) as lines:
        write_verified(report, lines)


def _by_number(verified: Sequence[Verified]) -> Mapping[tuple[int, int], bytes]:
    return {
        (number, at): png
        for number, each in enumerate(verified)
        for at, png in enumerate(each.pictures)
        if png is not None
    }


def _write_pictures(verified: list[Verified], path: str) -> list[Verified]:
    """Write the pictures, and name each in its visit. Raises UsageError if one cannot be written."""
    pictures = _by_number(verified)
    if not path or not pictures:
        return verified
    from csplint.cli.files import write_files  # noqa: PLC0415

    names = _picture_names(verified, path, list(pictures))
    write_files({names[at]: png for at, png in pictures.items()})
    return [
        replace(
            each,
            page=replace(
                each.page,
                visits=tuple(
                    replace(visit, picture=names.get((number, at), "")) for at, visit in enumerate(each.page.visits)
                ),
            ),
        )
        for number, each in enumerate(verified)
    ]


def _picture_names(
    verified: Sequence[Verified], path: str, at: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    if path.lower().endswith(".png"):
        stem = path[: -len(".png")]
        return {each: path if number == 0 else f"{stem}-{number + 1}.png" for number, each in enumerate(at)}
    os.makedirs(path, exist_ok=True)  # noqa: PTH103
    names = {}
    for number, visit in at:
        page = verified[number].page
        host = re.sub(r"[^A-Za-z0-9.-]+", "-", page.target.partition("://")[2] or page.target).strip("-.")[:60]
        name = f"{number + 1}-{host or 'page'}-{page.visits[visit].policy}.png"
        names[(number, visit)] = os.path.join(path, name)  # noqa: PTH118
    return names
