"""`csplint rules` and `csplint explain`: the rules, from the packs themselves."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from csplint.cli import options
from csplint.cli.complete import rule_words
from csplint.cli.errors import told
from csplint.errors import UsageError


class ListFormat(StrEnum):
    """The forms the list of rules can be written in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ExplainFormat(StrEnum):
    """The forms one rule can be explained in."""

    TEXT = "text"
    JSON = "json"


RuleArgument = Annotated[str, typer.Argument(metavar="RULE", help="A rule's name or id.", autocompletion=rule_words)]


def rules(
    pack: options.Packs = None,
    form: Annotated[ListFormat, typer.Option("--format", help="How to write the list.")] = ListFormat.TEXT,
) -> None:
    """List all rules."""

    def command() -> int:
        from csplint.packs.merge import load_packs  # noqa: PLC0415
        from csplint.report.rules import rules_json, rules_markdown, rules_text  # noqa: PLC0415

        packs = load_packs(pack or (), examples=True)
        writers = {ListFormat.TEXT: rules_text, ListFormat.JSON: rules_json, ListFormat.MARKDOWN: rules_markdown}
        sys.stdout.write(writers[form](packs))
        return 0

    raise typer.Exit(told(command))


def explain(
    rule: RuleArgument,
    pack: options.Packs = None,
    form: Annotated[ExplainFormat, typer.Option("--format", help="How to write it.")] = ExplainFormat.TEXT,
) -> None:
    """Say what a rule looks for, why, with a bad and a good policy, the fix and the source."""

    def command() -> int:
        from csplint.packs.merge import load_packs  # noqa: PLC0415
        from csplint.report.rules import explain_json, explain_text  # noqa: PLC0415

        packs = load_packs(pack or (), examples=True)
        found = packs.find(rule)
        if found is None:
            near = packs.near(rule)
            raise UsageError(
                f"there is no rule {rule!r}" + (f"; did you mean {near}?" if near else "; csplint rules lists them")
            )
        writer = explain_json if form is ExplainFormat.JSON else explain_text
        sys.stdout.write(writer(packs, found))
        return 0

    raise typer.Exit(told(command))
