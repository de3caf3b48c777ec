"""`csplint fix --write` and `--diff`: the corrected policies in the configuration files and pages that have them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import groupby

from msgspec.structs import replace

from csplint.cli.checking import CheckRequest, inputs_of, run_options
from csplint.cli.files import write_files
from csplint.engine.inputs import Input, SavedInput, SourceInput
from csplint.engine.meta_attribute import UnwritableError
from csplint.engine.page_edits import document_of, write_page
from csplint.engine.run import run_checks
from csplint.engine.source_edits import Written, write_corrections
from csplint.engine.source_proofs import Judge
from csplint.errors import TargetError, UsageError
from csplint.model import TargetReport
from csplint.page.saved.formats import load
from csplint.report.escape import visible

_NEEDS = (
    "--write and --diff need configuration files, such as nginx.conf, _headers or vercel.json, "
    "or pages with a policy in a meta element"
)


def fix_files(request: CheckRequest, *, write: bool) -> int:
    """
    Write the corrections into the files, all files or none, or print what would change.

    write: False prints a diff and changes nothing. Exit 0 if nothing is left to do, 1 if something is left (or would change),
    3 if a file could not be checked or is one that csplint does not change. Raises UsageError for a target that is neither a
    configuration file nor a page.
    """
    inputs = inputs_of(request)
    files = [
        each for each in inputs if isinstance(each, SourceInput) or (isinstance(each, SavedInput) and each.data is None)
    ]
    if len(files) != len(inputs) or not files:
        raise UsageError(_NEEDS)

    options = replace(run_options(request), proves_edits=False)

    def judge(some: Sequence[Input]) -> tuple[TargetReport, ...]:
        return run_checks(some, request.packs, options).targets

    made: list[Written] = []
    failed = False
    for path, group in groupby(files, key=lambda each: each.target):
        written = _written(tuple(group), judge)
        if isinstance(written, str):
            sys.stderr.write(f"csplint: {visible(path)}: {visible(written, 1000)}\n")
            failed = True
        else:
            made.append(written)
    changed = [each for each in made if each.after != each.before]
    if write:
        write_files({each.path: each.after for each in changed})
    _say(made, changed, write=write)
    if failed:
        return 3
    return 1 if any(each.left for each in made) or (changed and not write) else 0


def _written(group: Sequence[SourceInput | SavedInput], judge: Judge) -> Written | str:
    """A file as it can be written, or why it is not written, in a sentence."""
    first = group[0]
    if isinstance(first, SavedInput):
        return _written_page(first, judge)
    if first.part is None:
        return first.problem
    return write_corrections([each for each in group if isinstance(each, SourceInput)], judge)


def _written_page(each: SavedInput, judge: Judge) -> Written | str:
    try:
        data = load(each.name)
        if document_of(each, data) is None:
            raise UsageError(f"{_NEEDS}; {each.name} is a saved response")
        return write_page(each, data, judge)
    except (TargetError, UnwritableError) as error:
        return error.message if isinstance(error, TargetError) else str(error)


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
