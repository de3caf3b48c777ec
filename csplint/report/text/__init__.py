"""The report as text for a terminal or a CI log."""
