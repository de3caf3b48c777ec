"""Settings: command line > environment > file > default, each with its origin."""
