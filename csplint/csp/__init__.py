"""The CSP language: text in, answers out. No HTTP, no HTML, no rules."""
