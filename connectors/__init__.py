"""The outside systems: one folder each, both directions, all alike."""
