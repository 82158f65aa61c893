"""A Mastodon server on loopback, written from docs.joinmastodon.org and Mastodon's own rules."""

from tests.peers.mastodon_server.server import MastodonServer, running_mastodon

__all__ = ["MastodonServer", "running_mastodon"]
