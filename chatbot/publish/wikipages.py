"""What stands on each of a wiki's pages of events at a moment, composed from the programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chatbot.programme import Edition
from chatbot.publish import wikipages_lists as lists
from chatbot.publish.wikipages_event import event_page, template_text
from chatbot.publish.wikipages_settings import CalendarSettings
from chatbot.publish.wikipages_wording import Wording
from chatbot.text import Texts
from commands.eventcard import next_change
from commands.messages import Line, line
from commands.rules.eventpages import event_page as title_of
from commands.rules.pagekeeping import Trouble
from commands.rules.schedule import current
from commands.rules.showcase import Entry, entries
from commands.rules.titles import MAIN, Title, normalise, prefixed
from commands.wikis import SiteFacts
from storage.publicationvalues import Kept, Publication, Wanted
from storage.values import Event, EventState, Shown

TEMPLATES = 10
"""The namespace of templates."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A text for a page, and what is to be remembered when it was written.

    `turns_at` is when time alone may make another text of it, None for never.
    """

    block: str
    summary: Line
    turns_at: datetime | None = None
    shown_at: datetime | None = None
    moved_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What all pages of a wiki are composed from at one moment.

    `kept` are the pages of events by number, `templated` the templates that there are.
    """

    edition: Edition
    now: datetime
    site: SiteFacts
    kept: Mapping[int, Publication]
    templated: frozenset[str] = frozenset()


class Pages:
    """Composes the pages of one calendar."""

    def __init__(self, *, settings: CalendarSettings, texts: Texts) -> None:
        self.settings = settings
        self.wording = Wording(
            texts=texts, language=settings.language, local_time=settings.local_time
        )

    def fixed(self, site: SiteFacts) -> tuple[Wanted, ...]:
        """Return the pages that there are whatever events there are."""
        named = (
            # First of all, because the pages of events are made from it.
            (
                Kept.TEMPLATE,
                self.settings.template if self._gives_template(site) else "",
                TEMPLATES,
            ),
            (Kept.CALENDAR, self.settings.calendar, MAIN),
            (Kept.UPCOMING, self.settings.upcoming, MAIN),
        )
        return tuple(
            Wanted(f"{kind}:{text}", kind, self._title(text, site, namespace))
            for kind, text, namespace in named
            if text
        )

    def new_event_pages(self, shown: Iterable[Shown], scene: Scene) -> tuple[Wanted, ...]:
        """Return the pages that events shall have and do not; what is over gets none any more."""
        if not self.settings.events:
            return ()
        return tuple(
            Wanted(self._name(event), Kept.EVENT, title, event.number)
            for each in shown
            if (event := each.event).number not in scene.kept and self._deserves(event, scene.now)
            if (title := title_of(self.settings.events, event.number, event.title, scene.site))
        )

    def has(self, name: str) -> bool:
        """Return whether this calendar has the page that goes by this name."""
        events = f"{Kept.EVENT}:{self.settings.events}:"
        return (bool(self.settings.events) and name.startswith(events)) or name in {
            f"{Kept.CALENDAR}:{self.settings.calendar}",
            f"{Kept.UPCOMING}:{self.settings.upcoming}",
            f"{Kept.TEMPLATE}:{self.settings.template}",
        }

    def compose(self, kept: Publication, scene: Scene) -> Composed:
        """Return what a page shall say."""
        match kept.kind:
            case Kept.EVENT:
                return self._event(kept, scene)
            case Kept.TEMPLATE:
                text = template_text(self.wording, self._called(kept.title, scene.site))
                return Composed(text, line("wikipages.summary.template"))
            case _:
                return self._list(kept, scene)

    def template(self, site: SiteFacts) -> str:
        """Return the title of the template, empty where there shall be none."""
        return self._title(self.settings.template, site, TEMPLATES)

    def _gives_template(self, site: SiteFacts) -> bool:
        # Without it, what there is not could not be left out.
        return bool(self.settings.events) and "ParserFunctions" in site.extensions

    def _deserves(self, event: Event, now: datetime) -> bool:
        wanted = event.public and self.settings.wanted.takes(event)
        return wanted and event.state is EventState.SCHEDULED and current(event, now) is not None

    def _name(self, event: Event) -> str:
        return f"{Kept.EVENT}:{self.settings.events}:{event.number}"

    def _event(self, kept: Publication, scene: Scene) -> Composed:
        shown = scene.edition.events.get(kept.event or 0)
        summary = line("wikipages.summary.event", number=kept.event or 0)
        if shown is None:
            return Composed(self.wording.say("wikipages.withdrawn"), summary)
        event, moved_from = shown.event, moved(kept, shown.event)
        page = event_page(shown, self.wording, now=scene.now, moved_from=moved_from)
        template = self.template(scene.site)
        return Composed(
            page.by_template(self._called(template, scene.site))
            if template in scene.templated
            else page.laid_out(self.wording),
            summary,
            next_change(event, scene.now),
            event.starts_at,
            moved_from,
        )

    def _list(self, kept: Publication, scene: Scene) -> Composed:
        found, now, settings = self._entries(scene), scene.now, self.settings
        around = lists.Around(now, self._linked(scene), self._moved(scene))
        if kept.kind is Kept.CALENDAR:
            text = lists.calendar(found, around, self.wording)
            summary = line("wikipages.summary.calendar")
        else:
            text = lists.upcoming(found, around, self.wording, page=kept.title, most=settings.most)
            summary = line("wikipages.summary.upcoming")
        return Composed(text, summary, lists.turns_at(found, now))

    def _entries(self, scene: Scene) -> tuple[Entry, ...]:
        # From a whole day on, so that the text does not change with every minute.
        day = scene.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return entries(
            scene.edition.events.values(),
            since=day - self.settings.past,
            before=day + self.settings.ahead,
            wanted=self.settings.wanted,
        )

    def _linked(self, scene: Scene) -> dict[int, str]:
        """Return the pages of events; one that cannot be written is not linked to in red."""
        return {
            number: each.title
            for number, each in scene.kept.items()
            if each.revid is not None or each.trouble is None or Trouble(each.trouble).wide
        }

    def _moved(self, scene: Scene) -> dict[int, datetime]:
        found = {
            number: moved(each, shown.event)
            for number, each in scene.kept.items()
            if (shown := scene.edition.events.get(number))
        }
        return {number: before for number, before in found.items() if before is not None}

    def _title(self, text: str, site: SiteFacts, namespace: int) -> str:
        title = normalise(text, site, namespace)
        return prefixed(title, site) if isinstance(title, Title) else text

    def _called(self, title: str, site: SiteFacts) -> str:
        """Return how a page is named when it is transcluded."""
        meant = normalise(title, site)
        if isinstance(meant, Title) and meant.namespace == TEMPLATES:
            return meant.text
        return title if ":" in title else f":{title}"


def moved(kept: Publication, event: Event) -> datetime | None:
    """Return the start that an event had before, where it was moved since its page was made."""
    if event.recurrence_rule is not None:
        return None
    if kept.shown_at is not None and kept.shown_at != event.starts_at:
        return kept.shown_at
    return kept.moved_from
