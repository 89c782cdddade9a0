"""The addresses of the portal, one file per page."""
