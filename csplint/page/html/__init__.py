"""Parse HTML and list what the page requests."""
