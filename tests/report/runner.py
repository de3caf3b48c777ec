"""
GitHub's runner, as far as it reads commands out of a log.

After actions/runner: ActionCommand.TryParseV2 (`::name properties::data` at the
start of a line, white space before it ignored) and TryParse (`##[name
properties]data` anywhere). The names it knows do not matter here: nothing that
parses at all may come out.
"""

from __future__ import annotations

import re

_SGR = re.compile(r"\x1b\[[0-9;]*m")


def commands(line: str) -> list[str]:
    """The commands in one line, with and without its colours: some readers of a log take them out first."""
    return [found for each in (line, _SGR.sub("", line)) for found in (_at_start(each), _anywhere(each)) if found]


def _at_start(line: str) -> str:
    text = line.strip()
    return text if text.startswith("::") and text.find("::", 2) >= 0 else ""


def _anywhere(line: str) -> str:
    start = line.find("##[")
    return line[start:] if start >= 0 and line.find("]", start) >= 0 else ""
