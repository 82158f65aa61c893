"""What is history and what is said now."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from irc.client import Event, NickMask

from chatbot.irc.link import Link
from chatbot.irc.replay import Replay, server_time
from chatbot.irc.settings import IrcNetwork

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Connection:
    """A connection's judge of history, by a clock that is set. `pings` are what it waits for."""

    def __init__(self, *, server_ahead: timedelta = timedelta()) -> None:
        self.now = START
        self.ahead = server_ahead
        link = Link(
            settings=IrcNetwork(network="t", host="h", nick="bell"), log=structlog.get_logger()
        )
        self.lines: list[str] = []
        link.pings._send = self.lines.append
        self.link = link
        self.replay = Replay(clock=lambda: self.now, link=link)

    def event(self, kind: str, target: str, *arguments: str, source: str = "server") -> None:
        self.replay.handlers()[kind](self._event(kind, target, arguments, source=source))

    def join(self, channel: str, *, timed: bool = True) -> None:
        self.replay.joined(channel, self._event("join", channel, (), timed=timed))

    def welcome(self, *, timed: bool = True) -> None:
        event = self._event("welcome", "bell", ("hello",), timed=timed)
        self.replay.handlers()["welcome"](event)

    def past(self, channel: str | None, *, said: timedelta | None, **tags: str) -> bool:
        """Judge a line said so long ago by the server's clock; None: without the tag."""
        if said is not None:
            tags["time"] = self._time(self.now - said)
        return self.replay.is_past(channel, tags)

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _event(
        self,
        kind: str,
        target: str,
        arguments: tuple[str, ...],
        *,
        source: str = "server",
        timed: bool = True,
        ago: timedelta = timedelta(),
    ) -> Event:
        tags = [{"key": "time", "value": self._time(self.now - ago)}] if timed else []
        return Event(kind, NickMask(source), target, list(arguments), tags)

    def _time(self, instant: datetime) -> str:
        return (instant + self.ahead).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


NOW = timedelta()


def test_a_line_of_now_is_heard() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(1)
    assert not connection.past("#C", said=NOW)


def test_a_line_from_before_our_join_is_history() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(10)
    assert connection.past("#c", said=timedelta(seconds=10, milliseconds=1))
    assert connection.past("#c", said=timedelta(seconds=11))
    assert not connection.past("#c", said=timedelta(seconds=10))
    assert not connection.past("#c", said=timedelta(seconds=9))


def test_a_minute_old_is_history_whenever_we_joined() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(1000)
    assert not connection.past("#c", said=timedelta(seconds=59))
    assert connection.past("#c", said=timedelta(seconds=61))


def test_a_line_in_a_batch_is_history() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(10)
    assert connection.past("#c", said=NOW, batch="1")
    assert connection.past("#c", said=None, batch="1")


def test_without_time_the_first_seconds_after_a_join_are_not_heard() -> None:
    connection = Connection()
    connection.join("#c", timed=False)
    connection.after(4.9)
    assert connection.past("#c", said=None)
    connection.after(0.2)
    assert not connection.past("#c", said=None)


def test_a_time_that_cannot_be_read_is_history() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(10)
    assert connection.past("#c", said=None, time="yesterday")
    assert server_time({"time": "0001-01-01T00:00:00+23:59"}) is None


def test_a_channel_that_we_left_is_not_heard() -> None:
    connection = Connection()
    connection.join("#c")
    connection.replay.left("#c")
    connection.after(10)
    assert connection.past("#c", said=NOW)


def test_private_lines_count_from_the_welcome() -> None:
    connection = Connection()
    assert connection.past(None, said=NOW)
    connection.welcome()
    connection.after(10)
    assert connection.past(None, said=timedelta(seconds=11))
    assert not connection.past(None, said=timedelta(seconds=1))


def test_bare_private_lines_wait_out_the_first_seconds() -> None:
    connection = Connection()
    connection.welcome(timed=False)
    connection.after(1)
    assert connection.past(None, said=None)
    connection.after(5)
    assert not connection.past(None, said=None)


async def test_a_replay_that_is_announced_lasts_until_the_server_answers() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(100)
    connection.event("notice", "#c", "Replaying up to 50 lines of pre-join history")
    assert connection.past("#c", said=NOW)
    assert connection.lines == ["PING bell1"]


async def test_after_the_answer_the_channel_is_heard_again() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(100)
    connection.event("privmsg", "#c", "Buffer Playback...", source="***!znc@znc.in")
    connection.link.pings.handlers()["pong"](Event("pong", "server", "server", ["bell1"]))
    await asyncio.sleep(0)
    assert not connection.past("#c", said=NOW)


def test_nobody_but_a_server_can_announce_a_replay() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(100)
    connection.event("notice", "#c", "Replaying up to 50 lines", source="mallory!m@h")
    assert not connection.past("#c", said=NOW)


def test_a_clock_of_ours_that_is_wrong_does_not_make_us_deaf() -> None:
    for hours in (-3, 3):
        connection = Connection(server_ahead=timedelta(hours=hours))
        connection.welcome()
        connection.join("#c")
        connection.after(10)
        assert not connection.past("#c", said=NOW)
        assert connection.past("#c", said=timedelta(seconds=70))


def test_a_bouncer_that_joined_long_ago_does_not_move_our_join() -> None:
    connection = Connection()
    connection.replay.joined("#c", connection._event("join", "#c", (), ago=timedelta(seconds=30)))
    connection.after(5)
    assert connection.past("#c", said=timedelta(seconds=10))
    assert not connection.past("#c", said=timedelta(seconds=4))


def test_a_clock_of_ours_that_is_set_is_learned_with_the_next_answer() -> None:
    connection = Connection()
    connection.join("#c")
    connection.after(3600)
    connection.ahead = timedelta(hours=-1)
    connection.event("pong", "server", "bell1")
    connection.after(10)
    assert not connection.past("#c", said=NOW)
