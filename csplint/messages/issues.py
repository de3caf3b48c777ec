"""
The panel Issues of Chromium's developer tools: titles of issues, and rows of what is affected.

The titles are those of front_end/models/issues_manager/descriptions/csp*.md, the rows those of AffectedDirectivesView in
ChromeDevTools/devtools-frontend. Cells of a copied row are separated by tabs.
"""

from __future__ import annotations

import re
from typing import Literal

from csplint.messages.message import Message
from csplint.messages.quoted import NAMES
from csplint.messages.report_json import CODE

_TITLE = re.compile(
    r"Content Security Policy (?:of your site )?(?:blocks|prevents|blocked)"
    r"(?: some resources| the use of (?P<eval>'?eval)| (?P<inline>inline execution))"
    r"|(?P<policy>Trusted Type policy creation) blocked by Content Security Policy"
    r"|(?P<sink>Trusted Type expected, but String) received",
    re.IGNORECASE,
)
_NAME = re.compile(NAMES)
_STATUS: dict[str, Literal["enforce", "report"]] = {"blocked": "enforce", "report-only": "report"}
_URL = re.compile(r"(?:https?|wss?|data|blob|ftp|filesystem):\S{0,9000}")


def read_title(text: str) -> Message | None:
    """The title of an issue, which names no address; None if it is not one."""
    found = _TITLE.search(text)
    if found is None:
        return None
    blocked, directive, code = "", "", ""
    if found["eval"]:
        blocked, directive, code = "eval", "script-src", "eval"
    elif found["inline"]:
        blocked = "inline"
    elif found["policy"]:
        blocked, directive = "trusted-types-policy", "trusted-types"
    elif found["sink"]:
        blocked, directive = "trusted-types-sink", "require-trusted-types-for"
    return Message(
        kind="csp",
        browser="chromium",
        directive=directive,
        blocked=blocked,
        code=code,
        notes=frozenset({"heading"}),
        text=text,
    )


def read_row(text: str) -> Message | None:
    """A row of an issue: what was blocked, the directive and the status; None if it is not one."""
    cells = [each.strip() for each in text.split("\t")]
    directive = next((each for each in cells if _NAME.fullmatch(each)), "")
    status = next((_STATUS[each.lower()] for each in cells if each.lower() in _STATUS), None)
    if not directive or status is None:
        return None
    blocked = cells[0] if _URL.fullmatch(cells[0]) and cells[1] != directive else ""
    code = ""
    if not blocked and cells[0] == directive:
        blocked, code = "inline", CODE.get(("inline", directive), "")
    elif not blocked and directive == "script-src":
        blocked, code = "eval", "eval"
    elif not blocked and directive == "trusted-types":
        blocked = "trusted-types-policy"
    return Message(
        kind="csp", browser="chromium", directive=directive, disposition=status, blocked=blocked, code=code, text=text
    )
