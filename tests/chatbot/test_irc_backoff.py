"""How long is waited before trying again."""

from chatbot.irc.backoff import Backoff


def longest(_low: float, high: float) -> float:
    return high


def test_the_ceiling_doubles_up_to_its_maximum() -> None:
    backoff = Backoff(minimum=2, maximum=30, uniform=longest)
    assert [backoff.delay() for _ in range(6)] == [2, 4, 8, 16, 30, 30]


def test_after_success_patience_starts_afresh() -> None:
    backoff = Backoff(minimum=2, maximum=30, uniform=longest)
    backoff.delay()
    backoff.reset()
    assert backoff.delay() == 2


def test_every_delay_up_to_the_ceiling_is_possible() -> None:
    bounds = list[tuple[float, float]]()

    def shortest(low: float, high: float) -> float:
        bounds.append((low, high))
        return low

    assert Backoff(minimum=2, maximum=30, uniform=shortest).delay() == 0
    assert bounds == [(0, 2)]
