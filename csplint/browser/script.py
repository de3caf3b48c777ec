"""
The script that listens in every document, before the page's own scripts run.

It is added by the browser's debugging protocol, which no policy applies to; so it does nothing but listen. It changes nothing
in the page, asks for no address, and runs nothing that a policy would have to allow, so the page behaves as it does without it.

It runs in a world of its own: it has the document and its events, and functions that the page cannot replace. It ignores events
that a script sends in the browser's name (`isTrusted`). The marks of a widget are different: a script sends them, so anybody's
script can. It does not hear workers: their violations are only in the console, where the browser prints them. It does not see what
the page's scripts define either; `page_globals.py` looks for that.
"""

from __future__ import annotations

import json

MOST_SENT = 600
"""Violations that one document reports one by one; after that it sends only their number, once a second."""

_LISTEN = """
(send, marks) => {
  if (!send) return;
  let sent = 0, more = 0, timer = 0;
  const tell = told => send(JSON.stringify(told));
  const cut = (text, most) => typeof text === 'string' && text.length > most ? text.substring(0, most) : text;
  const here = location.href;
  window.addEventListener('securitypolicyviolation', event => {
    if (!event.isTrusted) return;
    if (sent++ < MOST_SENT) {
      tell(['violation', event.effectiveDirective, cut(event.blockedURI, 2000), event.disposition, cut(event.originalPolicy, 65536),
        cut(event.documentURI || here, 2000), cut(event.sourceFile, 2000), event.lineNumber, event.columnNumber, cut(event.sample, 2000)]);
      return;
    }
    more++;
    if (!timer) timer = setTimeout(() => { tell(['more', more]); more = 0; timer = 0; }, 1000);
  }, true);
  for (const mark of marks) window.addEventListener(mark, () => tell(['event', mark]), {capture: true, once: true});
}
"""


def listener(marks: tuple[str, ...]) -> str:
    """The function, as JavaScript, that takes the function to report by."""
    return f"send => ({_LISTEN.strip().replace('MOST_SENT', str(MOST_SENT))})(send, {json.dumps(list(marks))})"
