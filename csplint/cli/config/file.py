"""
What a configuration file may hold: `csplint.toml`, or `[tool.csplint]` in pyproject.toml.

Every key is optional, and None means that the file does not say. The JSON
Schema that ships is made from these types.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Level = Literal["error", "warning", "info"]
FailOn = Literal["error", "warning", "info", "never"]
FeatureName = Literal["sounds", "calendly", "video", "fonts"]
NotEmpty = Annotated[str, Meta(min_length=1)]


class TargetConfig(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    A page to check when no target is named on the command line.

    name: what it is called in reports and ignores. anchor: "path:line" in the repository, where reports for code
    hosts point. headers: sent with its requests; keep secrets in CSPLINT_HEADER.
    """

    name: NotEmpty
    url: NotEmpty
    anchor: str = ""
    features: tuple[FeatureName, ...] = ()
    headers: dict[str, str] = {}
    accept_status: tuple[int, ...] = ()


class IgnoreConfig(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    A finding that is known and accepted.

    rule: exact name or id. reason: required. target, directive: narrow it; "" for any. expires: the first day on
    which it no longer holds.
    """

    rule: NotEmpty
    reason: NotEmpty
    target: str = ""
    directive: str = ""
    expires: datetime.date | None = None


class Config(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """
    A configuration file.

    extend: another file, relative to this one, whose values hold where this one says nothing. packs: rule packs.
    select: only these rules (names, ids, or the beginning of ids). extend_select: these too. severity: rule -> level. baseline: a file of
    `csplint baseline`, relative to this one.
    """

    extend: str | None = None
    packs: tuple[str, ...] | None = None
    features: tuple[FeatureName, ...] | None = None
    fail_on: FailOn | None = None
    min_severity: Level | None = None
    format: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    baseline: str | None = None
    timeout: float | None = None
    retries: int | None = None
    max_redirects: int | None = None
    user_agent: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None
    accept_status: tuple[int, ...] | None = None
    jobs: int | None = None
    severity: dict[str, Level] = {}
    target: tuple[TargetConfig, ...] = ()
    ignore: tuple[IgnoreConfig, ...] = ()
