"""One writer a format, over the Report alone; everything untrusted goes through escape.py."""
