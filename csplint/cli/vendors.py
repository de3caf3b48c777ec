"""`csplint vendors`: the vendors whose needs csplint knows, and what to allow for one of them."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import typer

from csplint.cli.parameters import command
from csplint.cli.write import Display, text_lines
from csplint.errors import UsageError, did_you_mean
from csplint.packs.pack import Pack, Requirement
from csplint.report.json_report import json_line
from csplint.report.terminal import Lines, Part

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Vendors, by the names in the list.", show_default=False)
]
As = Annotated[
    Literal["text", "header", "json"],
    typer.Option("--as", help="text, header (a policy with everything that they need), or json."),
]
Features = Annotated[
    list[str] | None, typer.Option("--feature", metavar="NAME", help="Also what this optional part needs. Repeatable.")
]


@command
def vendors(names: Names = None, form: As = "text", features: Features = None) -> int:
    """
    List the vendors whose needs csplint knows; with names, what to allow for them.

    A page is judged for the vendors that it has; --vendor NAME judges it for one that it does not show.
    """
    packs = [_pack(name) for name in names or [each for each, _ in known()]]
    if form == "json":
        sys.stdout.write(json_line([_as_json(pack, features or ()) for pack in packs]))
    elif form == "header":
        if not names:
            raise UsageError(
                "--as header prints one policy: name the vendors, such as csplint vendors velaro --as header"
            )
        sys.stdout.write("".join(_header(packs, features or ())))
    else:
        with text_lines(Display()) as lines:
            _list(lines, packs) if not names else _details(lines, packs)
    return 0


def known() -> list[tuple[str, str]]:
    """The id and title of every vendor with a pack, Velaro first."""
    from csplint.packs.merge import load_packs  # noqa: PLC0415
    from csplint.packs.vendor_index import vendor_index  # noqa: PLC0415

    own = [(pack.pack.id, pack.pack.title) for pack in load_packs(()).vendors]
    return [*own, *((each.id, each.title) for each in vendor_index())]


def _pack(name: str) -> Pack:
    from csplint.packs.read import load_pack  # noqa: PLC0415

    names = [each for each, _ in known()]
    if name not in names:
        raise UsageError(f"there is no vendor {name!r}{did_you_mean(name, names)}; csplint vendors lists them all")
    return load_pack(name, examples=False)


def _list(lines: Lines, packs: Sequence[Pack]) -> None:
    widest = max(len(pack.pack.id) for pack in packs)
    for pack in packs:
        age = "" if _is_fresh(pack) else ", older than a year"
        read = f"read {pack.pack.checked.isoformat()}{age}"
        lines.prose(
            f"{pack.pack.title} ({_standing(pack)}; {read})",
            Part(pack.pack.id.ljust(widest), "bold"),
            "  ",
            hang=widest + 4,
        )


def _is_fresh(pack: Pack) -> bool:
    return not pack.pack.is_outdated(datetime.datetime.now(datetime.UTC).date())


def _standing(pack: Pack) -> str:
    """`documented`, or the less certain standings of some of its needs."""
    found = dict.fromkeys(each.standing for each in pack.requirement if each.standing != "documented")
    return "documented" if not found else f"documented, some {' and '.join(found)}"


def _details(lines: Lines, packs: Sequence[Pack]) -> None:
    for number, pack in enumerate(packs):
        if number:
            lines.line()
        lines.line(Part(pack.pack.title, "bold"), f"  {pack.pack.id}, read {pack.pack.checked.isoformat()}")
        lines.line("  ", pack.pack.source)
        if pack.pack.incomplete:
            lines.prose(pack.pack.incomplete, "  ", hang=2)
        for each in pack.requirement:
            feature = f"; only with --feature {each.feature}" if each.feature else ""
            said = "" if each.standing == "documented" else f"; {each.standing}"
            lines.line()
            lines.prose(_sources(each), "  ", Part(each.directive, "bold"), "  ", hang=6, limit=_LONGEST)
            lines.prose(f"{each.purpose}{feature}{said}", "    ", hang=4)
            if each.note:
                lines.prose(each.note, "    ", hang=4)


_LONGEST = 8000


def _sources(each: Requirement) -> str:
    return each.needs or f"one of: {' | '.join(each.any_of)}"


def _header(packs: Sequence[Pack], features: Sequence[str]) -> Iterator[str]:
    """A header whose directives have what the vendors need; a comment where an account decides."""
    found: dict[str, dict[str, None]] = {}
    for pack in packs:
        for each in _asked(pack, features):
            if each.role == "permissions":
                continue
            if each.any_of:
                yield f"# {pack.pack.title}: add the one that your account uses to {each.directive}: {' | '.join(each.any_of)}\n"
            found.setdefault(each.directive, {"'self'": None}).update(dict.fromkeys(each.needs.split()))
        if pack.pack.incomplete:
            yield f"# {pack.pack.incomplete}\n"
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in found.items())
    yield f"Content-Security-Policy: {policy}\n"


def _asked(pack: Pack, features: Sequence[str]) -> Iterator[Requirement]:
    unknown = set(features) - {each.id for each in pack.feature}
    if unknown and len(features) == len(unknown):
        raise UsageError(f"{pack.pack.id} has no feature {sorted(unknown)[0]!r}")
    return (each for each in pack.requirement if not each.feature or each.feature in features)


def _as_json(pack: Pack, features: Sequence[str]) -> dict[str, object]:
    return {
        "id": pack.pack.id,
        "title": pack.pack.title,
        "source": pack.pack.source,
        "checked": pack.pack.checked.isoformat(),
        "incomplete": pack.pack.incomplete,
        "features": [each.id for each in pack.feature],
        "needs": [
            {
                "directive": each.directive,
                "sources": each.needs.split(),
                "one_of": list(each.any_of),
                "purpose": each.purpose,
                "feature": each.feature or None,
                "standing": each.standing,
                "source": pack.documents[each.source].address,
                "note": each.note,
            }
            for each in pack.requirement
            if not features or not each.feature or each.feature in features
        ],
    }
