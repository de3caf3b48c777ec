"""A small collector of violation reports, for a trial on one's own machine (`csplint reports --collect`)."""
