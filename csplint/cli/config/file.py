"""
What a configuration file can hold: `csplint.toml`, or `[tool.csplint]` in pyproject.toml.

Every key is optional; None means that the file does not set it. The file is read with these types, and its JSON
Schema is made from them.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, defstruct

from csplint.cli.options import OPTIONS, Option
from csplint.model import Severity

NotEmpty = Annotated[str, Meta(min_length=1)]


class TargetConfig(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    A page to check if the command line names no target.

    name: what reports and ignores call it. url: its address; --url NAME=URL replaces it for one run. anchor:
    "path:line" in the repository, where reports for code hosts point. headers: sent with its requests. In url and in
    the values of headers, ${NAME} is the environment variable NAME, and $${ is the text ${; reports show the url, so
    keep secrets in headers.
    """

    name: NotEmpty
    url: NotEmpty
    anchor: str = ""
    features: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    accept_status: tuple[int, ...] = ()


class IgnoreConfig(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    A finding to accept.

    rule: exact name or id. reason: required. target, directive: accept it only there; "" for any. expires: the day
    from which it is reported again.
    """

    rule: NotEmpty
    reason: NotEmpty
    target: str = ""
    directive: str = ""
    expires: datetime.date | None = None


class Tables(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    What only a file can hold.

    extend: another file, relative to this one, whose values apply if this one does not set them. severity: rule ->
    severity.
    """

    extend: str | None = None
    severity: dict[str, Severity] = {}
    target: tuple[TargetConfig, ...] = ()
    ignore: tuple[IgnoreConfig, ...] = ()


TABLES: dict[str, type[Struct]] = {"target": TargetConfig, "ignore": IgnoreConfig}
"""The keys that hold an array of tables."""


def _type(option: Option) -> Any:
    one = option.type
    if option.minimum is not None or option.maximum is not None:
        one = Annotated[one, Meta(ge=option.minimum, le=option.maximum)]
    value: Any = tuple[one, ...] if option.repeatable else one  # type: ignore[valid-type]
    return Annotated[value | None, Meta(description=option.help)]


Config = defstruct(
    "Config",
    [(option.name, _type(option), None) for option in OPTIONS if option.in_file],
    bases=(Tables,),
    namespace={"__doc__": "A configuration file of csplint; paths are relative to the file."},
    frozen=True,
    forbid_unknown_fields=True,
    rename="kebab",
)
"""Tables, and a key for each option that a file can set."""
