"""From the settings to what `csplint check` has to do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from csplint.cli.checking import CheckRequest
from csplint.cli.config.settings import Settings
from csplint.cli.configured_inputs import configured_inputs, known_features
from csplint.cli.options import BY_NAME, FORMATS, Format
from csplint.cli.rule_selection import triage
from csplint.cli.secret_headers import HeaderFor, read_origin
from csplint.cli.trust import found_file
from csplint.cli.vendor_selection import selected_vendors
from csplint.cli.write import Display
from csplint.errors import UsageError
from csplint.files import MAX_DATA_BYTES, read_file
from csplint.packs.merge import load_packs
from csplint.packs.pack import BypassHost
from csplint.page.fetch.settings import FetchSettings
from csplint.report.options import Show


def check_request(settings: Settings) -> CheckRequest:
    """Everything that a run needs. Raises UsageError, ConfigError or PackError for a value that is not valid."""
    names, vendors = settings["packs"] or (), settings["vendors"] or ()
    packs = load_packs(
        names, _bypass_hosts(settings["bypass_data"]), _to_load(vendors) if vendors and not names else ()
    )
    configured = configured_inputs(settings, packs)
    return CheckRequest(
        targets=tuple(settings["targets"] or ()),
        configured=tuple(target for target, _ in configured),
        policies=tuple(settings["policy"] or ()),
        report_only=tuple(settings["report_only"] or ()),
        page=settings["page"],
        sources=tuple(settings["source"] or ()),
        features=known_features(settings["features"] or (), packs, settings.source("features")),
        vendors=selected_vendors(settings["vendors"] or (), packs, settings.source("vendors")),
        packs=packs,
        triage=triage(settings, packs),
        format=settings["format"],
        outputs=tuple(_output(text, settings.source("output")) for text in settings["output"] or ()),
        fail_on="never" if settings["exit_zero"] else settings["fail_on"],
        display=Display(settings["color"], settings["links"], _show(settings)),
        baseline=settings["baseline"] or "",
        header_source=settings.source("header") if settings["header"] else "",
        headers_for=_headers_for(settings),
        found=found_file(settings),
        fetch=_fetch_settings(settings),
        jobs=settings["jobs"],
        save=settings["save"] or "",
        replay=settings["replay"] or "",
        anchors={target.target: anchor for target, anchor in configured if anchor},
    )


def _to_load(vendors: Iterable[str]) -> tuple[str, ...]:
    """The vendors that are asked for by name and have a pack of their own, which only they need."""
    from csplint.packs.vendor_index import indexed  # noqa: PLC0415 - only for --vendor

    return tuple(dict.fromkeys(each for each in vendors if indexed(each)))


def _bypass_hosts(path: str | None) -> tuple[BypassHost, ...]:
    if path is None:
        return ()
    from csplint.checks.security.bypass_data import read_bypass_data  # noqa: PLC0415 - only for this option

    try:
        return read_bypass_data(read_file(path, MAX_DATA_BYTES).decode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _output(text: str, source: str) -> tuple[Format, str]:
    name, _, path = text.partition("=")
    form = next((each for each in FORMATS if each == name), None)
    if form is None or not path:
        raise UsageError(f"{source}: {text!r} is not FORMAT=FILE; FORMAT is one of {', '.join(FORMATS)}")
    if source != BY_NAME["output"].flags[0] and re.search(rf"\s({'|'.join(FORMATS)})=", path):
        raise UsageError(f"{source}: write one FORMAT=FILE per line, not {text!r}")
    return form, path


def _show(settings: Settings) -> Show:
    return Show(
        quiet=settings["quiet"],
        verbose=settings["verbose"],
        advice=settings["advice"],
        known=settings["show_suppressed"],
        statistics=settings["statistics"],
    )


def _fetch_settings(settings: Settings) -> FetchSettings:
    return FetchSettings(
        timeout=settings["timeout"],
        max_redirects=settings["max_redirects"],
        retries=settings["retries"],
        headers=tuple(_header(text, settings.source("header")) for text in settings["header"] or ()),
        cookie_file=settings["cookie_file"],
        proxy=settings["proxy"],
        ca_bundle=settings["ca_bundle"],
        insecure=settings["insecure"],
        allow_private=settings["allow_private"],
        accept_status=frozenset(settings["accept_status"] or ()),
        http2=settings["http2"],
        user_agent=settings["user_agent"] or FetchSettings().user_agent,
    )


def _headers_for(settings: Settings) -> tuple[HeaderFor, ...]:
    source = settings.source("header_for")
    return tuple(
        HeaderFor(read_origin(origin, source), *_header(text, source), source, source == BY_NAME["header_for"].flags[0])
        for origin, text in settings["header_for"] or ()
    )


def _header(text: str, source: str) -> tuple[str, str]:
    """The text may be a secret, so a message does not repeat it."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"{source} takes 'Name: value'")
    return name.strip(), value.strip()
