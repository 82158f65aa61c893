"""How each sighting ends: as a recipient, or left out with the step that took it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commands.rules.audience import Audience, Step, Verdict, funnel
from commands.rules.choosing import Candidate
from commands.rules.considered import Considered
from commands.rules.people import Person
from commands.rules.placing import WikiPage
from commands.rules.sightings import Entry, Sighting
from storage.runvalues import LeftOut, Recipient


class Ending:
    """Notes how sightings end, one after the other. `reason` is the recipe's, for all of them.

    A human has one end, whatever number of sightings led to him: the others end as the same human.
    """

    def __init__(self, sightings: Sequence[Sighting], *, reason: str) -> None:
        self._sightings = sightings
        self._reason = reason
        self._left_out: dict[int, LeftOut] = {}
        self._recipients: list[Recipient] = []
        self.considered: list[Considered] = []

    def nobody(self, number: int, verdict: Verdict) -> None:
        """Note that a sighting is nobody's."""
        sighting = self._sightings[number]
        title = sighting.title or sighting.user
        self._leave_out(number, (sighting.wiki, title), verdict)

    def taken(self, person: Person, verdict: Verdict) -> None:
        """Note that a human was taken before he could be a candidate."""
        self.nobody(person.entries[0].number, verdict)
        self._same_human(person, person.entries[0], person.entries[0].sighting.wiki)
        self._consider(person, verdict)

    def not_chosen(self, candidate: Candidate, verdict: Verdict) -> None:
        """Note that a candidate was not chosen, with the page where he would be written to."""
        place = candidate.place
        self._leave_out(candidate.entry.number, (place.wiki, place.page.title), verdict)
        if candidate.person:
            self._same_human(candidate.person, candidate.entry, candidate.place.wiki)
            self._consider(candidate.person, verdict, candidate)

    def chosen(self, candidate: Candidate) -> None:
        """Note that a candidate is the next recipient."""
        recipient = self._recipient(candidate)
        self._recipients.append(recipient)
        if candidate.person:
            self._same_human(candidate.person, candidate.entry, candidate.place.wiki)
            self._consider(candidate.person, None, candidate, recipient.number)

    def audience(self, unread: Iterable[LeftOut]) -> Audience:
        """Return the audience; `unread` are those who cannot even be told as sightings."""
        ordered = (self._left_out[number] for number in sorted(self._left_out))
        left_out = (*unread, *ordered)
        steps = funnel(left_out, len(self._recipients))
        return Audience(tuple(self._recipients), steps, left_out)

    def _leave_out(self, number: int, page: WikiPage, verdict: Verdict) -> None:
        as_listed = self._sightings[number].as_listed
        self._left_out[number] = LeftOut(*page, as_listed, *verdict)

    def _same_human(self, person: Person, principal: Entry, wiki: str) -> None:
        for each in person.entries:
            if each is principal:
                continue
            same_wiki = each.sighting.wiki == principal.sighting.wiki
            duplicate = Step.DUPLICATE, principal.sighting.as_listed
            self.nobody(each.number, duplicate if same_wiki else (Step.OTHER_WIKI, wiki))

    def _consider(
        self,
        person: Person,
        verdict: Verdict | None,
        candidate: Candidate | None = None,
        number: int | None = None,
    ) -> None:
        human = person.human
        names = {each.name for each in human.accounts}
        names |= {each.sighting.user for each in person.entries if each.sighting.user}
        self.considered.append(
            Considered(
                human.key,
                human.name,
                tuple(sorted(names)),
                tuple(each for each in human.accounts if each.can_tell),
                candidate.place.home if candidate else None,
                candidate.score if candidate else None,
                number,
                *(verdict or ()),
            )
        )

    def _recipient(self, candidate: Candidate) -> Recipient:
        place, sighting = candidate.place, candidate.entry.sighting
        return Recipient(
            len(self._recipients) + 1,
            place.wiki,
            place.page.title,
            place.user,
            sighting.as_listed,
            self._reason or sighting.reason,
            page_language=place.page.language,
            way=place.way,
            human=candidate.key,
            others=place.others,
        )
