"""The version, alone in a file so that `csplint --version` need not import anything else."""

__version__ = "0.1.0"
