"""A small shop on loopback whose pages show the guide's failures, one a page: csplint's whole job without a network."""
