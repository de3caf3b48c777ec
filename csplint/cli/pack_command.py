"""`csplint pack check`: run a pack's examples, and say what they leave out."""

from __future__ import annotations

import datetime
import os
import sys
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from csplint.cli.config.settings import COMMAND_LINE, Value, read_settings
from csplint.cli.errors import reporting_errors
from csplint.cli.rule_selection import triage
from csplint.engine.suppressions import FindingSettings
from csplint.packs.merge import PackSet

pack_app = typer.Typer(name="pack", help="Work on rule packs of your own.", no_args_is_help=True)


@pack_app.callback()
def _root() -> None:
    """Keep `check` a command of its own: a Typer application with one command has no names."""


@pack_app.command()
def check(files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Packs: paths ending in .toml.")]) -> None:
    """
    Run the examples of rule packs and report rules and requirements that they do not cover.

    Also report addresses that nobody can open and a date in the future. What a pack shares with another one, and facts that were
    read more than a year ago, are advice: lines on standard error that do not change the exit code.
    """
    raise typer.Exit(reporting_errors(lambda: _check(files)))


def _check(files: list[str]) -> int:
    from csplint.engine.pack_check import pack_faults  # noqa: PLC0415 - all checks
    from csplint.engine.pack_review import review_advice, review_faults  # noqa: PLC0415
    from csplint.packs.merge import load_packs  # noqa: PLC0415
    from csplint.packs.vendor_index import vendor_index  # noqa: PLC0415
    from csplint.report.escape import visible  # noqa: PLC0415

    today = datetime.datetime.now(datetime.UTC).date()
    lines = []
    for file in files:
        packs = load_packs([file], examples=True)
        pack = packs.packs[0]
        lines += [*pack_faults(pack, packs, example_triage), *review_faults(pack, today)]
        advice = review_advice(pack, today, vendor_index())
        sys.stderr.write("".join(f"{visible(line, 1000)}\n" for line in advice))
        rules = len(pack.rule)
        sys.stderr.write(f"{visible(file)}: {rules} rule{'' if rules == 1 else 's'} checked\n")
    sys.stdout.write("".join(f"{visible(line, 1000)}\n" for line in lines))
    return 1 if lines else 0


def example_triage(config: str, packs: PackSet) -> FindingSettings:
    """What the text of a csplint.toml says becomes of findings."""
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "csplint.toml")  # noqa: PTH118 - see packs.read
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(config)
        return triage(read_settings({"config": Value(path, COMMAND_LINE)}), packs)
