"""The desk for subscriptions: who hears of which events, and who is told of one, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import EVENT, event_meant
from commands.messages import Line, Reply, Value, line, reply
from commands.paging import PAGE, page_of
from commands.planning import Planning
from commands.policy import EventPolicy, RunPolicy
from commands.rules.showcase import FEWEST
from commands.rules.subscriptions import (
    Spread,
    in_words,
    is_everything,
    is_told,
    joined,
    listed_as,
    place_in_words,
    without,
)
from commands.rules.subscriptiontext import Known, Wants, read
from commands.subscribers import Subscriber, subscriber
from storage import events, ledger, subscriptions, wishes
from storage.values import Destination, Event, Place, Subscription

_MOST_SHOWN = 10
_MOST_EVENTS = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose subscription is meant, what it is now, and what was said of it."""

    destination: Destination
    had: Subscription | None
    wants: Wants

    @property
    def bare(self) -> Subscription:
        """What was asked for, as a subscription of its own."""
        found = self.wants
        if found.everything:
            return Subscription(self.destination)
        return Subscription(
            self.destination, tuple(found.kinds), tuple(found.topics), tuple(found.languages)
        )


class Subscribing:
    """Who wants to hear of what. `languages` are those that the bot speaks."""

    def __init__(
        self,
        *,
        policy: EventPolicy,
        runs: RunPolicy,
        languages: Collection[str],
        planning: Planning,
    ) -> None:
        self._policy = policy
        self._runs = runs
        self._languages = languages
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        what = Argument("what", Kind.TEXT, optional=True)
        return (
            Command(
                "subscribe",
                Who.IDENTIFIED,
                "help.subscribe",
                "subscribe topic: wikidata, lua kind: tech-talk language: sv",
                self.subscribe,
                (what,),
                writes=True,
                form="subscribe [#CHANNEL or [[PAGE]]] [topic: …] [kind: …] [language: …]",
            ),
            Command(
                "unsubscribe",
                Who.IDENTIFIED,
                "help.unsubscribe",
                "unsubscribe lua",
                self.unsubscribe,
                (what,),
                writes=True,
                form="unsubscribe [#CHANNEL or [[PAGE]]] [topic: …] [kind: …] [language: …]",
            ),
            Command(
                "subscriptions",
                Who.COORDINATOR,
                "help.subscriptions",
                "subscriptions",
                self.everywhere,
                (PAGE,),
                pressable=True,
            ),
            Command("where", Who.ALL, "help.where", "where 7", self.where, (EVENT,)),
        )

    async def subscribe(self, call: Call) -> Reply:
        """Subscribe to events; without anything more, say what there is here."""
        asked = await self._asked(call)
        if isinstance(asked, Line):
            return reply(asked)
        if not asked.wants.anything and (asked.had or not call.text("what", "")):
            return reply(*self._standing(call, asked))
        after = joined(asked.had, asked.bare)
        if after == asked.had:
            return reply(*asked.wants.doubts, *self._standing(call, asked))
        await self._change(call, asked, after)
        said = line("subscribe.kept", who=place_in_words(asked.destination), what=in_words(after))
        narrowed = asked.had is not None and _is_narrower(asked.had, after)
        warned = [line("subscribe.narrowed")] if narrowed else []
        ahead = await self._ahead(call, after)
        off = _off(call, asked.destination)
        return reply(said, *warned, *asked.wants.doubts, *ahead, off)

    async def unsubscribe(self, call: Call) -> Reply:
        """End a subscription, or take something out of it."""
        asked = await self._asked(call)
        if isinstance(asked, Line):
            return reply(asked)
        who = place_in_words(asked.destination)
        if asked.had is None:
            return reply(*self._standing(call, asked))
        if not asked.wants.anything or asked.wants.everything:
            await self._change(call, asked, None)
            return reply(line("unsubscribe.ended", who=who), *self._as_usual(asked.destination))
        after = without(asked.had, asked.bare)
        if after == asked.had:
            what = in_words(asked.had)
            return reply(
                line(
                    "unsubscribe.not_in",
                    who=who,
                    what=what,
                    whose=_whose(call, asked.destination),
                    prefix=call.prefix,
                )
            )
        await self._change(call, asked, after)
        if after is None:
            ended = line("unsubscribe.nothing_left", who=who)
            return reply(ended, *self._as_usual(asked.destination))
        return reply(line("subscribe.kept", who=who, what=in_words(after)))

    async def everywhere(self, call: Call) -> Reply:
        """Say which channels and pages subscribed to what, and how many persons did."""
        found = await subscriptions.everywhere(call.session)
        shown = [each for each in found if each.destination.place is not Place.PERSON]
        persons = len(found) - len(shown)
        if not found:
            return reply(line("subscriptions.none", prefix=call.prefix))
        page = page_of(call, shown, _MOST_SHOWN)
        lines = [
            line("subscriptions.one", who=place_in_words(each.destination), what=in_words(each))
            for each in page.items
        ]
        if persons and not page.left:
            few = line("subscriptions.few_persons")
            many = line("subscriptions.persons", count=persons)
            lines.append(many if persons >= FEWEST else few)
        return reply(
            *lines,
            *page.hint(call, "subscriptions"),
            private=len(lines) > 3,
            buttons=page.buttons("subscriptions"),
        )

    async def where(self, call: Call) -> Reply:
        """Say who is told of an event and why, and who is not."""
        event = await event_meant(call)
        if isinstance(event, Line):
            return reply(event)
        spread = await self._planning.spread(call.session, event)
        wished = await wishes.of(call.session, event.number)
        lines = [
            line("where.event", number=event.number, title=event.title),
            *_told(spread),
            *_in_private(spread, wished),
            *_on_pages(call, event, spread),
            line("where.public" if event.public else "where.not_public"),
            *_not_told(spread),
        ]
        return reply(*lines, private=len(lines) > 5)

    async def _asked(self, call: Call) -> _Asked | Line:
        """Return what a command asks for, or why it cannot be had."""
        meant = subscriber(call, call.text("what", ""), events=self._policy, runs=self._runs)
        if not isinstance(meant, Subscriber):
            return meant
        topics, languages = await events.themes(call.session)
        known = Known(tuple(self._policy.kinds), topics, {*self._languages, *languages})
        wants = read(meant.rest, known)
        if isinstance(wants, Line):
            return wants
        had = await subscriptions.of(call.session, meant.destination)
        return _Asked(meant.destination, had, wants)

    async def _change(self, call: Call, asked: _Asked, after: Subscription | None) -> None:
        """Keep what a destination wants from now on; what is planned for it follows."""
        destination = asked.destination
        found = await events.coming(call.session, since=call.now)
        affected = [each.number for each in found if _changes(each, asked, after)]
        await events.stand_still(call.session, affected)
        if after is None:
            await subscriptions.drop(call.session, destination)
        else:
            await subscriptions.keep(call.session, after, person=call.person.key, now=call.now)
        if destination.place is not Place.PAGE:
            coming = await events.coming(call.session, since=call.now)
            changed = [each for each in coming if _changes(each, asked, after)]
            await self._planning.follow(call.session, destination, changed, call.now)
        await _record(call, destination, after)

    async def _ahead(self, call: Call, subscription: Subscription) -> list[Line]:
        """Say which events that are known already are among what was subscribed to."""
        coming = await events.coming(call.session, since=call.now)
        found = [each for each in coming if is_told(each, subscription.destination, subscription)]
        if not found:
            return []
        named = tuple(
            line("subscribe.event", number=each.number, title=each.title)
            for each in found[:_MOST_EVENTS]
        )
        return [line("subscribe.ahead", count=len(found), events=named)]

    def _standing(self, call: Call, asked: _Asked) -> list[Line]:
        """Say what a destination hears of as things are."""
        who = place_in_words(asked.destination)
        if asked.had is not None:
            said = line("subscribe.has", who=who, what=in_words(asked.had))
            return [said, _off(call, asked.destination)]
        usual = self._as_usual(asked.destination)
        none = line("subscribe.none", who=who, prefix=call.prefix)
        return [*usual, none] if usual else [none]

    def _as_usual(self, destination: Destination) -> list[Line]:
        """Say that a configured channel gets everything unless it subscribed to something."""
        if destination not in self._policy.channels:
            return []
        return [line("subscribe.usual", who=place_in_words(destination))]


def _off(call: Call, destination: Destination) -> Line:
    return line("subscribe.off", whose=_whose(call, destination), prefix=call.prefix)


def _whose(call: Call, destination: Destination) -> str:
    """Return what must be added to a command said here, so that it means this destination."""
    if destination == (call.where or wishes.told(call.identity)):
        return ""
    page = destination.place is Place.PAGE
    return f" {listed_as(destination) if page else destination}"


def _changes(event: Event, asked: _Asked, after: Subscription | None) -> bool:
    before = is_told(event, asked.destination, asked.had)
    return before is not is_told(event, asked.destination, after)


def _is_narrower(had: Subscription, after: Subscription) -> bool:
    """Return whether something is asked of an event now that was not: fewer are told."""
    if is_everything(after):
        return False
    fields = ("kinds", "topics", "languages")
    return any(getattr(after, name) and not getattr(had, name) for name in fields)


def _told(spread: Spread) -> list[Line]:
    said = []
    if spread.named:
        said.append(line("where.named", channels=tuple(map(str, spread.named))))
    if spread.usual:
        said.append(line("where.usual", channels=tuple(map(str, spread.usual))))
    said += [
        line("where.subscribed", who=place_in_words(each.destination), what=in_words(each))
        for each in spread.subscribed
        if each.destination.place is Place.CHANNEL
    ]
    return said or [line("where.no_channel")]


def _in_private(spread: Spread, wished: Collection[Destination]) -> list[Line]:
    subscribed = len(spread.persons)
    said = []
    if subscribed:
        many = line("where.persons", count=subscribed)
        said.append(many if subscribed >= FEWEST else line("where.few_persons"))
    if wished:
        many = line("where.wished", count=len(wished))
        said.append(many if len(wished) >= FEWEST else line("where.few_wished"))
    return said


def _on_pages(call: Call, event: Event, spread: Spread) -> list[Line]:
    if not spread.pages:
        return []
    pages: tuple[Value, ...] = tuple(map(place_in_words, spread.pages[:_MOST_SHOWN]))
    if len(spread.pages) > _MOST_SHOWN:
        pages = (*pages, "…")
    return [
        line(
            "where.pages",
            count=len(spread.pages),
            pages=pages,
            number=event.number,
            prefix=call.prefix,
        )
    ]


def _not_told(spread: Spread) -> list[Line]:
    """Say who subscribed to something else; of persons nothing is said."""
    places = [each for each in spread.passed_over if each.destination.place is not Place.PERSON]
    said = [
        line("where.passed_over", who=place_in_words(each.destination), what=in_words(each))
        for each in places[:_MOST_SHOWN]
    ]
    if more := len(places) - len(said):
        said.append(line("where.passed_over_more", count=more))
    return said


async def _record(call: Call, destination: Destination, after: Subscription | None) -> None:
    person = destination.place is Place.PERSON
    subject = f"person:{call.person.key}" if person else f"{destination.place}:{destination}"
    details: dict[str, object] = {}
    if after is not None:
        details = {
            "kinds": list(after.kinds),
            "topics": list(after.topics),
            "languages": list(after.languages),
        }
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action="subscription.kept" if after else "subscription.ended",
        subject=subject,
        details=details,
    )
