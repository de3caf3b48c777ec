"""Commands to run next, as a shell takes them."""

from __future__ import annotations

import re

from csplint.model import TargetReport

_PLAIN = re.compile(r"[A-Za-z0-9@%+=:,./_-]+")
"""Text that no shell changes."""


def command(name: str, target: TargetReport, options: str = "") -> str:
    """
    `csplint NAME TARGET OPTIONS`.

    A policy and a target that needs quoting are not repeated: what a page or a file is called must not end up in a shell.
    """
    what = target.name or target.target
    shown = what if target.kind in {"url", "file"} and _PLAIN.fullmatch(what) and what[0] != "-" else "…"
    page = ""
    if target.kind == "file" and target.final_url and _PLAIN.fullmatch(target.final_url):
        page = f"--page {target.final_url}"
    return " ".join(filter(None, ("csplint", name, shown, page, options)))
