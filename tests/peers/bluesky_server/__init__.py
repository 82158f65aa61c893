"""An AT Protocol server (PDS) on loopback, written from atproto.com and Bluesky's lexicons."""

from tests.peers.bluesky_server.server import BlueskyServer, running_bluesky

__all__ = ["BlueskyServer", "running_bluesky"]
