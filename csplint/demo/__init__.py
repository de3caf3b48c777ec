"""A small shop on loopback: each page shows one failure of the vendor's guide, without a network."""
