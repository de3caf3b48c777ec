"""The report as SARIF for GitHub code scanning."""
