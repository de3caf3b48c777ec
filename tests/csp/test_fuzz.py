"""A bounded run of the coverage-guided fuzzer (fuzz/policy.py)."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = [
    b"\x00script-src 'self' https://*.velaro.com:443/a/ 'nonce-abc' 'strict-dynamic'; default-src *",
    b"\x05connect-src wss://*.velaro.com, img-src data: blob:;; frame-ancestors 'none'; SCRIPT-SRC 'sha256-abc='",
    "default-src ‘self’; style-src 'unsafe-inline'\x0b".encode(),
]


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (it has no wheel for this Python)"
)
def test_nothing_raises_for_any_bytes(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS):
        (corpus / str(number)).write_bytes(seed)
    done = subprocess.run(
        [sys.executable, str(ROOT / "fuzz/policy.py"), "-runs=4000", "-max_len=600", "-seed=1", str(corpus)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    done_runs = re.search(r"Done (\d+) runs", done.stderr)  # libFuzzer sometimes makes one more than it should
    assert done_runs is not None, done.stderr[-3000:]
    assert int(done_runs[1]) >= 4000
