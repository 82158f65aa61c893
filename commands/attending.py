"""The desk for whoever says that he comes to an event, or that he does not."""

from __future__ import annotations

from commands.declaration import Call, Command, Who
from commands.eventdesk import EVENT, event_to_change, record
from commands.messages import Line, Reply, line, reply
from storage import attendance
from storage.values import Event


class Attending:
    """Who comes to which event; of a series, to all of it."""

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "coming",
                Who.IDENTIFIED,
                "help.coming",
                "coming 7",
                self.come,
                (EVENT,),
                aliases=("rsvp", "attend"),
                writes=True,
                pressable=True,
            ),
            Command(
                "notcoming",
                Who.IDENTIFIED,
                "help.notcoming",
                "notcoming 7",
                self.stay_away,
                (EVENT,),
                aliases=("not coming",),
                writes=True,
                pressable=True,
            ),
        )

    async def come(self, call: Call) -> Reply:
        """Put the speaker on an event's list."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        new = await attendance.come(
            call.session, event.number, person=call.person.key, now=call.now
        )
        if new:
            await record(call, "event.coming", event)
        return await _answer(call, event, "coming.kept" if new else "coming.already")

    async def stay_away(self, call: Call) -> Reply:
        """Take the speaker off an event's list."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        gone = await attendance.stay_away(call.session, event.number, person=call.person.key)
        if gone:
            await record(call, "event.not_coming", event)
        return await _answer(call, event, "coming.dropped" if gone else "coming.never")


async def _answer(call: Call, event: Event, key: str) -> Reply:
    count = await attendance.count(call.session, event.number)
    coming = line("card.coming", count=count) if count else line("coming.nobody")
    return reply(line(key, number=event.number, title=event.title, coming=coming))
