"""The checks: generators that look at one context and yield problems; each says what it needs in its `@check`."""
