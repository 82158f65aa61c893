"""The desk for volunteers who share by hand: ready texts about an event, to be copied."""

from __future__ import annotations

from commands.composing import people, plain, starting
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import EVENT, event_meant
from commands.grammar import excerpt
from commands.messages import Line, Reply, Value, line, reply
from commands.postpolicy import PostPolicy
from commands.rules.schedule import current
from commands.rules.socialtext import literal, shortened
from commands.tongues import find, own_name
from storage.values import Event, EventState

_MOST_OF_DESCRIPTION = 500
_SHORT = 280
"""Graphemes that nearly every network and messenger takes."""


class Blurbs:
    """Makes texts in any language of the bot's, for whoever asks."""

    def __init__(self, *, policy: PostPolicy) -> None:
        self._policy = policy

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "blurb",
                Who.ALL,
                "help.blurb",
                "blurb 7 es",
                self.blurb,
                (EVENT, Argument("language", Kind.WORD, optional=True)),
                form="blurb N [LANG]",
            ),
        )

    async def blurb(self, call: Call) -> Reply:
        """Give a short text about an event, and a longer one."""
        event = await event_meant(call)
        if isinstance(event, Line):
            return reply(event)
        language = self._language(call, event)
        if language is None:
            known = tuple(f"{tag} ({own_name(tag)})" for tag in self._policy.languages)
            given = excerpt(call.text("language"))
            return reply(line("blurb.no_language", given=given, known=known))
        start = current(event, call.now)
        if start is None or event.state is not EventState.SCHEDULED or event.test:
            return reply(line("blurb.nothing", number=event.number, title=event.title))
        named: dict[str, Value] = {"number": event.number, "language": own_name(language)}
        short = [
            line("blurb.short", **named),
            *map(_copied, self._short(event, call, language)),
        ]
        long = [line("blurb.long", **named), *map(_copied, self._long(event, call, language))]
        return reply(*short, *long)

    def _language(self, call: Call, event: Event) -> str | None:
        asked = call.text("language", "")
        if asked:
            return find(asked, self._policy.languages)
        own = find(event.language, self._policy.languages) if event.language else None
        return own or self._policy.languages[0]

    def _short(self, event: Event, call: Call, language: str) -> list[str]:
        at = current(event, call.now) or event.starts_at
        when = self._policy.words(starting(event, at), language=language)
        left = _SHORT - len(when) - len(self._policy.address(event, at) or "") - 2
        title = literal(shortened(plain(event.title), max(left, 20)))
        return [title, when, *filter(None, [self._policy.address(event, at)])]

    def _long(self, event: Event, call: Call, language: str) -> list[str]:
        at = current(event, call.now) or event.starts_at

        def said(each: Line) -> str:
            return literal(self._policy.words(each, language=language))

        invited = said(line("blurb.invites", title=plain(event.title)))
        about = literal(shortened(plain(event.description or ""), _MOST_OF_DESCRIPTION))
        when = self._policy.words(starting(event, at), language=language)
        address = self._policy.address(event, at)
        link = line("blurb.link", link=address or "")
        where = [self._policy.words(link, language=language)] if address else []
        return [
            invited,
            *filter(None, [about]),
            when,
            *map(said, people(event)),
            *where,
            *filter(None, [" ".join(self._policy.hashtags(event))]),
        ]


def _copied(words: str) -> Line:
    return line("post.words", words=words)
