"""`csplint check`: targets in, a report out."""

from __future__ import annotations

from typing import Any

import typer

from csplint.cli.check_request import check_request
from csplint.cli.checking import run_check
from csplint.cli.config.settings import read_settings
from csplint.cli.parameters import command, values_of


@command
def check(context: typer.Context, **_options: Any) -> int:
    """Check pages, saved responses or policies against what the Velaro chat widget needs."""
    return run_check(check_request(read_settings(values_of(context))))
