"""From findings to edits that hold."""
