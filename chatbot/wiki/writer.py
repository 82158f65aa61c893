"""What the bot writes on a wiki, whichever way it reaches people, and finds again afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chatbot.wiki import boards, handing, mailing, writing, written
from chatbot.wiki.threaded import Threaded
from commands.wikis import BoardTopic, OwnEdit, PageText
from commands.writes import Email, MassMessage, PageEdit, SaveResult, Section, Topic


class WritingWiki(Threaded):
    """The part of `commands.wikis.Wiki` that writes: one request on the wire at most each."""

    async def add_section(self, section: Section) -> SaveResult:
        """Save a new section."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: writing.add_section(self._session(), section, maxlag=maxlag)
        )

    async def save_page(self, edit: PageEdit) -> SaveResult:
        """Save a page."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: writing.save_page(self._session(), edit, maxlag=maxlag)
        )

    async def add_topic(self, topic: Topic) -> SaveResult:
        """Start a topic on a board."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: boards.add_topic(self._session(), topic, maxlag=maxlag)
        )

    async def send_email(self, email: Email) -> SaveResult:
        """Have a mail sent."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: mailing.send_email(self._session(), email, maxlag=maxlag)
        )

    async def mass_message(self, message: MassMessage) -> SaveResult:
        """Hand a message over."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: handing.mass_message(self._session(), message, maxlag=maxlag)
        )

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return all edits of the account since then, oldest first."""
        username = self._settings.username
        with self._trouble_named():
            return await written.edits(self._ask, username, since)

    async def as_saved(self, revids: Sequence[int]) -> Mapping[int, PageText]:
        """Return the texts of these revisions."""
        with self._trouble_named():
            return await written.as_saved(self._ask, revids, batch=await self._batch())

    async def topics(self, board: str, since: datetime) -> Sequence[BoardTopic]:
        """Return the topics of a board since then, newest first."""
        with self._trouble_named():
            return await boards.topics(self._ask, board, since)

    async def handed_over_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return what the MassMessage extension has delivered since then, oldest first."""
        messenger = self._settings.messenger
        with self._trouble_named():
            return await written.edits(self._ask, messenger, since, tag=handing.DELIVERED)
