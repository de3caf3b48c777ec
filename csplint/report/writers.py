"""The machine and CI formats by name. Text and HTML are called directly: they take other options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.location import NO_ANCHORS, Anchors

Writer = Callable[[Report, PackSet], str]
"""A pure function from a report and the packs of its rules to the whole output."""

_MODULES = {
    "concise": ("concise", "write_concise"),
    "sarif": ("sarif.report", "write_sarif"),
    "junit": ("ci.junit", "write_junit"),
    "github": ("ci.github", "write_github"),
    "gitlab": ("ci.gitlab", "write_gitlab"),
    "markdown": ("markdown", "write_markdown"),
}
"""Format -> module and function; imported only when the format is written."""

_CAN_SHOW_KNOWN = frozenset({"concise", "markdown"})
"""Formats that show suppressed and baselined findings on request. The others always do (json, junit) or never."""


def _json(report: Report, packs: PackSet) -> str:
    from csplint.report.json_report import encode  # noqa: PLC0415 - loaded when it is written, like the others

    return encode(report).decode()


def _writer(form: str, anchors: Anchors, *, known: bool) -> Writer:
    module, name = _MODULES[form]
    options = {"known": True} if known and form in _CAN_SHOW_KNOWN else {}

    def write(report: Report, packs: PackSet) -> str:
        function = getattr(import_module(f"csplint.report.{module}"), name)
        written: str = function(report, packs, anchors=anchors, **options)
        return written

    return write


def writers(anchors: Anchors = NO_ANCHORS, *, known: bool = False) -> Mapping[str, Writer]:
    """
    Give every writer by its format's name.

    anchors: for formats that point to files. known: show suppressed and baselined findings too, where the format can.
    """
    return {"json": _json, **{form: _writer(form, anchors, known=known) for form in _MODULES}}


WRITERS: Mapping[str, Writer] = writers()
