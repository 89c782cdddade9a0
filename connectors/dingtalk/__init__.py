"""钉钉 DingTalk: recruiting and roster, reads only."""
