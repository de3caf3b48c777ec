"""The closed sets that options take their values from."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """The formats a report can be written in."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"
    HTML = "html"


class FailOn(StrEnum):
    """The lowest severity that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Severity(StrEnum):
    """The levels of findings."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Links(StrEnum):
    """When the addresses of documents may be clicked on."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Feature(StrEnum):
    """The widget's optional parts."""

    SOUNDS = "sounds"
    CALENDLY = "calendly"
    VIDEO = "video"
    FONTS = "fonts"
