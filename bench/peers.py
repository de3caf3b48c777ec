"""
Rates side by side in one run: csplint against csp-toolkit (PyPI) and csp_evaluator (npm).

    bench/peers.py POLICIES --toolkit-python PATH --node-modules PATH [--rounds N]

POLICIES has one `host:policy` a line. Each side works through all of them in a process of its own, in turn, round by
round; the medians of the rounds are compared, so that a slow moment of the machine falls on all sides alike.

csplint decides: it parses a policy and decides a widget's 15 requests. csplint checks: it judges a policy by all its
packs, the fixes verified. csp-toolkit: parse and analyze. csp_evaluator: parse and evaluate.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

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

CHECK = """
import sys, time
from csplint.assemble import check_subject
from csplint.packset import load_packs
from csplint.read import policy_subject
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
work()
started = time.perf_counter()
work()
print((time.perf_counter() - started) / len(policies) * 1e6)
"""

EVALUATOR = """
const { CspEvaluator } = require("csp_evaluator");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const policies = require("fs").readFileSync(process.argv[2], "utf-8").split("\\n").filter(Boolean).map(l => l.slice(l.indexOf(":") + 1));
const work = () => { for (const p of policies) { try { new CspEvaluator(new CspParser(p).csp).evaluate(); } catch (e) {} } };
work();
const started = process.hrtime.bigint();
work();
console.log(Number(process.hrtime.bigint() - started) / policies.length / 1e3);
"""


def main() -> None:
    """Measure and print microseconds a policy, and the ratios."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("policies", type=Path)
    reader.add_argument("--toolkit-python", required=True, help="the python of a venv that has csp-toolkit")
    reader.add_argument("--node-modules", required=True, type=Path, help="a node_modules folder that has csp_evaluator")
    reader.add_argument("--rounds", type=int, default=7)
    given = reader.parse_args()
    script = given.node_modules.parent / "csplint_bench.js"
    script.write_text(EVALUATOR)
    sides = {
        "csplint decides": [sys.executable, "-c", DECIDE + TIMED],
        "csplint checks": [sys.executable, "-c", CHECK + TIMED],
        "csp-toolkit": [given.toolkit_python, "-c", TOOLKIT + TIMED],
        "csp_evaluator": ["node", str(script)],
    }
    rounds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(given.rounds):
        for name, command in sides.items():
            done = subprocess.run([*command, str(given.policies)], check=True, capture_output=True, text=True)
            rounds[name].append(float(done.stdout))
    script.unlink()
    medians = {name: statistics.median(times) for name, times in rounds.items()}
    print(json.dumps({name: round(value, 1) for name, value in medians.items()}), "microseconds a policy")
    print(f"csp-toolkit / csplint decides: {medians['csp-toolkit'] / medians['csplint decides']:.2f} (at least 1)")
    print(f"csp_evaluator / csplint decides: {medians['csp_evaluator'] / medians['csplint decides']:.2f} (at least 5)")
    print(f"csp-toolkit / csplint checks: {medians['csp-toolkit'] / medians['csplint checks']:.2f} (at least 1)")


if __name__ == "__main__":
    main()
