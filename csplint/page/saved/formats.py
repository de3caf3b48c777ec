"""
Read a saved response into a Capture: `curl -i` text, a HAR, or plain HTML.

The content decides the format, not the file's name. Saved responses have to pass the same checks as live ones
(fetch/response_checks.py): a saved 403 is not a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from csplint.csp.url import UNKNOWN_PAGE
from csplint.errors import TargetError, UsageError
from csplint.page.capture import Capture
from csplint.page.fetch.decoding import too_large
from csplint.page.fetch.redirects import REDIRECT_STATUSES, read_address
from csplint.page.fetch.response_checks import require_html_type, require_page_status
from csplint.page.fetch.settings import MAX_BODY_BYTES, MIB
from csplint.page.saved.curl import read_curl
from csplint.page.saved.har import read_har
from csplint.page.saved.text import SavedText, saved_error

MAX_SAVED_BYTES = 50 * MIB
UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def load(path: str) -> bytes:
    """Read the file that a user named as a target; raises TargetError (kind "file") if that fails."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_SAVED_BYTES + 1)
    except FileNotFoundError as exc:
        raise saved_error(path, f"the file {path} does not exist", "to check a URL, start it with https://") from exc
    except IsADirectoryError as exc:
        raise saved_error(path, f"{path} is a folder", "use the path of a file in it") from exc
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        hint = "use the path of a file in it" if Path(path).is_dir() else "check the file's permissions"
        raise saved_error(path, f"{path} cannot be read: {why}", hint) from exc
    _require_readable_size(path, data)
    return data


def read_saved(target: str, data: bytes, page_url: str | None, accept_status: Iterable[int] = ()) -> Capture:
    """
    Parse a saved response.

    The page's URL is `page_url` if the user passed it; else the one that the HAR, or the redirects of a `curl -iL`, name; else
    UNKNOWN_PAGE, whose host cannot exist. The caller should then suggest `--page`.

    Raises TargetError if the file is not a saved page, and UsageError if `page_url` is not a valid URL.
    """
    _require_readable_size(target, data)
    page = _page_address(target, page_url)
    text = _as_utf_8(data)
    if text.startswith(b"HTTP/"):
        capture = read_curl(target, text, page, UNKNOWN_PAGE)
    elif re.match(rb"\s*\{\s*[\"}]", text):
        capture = read_har(target, text, page)
    else:
        saved = SavedText(data=text, body=0)
        capture = Capture(target=target, url=page or UNKNOWN_PAGE, status=None, headers=(), body=data, saved=saved)
    _require_page(capture, accept_status)
    return capture


def _require_page(capture: Capture, accept_status: Iterable[int]) -> None:
    if capture.status in REDIRECT_STATUSES and capture.header("Location"):
        raise saved_error(
            capture.target, "the saved response is a redirect, not the page", "save the page with `curl -iL`"
        )
    if len(capture.body) > MAX_BODY_BYTES:
        failure = too_large(MAX_BODY_BYTES, "has")
        raise TargetError(capture.target, failure.kind, failure.message, hint=failure.hint)
    if capture.status is not None:
        require_page_status(capture.target, capture.status, accept_status)
        require_html_type(capture.target, capture.header("Content-Type"), capture.body)
    elif not capture.body.strip():
        raise TargetError(capture.target, "empty", "the file is empty", hint="save the page again")
    elif b"<" not in capture.body:
        hint = "use a page's HTML, `curl -i` output or a HAR; pass the text of a policy with --policy"
        raise TargetError(capture.target, "not-html", "the file has no HTML, not even one tag", hint=hint)


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
