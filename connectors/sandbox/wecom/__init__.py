"""A stand-in of WeCom."""
