"""
A URL, a page, a file or policies in; a Report out.

A Report (csplint.model.Report) has `targets`, here always one, with its `verdict`, `corrected`, `findings`, `policies` and
`requirements`; `summary`, counts by severity; and `run.exit_code`: 0 for no errors, 1 for errors, 3 for a target that
could not be checked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Literal

from csplint.api import arguments
from csplint.api.running import check, outside_event_loop
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.inputs import PageInput, PolicyInput, SavedInput, UrlInput
from csplint.errors import ArgumentTypeError, UsageError
from csplint.model import Report
from csplint.page.capture import Capture
from csplint.page.fetch.settings import FetchSettings


def check_url(
    url: str,
    *,
    features: Iterable[str] = (),
    settings: FetchSettings | None = None,
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Report:
    """
    Fetch a page and check it.

    url: an http or https address; without a scheme it is https. features: ids of optional parts of the widget that the
    page uses, such as ["sounds"]. settings: timeouts, headers and limits of the request (csplint.FetchSettings).
    packs: rule packs by name or as the path of a TOML file; none means all that come with csplint.

    This waits for the server, up to `settings.timeout` seconds for each of at most three requests. It also works where
    an event loop is running, as in Jupyter, and blocks that loop; check_url_async() does not.

    Returns a Report with one target. A page that cannot be fetched raises nothing: its target has the outcome "failed",
    and `error` says why. Raises UsageError if `url` is not an http or https address, for a feature that no pack has, or
    for settings that cannot be used; ArgumentTypeError, which is also a TypeError, for an argument of the wrong type;
    PackError for a pack that cannot be read.
    """
    page, names = url_input("url", url), arguments.texts("features", features)
    chosen, fetch = arguments.paths("packs", packs), arguments.fetch_settings(settings)
    return outside_event_loop(lambda: check(page, names, chosen, fetch))


async def check_url_async(
    url: str,
    *,
    features: Iterable[str] = (),
    settings: FetchSettings | None = None,
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Report:
    """
    Fetch a page and check it, without blocking the event loop.

    The arguments, the Report and the errors are those of check_url(). The work is done in a thread of asyncio's default
    executor. Cancelling stops the waiting; the thread ends with its requests, which `settings.timeout` limits.
    """
    import asyncio  # noqa: PLC0415 - only here

    return await asyncio.to_thread(check_url, url, features=features, settings=settings, packs=packs)


def check_page(
    body: bytes,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    url: str,
    features: Iterable[str] = (),
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Report:
    """
    Check a page that you fetched already.

    body: the page as bytes, decompressed. headers: the response's headers as (name, value) pairs, a repeated header as
    several pairs; a mapping, such as the headers of requests, httpx, aiohttp or urllib, works too. url: the page's full
    address, which decides what 'self' means. features, packs: as for check_url().

    Returns a Report with one target. A page beyond csplint's limits raises nothing: its target has the outcome "failed".
    Raises UsageError if `url` is not an absolute URL, or for a feature that no pack has; ArgumentTypeError, which is also
    a TypeError, for an argument of the wrong type; PackError for a pack that cannot be read.
    """
    from csplint.page.fetch.redirects import read_address, without_credentials  # noqa: PLC0415 - loads the URL parser

    address = arguments.absolute_url("url", url)
    capture = Capture(
        target=without_credentials(address),
        url=read_address(address).url,
        status=200,
        headers=arguments.header_pairs("headers", headers),
        body=arguments.content("body", body),
    )
    names, chosen = arguments.texts("features", features), arguments.paths("packs", packs)
    return check(PageInput(capture), names, chosen, FetchSettings())


def check_file(
    path: str | os.PathLike[str],
    *,
    page: str = "",
    features: Iterable[str] = (),
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Report:
    """
    Check a page or response that you saved.

    path: a file that `curl -i` wrote, a HAR file saved from a browser, or HTML. page: the page's full address, which
    decides what 'self' means; "" means the one that the file names. features, packs: as for check_url().

    Returns a Report with one target. A file that cannot be read raises nothing: its target has the outcome "failed".
    Raises UsageError if `page` is not an absolute URL, or for a feature that no pack has; ArgumentTypeError, which is
    also a TypeError, for an argument of the wrong type; PackError for a pack that cannot be read.
    """
    saved = SavedInput(arguments.path("path", path), arguments.optional_url("page", page))
    names, chosen = arguments.texts("features", features), arguments.paths("packs", packs)
    return check(saved, names, chosen, FetchSettings())


def check_policy(
    *policies: str,
    page: str = "",
    report_only: Iterable[str] = (),
    features: Iterable[str] = (),
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Report:
    """
    Check policies as text, without a page.

    policies: values of Content-Security-Policy headers, all enforced on the same page. report_only: a list of values of
    Content-Security-Policy-Report-Only headers. page: the page's full address, which decides what 'self' means; ""
    means an unknown https page. features, packs: as for check_url().

    Returns a Report with one target. Raises UsageError if `page` is not an absolute URL, or for a feature that no pack
    has; ArgumentTypeError, which is also a TypeError, for an argument of the wrong type; PackError for a pack that cannot
    be read. A faulty policy raises nothing: its faults are findings.
    """
    given = PolicyInput(
        arguments.optional_url("page", page), each_policy(policies), arguments.texts("report_only", report_only)
    )
    names, chosen = arguments.texts("features", features), arguments.paths("packs", packs)
    return check(given, names, chosen, FetchSettings())


def parse(*values: str, disposition: Literal["enforce", "report"] = "enforce") -> tuple[Policy, ...]:
    """
    Parse header values into policies, as a browser does; a comma in a value starts another policy.

    values: of Content-Security-Policy headers. disposition: "report" for those of Content-Security-Policy-Report-Only.

    Returns a Policy for each policy with a directive. It has `directives`, all of them as written, and `in_force`, those
    that browsers apply, by name. Any text is a policy, if a faulty one; raises UsageError for another disposition, and
    ArgumentTypeError, which is also a TypeError, for a value that is not a str.
    """
    arguments.one_of("disposition", disposition, ("enforce", "report"))
    return parse_policies(Delivered(value, "text", disposition) for value in each_policy(values))


def to_json(report: Report) -> str:
    """
    Give a report as JSON, as `csplint check --format json` prints it.

    report: what a check returned. Returns the text, indented, with a line break at the end; `csplint schema` prints its
    JSON Schema. Raises ArgumentTypeError, which is also a TypeError, for anything else.
    """
    from csplint.report.json_report import json_text  # noqa: PLC0415 - only for JSON

    if not isinstance(report, Report):
        raise ArgumentTypeError(
            f"report must be a csplint.Report, not {type(report).__name__}; pass what a check returned"
        )
    return json_text(report)


def each_policy(policies: Iterable[object]) -> tuple[str, ...]:
    """Policies that were given as separate arguments."""
    values = tuple(policies)
    if any(isinstance(value, list | tuple) for value in values):
        raise ArgumentTypeError("policies are separate arguments; put a * before the list: check_policy(*policies)")
    return tuple(arguments.text("each policy", value) for value in values)


def url_input(name: str, url: object) -> UrlInput:
    """The page to fetch; raises UsageError if it is not an http or https address."""
    from csplint.page.target import UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    try:
        target = classify(arguments.text(name, url))
    except ArgumentTypeError:
        raise
    except UsageError:
        raise UsageError(
            f"{name} is not an http or https address: {arguments.shown(url)}; give one such as 'https://shop.example/', "
            "or use check_policy() for a policy's text"
        ) from None
    if not isinstance(target, UrlTarget):
        raise UsageError(
            f"{name} is not a URL: {arguments.shown(url)}; use check_file() for a saved page, check_page() for its bytes"
        )
    return UrlInput(target.shown, target.url)
