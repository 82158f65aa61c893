"""What the operator decides about everything by which the public hears of events."""

from __future__ import annotations

from chatbot.sections import Port, Section, WebAddress


class Web(Section, frozen=True):
    """`[web]`: the calendar page and the feeds, for everybody to read.

    It listens on `listen` and `port`, for a reverse proxy in front of it. `address` is where the
    public reaches it (`https://events.example.org`), for links. `title` is the community's name.
    """

    listen: str = "127.0.0.1"
    port: Port = 8080
    address: WebAddress = ""
    title: str = ""
