"""csplint: lint a page's Content-Security-Policy the way a browser would decide."""
