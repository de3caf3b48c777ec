"""The machine and CI formats by name. Text is apart: it wants a terminal's width, colours and a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.location import NO_ANCHORS, Anchors

Writer = Callable[[Report, PackSet], str]
"""A pure function from the report, and the rules it speaks of, to the whole output."""

_HOMES = {
    "concise": ("concise", "write_concise"),
    "sarif": ("sarif.report", "write_sarif"),
    "junit": ("ci.junit", "write_junit"),
    "github": ("ci.github", "write_github"),
    "gitlab": ("ci.gitlab", "write_gitlab"),
    "markdown": ("markdown", "write_markdown"),
}
"""Format -> module and function; a run imports only the one it writes."""

_SHOWING_KNOWN = frozenset({"concise", "markdown"})
"""Formats for people, which can show suppressed and baselined findings. Others always do (json, junit) or never."""


def _json(report: Report, packs: PackSet) -> str:
    from csplint.report.json_report import encode  # noqa: PLC0415 - loaded when it is used, like the others

    return encode(report).decode()


def _writer(form: str, anchors: Anchors, *, known: bool) -> Writer:
    module, name = _HOMES[form]
    switches = {"known": True} if known and form in _SHOWING_KNOWN else {}

    def write(report: Report, packs: PackSet) -> str:
        function = getattr(import_module(f"csplint.report.{module}"), name)
        written: str = function(report, packs, anchors=anchors, **switches)
        return written

    return write


def writers(anchors: Anchors = NO_ANCHORS, *, known: bool = False) -> Mapping[str, Writer]:
    """
    Give the table of writers; those that point to files use what the settings say about the targets.

    known: those for people show suppressed and baselined findings too.
    """
    return {"json": _json, **{form: _writer(form, anchors, known=known) for form in _HOMES}}


WRITERS: Mapping[str, Writer] = writers()
