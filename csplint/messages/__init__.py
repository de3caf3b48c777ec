"""What browsers say about a page: lines of the console, and violation reports."""
