"""Whether a line is said now, or is history that a server or bouncer repeats.

History comes in batches (`chathistory`, `znc.in/playback`), or with its own `server-time`, or
after a notice ("Replaying up to …", "Buffer Playback..."), or bare, right after a join.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from irc.client import Event

from chatbot.irc.link import Link
from chatbot.irc.wire import tags_of

OLDEST = timedelta(seconds=60)
BARE = timedelta(seconds=5)
_SLACK = timedelta(seconds=2)
_ANNOUNCEMENTS = ("Replaying up to ", "Buffer Playback")
_ZNC = "***"


@dataclass(slots=True)
class _Presence:
    """Since when we hear a channel, or, for private messages, the network.

    `since` is by our clock, `tagged` by the server's where it said. `barriers` counts the PINGs
    out whose answers come after a replay that was announced.
    """

    since: datetime
    tagged: datetime | None
    barriers: int = 0

    def by_server(self, ahead: timedelta) -> datetime:
        """Return since when by the server's clock, which is `ahead` of ours.

        A bouncer repeats a join with the time when it joined itself: our own clock sets a
        limit to that.
        """
        ours = self.since + ahead - _SLACK
        return ours if self.tagged is None else max(ours, self.tagged)


class Replay:
    """Judges lines by what is known of our joins and of the server's clock.

    A replay that was announced is over when a PING sent then is answered.
    """

    def __init__(self, *, clock: Callable[[], datetime], link: Link) -> None:
        self._clock = clock
        self._link = link
        self._ahead = timedelta()
        self._private: _Presence | None = None
        self._channels: dict[str, _Presence] = {}

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event; our joins are told by the channels."""
        return {
            "welcome": self._on_welcome,
            "pong": self._learn_clock,
            "notice": self._look_for_announcement,
            "privmsg": self._look_for_announcement,
        }

    def joined(self, channel: str, event: Event) -> None:
        """Note our own join of a channel."""
        self._channels[self._link.fold(channel)] = self._presence(event)

    def left(self, channel: str) -> None:
        """Note that we are no longer in a channel."""
        self._channels.pop(self._link.fold(channel), None)

    def is_past(self, channel: str | None, tags: Mapping[str, str]) -> bool:
        """Return whether a line with these tags, said in `channel` or to us alone, is history."""
        presence = (
            self._private if channel is None else self._channels.get(self._link.fold(channel))
        )
        if presence is None or presence.barriers or "batch" in tags:
            return True
        if "time" not in tags:
            return self._clock() - presence.since < BARE
        said_at = server_time(tags)
        if said_at is None or said_at < presence.by_server(self._ahead):
            return True
        return self._clock() + self._ahead - said_at > OLDEST

    def _on_welcome(self, event: Event) -> None:
        self._learn_clock(event)
        self._private = self._presence(event)

    def _look_for_announcement(self, event: Event) -> None:
        from_server = "!" not in event.source or event.source.nick == _ZNC
        if not from_server or not event.arguments[0].startswith(_ANNOUNCEMENTS):
            return
        presence = self._channels.get(self._link.fold(event.target), self._private)
        if presence is not None:
            presence.barriers += 1
            self._link.pings.then(lambda: self._lower(presence))

    def _learn_clock(self, event: Event) -> None:
        # Only from lines that answer ours: they are certainly new.
        said_at = server_time(tags_of(event))
        if said_at is not None:
            self._ahead = said_at - self._clock()

    def _presence(self, event: Event) -> _Presence:
        return _Presence(self._clock(), server_time(tags_of(event)))

    @staticmethod
    def _lower(presence: _Presence) -> None:
        presence.barriers -= 1


def server_time(tags: Mapping[str, str]) -> datetime | None:
    """Return the instant in a `time` tag in UTC; None where there is none that can be read.

    https://ircv3.net/specs/extensions/server-time
    """
    try:
        return datetime.fromisoformat(tags["time"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None
