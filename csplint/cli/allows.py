"""`csplint allows`: do policies allow one request, or each of thousands?"""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer

from csplint.cli.batch_lines import batch_lines
from csplint.cli.completion import complete_kind
from csplint.cli.parameters import command
from csplint.csp.request import KINDS, Kind
from csplint.errors import UsageError, did_you_mean


@command
def allows(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help="The kind of request: script, img, connect, ws, inline-script, …",
            show_default=False,
            autocompletion=complete_kind,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="The URL it requests; leave out for inline code.", show_default=False),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option("--policy", metavar="TEXT", help="An enforced policy. Repeatable.")
    ] = None,
    report_only: Annotated[
        list[str] | None, typer.Option("--report-only", metavar="TEXT", help="A report-only policy. Repeatable.")
    ] = None,
    page: Annotated[
        str, typer.Option("--page", metavar="URL", help="The URL of the page that makes the request.")
    ] = "",
    nonce: Annotated[str, typer.Option("--nonce", metavar="TEXT", help="The element's nonce.")] = "",
    content: Annotated[
        str, typer.Option("--content", metavar="TEXT", help="The text of an inline script, style or handler.")
    ] = "",
    integrity: Annotated[
        str, typer.Option("--integrity", metavar="TEXT", help="The element's integrity attribute.")
    ] = "",
    redirect_to: Annotated[
        str, typer.Option("--redirect-to", metavar="URL", help="Where the server redirects the request.")
    ] = "",
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="FILE", help="Decide the cases in this file, one JSON object a line; - for stdin."
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Explain for each source why it does or does not match.")
    ] = False,
) -> int:
    """Say whether policies allow a request: exit 0 if they do, 1 if they block it."""
    if batch is not None:
        if kind is not None:
            raise UsageError("--batch reads the requests from its file; do not give a KIND as well")
        return _run_batch(batch)
    from csplint.cli.allows_one import Question, answer  # noqa: PLC0415

    question = Question(
        kind=_kind(kind),
        url=_url(url),
        policies=tuple(policy or ()),
        report_only=tuple(report_only or ()),
        page=page,
        nonce=nonce,
        content=content,
        integrity=integrity,
        redirect_to=_url(redirect_to),
    )
    return answer(question, verbose=verbose)


def _kind(kind: str | None) -> Kind:
    if kind is None:
        raise UsageError("no request: give a KIND, such as script or img, and its URL (see csplint allows --help)")
    if kind not in KINDS:
        hint = did_you_mean(kind, sorted(KINDS)) or f"; the kinds are {', '.join(sorted(KINDS))}"
        raise UsageError(f"{kind!r} is not a kind of request{hint}")
    return cast("Kind", kind)


def _url(url: str | None) -> str:
    from csplint.csp.url import parse_url  # noqa: PLC0415

    if not url:
        return ""
    if parse_url(url) is None:
        raise UsageError(f"{url!r} is not an absolute URL")
    return url


def _run_batch(name: str) -> int:
    from csplint.csp.batch import decide_lines  # noqa: PLC0415
    from csplint.report.escape import harmless_json  # noqa: PLC0415

    all_valid = True
    for answer, is_valid in decide_lines(batch_lines(name)):
        sys.stdout.write(f"{harmless_json(answer.decode())}\n")
        all_valid = all_valid and is_valid
    return 0 if all_valid else UsageError.exit_code
