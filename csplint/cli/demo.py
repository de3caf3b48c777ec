"""`csplint demo`: serve the demo shop on loopback and check its pages."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from csplint.cli.options import Format, When
from csplint.cli.parameters import command
from csplint.cli.write import Display, Written, write_report
from csplint.packs.merge import PackSet, load_packs


@command
def demo(
    format: Format,
    color: When,
    serve: Annotated[bool, typer.Option("--serve", help="Only serve the shop, until you interrupt it.")] = False,
) -> int:
    """Check a small shop on this machine whose pages show what can go wrong; needs no network."""
    if serve:
        _serve()
        return 0
    write_report(_checked(load_packs(())), format, Display(color))
    sys.stderr.write("\nThese were the demo's pages. Now check your own:  csplint check https://your-shop.example/\n")
    return 0


def _checked(packs: PackSet) -> Written:
    from csplint.demo.pages import PAGES  # noqa: PLC0415
    from csplint.demo.server import shop  # noqa: PLC0415
    from csplint.engine.inputs import UrlInput  # noqa: PLC0415
    from csplint.engine.run import RunOptions, run_checks  # noqa: PLC0415

    with shop() as address:
        inputs = [UrlInput(address + page.path, address + page.path) for page in PAGES]
        return Written(run_checks(inputs, packs, RunOptions(fail_on="never")), packs)


def _serve() -> None:
    import threading  # noqa: PLC0415

    from csplint.demo.pages import PAGES  # noqa: PLC0415
    from csplint.demo.server import shop  # noqa: PLC0415

    with shop() as address:
        for page in PAGES:
            sys.stdout.write(f"{address}{page.path}  {page.title}\n")
        sys.stdout.flush()
        threading.Event().wait()
