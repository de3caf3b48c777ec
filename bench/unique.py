"""
How long csplint takes for policies that it has never seen, beside csp-toolkit (PyPI), in one run.

    bench/unique.py POLICIES --toolkit-python PATH [--count N] [--rounds N]

POLICIES has one `host:policy` a line. Out of them come N different policies, as long as the real ones and with hosts of their own,
so that nothing kept from one policy helps with the next, beyond keywords and names. Each side goes through all of them
once, in a fresh process, in turn, round by round. The time is the process's own (CPU), after one policy that makes it read
its rules, as csp-toolkit does when it is imported.

csplint judges: parse, and every generic rule (syntax, delivery, security). csplint corrects: every rule of every pack, the
fix of each finding verified, and the corrected policy. csp-toolkit: parse and analyze.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

READ = """
import sys, time
policies = open(sys.argv[1], encoding="utf-8").read().splitlines()
"""

JUDGE = """
from csplint.engine.evaluate import evaluate
from csplint.packs.merge import load_packs
from csplint.engine.subject import policy_subject
packs = load_packs(("syntax", "delivery", "security"))
def work(policy):
    evaluate(policy_subject("policy", "https://shop.example/", [policy], []), packs, {})
"""

CORRECT = """
from csplint.engine.findings import check_subject
from csplint.packs.merge import load_packs
from csplint.engine.subject import policy_subject
packs = load_packs(())
def work(policy):
    check_subject(policy_subject("policy", "https://shop.example/", [policy], []), packs, {})
"""

TOOLKIT = """
from csp_toolkit import analyze, parse
def work(policy):
    analyze(parse(policy))
"""

TIMED = """
work("default-src 'self'; script-src 'unsafe-inline' https://a.example")  # reads rules and lists
started = time.process_time()
for policy in policies:
    work(policy)
print((time.process_time() - started) / len(policies) * 1e6)
"""

_HOST = re.compile(r"(?<![^\s/.])([\w-]+)(?=\.[a-z]{2,}(?:[:/;,\s]|$))")
"""The label of a host before its top-level domain."""


def main() -> None:
    """Measure and print microseconds a policy, and the ratio that counts."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("policies", type=Path)
    reader.add_argument("--toolkit-python", required=True, type=Path, help="the python of a venv that has csp-toolkit")
    reader.add_argument("--count", type=int, default=3000, help="how many policies")
    reader.add_argument("--rounds", type=int, default=5)
    given = reader.parse_args()
    lines = given.policies.read_text(encoding="utf-8").splitlines()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("\n".join(islice(unique([line.partition(":")[2] for line in lines]), given.count)))
        file.flush()
        measure(Path(file.name), given.toolkit_python, given.rounds)


def unique(policies: list[str]) -> Iterator[str]:
    """Endlessly many different policies, as long as they were: the policies in turn, each time with other hosts."""
    seen: set[str] = set()
    for number in count():
        changed = _renamed(policies[number % len(policies)], _code(number))
        if changed not in seen:
            seen.add(changed)
            yield changed


def _renamed(policy: str, code: str) -> str:
    return _HOST.sub(lambda found: code + found[1][len(code) :], policy)


def _code(number: int) -> str:
    """Three letters and digits for a number below 46,656."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number // 1296 % 36] + digits[number // 36 % 36] + digits[number % 36]


def measure(policies: Path, toolkit_python: Path, rounds: int) -> None:
    """All the policies once in a fresh process a side, round by round."""
    sides = {
        "csplint judges": (sys.executable, JUDGE),
        "csp-toolkit": (str(toolkit_python), TOOLKIT),
        "csplint corrects": (sys.executable, CORRECT),
    }
    took: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (python, script) in sides.items():
            command = [python, "-c", READ + script + TIMED, str(policies)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            took[name].append(float(done.stdout))
    for name, times in took.items():
        print(f"{name}: {statistics.median(times):.0f} µs a policy ({min(times):.0f} to {max(times):.0f})")
    pairs = zip(took["csp-toolkit"], took["csplint judges"], strict=True)
    print(f"csp-toolkit / csplint judges: {statistics.median(one / other for one, other in pairs):.2f} (at least 0.5)")
    print(f"csplint corrects: {statistics.median(took['csplint corrects']) / 1e3:.2f} ms a policy (at most 3)")


if __name__ == "__main__":
    main()
