"""Configuration of web servers and platforms: which policies a file sends, where they are written, how to change them."""
