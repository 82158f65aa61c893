"""How fast may be sent, and whose turn it is."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.irc.pace import Bucket, Turns
from chatbot.irc.trouble import ConnectionGone

WAITS = st.lists(st.floats(0, 30), min_size=1, max_size=60)


@given(WAITS, st.integers(1, 10), st.floats(0.1, 20))
def test_no_span_of_time_sees_more_than_burst_and_rate(
    waits: list[float], burst: int, rate: float
) -> None:
    now, sent = 0.0, list[float]()
    bucket = Bucket(burst=burst, rate=rate, now=now)
    for wait in waits:
        now += wait
        now += bucket.wait(now)
        bucket.spend(now)
        sent.append(now)
    for first, began in enumerate(sent):
        for last, ended in enumerate(sent[first:], first):
            assert last - first + 1 <= burst + rate * (ended - began) + 1e-6


@given(WAITS, st.integers(1, 10), st.floats(0.1, 20))
def test_nobody_waits_longer_than_the_rate_asks(
    waits: list[float], burst: int, rate: float
) -> None:
    now = 0.0
    bucket = Bucket(burst=burst, rate=rate, now=now)
    for wait in waits:
        now += wait
        assert bucket.wait(now) <= 1 / rate + 1e-9
        now += bucket.wait(now)
        bucket.spend(now)


def test_what_is_sent_out_of_turn_is_paid_later() -> None:
    bucket = Bucket(burst=2, rate=1, now=0)
    for _ in range(4):
        bucket.spend(0)
    assert bucket.wait(0) == pytest.approx(3)


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def turns(*, burst: float, rate: float = 1000) -> Turns:
    clock = asyncio.get_running_loop().time
    return Turns(bucket=Bucket(burst=burst, rate=rate, now=clock()), monotonic=clock)


async def test_channels_take_turns_however_much_one_of_them_asks() -> None:
    queue, order = turns(burst=1), list[str]()

    async def send(key: str) -> None:
        await queue.turn(key)
        order.append(key)

    await queue.turn("first")
    await asyncio.gather(*(send(key) for key in ["#loud"] * 5 + ["#calm"] * 2))
    assert order == ["#loud", "#calm", "#loud", "#calm", "#loud", "#loud", "#loud"]


async def test_a_turn_that_is_given_back_is_taken_by_the_next() -> None:
    clock = Clock()
    queue = Turns(bucket=Bucket(burst=1, rate=1, now=0), monotonic=clock)
    await queue.turn("#a")
    waiting = asyncio.create_task(queue.turn("#b"))
    await asyncio.sleep(0)
    queue.give_back()
    await waiting


async def test_whoever_gives_up_waiting_leaves_his_turn_to_others() -> None:
    clock = Clock()
    queue = Turns(bucket=Bucket(burst=1, rate=1, now=0), monotonic=clock)
    await queue.turn("#a")
    impatient = asyncio.create_task(queue.turn("#b"))
    patient = asyncio.create_task(queue.turn("#c"))
    await asyncio.sleep(0)
    impatient.cancel()
    queue.give_back()
    await patient


async def test_nobody_waits_for_a_connection_that_is_gone() -> None:
    queue = turns(burst=1, rate=0.001)
    await queue.turn("#a")
    waiting = asyncio.create_task(queue.turn("#a"))
    await asyncio.sleep(0)
    queue.close(ConnectionGone("killed"))
    with pytest.raises(ConnectionGone):
        await waiting
    with pytest.raises(ConnectionGone):
        await queue.turn("#b")
