"""Whether a nonce can be guessed, copied or replayed."""
