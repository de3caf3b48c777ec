"""`csplint fix --write` and `--diff`: the corrected policies in the configuration files that send them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import groupby

from csplint.cli.checking import CheckRequest, inputs_of, run_options
from csplint.cli.files import write_files
from csplint.engine.inputs import Input, SourceInput
from csplint.engine.run import run_checks
from csplint.engine.source_edits import Written, write_corrections
from csplint.errors import UsageError
from csplint.model import TargetReport
from csplint.report.escape import visible


def fix_files(request: CheckRequest, *, write: bool) -> int:
    """
    Write the corrections into the files, all files or none, or print what would change.

    write: False prints a diff and changes nothing. Exit 0 if nothing is left to do, 1 if something is left (or would change),
    3 if a file could not be checked. Raises UsageError for a target that is not a configuration file.
    """
    parts = [each for each in inputs_of(request) if isinstance(each, SourceInput)]
    if len(parts) != len(inputs_of(request)) or not parts:
        raise UsageError("--write and --diff need configuration files, such as nginx.conf, _headers or vercel.json")
    failed = False

    def judge(some: Sequence[Input]) -> tuple[TargetReport, ...]:
        return run_checks(some, request.packs, run_options(request)).targets

    made: list[Written] = []
    for _, group in groupby(parts, key=lambda each: each.path):
        of_file = tuple(group)
        if of_file[0].part is None:
            sys.stderr.write(f"csplint: {visible(of_file[0].path)}: {visible(of_file[0].problem)}\n")
            failed = True
        else:
            made.append(write_corrections(of_file, judge))
    changed = [each for each in made if each.after != each.before]
    if write:
        write_files({each.path: each.after for each in changed})
    _say(made, changed, write=write)
    if failed:
        return 3
    return 1 if any(each.left for each in made) or (changed and not write) else 0


def _say(made: Sequence[Written], changed: Sequence[Written], *, write: bool) -> None:
    for each in changed:
        if write:
            sys.stderr.write(f"wrote {visible(each.path)}\n")
        else:
            sys.stdout.write("".join(_diff(each)))
    for each in made:
        for line in each.left:
            sys.stderr.write(f"csplint: {visible(each.path)}: {visible(line, 1000)}\n")


def _diff(each: Written) -> Iterator[str]:
    before, after = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (each.before, each.after))
    for line in unified_diff(before, after, each.path, each.path, n=3):
        shown = visible(line.rstrip("\r\n"), sys.maxsize)
        yield f"{shown}\n"
