"""
A configuration file that csplint found by itself may be somebody else's: what it says about the network is said aloud,
and it decides nothing about the user's secrets.

Secrets are what the command line and the environment hold: request headers, cookies, the password in an address, and
the environment variables themselves. A run in which one of them would go where such a file sends it ends before it
requests anything. `--trust-config` and `--config FILE` are the ways to say that the file is the user's own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from csplint.cli.config.settings import Settings
from csplint.cli.config.targets import ConfiguredTarget
from csplint.cli.config.variables import has_reference
from csplint.cli.options import BY_NAME
from csplint.engine.inputs import Input, UnusableInput, UrlInput
from csplint.errors import ConfigError

_SECRETS = ("header", "cookie_file")
"""Options that hold secrets for every target; --header-for and passwords in addresses are for some."""

_ROUTES = {"proxy": "the proxy in this file would get", "ca_bundle": "the ca-bundle in this file would protect"}
"""Options that decide who can read a request, and the beginning of a sentence about them."""

_MOST_NAMED = 5
"""Targets named in a line."""


class Chosen(Struct, frozen=True):
    """
    What a table of the file says about one target, each with its "FILE:LINE", "" if it says nothing.

    url: its address, unless `--url` replaces it. variable: a reference to an environment variable.
    """

    url: str = ""
    headers: str = ""
    variable: str = ""


class FoundFile(Struct, frozen=True):
    """
    A file that was found and not named.

    routes: the places of proxy, ca-bundle and user-agent, for those that it sets. proxy: the proxy, without its
    password. unapplied: keys of it that need trust. targets: by name. secrets: the options or variables that hold
    secrets for all targets.
    """

    path: str
    routes: Mapping[str, str] = {}
    proxy: str = ""
    unapplied: tuple[str, ...] = ()
    targets: Mapping[str, Chosen] = {}
    secrets: tuple[str, ...] = ()


def found_file(settings: Settings) -> FoundFile | None:
    """What the settings have from a file that is not trusted; None without one."""
    if settings.trusted or not settings.files:
        return None
    from csplint.page.fetch.redirects import without_credentials  # noqa: PLC0415 - only for such files

    routes = {name: settings.values[name].origin for name in (*_ROUTES, "user_agent") if settings.values[name].in_file}
    return FoundFile(
        path=settings.files[0].path,
        routes=routes,
        proxy=without_credentials(settings["proxy"]) if "proxy" in routes else "",
        unapplied=settings.unapplied,
        targets={target.config.name: _chosen(target) for target in settings.targets if target.place},
        secrets=tuple(settings.source(name) for name in _SECRETS if settings[name]),
    )


def _chosen(target: ConfiguredTarget) -> Chosen:
    table, place = target.config, target.place
    texts = (*(() if target.override else (table.url,)), *table.headers.values())
    return Chosen(
        url="" if target.override else place,
        headers=place if table.headers else "",
        variable=place if any(map(has_reference, texts)) else "",
    )


def require_trust(inputs: Sequence[Input], found: FoundFile, special: Mapping[str, str]) -> None:
    """
    Say on standard error what the file sets for these inputs, and raise ConfigError if a secret would go its way.

    special: by URL of an input, the option that holds secrets for this input and no other.
    """
    fetched = [each for each in inputs if isinstance(each, UrlInput | UnusableInput)]
    if not fetched:
        return
    if set_by_file := list(_set_by_file(fetched, found)):
        _say(f"{found.path} was found, not named, and sets {', '.join(set_by_file)} (--trust-config accepts this)")
    for each in fetched:
        if (problem := _problem(each, found, special)) is not None:
            advice = f"If you trust this file, add --trust-config, or name it: --config {found.path}"
            raise ConfigError(f"{problem}. csplint found this file; you did not name it. {advice}")


def _set_by_file(inputs: Iterable[UrlInput | UnusableInput], found: FoundFile) -> Iterator[str]:
    for name in found.routes:
        yield f"{BY_NAME[name].key} {found.proxy}" if name == "proxy" else BY_NAME[name].key
    tables = {each.name: found.targets[each.name] for each in inputs if each.name in found.targets}
    for what, names in (
        ("the url of", [name for name, chosen in tables.items() if chosen.url]),
        ("headers for", [name for name, chosen in tables.items() if chosen.headers]),
        ("environment variables for", [name for name, chosen in tables.items() if chosen.variable]),
    ):
        if names:
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            yield f"{what} {', '.join(names[:_MOST_NAMED])}{more}"
    for key in found.unapplied:
        yield f"{key} (not applied)"


def _problem(each: UrlInput | UnusableInput, found: FoundFile, special: Mapping[str, str]) -> str | None:
    """The sentence about the first secret of an input that the file would send somewhere, without its full stop."""
    chosen = found.targets.get(each.name, Chosen()) if each.name else Chosen()
    if chosen.variable:
        return f"{chosen.variable}: the target {each.name!r} uses environment variables, which can be secrets"
    if isinstance(each, UnusableInput):
        return None
    if chosen.url and found.secrets:
        return f"{chosen.url}: the url in this file would get the secrets of {found.secrets[0]}"
    secrets = [*found.secrets, *filter(None, [special.get(each.url), _password(each, chosen)])]
    for name, sentence in _ROUTES.items():
        if name in found.routes and secrets:
            return f"{found.routes[name]}: {sentence} the secrets of {secrets[0]}"
    return None


def _password(each: UrlInput, chosen: Chosen) -> str:
    """The user's own address with a password in it, without the password."""
    from csplint.page.fetch.redirects import read_address  # noqa: PLC0415

    return "" if chosen.url or read_address(each.url).authorization is None else each.shown


def _say(line: str) -> None:
    from csplint.report.escape import visible  # noqa: PLC0415 - only for such files

    sys.stderr.write(f"{visible(f'csplint: {line}', 1000)}\n")
