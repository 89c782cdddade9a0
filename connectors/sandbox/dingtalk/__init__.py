"""A stand-in DingTalk tenant (recruiting and roster) over the simulated company."""
