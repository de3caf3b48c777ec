"""
Many targets: `csplint scan`.

    sources ─→ Item ─→ hosts ─→ fetch ─→ Job ─→ judge ─→ line ─→ output, journal, tally

- **One pure function.** `judge.judge(job, checker)` makes of one target's answers one line of JSON: a target of the report
  of `csplint check --format json`. It reads no clock, no network and no file but the job's own, so it gives the same bytes
  in this process, in a worker process and on another machine. Whatever it takes can be pickled.
- **Sources** are iterators of `Item`: lists, sitemaps, HAR and WARC files, a crawl. A line that is no target is a failed
  target that says where it is. No source is held in memory.
- **Fetching** is one asyncio loop (`pipeline`). `hosts` decides what is fetched next: so many in total, so many of one host,
  a pause between two of one host, and a longer one when the host asks for it. Only a window of targets waits there.
  A second and a third fetch are made only if the judge asks for them.
- **Judging** is done in worker processes (`workers`), each a pool of one process. If one dies, the pool is replaced, and
  each target that it had is judged once more, on its own; what kills its process twice has failed.
- **Output** is written as each target is done, in whole lines. `journal` makes the output file durable, and finds after a
  crash which targets are finished: those whose lines are whole. The file itself is the record, so the two cannot disagree.
- **Memory** does not grow with the number of targets, but for 12 to 24 bytes for each distinct address (`seen`).
- `cluster` gives the same function to Dask.
"""
