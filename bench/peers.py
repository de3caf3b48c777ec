"""
Rates side by side in one run: csplint against csp-toolkit (PyPI) and csp_evaluator (npm).

    bench/peers.py POLICIES --toolkit-python PATH --node-modules PATH [--rounds N]

POLICIES has one `host:policy` a line. Each side works through all of them in a process of its own, in turn, round by
round; the medians of the rounds are compared, so that a slow moment of the machine falls on all sides alike.

csplint decides: it parses a policy and decides a widget's 15 requests. csplint judges: parse, and every generic rule
(syntax, delivery, security). csplint mends: every rule of every pack, each finding's fix made and the policy judged
again. csp-toolkit: parse and analyze. csp_evaluator: parse and evaluate. Each works through the policies six times; the
best of the last five counts, when csplint has imported the checks that it needs, has read every token and list once and kept
what it found out of them, and node has compiled. The first pass is given beside it.

Then the two as commands, one policy a process, over every Nth policy (--every): `csplint check --policy` as it stands,
all of the above and the report, against `csp-toolkit analyze`. And on how many policies each rule fires.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from csplint.engine.evaluate import evaluate
from csplint.engine.subject import policy_subject
from csplint.packs.merge import load_packs

DECIDE = """
import sys, time
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
CDN, API = "https://app-cdn.velaro.com", "https://api-main-us-east.velaro.com"
REQUESTS = [
    Request("script", CDN + "/embed.js"), Request("dynamic-script", CDN + "/widgets/shim"),
    Request("inline-script", content="boot()"),
    Request("connect", API + "/v1/visitor"), Request("connect", "https://api-engagement-us-east.velaro.com/v1"),
    Request("ws", "wss://signalr-engagement-us-east.velaro.com/hub"), Request("connect", "https://x1.service.signalr.net/client"),
    Request("connect", CDN + "/strings.json"), Request("style", "https://fonts.googleapis.com/css2"), Request("style-attr", content="top:0"),
    Request("font", "https://fonts.gstatic.com/inter.woff2"), Request("img", "data:image/svg+xml,x"), Request("img", CDN + "/agent.png"),
    Request("frame", "blob:https://shop.example/1"), Request("media", CDN + "/ding.mp3"),
]
policies = [line.rstrip("\\n").partition(":")[2] for line in open(sys.argv[1], encoding="utf-8")]
def work():
    for policy in policies:
        policy_set = PolicySet.read("https://shop.example/", [Delivered(policy)])
        for request in REQUESTS:
            policy_set.decide(request)
"""

JUDGE = """
import sys, time
from csplint.engine.evaluate import evaluate
from csplint.packs.merge import load_packs
from csplint.engine.subject import policy_subject
packs = load_packs(("syntax", "delivery", "security"))
policies = [line.rstrip("\\n").partition(":")[2] for line in open(sys.argv[1], encoding="utf-8")]
def work():
    for policy in policies:
        evaluate(policy_subject("policy", "https://shop.example/", [policy], []), packs, {})
"""

MEND = """
import sys, time
from csplint.engine.findings import check_subject
from csplint.packs.merge import load_packs
from csplint.engine.subject import policy_subject
packs = load_packs(())
policies = [line.rstrip("\\n").partition(":")[2] for line in open(sys.argv[1], encoding="utf-8")]
def work():
    for policy in policies:
        check_subject(policy_subject("policy", "https://shop.example/", [policy], []), packs, {})
"""

TOOLKIT = """
import sys, time
from csp_toolkit import analyze, parse
policies = [line.rstrip("\\n").partition(":")[2] for line in open(sys.argv[1], encoding="utf-8")]
def work():
    for policy in policies:
        analyze(parse(policy))
"""

TIMED = """
def passed():
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) / len(policies) * 1e6
print(passed(), min(passed() for _ in range(5)))
"""

EVALUATOR = """
const { CspEvaluator } = require("csp_evaluator");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const policies = require("fs").readFileSync(process.argv[2], "utf-8").split("\\n").filter(Boolean).map(l => l.slice(l.indexOf(":") + 1));
const work = () => { for (const p of policies) { try { new CspEvaluator(new CspParser(p).csp).evaluate(); } catch (e) {} } };
const passed = () => { const started = process.hrtime.bigint(); work(); return Number(process.hrtime.bigint() - started) / policies.length / 1e3; };
console.log(passed(), Math.min(...[1, 2, 3, 4, 5].map(passed)));
"""


def main() -> None:
    """Measure and print microseconds a policy, the ratios, and how often each rule fires."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("policies", type=Path)
    reader.add_argument("--toolkit-python", required=True, type=Path, help="the python of a venv that has csp-toolkit")
    reader.add_argument("--node-modules", required=True, type=Path, help="a node_modules folder that has csp_evaluator")
    reader.add_argument("--rounds", type=int, default=7)
    reader.add_argument("--every", type=int, default=10, help="as commands: every Nth policy")
    given = reader.parse_args()
    in_process(given.policies, given.toolkit_python, given.node_modules, given.rounds)
    as_commands(policies_of(given.policies)[:: given.every], given.toolkit_python)
    print_firing(policies_of(given.policies))


def policies_of(path: Path) -> list[str]:
    """The policies of a file with one `host:policy` a line."""
    return [line.partition(":")[2] for line in path.read_text(encoding="utf-8").splitlines()]


def in_process(policies: Path, toolkit_python: Path, node_modules: Path, rounds: int) -> None:
    """All the policies in one process a side, round by round."""
    script = node_modules.parent / "csplint_bench.js"
    script.write_text(EVALUATOR)
    sides = {
        "csplint decides": [sys.executable, "-c", DECIDE + TIMED],
        "csplint judges": [sys.executable, "-c", JUDGE + TIMED],
        "csplint mends": [sys.executable, "-c", MEND + TIMED],
        "csp-toolkit": [str(toolkit_python), "-c", TOOLKIT + TIMED],
        "csp_evaluator": ["node", str(script)],
    }
    first: dict[str, list[float]] = {name: [] for name in sides}
    again: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, command in sides.items():
            done = subprocess.run([*command, str(policies)], check=True, capture_output=True, text=True)
            for times, value in zip((first, again), done.stdout.split(), strict=True):
                times[name].append(float(value))
    script.unlink()
    medians = {name: statistics.median(times) for name, times in again.items()}
    for name, value in medians.items():
        print(f"{name}: {value:.0f} µs a policy, {statistics.median(first[name]):.0f} the first time")
    print(f"csp-toolkit / csplint decides: {medians['csp-toolkit'] / medians['csplint decides']:.2f} (at least 1)")
    print(f"csp_evaluator / csplint decides: {medians['csp_evaluator'] / medians['csplint decides']:.2f} (at least 5)")
    print(f"csp-toolkit / csplint judges: {medians['csp-toolkit'] / medians['csplint judges']:.2f} (at least 1)")
    earliest = {name: statistics.median(times) for name, times in first.items()}
    print(f"the first time: {earliest['csp-toolkit'] / earliest['csplint judges']:.2f}")
    print(f"csp_evaluator / csplint judges: {medians['csp_evaluator'] / medians['csplint judges']:.2f}")


def as_commands(policies: list[str], toolkit_python: Path) -> None:
    """One process a policy, in turn; the sums are compared."""
    took = {"csplint check": 0.0, "csp-toolkit analyze": 0.0}
    commands = {
        "csplint check": lambda policy: [sys.executable, "-m", "csplint", "check", "--policy", policy],
        "csp-toolkit analyze": lambda policy: [str(toolkit_python.parent / "csp-toolkit"), "analyze", policy],
    }
    for policy in policies:
        for name, command in commands.items():
            started = time.perf_counter()
            done = subprocess.run(command(policy), check=False, capture_output=True)
            took[name] += time.perf_counter() - started
            if done.returncode not in {0, 1}:
                raise SystemExit(f"{name} ended in {done.returncode}: {done.stderr.decode()}")
    for name, seconds in took.items():
        print(f"{name}: {seconds / len(policies) * 1e3:.0f} ms a policy, one process each, {len(policies)} policies")
    print(
        f"csp-toolkit analyze / csplint check: {took['csp-toolkit analyze'] / took['csplint check']:.2f} (at least 1)"
    )


def print_firing(policies: list[str]) -> None:
    """On how many of the policies each generic rule fires, most often first."""
    packs = load_packs(("syntax", "delivery", "security"))
    fired: Counter[str] = Counter()
    for policy in policies:
        found = evaluate(policy_subject("policy", "https://shop.example/", [policy], []), packs, {}).outcomes
        fired.update(
            {
                f"{each.problem.severity or packs.rules[each.problem.rule].severity} {each.problem.rule}"
                for each in found
            }
        )
    print(f"on how many of {len(policies)} policies each rule fires:")
    for name, count in fired.most_common():
        print(f"{count:5} {name}")


if __name__ == "__main__":
    main()
