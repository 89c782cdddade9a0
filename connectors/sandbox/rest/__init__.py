"""A stand-in of any REST system, described in YAML, over the simulated company."""
