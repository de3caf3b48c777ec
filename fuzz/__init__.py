"""
Fuzzing: whatever csplint reads, it ends with a documented exit code, guarded output and no side effect.

material → kinds (what to run) → command (runs it) → judge (what must hold). `inputs.py` drives this with coverage
guidance, `tests/test_fuzz.py` with a bounded number of examples; `policy.py` fuzzes the engine below the command.
"""
