"""The portal: server-rendered pages over the published copy and the operations database."""

from portal.app import create_app
from portal.server import serve

__all__ = ["create_app", "serve"]
