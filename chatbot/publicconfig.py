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


class FollowUp(Section, frozen=True):
    """`[follow_up]`: when hosts are asked what came of their events, so long after the end.

    Who has not answered by `give_up` is not asked any more, and coordinators are told.
    """

    ask: tuple[str, ...] = ("15m", "3d", "7d")
    give_up: str = "10d"
