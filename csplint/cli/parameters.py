"""From the table of options to typer's parameters, and from a parsed command line to values with their origin."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from typing import Annotated, Any, cast, get_origin

import typer
from typer._click.types import Tuple  # typer exports no type of several words; its own version of click has one

from csplint.cli.config.settings import COMMAND_LINE, Value
from csplint.cli.environment import listed
from csplint.cli.errors import reporting_errors
from csplint.cli.options import BY_NAME, OPTIONS, Option


def command(function: Callable[..., int]) -> Callable[..., None]:
    """
    Make a typer command of a function that returns an exit code; csplint's errors become sentences.

    A parameter that is named like an option of the table is that option, unless it has an `Annotated` type of its
    own; `**options` stands for the whole table, `**run_options` for its options that are not only about a report, and
    `**page_options` for these without the targets.
    """

    @functools.wraps(function)
    def run(**values: Any) -> None:
        raise typer.Exit(reporting_errors(lambda: function(**values)))

    run.__annotations__ = {}
    run.__signature__ = inspect.Signature(list(_parameters(function)))  # type: ignore[attr-defined]
    return run


def _parameters(function: Callable[..., int]) -> Iterator[inspect.Parameter]:
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            without_report = parameter.name in {"run_options", "page_options"}
            without_targets = parameter.name == "page_options"
            yield from (
                _parameter(option)
                for option in OPTIONS
                if not (without_report and option.of_report) and not (without_targets and option.positional)
            )
        elif parameter.name in BY_NAME and get_origin(parameter.annotation) is not Annotated:
            yield _parameter(BY_NAME[parameter.name])
        else:
            yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _parameter(option: Option) -> inspect.Parameter:
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=option.default,
        annotation=Annotated[_type(option), _argument(option) if not option.flags else _option(option)],
    )


def _type(option: Option) -> Any:
    one = list[option.type] if option.repeatable else option.type  # type: ignore[name-defined]
    return one | None if option.default is None else one


def _argument(option: Option) -> Any:
    return typer.Argument(metavar=option.metavar, help=option.help, show_default=False)


def _option(option: Option) -> Any:
    return typer.Option(
        *option.flags,
        metavar=option.metavar,
        help=option.help_text,
        envvar=option.variable,
        callback=_reader(option) if option.repeatable and option.type is str and option.variable else None,
        click_type=_Words(option) if option.parts > 1 else None,
        min=option.minimum,
        max=option.maximum,
        autocompletion=option.complete,
    )


class _Words(Tuple):
    """A value of several words; in a variable it is one line, whose last word is the rest of the line."""

    def __init__(self, option: Option) -> None:
        super().__init__([str] * option.parts)
        self.option = option

    def split_envvar_value(self, rv: str) -> list[list[str]]:  # type: ignore[override]
        """The words of each line."""
        return [line.split(maxsplit=self.arity - 1) for line in listed(self.option, rv)]


def _reader(option: Option) -> Callable[[typer.Context, Any], Any]:
    """Read the option's variable by `environment`; typer separates its values by spaces, whatever they are."""

    def read(context: typer.Context, value: Any) -> Any:
        source = context.get_parameter_source(option.name)
        if source is None or source.name != "ENVIRONMENT" or option.parts > 1:
            return value
        return listed(option, os.environ[option.variable or ""])

    return read


def values_of(context: typer.Context) -> dict[str, Value]:
    """The options that the command line or the environment sets."""
    found: dict[str, Value] = {}
    for name, value in context.params.items():
        source = context.get_parameter_source(name)
        if source and source.name == "COMMANDLINE":
            found[name] = Value(value, COMMAND_LINE)
        elif source and source.name == "ENVIRONMENT":
            found[name] = Value(value, f"environment ({BY_NAME[name].variable})")
    return found


def environment_values() -> dict[str, Value]:
    """The options that the environment sets, for commands that follow the settings of `check`."""

    def check(**_options: Any) -> int:
        return 0

    app = typer.Typer(add_completion=False)
    app.command()(command(check))
    with typer.main.get_command(app).make_context("csplint check", []) as context:
        return values_of(cast("typer.Context", context))
