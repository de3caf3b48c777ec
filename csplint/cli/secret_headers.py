"""Which target gets which request header of the user's: a header is for one origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import Input, UrlInput
from csplint.errors import UsageError

_MOST_NAMED = 3
"""Origins named in a message."""


class HeaderFor(Struct, frozen=True):
    """A header for the targets of one origin. source: where it was set, for messages; must_match: some target has it."""

    origin: str
    name: str
    value: str
    source: str = "--header-for"
    must_match: bool = True

    def __repr__(self) -> str:
        return f"HeaderFor(origin={self.origin!r}, name={self.name!r})"


def read_origin(text: str, source: str) -> str:
    """The origin that a text names, https without a scheme; raises UsageError if it names more, or none."""
    from ada_url import URL  # noqa: PLC0415 - only for this option

    message = f"{source}: write the origin of a target and then the header, such as https://shop.example 'NAME: VALUE'"
    try:
        url = URL(text if "://" in text else f"https://{text}")
    except ValueError as error:
        raise UsageError(message) from error
    if url.protocol not in ("http:", "https:") or url.pathname != "/" or url.search or url.hash or url.username:
        raise UsageError(message)
    return url.origin


def with_headers(inputs: Sequence[Input], headers: Iterable[HeaderFor]) -> list[Input]:
    """The inputs, each with the headers for its origin. Raises UsageError for a header that is for none of them."""
    headers = tuple(headers)
    if not headers:
        return list(inputs)
    origins = _origins(inputs)
    for each in headers:
        if each.must_match and each.origin not in origins:
            shown = _shown(origins) or "no URLs"
            raise UsageError(f"{each.source}: no target has the origin {each.origin} (the targets have {shown})")
    return [_with_headers(each, headers) for each in inputs]


def _with_headers(each: Input, headers: Sequence[HeaderFor]) -> Input:
    if not isinstance(each, UrlInput):
        return each
    here = _origin(each)
    own = tuple((header.name, header.value) for header in headers if header.origin == here)
    return replace(each, headers=(*each.headers, *own))


def require_one_origin(inputs: Sequence[Input], source: str) -> None:
    """Raises UsageError if the inputs have several origins; source: where the header for all of them was set."""
    origins = _origins(inputs)
    if len(origins) > 1:
        raise UsageError(
            f"{source}: a header is for one origin, and the targets have {len(origins)}: {_shown(origins)}; "
            "use --header-for ORIGIN 'NAME: VALUE' for each"
        )


def _origins(inputs: Iterable[Input]) -> list[str]:
    return list(dict.fromkeys(_origin(each) for each in inputs if isinstance(each, UrlInput)))


def _origin(each: UrlInput) -> str:
    from csplint.page.fetch.redirects import origin  # noqa: PLC0415 - loads the URL parser

    return origin(each.url)


def _shown(origins: Sequence[str]) -> str:
    more = f" and {len(origins) - _MOST_NAMED} more" if len(origins) > _MOST_NAMED else ""
    return ", ".join(origins[:_MOST_NAMED]) + more
