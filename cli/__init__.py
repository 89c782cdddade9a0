"""The command `talentloop`: one file per group of commands, no logic."""
