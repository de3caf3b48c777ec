"""csplint from Python: a URL, a page or a policy in, a Report out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.run import Input, Job, PageInput, PolicyInput, UrlInput, run_job
from csplint.model import Report
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.page.fetch.settings import FetchSettings

FeatureName = Literal["sounds", "calendly", "video", "fonts"]


def check_url(
    url: str, *, features: Iterable[FeatureName] = (), settings: FetchSettings | None = None, packs: Iterable[str] = ()
) -> Report:
    """
    Fetch a page and check it.

    Raises UsageError for what is no http or https address; a page that cannot be fetched is a failed target of the
    report. Runs an event loop of its own: call it from a thread where one is running already.
    """
    from csplint.errors import UsageError  # noqa: PLC0415
    from csplint.page.target import UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    target = classify(url)
    if not isinstance(target, UrlTarget):
        raise UsageError(f"{url} is not a URL; check_page() takes a page's bytes")
    return _run([UrlInput(target.shown, target.url)], features, packs, settings)


def check_page(
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    *,
    url: str,
    features: Iterable[FeatureName] = (),
    packs: Iterable[str] = (),
) -> Report:
    """Check a page that was fetched already: its decoded body, its headers as sent (repeated ones apart), its URL."""
    raw = tuple((name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in headers)
    capture = Capture(target=url, url=url, status=200, headers=raw, body=body)
    return _run([PageInput(capture)], features, packs, None)


def check_policy(
    *policies: str,
    page: str = "",
    report_only: Iterable[str] = (),
    features: Iterable[FeatureName] = (),
    packs: Iterable[str] = (),
) -> Report:
    """Check policies as text, all in force on one page at `page` ("" for an unknown https page)."""
    return _run([PolicyInput(page, policies, tuple(report_only))], features, packs, None)


def parse(*values: str, disposition: Literal["enforce", "report"] = "enforce") -> tuple[Policy, ...]:
    """Read header values into policies, as a browser does; a comma starts another policy. Never raises."""
    return parse_policies(Delivered(value, "text", disposition) for value in values)


def _run(inputs: list[Input], features: Iterable[str], packs: Iterable[str], settings: FetchSettings | None) -> Report:
    asked = dict.fromkeys(features, "asked for")
    return run_job(Job(inputs, load_packs(packs), asked, settings or FetchSettings()))
