"""Stand-in tenants for development, tests and the demo. Everything they hold is simulated."""
