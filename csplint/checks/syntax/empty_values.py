"""What programs leave in a text where a value was missing."""

from __future__ import annotations

EMPTY_VALUES = frozenset({"undefined", "null", "nil", "nan", "true", "false"})
"""Lower case: what programs write for a value that is not there, or is no text. No host of the web is called so."""

OBJECT = "[object"
"""Half of what JavaScript makes of an object that is put into a text; the other half is Object]."""
