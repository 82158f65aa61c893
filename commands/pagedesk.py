"""The desk for the pages of events on wikis: how they stand, and having them written now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from commands.declaration import Call, Command, Who
from commands.goingon import stopped
from commands.messages import Line, Moment, Reply, line, reply
from commands.rules.pagekeeping import Trouble, told
from storage import ledger, publications, stops
from storage.publicationvalues import Kept, Publication

_MOST_TROUBLES = 5


class PageDesk:
    """Tells coordinators what is kept on wiki pages."""

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command("pages", Who.COORDINATOR, "help.pages", "pages", self.show),
            Command(
                "pages update",
                Who.COORDINATOR,
                "help.pages_update",
                "pages update",
                self.update,
                writes=True,
            ),
        )

    async def show(self, call: Call) -> Reply:
        """Say which pages are kept, when they were written last, and what is wrong with them."""
        kept = await publications.kept(call.session)
        if not kept:
            return reply(line("pages.none"))
        wikis = {each.wiki for each in kept}
        standing = [each for each in await stops.standing(call.session) if each.wiki in wikis]
        return reply(
            *(_page(call, each) for each in kept if each.kind is not Kept.EVENT),
            *_events(call, kept),
            *_troubles(kept),
            *(stopped(each) for each in standing),
        )

    async def update(self, call: Call) -> Reply:
        """Have all pages looked at and written now."""
        count = await publications.ask(call.session, now=call.now)
        if not count:
            return reply(line("pages.none"))
        await ledger.append(
            call.session,
            at=call.now,
            actor=call.person.key,
            action="pages.asked",
            subject="pages",
            details={"count": count},
        )
        return reply(line("pages.asked", count=count, prefix=call.prefix))


def _page(call: Call, kept: Publication) -> Line:
    what = line(f"pages.kind.{kept.kind}")
    if kept.written_at is None:
        return line("pages.unwritten", what=what, wiki=kept.wiki, page=kept.title)
    at = Moment(kept.written_at, call.zone)
    return line("pages.written", what=what, wiki=kept.wiki, page=kept.title, at=at)


def _events(call: Call, kept: Sequence[Publication]) -> list[Line]:
    """Return one sentence a wiki on the events' own pages: there can be many."""
    by_wiki: dict[str, list[Publication]] = defaultdict(list)
    for each in kept:
        if each.kind is Kept.EVENT and each.written_at is not None:
            by_wiki[each.wiki].append(each)
    return [
        line(
            "pages.events",
            wiki=wiki,
            count=len(those),
            at=Moment(max(each.written_at for each in those if each.written_at), call.zone),
        )
        for wiki, those in by_wiki.items()
    ]


def _troubles(kept: Sequence[Publication]) -> list[Line]:
    """Return what is wrong; what is wrong with a whole wiki is the same for all its pages."""
    found = {(each.wiki, each.title): each for each in kept if each.trouble}
    lines = [
        told(each, Trouble(each.trouble or ""), each.reason or "")
        for each in list(found.values())[:_MOST_TROUBLES]
    ]
    more = len(found) - _MOST_TROUBLES
    return [*lines, line("pages.more_troubles", count=more)] if more > 0 else lines
