"""Any system with a REST interface, described in YAML: dlt's configuration and our mapping."""
