"""What to send instead: a URL, a file or policies in; the corrected policy out, as `csplint fix` computes it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from csplint.api import arguments
from csplint.api.running import check, outside_event_loop
from csplint.csp.directives import DIRECTIVES
from csplint.engine.inputs import Input, PolicyInput, SavedInput, UrlInput
from csplint.errors import ArgumentTypeError, TargetError, UsageError
from csplint.model import Corrected, Report
from csplint.page.fetch.settings import FetchSettings


def fix(  # noqa: PLR0913 - one keyword for each thing that may be given
    target: str | os.PathLike[str] | None = None,
    *,
    policies: Iterable[str] = (),
    report_only: Iterable[str] = (),
    page: str = "",
    features: Iterable[str] = (),
    settings: FetchSettings | None = None,
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Corrected | None:
    """
    Compute the corrected policy: one set of headers in which all fixes are made, checked as a whole.

    target: an http or https address; the path of a saved page or response; or the text of one policy, which is any text
    that begins with the name of a directive. Instead of it, `policies` and `report_only` are lists of policies as text,
    enforced and report-only, of the same page. page: the page's full address, for policies and files; "" means that it
    is unknown. features, settings, packs: as for check_url().

    Returns None if there is nothing to correct. Else a Corrected: `headers` to send (`name`, and `before` and `after` as
    whole values; `after` is None for one to stop sending), `metas` and `tags` to change in the page, `steps` to do by
    hand, and `proof`, what csplint found with the corrected policies. A nonce in `after` is the one of the page that was
    checked: your server must send a new one with every response. If you have a report, it holds the same:
    `report.targets[0].corrected`. Like check_url(), it also works where an event loop is running.

    Raises TargetError for a page that cannot be fetched or a file that cannot be read; UsageError for a target that is
    neither a URL nor a file nor a policy, arguments that exclude each other, a `page` that is not an absolute URL, or a
    feature that no pack has; ArgumentTypeError, which is also a TypeError, for an argument of the wrong type; PackError
    for a pack that cannot be read.
    """
    given = _input(target, arguments.texts("policies", policies), arguments.texts("report_only", report_only), page)
    names, chosen = arguments.texts("features", features), arguments.paths("packs", packs)
    fetch = arguments.fetch_settings(settings)
    if not isinstance(given, UrlInput):
        return _corrected(check(given, names, chosen, fetch))
    return _corrected(outside_event_loop(lambda: check(given, names, chosen, fetch)))


async def fix_async(  # noqa: PLR0913 - as fix()
    target: str | os.PathLike[str] | None = None,
    *,
    policies: Iterable[str] = (),
    report_only: Iterable[str] = (),
    page: str = "",
    features: Iterable[str] = (),
    settings: FetchSettings | None = None,
    packs: Iterable[str | os.PathLike[str]] = (),
) -> Corrected | None:
    """
    Compute the corrected policy, without blocking the event loop.

    The arguments, the result and the errors are those of fix(); it runs in a thread, as check_url_async() does.
    """
    import asyncio  # noqa: PLC0415 - only here

    return await asyncio.to_thread(
        fix,
        target,
        policies=policies,
        report_only=report_only,
        page=page,
        features=features,
        settings=settings,
        packs=packs,
    )


def _input(target: object, policies: tuple[str, ...], report_only: tuple[str, ...], page: str) -> Input:
    address = arguments.optional_url("page", page)
    if policies or report_only:
        if target is not None:
            raise UsageError("give a target or policies, not both; several policies of one page are policies=[…]")
        return PolicyInput(address, policies, report_only)
    if target is None:
        raise UsageError("there is nothing to fix: give a URL, the path of a saved page, or policies=['…']")
    given = _target(target, address)
    if isinstance(given, UrlInput) and address:
        raise UsageError("page is only for policies and saved pages; a URL is its page's own address")
    return given


def _target(target: object, page: str) -> Input:
    from csplint.page.target import FileTarget, UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    if isinstance(target, Report):
        raise ArgumentTypeError("target is a report, which holds its corrected policy: report.targets[0].corrected")
    if isinstance(target, os.PathLike):
        return SavedInput(arguments.path("target", target), page)
    text = arguments.text("target", target)
    if _first_word(text) in DIRECTIVES:
        return PolicyInput(page, (text,))
    try:
        classified = classify(text)
    except UsageError:
        if _MISSPELT.match(text):
            return PolicyInput(page, (text,))
        raise UsageError(
            f"target is not a URL, a file or a policy: {arguments.shown(text)}; give an address such as "
            "'https://shop.example/', the path of a saved page, or policies=['…']"
        ) from None
    if isinstance(classified, UrlTarget):
        return UrlInput(classified.shown, classified.url)
    if isinstance(classified, FileTarget):
        return SavedInput(classified.path, page)
    raise UsageError("target '-' is for the command line; check_page() takes the bytes of a page")


_MISSPELT = re.compile(r"\s*[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+\s+\S")
"""What begins like a policy: `scrip-src 'self'`. Such a text is no URL, because a host has no spaces."""


def _first_word(text: str) -> str:
    return re.split(r"[\s;,]", text.strip(), maxsplit=1)[0].lower()


def _corrected(report: Report) -> Corrected | None:
    [target] = report.targets
    # A page without headers could not be checked, but it can get a policy to try.
    if target.error is not None and target.corrected is None:
        raise TargetError(target.target, target.error.kind, target.error.message, hint=target.error.hint)
    return target.corrected
