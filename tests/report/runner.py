r"""
The readers of CI logs, as far as they obey what stands in a log.

After their public sources, each read in the form named here:

- GitHub: actions/runner, src/Runner.Common/ActionCommand.cs, `TryParseV2` (`::name properties::data` at the start of a
  line, white space before it trimmed) and `TryParse` (`##[name properties]data` anywhere), in the order of
  src/Runner.Worker/ActionCommandManager.cs.
- Azure Pipelines: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Command.cs, `TryParse`
  (`##vso[area.event properties]data` anywhere); WorkerCommandManager.cs, which warns of any other `##vso`, with the line;
  and the tags of src/Agent.Worker/ExecutionContext.cs and Logging.cs (`##[section]`, `##[group]`), which its log obeys.
- TeamCity: JetBrains/TeamCity.ServiceMessages, TeamCity.ServiceMessages/Read/ServiceMessageParser.cs (`##teamcity[`
  anywhere, then a name and values up to `]`).
- GitLab: gitlab-org/gitlab, lib/gitlab/regex.rb, `build_trace_section_regex` (`section_start:1:name\r\e[0K` anywhere).

The names that a reader knows do not matter here: nothing that parses at all may come out. So of TeamCity's messages the
opening is enough, and the runner's `##[` needs no known name.
"""

from __future__ import annotations

import re

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_SECTION = re.compile(
    r"section_((?:start)|(?:end)):(\d+):([a-zA-Z0-9_.-]+)(\[(?:\w+=\w+)(?:, ?(?:\w+=\w+))*\])?\r\x1b\[0K"
)


def commands(line: str) -> list[str]:
    """The commands in one line, with and without its colours: some readers of a log take them out first."""
    readers = (_at_start, _anywhere, _azure, _teamcity, _section)
    return [found for each in (line, _SGR.sub("", line)) for reader in readers if (found := reader(each))]


def log_lines(text: str) -> list[str]:
    """The lines of a log as .NET's StreamReader.ReadLine and Java's BufferedReader.readLine end them."""
    return re.split(r"\r\n|\r|\n", text)


def _at_start(line: str) -> str:
    text = line.lstrip()
    return text if text.startswith("::") and text.find("::", 2) >= 0 else ""


def _anywhere(line: str) -> str:
    start = line.find("##[")
    return line[start:] if start >= 0 and line.find("]", start) >= 0 else ""


def _azure(line: str) -> str:
    start = line.find("##vso")
    return line[start:] if start >= 0 else ""


def _teamcity(line: str) -> str:
    start = line.find("##teamcity[")
    return line[start:] if start >= 0 else ""


def _section(line: str) -> str:
    found = _SECTION.search(line)
    return found[0] if found else ""
