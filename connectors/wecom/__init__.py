"""WeCom (企业微信): cards to people and groups, calendar entries, callbacks."""
