"""Policies as literals in programs: what the readers of all programming languages share."""
