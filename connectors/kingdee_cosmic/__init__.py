"""金蝶云·苍穹 / 星瀚 (Kingdee Cosmic) over its OpenAPI: services that the tenant publishes."""
