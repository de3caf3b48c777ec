"""Settings: defaults < file < environment < command line, with the origin of each value."""
