#!/usr/bin/env bash
# Start-up, whole processes side by side in one run: needs hyperfine, node and npm.
# csplint must be on PATH as pip installs it (a wheel, not an editable install).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent csp_evaluator@1.1.8 >/dev/null
cat >evaluate.js <<'JS'
const { CspEvaluator } = require("csp_evaluator");
const { CspParser } = require("csp_evaluator/dist/parser.js");
console.log(JSON.stringify(new CspEvaluator(new CspParser("script-src 'self'").csp).evaluate()));
JS
python=$(dirname "$(command -v csplint)")/python
hyperfine -N --ignore-failure --warmup 5 --runs "${RUNS:-40}" --export-json result.json \
  "$python -c pass" "csplint --version" "csplint check --policy \"script-src 'self'\"" "node evaluate.js"
"$python" - <<'PY'
import json

names = ["python3 -c pass", "csplint --version", "csplint check --policy", "node csp_evaluator"]
times = {name: row["median"] for name, row in zip(names, json.load(open("result.json"))["results"], strict=True)}
print(f"csplint --version / python3 -c pass: {times[names[1]] / times[names[0]]:.2f} (at most 2.5)")
print(f"csplint check --policy / node csp_evaluator: {times[names[2]] / times[names[3]]:.2f} (at most 1)")
PY
