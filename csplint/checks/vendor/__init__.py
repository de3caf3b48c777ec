"""A page and its policies against what a vendor's widget needs."""
