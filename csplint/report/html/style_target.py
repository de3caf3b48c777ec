"""The style sheet of a target's section; `style` defines its colours."""

from __future__ import annotations

TARGET = """
.target { padding-top: 1.1rem; }
h2 { font-size: 1.0625rem; font-weight: 600; }
h2 code { font-size: 1em; }
.about { color: var(--quiet); font-size: .9375rem; }
main > details.target {
  margin-top: .75rem; padding: 0; background: none; border: 1px solid var(--line); border-radius: 12px;
}
nav + main { margin-top: 1.25rem; }
details.target > summary { width: auto; padding: .7rem 1.1rem; background: var(--sheet); border-radius: 12px; color: inherit; }
details.target[open] > summary { margin: 0; border-bottom: 1px solid var(--line); border-radius: 12px 12px 0 0; }
details.target > summary h2 { display: inline; }
details.target > .content { padding: .8rem 1.1rem 1.2rem; scroll-margin-top: 8rem; }
.verdict { display: block; font-size: .9375rem; color: var(--quiet); }
.verdict.error strong { color: var(--error); } .verdict.warning strong { color: var(--warning); }
.verdict.info strong { color: var(--info); } .verdict.good strong { color: var(--good); }
.verdict strong { font-weight: 600; }
.failure {
  margin-top: .6rem; padding: .7rem 1rem; border: 1px solid var(--error-line); border-radius: 10px;
  background: var(--error-ground);
}
.failure strong { color: var(--error); margin-right: .3rem; }
.facts { display: grid; gap: .25rem; font-size: .9375rem; }
.failure + .facts { margin-top: .6rem; }
.facts > div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: .75rem; }
.facts dt { color: var(--quiet); }
h3 { font-size: 1.125rem; font-weight: 650; }
.none { padding: .7rem 1rem; border: 1px dashed var(--line); border-radius: 10px; }
.rest { margin-top: .5rem; }
.fold { margin-top: .5rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; }
.findings + .fold, .rest + .fold { margin-top: 1.5rem; }
.fold > summary { width: auto; padding: .55rem 1rem; }
.fold[open] > summary { margin: 0; }
.fold > summary h3 { display: inline; font-size: 1rem; font-weight: 600; color: var(--text); }
.aside { margin-left: .35rem; font-size: .875rem; font-weight: 400; color: var(--quiet); }
.fold > .inner { padding: .3rem 1rem 1rem; scroll-margin-top: 4rem; }
.rules { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: .1rem 1.5rem; font-size: .9375rem; }
.fold h4 + ul, .fold h4 + dl { margin: .4rem 0 1.2rem; }
.skipped > div + div { margin-top: .8rem; }
.skipped dt { color: var(--quiet); }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .875rem; }
.packs { margin-top: .4rem; }
"""

NEEDS = """
.meter { display: grid; gap: .4rem; margin-bottom: 1rem; color: var(--quiet); font-size: .9375rem; }
.bar { display: block; width: 100%; height: .75rem; border-radius: 4px; overflow: hidden; }
.bar .met { fill: var(--good); } .bar .unmet { fill: var(--error); } .bar .partly { fill: var(--warning); }
.bar .unknown { fill: var(--quiet); }
.matrix { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 0; background: var(--sheet); font-size: .9375rem;
  border: 1px solid var(--line); border-radius: 12px; }
.matrix caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.matrix th, .matrix td { padding: .6rem .8rem; text-align: left; vertical-align: top; font-weight: 400; }
.matrix thead th { color: var(--quiet); font-size: .8125rem; padding-bottom: .4rem; }
.matrix tbody th, .matrix tbody td { border-top: 1px solid var(--line); }
.matrix thead th:first-child { width: 34%; }
.matrix thead th:nth-child(2) { width: 30%; }
.matrix:is(.some, .many) thead th:first-child { width: 25%; }
.matrix:is(.some, .many) thead th:nth-child(2) { width: 24%; }
.matrix thead .by { font-size: inherit; }
.matrix.some thead th:last-child { width: 20%; }
.scroll { overflow-x: auto; }
.matrix.many { min-width: 96rem; }
.matrix td code { white-space: normal; }
.matrix td > code { display: block; }
.matrix td > code:first-child { color: var(--quiet); }
.id { font-size: .875em; }
th .id { display: block; }
.by { display: block; color: var(--quiet); font-size: .875rem; }
.state { font-weight: 550; }
.state .symbol { display: inline-block; width: 1.1em; text-align: center; font-weight: 700; }
.state.met { color: var(--good); } .state.unmet { color: var(--error); } .state.partly { color: var(--warning); }
.state.unknown, .state.not-applicable { color: var(--quiet); font-weight: 400; }
.state.dry { font-weight: 400; }
@media (max-width: 46rem) {
  .matrix.many { min-width: 0; }
  .matrix, .matrix tbody, .matrix tr, .matrix th, .matrix td { display: block; width: auto; }
  .matrix thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .matrix tbody th { width: auto; padding-bottom: .2rem; font-weight: 550; }
  .matrix tbody tr + tr th { border-top: 1px solid var(--line); }
  .matrix tbody th, .matrix tbody td { border-top: 0; }
  .matrix tbody td { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); column-gap: .75rem; padding: .15rem .9rem; }
  .matrix tbody td > * { grid-column: 2; }
  .matrix tbody td::before {
    content: attr(data-label); content: attr(data-label) / "";
    grid-column: 1; grid-row: 1 / span 9; color: var(--quiet); font-size: .8125rem;
  }
  .matrix tbody td:last-child { padding-bottom: .8rem; }
}
"""

POLICIES = """
.policy + .policy { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h4 { font-size: 1rem; font-weight: 650; }
.how { margin-left: .3rem; font-weight: 400; color: var(--quiet); font-size: .875rem; }
.directives { margin: .7rem 0; }
.directives li { padding: .2rem 0 .2rem 1.5rem; text-indent: -1.5rem; }
.directives b { font-weight: 700; }
mark { color: inherit; background: var(--info-ground); border-bottom: 2px solid var(--info); border-radius: 3px 3px 0 0; padding: .1em 0; }
mark.error { background: var(--error-ground); border-color: var(--error); }
mark.warning { background: var(--warning-ground); border-color: var(--warning); border-bottom-style: dashed; }
mark.info { border-bottom-style: dotted; }
.ref {
  display: inline-block; min-width: 1.5rem; margin: 0 .15rem; padding: 0 .3rem; text-indent: 0; text-align: center;
  font: 600 .75rem/1.5rem system-ui, sans-serif; text-decoration: none; border-radius: 99px;
  color: var(--info); background: var(--info-ground);
}
.ref.error { color: var(--error); background: var(--error-ground); }
.ref.warning { color: var(--warning); background: var(--warning-ground); }
.ref { user-select: none; }
.ref:hover { text-decoration: underline; }
.copyable { position: relative; margin-top: .4rem; }
pre {
  padding: .7rem .9rem; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px;
  white-space: pre-wrap;
}
.copyable button { position: absolute; top: .35rem; right: .35rem; }
.copyable pre { padding-right: 5.5rem; min-height: 2.7rem; }
@media (max-width: 30rem) {
  .copyable button { position: static; margin-top: .4rem; }
  .copyable pre { padding-right: .9rem; }
}
ins { text-decoration: none; color: var(--good); background: var(--good-ground); border-bottom: 2px solid var(--good); }
del { color: var(--error); }
"""
