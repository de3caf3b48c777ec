"""
Whether a value of the page's scripts exists, such as `Stripe` or `google.maps`: a look into the page's own world.

A page's scripts do not reach the world in which csplint listens (`script.py`), so what they define has to be looked up in theirs.
The look comes by the browser's debugging protocol, which no policy applies to: it needs no 'unsafe-eval', it loads nothing and
violates nothing, so there is neither a request nor a violation that would not be there without it. It only reads. It asks for the
description of a property and never for its value by name, so a getter is not called: where the last part of a name has one, the
value counts as there, and what only a getter gives is not looked into. It looks at MOST_HOLDERS objects for a property, no more.

The first part of a name has to be a property of the window itself. What a window inherits are names of the page's elements too:
<div id="Stripe"> makes a `Stripe` that no script has set. undefined, null and false do not count as there.

A page may still answer by code of its own: with a Proxy, or with another Object.getOwnPropertyDescriptor (in Chromium; in Firefox
csplint has its own). It may answer wrongly, as any script may set the value; it may throw, which is "not there"; and it may go on
for ever, which Chromium ends, and which csplint waits LOOK_SECONDS for in any browser. In Firefox such code may do whatever the
page may do at any time; Chromium ends the look at its first effect.
"""

from __future__ import annotations

import json

LOOK_SECONDS = 1.0
"""How long one look is waited for."""

LOOK_AGAIN = 0.25
"""Seconds between two looks."""

MOST_HOLDERS = 20
"""Objects that may have a property: the value itself and those that it inherits from."""

_LOOK = """
(page, path) => {
  try {
    const describe = Object.getOwnPropertyDescriptor, parent = Object.getPrototypeOf;
    let value = page;
    for (let step = 0; step < path.length; step++) {
      let property, holder = value;
      for (let most = step ? MOST_HOLDERS : 1; most && !property && holder !== null; most--) {
        property = describe(holder, path[step]);
        if (!property) holder = parent(holder);
      }
      if (!property) return false;
      value = property.value;
      if (value === undefined) return step === path.length - 1 && !!property.get;
    }
    return value !== null && value !== false;
  } catch { return false; }
}
"""


def look(page: str, name: str) -> str:
    """
    An expression, as JavaScript, that is true if the value of this name exists.

    page: what the page's own window is called where the expression runs.
    """
    function = _LOOK.strip().replace("MOST_HOLDERS", str(MOST_HOLDERS))
    return f"({function})({page}, {json.dumps(name.split('.'))})"
