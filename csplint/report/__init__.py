"""Report writers, one per format, each a pure function of the Report; untrusted text always passes escape.py."""
