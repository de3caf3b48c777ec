"""From a subject to a report: evaluate the checks, verify the fixes, apply the settings."""
