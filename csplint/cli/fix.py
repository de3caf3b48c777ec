"""`csplint fix`: the corrected policy of each target, to send instead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import unified_diff
from typing import Annotated, Any, Literal

import typer
from msgspec.structs import replace

from csplint.cli.check_request import check_request
from csplint.cli.checking import checked
from csplint.cli.config.settings import read_settings
from csplint.cli.parameters import command, values_of
from csplint.engine.interrupt import was_interrupted
from csplint.engine.summary import INTERRUPTED
from csplint.errors import UsageError
from csplint.model import Corrected, HeaderChange, MetaChange, Report, TargetReport
from csplint.report.escape import visible
from csplint.report.json_report import json_line
from csplint.report.to_send import directives, has_nonce, steps, to_send

As = Literal[
    "diff", "header", "meta", "json", "server",
    "nginx", "apache", "htaccess", "caddy", "iis", "kubernetes", "traefik", "netlify", "cloudflare", "vercel", "firebase", "azure",
    "php", "express", "helmet", "nextjs", "django", "django-csp", "rails", "spring", "aspnet",
    "wordpress", "webflow", "squarespace", "wix",
]  # fmt: skip
"""How to print it; the names after `server` are those of csplint.servers.recipes.registry."""

_FORMS = ("diff", "header", "meta", "json")
Form = Annotated[
    As | None,
    typer.Option(
        "--as",
        metavar="FORM",
        help="How to print it: diff (the default on a terminal), header (elsewhere), meta, json; or what to paste into a server: "
        "nginx, apache, htaccess, caddy, iis, kubernetes, traefik, netlify, cloudflare, vercel, firebase, azure, php, express, "
        "helmet, nextjs, django, django-csp, rails, spring, aspnet, wordpress, webflow, squarespace, wix; "
        "server lets csplint choose by the response.",
        show_default=False,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Allow scripts by nonce and 'strict-dynamic' instead of by host; by hash where a page cannot have a nonce.",
    ),
]
Write = Annotated[
    bool,
    typer.Option("--write", help="Change the configuration files that send the policies; only what is proved."),
]
Diff = Annotated[bool, typer.Option("--diff", help="Print what --write would change, and change nothing.")]

_OWN = frozenset({"form", "strict", "write", "diff", "only_report"})
"""Parameters of this command that are no settings."""
ReportOnly = Annotated[
    bool,
    typer.Option(
        "--as-report-only",
        help="With --as and a server: send the policy so that browsers report what it would block, and block nothing.",
    ),
]


@command
def fix(
    context: typer.Context,
    form: Form = None,
    strict: Strict = False,
    write: Write = False,
    diff: Diff = False,
    only_report: ReportOnly = False,
    **_options: Any,
) -> int:
    """
    Print the corrected policy of each target: one set of headers in which all fixes are made, checked as a whole.

    With --write, change the configuration files that are named (nginx.conf, _headers, vercel.json …) instead.

    Exit 0 if it is proved and nothing is left to do, 1 if something is left, 3 if a target could not be checked.
    """
    values = {name: value for name, value in values_of(context).items() if name not in _OWN}
    if only_report and (form is None or form in _FORMS):
        raise UsageError("--as-report-only is for a server: add --as and its name, or --as server.")
    request = check_request(read_settings(values))
    if write or diff:
        from csplint.cli.fix_files import fix_files  # noqa: PLC0415 - only for configuration files

        if strict or form:
            raise UsageError("--write and --diff take neither --strict nor --as")
        return fix_files(request, write=write and not diff)
    report = checked(replace(request, strict=strict))
    chosen = form or ("diff" if sys.stdout.isatty() else "header")
    if chosen not in _FORMS:
        return _print_recipes(report, chosen, only_report)
    sys.stdout.write(_json(report) if chosen == "json" else "".join(_lines(report, chosen)))
    return exit_code(report)


def _print_recipes(report: Report, form: As, report_only: bool) -> int:
    """Print what to paste; exit 1 also if a target has no recipe."""
    from csplint.cli.fix_recipe import Unwritten, recipe_lines  # noqa: PLC0415 - loaded only for a server

    written = True
    for target in report.targets:
        sys.stdout.write("".join(_beginning(target)))
        if target.corrected is None:
            continue
        try:
            sys.stdout.write("".join(recipe_lines(target, target.corrected, form, report_only)))
        except Unwritten as reason:
            written = False
            sys.stdout.write(f"# {visible(str(reason), sys.maxsize)}\n")
    return exit_code(report) or int(not written)


def exit_code(report: Report) -> int:
    """
    0: every target is as it should be, or will be with what is printed. 1: something is left. 3: a target failed.

    130: the run was interrupted.
    """
    if was_interrupted(report.targets):
        return INTERRUPTED
    if any(target.outcome == "failed" for target in report.targets):
        return 3
    return 1 if any(_left(target.corrected) for target in report.targets) else 0


def _left(corrected: Corrected | None) -> bool:
    if corrected is None:
        return False
    return bool(corrected.leaves or corrected.tags or corrected.proof.errors) or _adds_nonce(corrected)


def _adds_nonce(corrected: Corrected) -> bool:
    """Whether a policy gets a nonce that had none, so that the server has to be taught to make it."""
    headers = ((each.before, each.after) for each in corrected.headers)
    metas = ((each.before, each.after) for each in corrected.metas)
    return any(has_nonce(after) and not has_nonce(before) for before, after in (*headers, *metas))


def _json(report: Report) -> str:
    each = [{"target": target.target, "corrected": _without_nonces(target.corrected)} for target in report.targets]
    return json_line(each)


def _without_nonces(corrected: Corrected | None) -> Corrected | None:
    """The correction as it may be sent, with the steps that the text forms print."""
    if corrected is None:
        return None
    headers = tuple(replace(each, after=each.after and to_send(each.after)) for each in corrected.headers)
    metas = tuple(replace(each, after=each.after and to_send(each.after)) for each in corrected.metas)
    return replace(corrected, headers=headers, metas=metas, steps=steps(corrected, kept_too=True))


def _lines(report: Report, form: As) -> Iterator[str]:
    """Comments begin with #, so that what else is printed can be copied or piped."""
    for target in report.targets:
        yield from _beginning(target)
        if target.corrected is not None:
            yield from _corrected(target.corrected, form)


def _beginning(target: TargetReport) -> Iterator[str]:
    yield f"# {visible(target.target)}\n"
    if target.error is not None:
        yield f"# could not be checked: {visible(target.error.message)}\n"
    elif target.corrected is None:
        yield "# nothing to correct\n"


def _corrected(corrected: Corrected, form: As) -> Iterator[str]:
    for header in corrected.headers:
        yield from _header(header, form)
    for meta in corrected.metas:
        yield from _meta(meta, form)
    for tag in corrected.tags:
        yield f'# give {tag.tag} {tag.attribute}="{visible(tag.value)}": {visible(tag.why)}\n'
    for step in steps(corrected, kept_too=True):
        yield f"# to do: {_whole(step)}\n"


def _whole(text: str) -> str:
    """The visible text, however long: what is printed is there to be copied."""
    return visible(text, sys.maxsize)


def _header(header: HeaderChange, form: As) -> Iterator[str]:
    name = visible(header.name)
    if form == "diff":
        yield from _diff(f"{name}: ", header.before, header.after)
    elif header.after is None:
        yield f"# stop sending this {name}: {_whole(to_send(header.before or ''))}\n"
    elif form == "meta" and header.policy is not None:
        yield from _with_warning(header.after)
    else:
        yield f"{name}: {_whole(to_send(header.after))}\n"


def _meta(meta: MetaChange, form: As) -> Iterator[str]:
    if form == "diff":
        yield from _diff("meta: ", meta.before, meta.after)
    elif meta.after is None:
        yield f"# remove this meta element: {_whole(to_send(meta.before or ''))}\n"
    else:
        yield from _with_warning(meta.after)


def _with_warning(policy: str) -> Iterator[str]:
    if has_nonce(policy):
        yield f"# {_NONCE_IN_META}\n"
    yield _element(policy)


_NONCE_IN_META = (
    "A nonce in a file is the same for every visitor and protects nothing: use this element only in a page that your "
    "server makes anew for each response, or send the policy in a header."
)


def _element(policy: str) -> str:
    """A meta element; in its attribute only the double quote and the ampersand mean something."""
    content = _whole(to_send(policy)).replace("&", "&amp;").replace('"', "&quot;")
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">\n'


def _diff(label: str, before: str | None, after: str | None) -> Iterator[str]:
    """Each directive is a line."""
    old, new = ([f"{label}{line}" for line in directives(to_send(text or ""))] for text in (before, after))
    for line in list(unified_diff(old, new, lineterm="", n=1000))[3:]:
        yield f"{_whole(line)}\n"
    if before == after:
        yield from (f" {_whole(line)}\n" for line in old)
