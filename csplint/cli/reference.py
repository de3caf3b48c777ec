"""`csplint rules`, `csplint explain` and `csplint schema`: what csplint itself knows."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from csplint.cli.completion import complete_rule
from csplint.cli.parameters import command
from csplint.cli.rule_selection import unknown_rule
from csplint.errors import UsageError
from csplint.packs.merge import load_packs


@command
def rules(
    packs: list[str] | None,
    format: Annotated[
        Literal["text", "json", "markdown"], typer.Option("--format", help="The format of the list.")
    ] = "text",
) -> int:
    """List all rules."""
    from csplint.report.rules import rules_json, rules_markdown, rules_text  # noqa: PLC0415

    write = {"text": rules_text, "json": rules_json, "markdown": rules_markdown}[format]
    sys.stdout.write(write(load_packs(packs or (), examples=True)))
    return 0


@command
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's name or id.", autocompletion=complete_rule)],
    packs: list[str] | None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="The format of the explanation.")
    ] = "text",
) -> int:
    """Explain a rule: what it finds and why that matters, with examples, the fix and the source."""
    from csplint.report.rules import explain_json, explain_text  # noqa: PLC0415

    loaded = load_packs(packs or (), examples=True)
    found = loaded.find(rule)
    if found is None:
        raise UsageError(unknown_rule(rule, loaded))
    write = explain_json if format == "json" else explain_text
    sys.stdout.write(write(loaded, found))
    return 0


@command
def schema(
    of: Annotated[
        Literal["check", "verify", "why", "reports"],
        typer.Argument(metavar="[check|verify|why|reports]", help="The command whose report it is."),
    ] = "check",
) -> int:
    """Print the JSON Schema of the JSON report."""
    from csplint.report.json_report import schema_text, schema_text_of  # noqa: PLC0415

    sys.stdout.write(schema_text() if of == "check" else schema_text_of(of))
    return 0
