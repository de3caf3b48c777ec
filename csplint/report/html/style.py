"""
The report's one style sheet.

Every colour is a variable with a value for dark mode; every pair of text and background has a contrast of at least
4.5:1 in both modes. Below 46rem the tables become lists of cards, so that a phone never scrolls sideways.
"""

from __future__ import annotations

from csplint.report.html.style_answer import FINDINGS, SEND
from csplint.report.html.style_target import NEEDS, POLICIES, TARGET

_COLOURS = """
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --sheet: #fff; --sunk: #f2f4f7; --line: #dfe3e8; --text: #1b2027; --quiet: #57606c;
  --link: #1d4fa8; --focus: #1d4fa8;
  --error: #b0211b; --error-ground: #fdeceb; --error-line: #e9a7a3;
  --warning: #855000; --warning-ground: #fdf2dd; --warning-line: #e3bd78;
  --info: #1b5a9c; --info-ground: #e8f1fb; --info-line: #9fc3e8;
  --good: #17693a; --good-ground: #e5f5eb; --good-line: #97d0ad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151a; --sheet: #1a1e25; --sunk: #14181e; --line: #303742; --text: #e5e8ed; --quiet: #a4adb9;
    --link: #8fbcff; --focus: #8fbcff;
    --error: #ffa199; --error-ground: #3a1f1f; --error-line: #7d3a37;
    --warning: #f1bf6b; --warning-ground: #34290f; --warning-line: #6f5722;
    --info: #92c5fb; --info-ground: #172a3f; --info-line: #335a83;
    --good: #86d6a3; --good-ground: #14301f; --good-line: #2f6a46;
  }
}
"""

_BASE = """
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 70rem;
  background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
}
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; }
h1, h2, h3, h4, h5 { line-height: 1.3; text-wrap: balance; }
ul, ol { list-style: none; }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus, .body:focus { outline: none; }
[hidden] { display: none !important; }
code {
  font: .875em/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  unicode-bidi: bidi-override;
}
button {
  font: inherit; font-size: .875rem; color: var(--text); background: var(--sheet); cursor: pointer;
  border: 1px solid var(--line); border-radius: 6px; padding: .25rem .7rem; min-height: 2rem;
}
button:hover { border-color: var(--quiet); }
summary { cursor: pointer; color: var(--quiet); padding: .3rem 0; width: fit-content; }
summary:hover { color: var(--text); }
details[open] > summary { margin-bottom: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1.25rem; top: -4rem; padding: .5rem .9rem; background: var(--sheet); z-index: 1; }
.skip:focus { top: .5rem; }
.quiet, .id, .none { color: var(--quiet); }
.badge {
  display: inline-block; margin-left: .25rem; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 99px;
  font-size: .75rem; font-weight: 500; color: var(--quiet); background: var(--sheet); vertical-align: .08em;
}
.badge.ready { color: var(--good); border-color: var(--good-line); }
.badge.check-first { color: var(--warning); border-color: var(--warning-line); }
"""

_TOP = """
body > header { padding: 1.75rem 0 0; }
.brand { color: var(--quiet); font-size: .875rem; margin-bottom: .6rem; }
h1 {
  display: flex; align-items: flex-start; gap: .7rem; font-size: clamp(1.25rem, 1.05rem + 1.1vw, 1.75rem); font-weight: 650;
  line-height: 1.35; text-wrap: pretty;
}
.symbol { font-weight: 700; }
h1 .symbol, nav .symbol {
  flex: none; display: grid; place-items: center; width: 1.8em; height: 1.8em; border-radius: 50%; font-size: .75em;
}
:is(h1, nav) :is(.symbol.error, .error > .symbol), h1.error .symbol { color: var(--error); background: var(--error-ground); }
h1.warning .symbol, nav .symbol.warning { color: var(--warning); background: var(--warning-ground); }
h1.info .symbol, nav .symbol.info { color: var(--info); background: var(--info-ground); }
h1.good .symbol, nav .symbol.good { color: var(--good); background: var(--good-ground); }
.detail { margin-top: .4rem; }
.counts { display: flex; flex-wrap: wrap; gap: .3rem .5rem; margin-top: .8rem; font-size: .875rem; }
.counts li { padding: .1rem .7rem; background: var(--sheet); color: var(--quiet); border: 1px solid var(--line); border-radius: 99px; }
.counts strong { font-weight: 650; font-variant-numeric: tabular-nums; }
.counts .error { color: var(--error); border-color: var(--error-line); }
.counts .warning { color: var(--warning); border-color: var(--warning-line); }
.counts .info { color: var(--info); border-color: var(--info-line); }
.counts .good { color: var(--good); border-color: var(--good-line); }
nav { margin-top: 1.25rem; padding: .8rem 1.1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; }
nav h2 { font-size: 1rem; margin-bottom: .2rem; }
nav li { display: flex; align-items: flex-start; gap: .7rem; padding: .4rem 0; }
nav li + li { border-top: 1px solid var(--line); }
nav li > div { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; }
nav .said { color: var(--quiet); font-size: .9375rem; }
.tone.error { color: var(--error); } .tone.warning { color: var(--warning); }
.tone.info { color: var(--info); } .tone.good { color: var(--good); }
"""

_MEDIA = """
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
  button, .skip { transition: border-color .15s, top .15s; }
}
@media (prefers-contrast: more) {
  :root { --line: var(--quiet); }
}
@media (forced-colors: active) {
  .bar rect { forced-color-adjust: none; }
  mark, ins { text-decoration: underline; }
}
@media print {
  :root {
    color-scheme: light; --ground: #fff; --sheet: #fff; --sunk: #fff; --line: #bbb; --text: #000; --quiet: #444;
    --link: #000; --error: #900; --warning: #640; --info: #036; --good: #051;
    --error-ground: #fff; --warning-ground: #fff; --info-ground: #fff; --good-ground: #fff;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .skip, button { display: none !important; }
  .send, .policy, .matrix tr { break-inside: avoid; }
  h2, h3, h4, h5 { break-after: avoid; }
  .packs a, .docs a { text-decoration: none; }
}
"""

STYLE = _COLOURS + _BASE + _TOP + TARGET + NEEDS + POLICIES + SEND + FINDINGS + _MEDIA
"""The report's policy allows its hash."""
