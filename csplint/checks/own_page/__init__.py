"""The policy held against the page's own HTML and CSS."""
