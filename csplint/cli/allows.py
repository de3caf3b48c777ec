"""`csplint allows`: does a browser let one request through, or each of thousands?"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated, cast

import typer

from csplint.cli.complete import kind_words
from csplint.cli.errors import told
from csplint.csp.request import KINDS, Kind
from csplint.errors import UsageError

KindArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[KIND]",
        help="What asks: script, img, connect, ws, inline-script, …",
        show_default=False,
        autocompletion=kind_words,
    ),
]
UrlArgument = Annotated[
    str | None, typer.Argument(metavar="[URL]", help="What it asks for; none for inline code.", show_default=False)
]
Policies = Annotated[list[str] | None, typer.Option("--policy", metavar="TEXT", help="An enforced policy; repeatable.")]
ReportOnly = Annotated[
    list[str] | None, typer.Option("--report-only", metavar="TEXT", help="A report-only policy; repeatable.")
]
Page = Annotated[str, typer.Option("--page", metavar="URL", help="The page that asks.")]
Nonce = Annotated[str, typer.Option("--nonce", help="The element's nonce.")]
Content = Annotated[
    str, typer.Option("--content", metavar="TEXT", help="The text of an inline script, style or handler.")
]
Integrity = Annotated[str, typer.Option("--integrity", help="The element's integrity attribute.")]
RedirectTo = Annotated[
    str, typer.Option("--redirect-to", metavar="URL", help="Where the server sends the request on to.")
]
Batch = Annotated[
    str | None, typer.Option("--batch", metavar="FILE", help="Cases, one JSON object a line; - for standard input.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say for each source why it did or did not match.")]


def allows(
    kind: KindArgument = None,
    url: UrlArgument = None,
    policy: Policies = None,
    report_only: ReportOnly = None,
    page: Page = "",
    nonce: Nonce = "",
    content: Content = "",
    integrity: Integrity = "",
    redirect_to: RedirectTo = "",
    batch: Batch = None,
    verbose: Verbose = False,
) -> None:
    """Say whether policies allow a request; exit 0 allowed, 1 blocked."""

    def command() -> int:
        if batch is not None:
            if kind is not None:
                raise UsageError("--batch reads its requests from the file; give no KIND beside it")
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

    raise typer.Exit(told(command))


def _kind(kind: str | None) -> Kind:
    if kind is None:
        raise UsageError(
            "what is asked for? give a KIND, such as script or img, and its URL (see csplint allows --help)"
        )
    if kind not in KINDS:
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(kind, sorted(KINDS), 1)
        hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(sorted(KINDS))}"
        raise UsageError(f"{kind!r} is no kind of request; {hint}")
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

    all_cases = True
    for answered, is_case in decide_lines(_lines(name)):
        sys.stdout.buffer.write(answered + b"\n")
        all_cases = all_cases and is_case
    sys.stdout.buffer.flush()
    return 0 if all_cases else UsageError.exit_code


def _lines(name: str) -> Iterable[bytes]:
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - the name is what the user typed
            yield from file
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from error
