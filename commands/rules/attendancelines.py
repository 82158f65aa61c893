"""How many come, as everybody may read it and as those may who see to the event."""

from __future__ import annotations

from commands.messages import Line, line
from commands.rules.showcase import public_count


def counted(people: int, *, exact: bool) -> tuple[Line, ...]:
    """Return a sentence about how many come; nothing where nobody does.

    `exact` is for coordinators and the host, in private: no figure about fewer than five people
    is for everybody.
    """
    if exact:
        return (line("card.coming", count=people),) if people else (line("coming.nobody"),)
    shown = public_count(people)
    if shown is not None:
        return (line("card.coming", count=shown),)
    return (line("card.a_few_come"),) if people else ()


def room(capacity: int | None, taken: int) -> tuple[Line, ...]:
    """Return a sentence about how many places there are, or that all are taken.

    How many are taken is not said: it may be about few people.
    """
    if capacity is None:
        return ()
    return (line("card.full"),) if taken >= capacity else (line("card.places", count=capacity),)
