"""
The report: the findings of a run, as every writer and every program reads them.

The JSON report encodes these types, and its JSON Schema is made from them. Keys may be added, never removed, while
`format_version` is the same. Spans count characters of the policy's text from 0, `end` exclusive; lines and columns
count from 1. For the same input, everything but `run` is the same.
"""

from __future__ import annotations

from csplint.model.answer import (
    WORST_FIRST,
    Action,
    Corrected,
    HeaderChange,
    LeftFinding,
    MetaChange,
    Proof,
    TagChange,
    VendorVerdict,
    Verdict,
    WidgetState,
)
from csplint.model.finding import (
    JUDGED_EDITS,
    SEVERITIES,
    BrowserVerdict,
    Console,
    Edit,
    FailOn,
    Finding,
    Fix,
    Severity,
    Suppression,
)
from csplint.model.places import Place, Region, Span
from csplint.model.report import (
    AllowedBy,
    DirectiveReport,
    KnownFinding,
    PackReport,
    PolicyReport,
    RedirectReport,
    Report,
    RequirementReport,
    Run,
    Skipped,
    State,
    Summary,
    TargetFault,
    TargetKind,
    TargetReport,
    Tool,
    WidgetReport,
)

__all__ = [
    "JUDGED_EDITS",
    "SEVERITIES",
    "WORST_FIRST",
    "Action",
    "AllowedBy",
    "BrowserVerdict",
    "Console",
    "Corrected",
    "DirectiveReport",
    "Edit",
    "FailOn",
    "Finding",
    "Fix",
    "HeaderChange",
    "KnownFinding",
    "LeftFinding",
    "MetaChange",
    "PackReport",
    "Place",
    "PolicyReport",
    "Proof",
    "RedirectReport",
    "Region",
    "Report",
    "RequirementReport",
    "Run",
    "Severity",
    "Skipped",
    "Span",
    "State",
    "Summary",
    "Suppression",
    "TagChange",
    "TargetFault",
    "TargetKind",
    "TargetReport",
    "Tool",
    "VendorVerdict",
    "Verdict",
    "WidgetReport",
    "WidgetState",
]
