"""`csplint demo`: serve the small shop on loopback, check its pages, show what csplint makes of them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from csplint.cli import options
from csplint.cli.choices import Colour, Format
from csplint.cli.errors import told
from csplint.cli.write import Display, Written, write_report
from csplint.model import Report

Serve = Annotated[bool, typer.Option("--serve", help="Serve the shop until interrupted, for a browser.")]


def demo(
    form: options.FormatOption = Format.TEXT, color: options.ColourOption = Colour.AUTO, serve: Serve = False
) -> None:
    """Check a small shop on this machine whose pages show the guide's failures; needs no network."""

    def command() -> int:
        if serve:
            _serve()
            return 0
        from csplint.packs.merge import load_packs  # noqa: PLC0415

        write_report(Written(_checked(), load_packs(())), form, Display(color))
        sys.stderr.write("\nThese were the demo's pages. Now your own:  csplint check https://your-shop.example/\n")
        return 0

    raise typer.Exit(told(command))


def _checked() -> Report:
    from csplint.demo.pages import PAGES  # noqa: PLC0415
    from csplint.demo.server import shop  # noqa: PLC0415
    from csplint.engine.inputs import UrlInput  # noqa: PLC0415
    from csplint.engine.run import RunOptions, run_checks  # noqa: PLC0415
    from csplint.packs.merge import load_packs  # noqa: PLC0415

    with shop() as address:
        inputs = [UrlInput(address + page.path, address + page.path) for page in PAGES]
        return run_checks(inputs, load_packs(()), RunOptions(fail_on="never"))


def _serve() -> None:
    import threading  # noqa: PLC0415

    from csplint.demo.pages import PAGES  # noqa: PLC0415
    from csplint.demo.server import shop  # noqa: PLC0415

    with shop() as address:
        for page in PAGES:
            sys.stdout.write(f"{address}{page.path}  {page.title}\n")
        sys.stdout.flush()
        threading.Event().wait()
