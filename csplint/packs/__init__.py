"""Rule packs: read them, merge them, check their own examples."""
