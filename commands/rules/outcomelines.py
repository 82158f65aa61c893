"""What came of a run, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from commands.messages import Line, Value, line
from commands.rules.audience import Step
from commands.rules.effect import Effect, Share
from commands.rules.outcomes import Counts, Outcomes

_MOST = 6
"""So many wikis or languages are told apart; more stand in the report."""


def outcome_lines(found: Outcomes) -> tuple[Line, ...]:
    """Return what came of a run: all, by wiki and language where there are several, the effect."""
    if not found.total.delivered:
        return ()
    lines = [_counted("outcome_counts.all", found.total)]
    lines += _apart("outcome_counts.wiki", found.by_wiki)
    lines += _apart("outcome_counts.language", found.by_language)
    if found.effect:
        lines += effect_lines(found.effect)
    return tuple(lines)


def why(outcome: str) -> Line:
    """Return why a message was skipped, or could not be delivered, in words."""
    return line(f"funnel.{outcome}" if outcome in set(Step) else f"outcome.{outcome}")


def _apart(key: str, groups: Mapping[str, Counts]) -> Iterator[Line]:
    if 1 < len(groups) <= _MOST:
        for name, counts in groups.items():
            yield _counted(key, counts, group=name or "?")


def _counted(key: str, counts: Counts, group: str = "") -> Line:
    return line(
        key,
        group=group,
        count=counts.delivered,
        replied=counts.replied,
        signed_up=counts.signed_up,
        opted_out=counts.opted_out,
        blocked=counts.blocked,
    )


def effect_lines(effect: Effect) -> Iterator[Line]:
    """Yield how those written to compare with those held out, and what that is worth."""
    yield line(
        "effect.shares",
        written=_share(effect.written),
        held_out=_share(effect.held_out),
        difference=_points(effect.difference),
        low=_points(effect.interval.low),
        high=_points(effect.interval.high),
    )
    if effect.too_few:
        yield line("effect.too_few")
    elif not effect.clear:
        yield line("effect.unclear")


def _share(share: Share) -> Line:
    percent = round(100 * share.value, 1)
    return line("effect.share", number=share.count, of=share.of, percent=percent)


def _points(value: float) -> Value:
    points = round(100 * value, 1)
    # Added to zero, what is zero has no sign.
    return line("effect.plus", points=points) if points > 0 else points + 0.0
