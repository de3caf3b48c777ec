"""
csplint from Python: a URL, a page or a policy in, a Report out.

A Report (csplint.model.Report) has `targets`, here always one, with its `findings`, `policies` and `requirements`;
`summary`, counts by severity; and `run.exit_code`: 0 for no errors, 1 for errors, 3 for a page that could not be checked.

features: ids of optional parts of the widget that the page uses, such as "sounds" or "video". packs: rule packs by name,
or as the path of a TOML file; none means all packs that come with csplint. Every check raises PackError for a pack that
cannot be read, and UsageError for a feature that no pack has. All errors are CsplintErrors (csplint.errors).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.engine.features import resolve_features
from csplint.engine.inputs import Input, PageInput, PolicyInput, UrlInput
from csplint.engine.run import RunOptions, run_checks
from csplint.model import Report
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.page.fetch.settings import FetchSettings


def check_url(
    url: str, *, features: Iterable[str] = (), settings: FetchSettings | None = None, packs: Iterable[str] = ()
) -> Report:
    """
    Fetch a page and check it.

    url: an http or https address. settings: timeouts, headers and limits for the request.

    Raises UsageError if `url` is not an http or https address. A page that cannot be fetched raises nothing: its target
    has the outcome "failed". This runs its own event loop: where one is running already, call it from another thread.
    """
    from csplint.errors import UsageError  # noqa: PLC0415
    from csplint.page.target import UrlTarget, classify  # noqa: PLC0415 - loads the URL parser

    target = classify(url)
    if not isinstance(target, UrlTarget):
        raise UsageError(f"{url} is not a URL; check_page() takes a page's bytes")
    return _check(UrlInput(target.shown, target.url), features, packs, settings)


def check_page(
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    *,
    url: str,
    features: Iterable[str] = (),
    packs: Iterable[str] = (),
) -> Report:
    """
    Check a page that you fetched already.

    body: the page as bytes, decompressed. headers: (name, value) pairs of the response; give a repeated header as
    several pairs. url: the page's full address, which decides what 'self' means.

    A page beyond csplint's limits raises nothing: its target has the outcome "failed".
    """
    raw = tuple((name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in headers)
    capture = Capture(target=url, url=url, status=200, headers=raw, body=body)
    return _check(PageInput(capture), features, packs)


def check_policy(
    *policies: str,
    page: str = "",
    report_only: Iterable[str] = (),
    features: Iterable[str] = (),
    packs: Iterable[str] = (),
) -> Report:
    """
    Check policies as text, without a page.

    policies: values of Content-Security-Policy headers, all enforced on the same page. report_only: values of
    Content-Security-Policy-Report-Only headers. page: the page's full address; "" means an unknown https page.
    """
    return _check(PolicyInput(page, policies, tuple(report_only)), features, packs)


def parse(*values: str, disposition: Literal["enforce", "report"] = "enforce") -> tuple[Policy, ...]:
    """
    Parse header values into policies, as a browser does; a comma in a value starts another policy.

    A Policy has `directives`, all of them as written, and `in_force`, those that browsers apply, by name. Never raises:
    any text is a policy, if a faulty one.
    """
    return parse_policies(Delivered(value, "text", disposition) for value in values)


def _check(each: Input, features: Iterable[str], packs: Iterable[str], settings: FetchSettings | None = None) -> Report:
    loaded = load_packs(packs)
    asked = dict.fromkeys(resolve_features(features, loaded), "asked for")
    return run_checks([each], loaded, RunOptions(features=asked, fetch=settings or FetchSettings()))
