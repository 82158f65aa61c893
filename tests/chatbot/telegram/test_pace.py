"""How fast is sent, on a clock of the test's own."""

import asyncio
import math

import pytest

from chatbot.telegram.pace import Pace, Window

LIMITS = [(3, 3.0), (20, 60.0)]


def sent(window: Window, seconds: float) -> list[float]:
    """Return when somebody who always wants to send can do so."""
    now, times = 0.0, list[float]()
    while now < seconds:
        window.take()
        window.confirm(now)
        times.append(now)
        now += window.wait(now)
    return times


@pytest.mark.parametrize(("most", "seconds"), LIMITS)
def test_no_stretch_of_time_holds_more_than_the_limit(most: int, seconds: float) -> None:
    times = sent(Window(most, seconds), seconds * 5)
    assert all(later - times[n] >= seconds for n, later in enumerate(times[most:]))
    assert len(times) >= most * 5


def test_what_is_on_its_way_counts_until_it_was_confirmed_a_while_ago() -> None:
    window = Window(2, 1)
    window.take()
    assert window.wait(0) == 0
    window.take()
    assert window.wait(0) == math.inf
    window.confirm(5)
    assert window.wait(5) == 1
    window.give_back()
    assert window.wait(5) == 0


async def test_a_chat_that_asks_for_a_pause_is_the_only_one_to_wait() -> None:
    now = 0.0
    pace = Pace(rate=30, monotonic=lambda: now)
    pace.hold(7, 60)
    assert pace.wait(7) == 60
    async with asyncio.timeout(1):
        await pace.turn(8)
    now = 60.0
    assert pace.wait(7) == 0


async def filled(pace: Pace) -> None:
    """Send as much as may be sent in a second."""
    for chat in (1, 2):
        await pace.turn(chat)
        pace.sent(chat)


async def test_whoever_is_waited_for_goes_first() -> None:
    pace = Pace(rate=2, monotonic=asyncio.get_running_loop().time)
    order = list[str]()

    async def send(chat: int, *, hasty: bool) -> None:
        await pace.turn(chat, hasty=hasty)
        pace.sent(chat)
        order.append("answer" if hasty else "notice")

    await filled(pace)
    notices = [asyncio.create_task(send(3, hasty=False))]
    await asyncio.sleep(0)
    await asyncio.gather(*notices, send(4, hasty=True))
    assert order == ["answer", "notice"]


async def test_whoever_gives_up_waiting_takes_no_turn() -> None:
    pace = Pace(rate=2, monotonic=asyncio.get_running_loop().time)
    await filled(pace)
    given_up = asyncio.create_task(pace.turn(3))
    await asyncio.sleep(0)
    given_up.cancel()
    async with asyncio.timeout(1.5):
        await asyncio.gather(pace.turn(4), pace.turn(5))


async def test_idle_chats_are_forgotten() -> None:
    now = 0.0
    pace = Pace(rate=10_000, monotonic=lambda: now)
    for chat in range(2500):
        now += 10
        await pace.turn(chat + 1)
        pace.sent(chat + 1)
    assert len(pace._chats) <= 1001
