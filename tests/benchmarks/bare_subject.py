"""The least that answers on IRC with the same library: what a bot made of it costs anyway.

python bare_subject.py PORT NICK CHANNEL
"""

import sys

import irc.client_aio


class Bare(irc.client_aio.AioSimpleIRCClient):
    """Joins a channel and answers `?ping`."""

    channel = ""

    def on_welcome(self, connection, _event):
        connection.join(self.channel)

    def on_pubmsg(self, connection, event):
        if event.arguments[0] == "?ping":
            connection.privmsg(event.target, "pong")


if __name__ == "__main__":
    port, nick, channel = sys.argv[1:]
    bare = Bare()
    bare.channel = channel
    bare.connect("127.0.0.1", int(port), nick)
    bare.start()
