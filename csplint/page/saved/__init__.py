"""Read saved responses: `curl -i` text, HAR files and HTML."""
