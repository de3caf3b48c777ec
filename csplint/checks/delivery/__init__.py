"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""
