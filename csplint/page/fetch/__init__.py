"""Fetch a live page: the only code that uses the network."""
