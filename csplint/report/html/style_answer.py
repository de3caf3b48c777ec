"""The style sheet of the corrected policies and the findings; `style` defines its colours."""

from __future__ import annotations

SEND = """
.send-instead { margin-top: 1.25rem; }
.proof { margin-top: .15rem; }
.send { margin-top: .7rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.send-head {
  display: flex; align-items: flex-start; justify-content: space-between; gap: .3rem .75rem; padding: .5rem .6rem .5rem 1rem;
  border-bottom: 1px solid var(--line);
}
.send-head h4 { padding-top: .2rem; }
.send-head code { font-weight: 650; }
.send-head button { flex: none; color: var(--sheet); background: var(--link); border-color: var(--link); font-weight: 600; }
.sendable { padding: .4rem 0; }
.sendable li { position: relative; padding: .12rem .9rem .12rem 3.25rem; text-indent: -1.25rem; }
.sendable li.new { background: var(--good-ground); box-shadow: inset 3px 0 var(--good); }
.sendable li.new::before {
  content: "+"; content: "+" / "new:"; position: absolute; left: .75rem; width: 1rem; text-indent: 0; text-align: center;
  color: var(--good); font: 700 .875em/1.7 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
.sendable .source { display: inline-block; max-width: 100%; text-indent: 0; }
.sendable ins { background: none; border: 0; text-decoration: none; }
.sendable ins .source { text-decoration: underline; text-decoration-color: var(--good-line); text-underline-offset: .2em; }
.sendable b { font-weight: 700; }
.send details { padding: .1rem 1rem .3rem; border-top: 1px solid var(--line); font-size: .9375rem; }
.send details pre { margin-bottom: .6rem; }
.gone { padding: .4rem 1rem .5rem; border-top: 1px solid var(--line); }
.gone .lead { margin: 0; }
.inexact { color: var(--warning); }
.stop { margin-top: .7rem; }
.stop del { text-decoration: none; }
.send-instead > .quiet { margin-top: .5rem; }
.send-instead > h4 { margin-top: 1rem; }
.todo { margin-top: .2rem; padding-left: 1.3rem; list-style: disc; }
.todo.steps { list-style: decimal; }
h3 + .todo { margin-top: .4rem; }
.todo li { padding: .1rem 0; }
.todo ul { padding-left: 1.1rem; list-style: circle; }
"""

FINDINGS = """
.findings { margin-top: 1.6rem; }
.bar-head { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: .5rem; min-height: 2rem; }
.finding { background: var(--sheet); border: 1px solid var(--line); border-bottom-width: 0; }
.finding:is(.findings > .bar-head + .finding, .advice > summary + .finding, .rest > summary + .finding) { border-radius: 10px 10px 0 0; }
.finding:last-child, .finding:has(+ .advice) { border-bottom-width: 1px; border-radius: 0 0 10px 10px; }
.finding:is(.findings > .bar-head + .finding, .advice > summary + .finding, .rest > summary + .finding):is(:last-child, :has(+ .advice)) {
  border-radius: 10px;
}
.finding:has(:target) { box-shadow: 0 0 0 2px var(--focus); position: relative; }
.finding > summary { width: auto; padding: .5rem .9rem; color: inherit; list-style: none; }
.finding > summary::-webkit-details-marker { display: none; }
.finding[open] > summary { margin: 0; }
.finding > summary:hover { background: var(--sunk); border-radius: inherit; }
.finding > summary h4 {
  display: grid; grid-template-columns: 6.5rem 8.5rem minmax(0, 1fr) fit-content(32%); gap: 0 .75rem; align-items: baseline;
  font-size: .9375rem; font-weight: 400; line-height: 1.45; text-wrap: pretty;
}
.finding > summary h4::after { content: none; }
.finding .brief { grid-column: 3; }
.finding .name { grid-column: 4; color: var(--quiet); font-size: .875rem; text-align: right; }
.finding .directive { font-weight: 600; }
.finding > .body { padding: .2rem .9rem 1rem; border-top: 1px solid var(--line); scroll-margin-top: 6rem; }
.advice { margin-top: .5rem; }
.severity { justify-self: start; font-weight: 600; font-size: .875rem; padding: 0 .6rem 0 .5rem; border-radius: 99px; white-space: nowrap; }
.severity.error { color: var(--error); background: var(--error-ground); }
.severity.warning { color: var(--warning); background: var(--warning-ground); }
.severity.info { color: var(--info); background: var(--info-ground); }
.badge.cause { color: var(--error); border-color: var(--error-line); }
.number { color: var(--quiet); }
.message, .corrected { margin-top: .7rem; }
.message { font-weight: 550; }
.parts { margin-top: .7rem; display: grid; gap: .5rem; padding-left: 1.1rem; list-style: disc; }
.parts .seen, .parts .id { display: block; font-size: .875rem; color: var(--quiet); }
.symptom { margin-top: .7rem; padding: .5rem .8rem; background: var(--sunk); border-radius: 8px; }
.symptom strong { color: var(--quiet); font-weight: 550; margin-right: .3rem; }
.where { margin-top: .7rem; color: var(--quiet); font-size: .875rem; }
.excerpt { margin-top: .25rem; }
.reasons { margin-top: .7rem; display: grid; gap: .35rem; }
.reasons > div, .console > div { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .75rem; }
.reasons dt, .console dt { color: var(--quiet); }
.fix { margin: .9rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h5 { font-size: 1rem; font-weight: 650; margin-bottom: .2rem; }
.place { margin-top: .8rem; }
.lead { margin-top: .8rem; color: var(--quiet); font-size: .875rem; }
.browsers { margin-top: .6rem; }
.console { display: grid; gap: .5rem; }
.docs { margin-top: .5rem; font-size: .875rem; color: var(--quiet); }
@media (max-width: 46rem) {
  body { padding: 0 .9rem 2rem; }
  body > header { padding-top: 1rem; }
  .how { display: block; margin-left: 0; }
  .reasons > div, .console > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .finding > summary { padding: .45rem .7rem; }
  .finding > summary h4 { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
  .finding :is(.brief, .name) { flex: 0 0 100%; text-align: left; }
  .finding .name { font-size: .8125rem; }
  details.target > summary, details.target > .content { padding-left: .8rem; padding-right: .8rem; }
  .send-head, .send details, .gone { padding-left: .7rem; }
  .sendable li { padding-left: 2.6rem; }
  .sendable li.new::before { left: .35rem; }
}
"""
