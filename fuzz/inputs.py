"""
Fuzz one kind of input with coverage guidance, through the whole command.

    python -m fuzz.inputs KIND -runs=100000

KIND is a name in fuzz/kinds.py. The bytes that libFuzzer makes choose what the kind's strategy gives. Needs atheris. A
crash prints the case; it ends with what csplint printed.
"""

from __future__ import annotations

import sys

import atheris
from hypothesis import HealthCheck, given, settings

with atheris.instrument_imports(include=["csplint"]):
    import csplint.cli.app
    import csplint.page.html.parser
    import csplint.page.saved.formats
    from fuzz.kinds import KINDS, Case, check_case

    csplint.cli.app.command_line()  # which imports every command


def main(arguments: list[str]) -> None:
    """Run libFuzzer on the kind that the first argument names."""
    name, *rest = arguments[1:] or [""]
    if name not in KINDS:
        sys.exit(f"name a kind: {', '.join(KINDS)}")

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(KINDS[name]())
    def one(case: Case) -> None:
        try:
            check_case(case)
        except Exception:
            sys.stderr.write(f"{case!r}\n")
            raise

    atheris.Setup([arguments[0], "-max_len=8192", "-len_control=0", *rest], one.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
