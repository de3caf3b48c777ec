"""Structured fields: headers in the syntax of RFC 9651, which browsers ignore whole where one character is wrong."""

from __future__ import annotations

from typing import Any, Literal


def parse_field(text: bytes, kind: Literal["item", "dictionary"]) -> tuple[Any, str]:
    """
    Parse a header, its several values joined by ", ".

    Returns what http_sf gives, and why browsers ignore the header: (value, "") or (None, why).
    """
    import http_sf  # noqa: PLC0415 - 12 ms, for pages that send such a header

    try:
        return http_sf.parse(text, tltype=kind), ""
    except http_sf.StructuredFieldError as error:
        return None, str(error)
    except (ValueError, RecursionError) as error:
        return None, str(error) or type(error).__name__


def is_token(value: object, name: str) -> bool:
    """Whether a parsed value is this token; a string of the same letters is not."""
    return type(value).__name__ == "Token" and str(value) == name
