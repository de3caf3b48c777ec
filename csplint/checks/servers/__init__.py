"""Checks of configuration files: what is wrong in how a server is told to send a policy."""
