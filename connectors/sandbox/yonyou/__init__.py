"""A stand-in tenant of 用友 (YonBIP, and the older eHR under its own prefix)."""
