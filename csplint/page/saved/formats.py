"""
Read a file into a Capture: `curl -i` or `curl -v` text, a HAR, copied response headers, plain HTML, or only a policy.

The content decides the format, not the file's name. Saved responses have to pass the same checks as live ones
(fetch/response_checks.py): a saved 403 is not a page. What is none of these is refused by its name (kinds.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from csplint.csp.url import UNKNOWN_PAGE
from csplint.errors import TargetError, UsageError
from csplint.files import UnreadableFileError, read_file
from csplint.page.capture import Capture
from csplint.page.fetch.decoding import too_large
from csplint.page.fetch.redirects import REDIRECT_STATUSES, read_address
from csplint.page.fetch.response_checks import (
    XML_SUFFIXES,
    require_html_type,
    require_page_status,
    require_type,
    require_xml_page,
)
from csplint.page.fetch.settings import MAX_BODY_BYTES, MIB
from csplint.page.kinds import A_PAGE, MAX_LOOKED_AT, REPORTED, YAML, has_html, json_kind, kinds, text_kind
from csplint.page.saved.curl import read_curl
from csplint.page.saved.har import read_har
from csplint.page.saved.header_list import HeaderList, read_header_list
from csplint.page.saved.policy_text import is_policy
from csplint.page.saved.text import SavedText, saved_error
from csplint.page.saved.verbose import is_verbose, read_verbose

MAX_SAVED_BYTES = 50 * MIB
UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def load(path: str) -> bytes:
    """Read the file that a user named as a target; raises TargetError (kind "file") if that fails."""
    try:
        data = read_file(path, MAX_SAVED_BYTES, pipes=True)
    except FileNotFoundError as exc:
        raise saved_error(path, f"the file {path} does not exist", "to check a URL, start it with https://") from exc
    except IsADirectoryError as exc:
        raise saved_error(path, f"{path} is a folder", "use the path of a file in it") from exc
    except UnreadableFileError as exc:
        hint = "save the page in a file, or use - for standard input"
        raise saved_error(path, f"{path} cannot be read: {exc.strerror}", hint) from exc
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        hint = "use the path of a file in it" if Path(path).is_dir() else "check the file's permissions"
        raise saved_error(path, f"{path} cannot be read: {why}", hint) from exc
    _require_readable_size(path, data)
    return data


def read_saved(target: str, data: bytes, page_url: str | None, accept_status: Iterable[int] = ()) -> Capture:
    """
    Parse a saved page, response, list of headers, or policy; `Capture.missing` says what the file lacks.

    The page's URL is `page_url` if the user passed it; else the one that the HAR, `curl -v`, or the redirects of a
    `curl -iL`, name; else UNKNOWN_PAGE, whose host cannot exist. The caller should then suggest `--page`.

    Raises TargetError if the file is none of these, and UsageError if `page_url` is not a valid URL.
    """
    _require_readable_size(target, data)
    page = _page_address(target, page_url)
    text = _as_utf_8(data)
    capture = _read(target, data, text, page)
    if not capture.body.strip() and capture.missing == "":
        capture = _without_page(capture, accept_status)
    if capture.missing != "response":
        _require_page(capture, accept_status)
    return capture


def _read(target: str, data: bytes, text: bytes, page: str | None) -> Capture:
    if text.startswith(b"HTTP/"):
        return read_curl(target, text, page, UNKNOWN_PAGE)
    if is_verbose(text):
        return read_verbose(target, text, page, UNKNOWN_PAGE)
    decoded = text.decode("utf-8", "replace")
    if not text.strip():
        raise TargetError(target, "empty", "the file is empty", hint=f"save the page again, or {A_PAGE}")
    if is_policy(decoded):
        return _policy(target, text, page)
    if not _is_markup(decoded) and not _is_console(decoded) and (listed := read_header_list(text)) is not None:
        return _header_list(target, text, listed, page)
    if re.match(rb"\s*\{\s*[\"}]", text) and not _is_report(decoded):
        return read_har(target, text, page)
    kind = next(kinds(data, decoded), None)
    if kind is not None:
        raise TargetError(target, "not-html", f"the file is {kind.what}, not a page", hint=kind.instead)
    saved = SavedText(data=text, body=0)
    return Capture(
        target=target, url=page or UNKNOWN_PAGE, status=None, headers=(), body=data, saved=saved, missing="headers"
    )


def _is_markup(text: str) -> bool:
    return text.lstrip().startswith("<")


def _is_console(text: str) -> bool:
    kind = text_kind(text)
    return kind is not None and kind != YAML


def _is_report(text: str) -> bool:
    """Whether it is a report of a browser, and no HAR; a HAR is too long to be parsed twice."""
    return (
        any(mark in text[:MAX_LOOKED_AT] for mark in ('"csp-report"', '"csp-violation"'))
        and json_kind(text) == REPORTED
    )


def _policy(target: str, text: bytes, page: str | None) -> Capture:
    """A file that is nothing but a policy; its text is the only header."""
    header = (b"content-security-policy", b" ".join(text.split()))
    return Capture(
        target=target,
        url=page or UNKNOWN_PAGE,
        status=None,
        headers=(header,),
        body=b"",
        missing="response",
        notes=("The file is a policy, not a page. csplint judged it as if a page with the widget were sent with it.",),
    )


def _header_list(target: str, text: bytes, listed: HeaderList, page: str | None) -> Capture:
    if listed.requests:
        raise saved_error(
            target, "the file has the headers of a request, not those of a response", "copy the response headers"
        )
    return Capture(
        target=target,
        url=page or listed.url or UNKNOWN_PAGE,
        status=listed.status,
        headers=listed.headers,
        body=b"",
        saved=SavedText(data=text, headers=listed.starts),
    )


_POLICIES = ("content-security-policy", "content-security-policy-report-only")
_ONLY_HEADERS = (
    "The file has response headers, but no page. csplint judged their policies as if a page with the widget were sent "
    "with them; a meta element of the page could add another policy."
)


def _without_page(capture: Capture, accept_status: Iterable[int]) -> Capture:
    """A response without its body: its headers' policies can be judged; without any, there is nothing to judge."""
    _require_status(capture, accept_status)
    require_type(capture.target, capture.header("content-type"))
    if not any(value.strip() for name in _POLICIES for value in capture.header(name)):
        raise TargetError(
            capture.target,
            "empty",
            "the file has response headers without a policy, and no body: the page itself may have a policy in a meta element",
            hint="save the whole response with `curl -i URL > FILE`",
        )
    return replace(capture, missing="page", notes=(*capture.notes, _ONLY_HEADERS))


def _require_status(capture: Capture, accept_status: Iterable[int]) -> None:
    if capture.status in REDIRECT_STATUSES and capture.header("Location"):
        raise saved_error(
            capture.target, "the saved response is a redirect, not the page", "save the page with `curl -iL`"
        )
    if capture.status is not None:
        require_page_status(capture.target, capture.status, accept_status)


def _require_page(capture: Capture, accept_status: Iterable[int]) -> None:
    _require_status(capture, accept_status)
    if len(capture.body) > MAX_BODY_BYTES:
        failure = too_large(MAX_BODY_BYTES, "has")
        raise TargetError(capture.target, failure.kind, failure.message, hint=failure.hint)
    if capture.missing == "page":
        return
    if capture.status is not None:
        require_html_type(capture.target, capture.header("Content-Type"), capture.body)
    elif capture.target.lower().endswith(XML_SUFFIXES):
        require_xml_page(capture.target, capture.body, "is XML by its name")
    elif not has_html(capture.body.replace(b"\0", b"").decode("latin-1")):
        hint = f"{A_PAGE}; pass the text of a policy with --policy"
        raise TargetError(
            capture.target, "not-html", "the file has no HTML, not even one tag that browsers know", hint=hint
        )


def _page_address(target: str, page_url: str | None) -> str | None:
    if page_url is None:
        return None
    try:
        return read_address(page_url).url
    except ValueError as exc:
        raise UsageError("--page: not a valid URL; write it like https://shop.example/") from exc


def _as_utf_8(data: bytes) -> bytes:
    """Remove a byte order mark; PowerShell writes redirected output as UTF-16."""
    if data.startswith(UTF_16_BOMS):
        return data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _require_readable_size(target: str, data: bytes) -> None:
    if len(data) > MAX_SAVED_BYTES:
        limit = MAX_SAVED_BYTES // MIB
        raise saved_error(
            target, f"the file is larger than {limit} MB, the most that csplint reads", "save only one page"
        )
