"""csplint for Python programs: a URL, a page or a policy in, a Report out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.features import resolve_features
from csplint.engine.run import Input, Job, PageInput, PolicyInput, UrlInput, run_job
from csplint.model import Report
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.page.fetch.settings import FetchSettings


def check_url(
    url: str, *, features: Iterable[str] = (), settings: FetchSettings | None = None, packs: Iterable[str] = ()
) -> Report:
    """
    Fetch a page and check it.

    A page that cannot be fetched is a failed target of the report. Raises UsageError for an address that is not http
    or https, and for a feature that no pack has. Runs its own event loop: where one runs already, call it from a
    thread.
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
    features: Iterable[str] = (),
    packs: Iterable[str] = (),
) -> Report:
    """Check a page you have fetched: its decoded body, its headers (repeated ones separately), its URL."""
    raw = tuple((name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in headers)
    capture = Capture(target=url, url=url, status=200, headers=raw, body=body)
    return _run([PageInput(capture)], features, packs, None)


def check_policy(
    *policies: str,
    page: str = "",
    report_only: Iterable[str] = (),
    features: Iterable[str] = (),
    packs: Iterable[str] = (),
) -> Report:
    """Check policies as text, all of one page with the URL `page` ("" for an unknown https page)."""
    return _run([PolicyInput(page, policies, tuple(report_only))], features, packs, None)


def parse(*values: str, disposition: Literal["enforce", "report"] = "enforce") -> tuple[Policy, ...]:
    """Parse header values into policies, as a browser does; a comma starts another policy. Never raises."""
    return parse_policies(Delivered(value, "text", disposition) for value in values)


def _run(inputs: list[Input], features: Iterable[str], packs: Iterable[str], settings: FetchSettings | None) -> Report:
    loaded = load_packs(packs)
    asked = dict.fromkeys(resolve_features(features, loaded), "asked for")
    return run_job(Job(inputs, loaded, asked, settings or FetchSettings()))
