"""The report in the formats of CI servers."""
