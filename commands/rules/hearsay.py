"""What somebody did about our messages, as a reaction to be kept: decided from what was heard."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from commands.heard import Change
from commands.rules.answers import Edit, is_revert, mentions, said, said_in_section, unsigned
from commands.rules.plainwords import first_words, plain_words
from commands.rules.sections import saved_part
from commands.rules.unsubscribing import StopWords, asks_to_stop
from storage.heard import Reaction, ReactionKind, Sent, Suggestion


@dataclass(frozen=True, slots=True)
class Listener:
    """What is known of one wiki before anything is heard.

    `bot` is our own account. `pages` holds by page id what we saved there, oldest first, `talk`
    the titles of the coordinators' talk pages, `own_talk` that of the bot's. `writers` are the
    recipients on any wiki by user name, each with the last message to him.
    """

    wiki: str
    bot: str
    own_talk: str
    talk: frozenset[str]
    pages: Mapping[int, tuple[Sent, ...]]
    writers: Mapping[str, Sent]
    stop: Collection[StopWords]

    def concerns(self, change: Change) -> bool:
        """Return whether an edit may say something to us."""
        if change.user == self.bot:
            return False
        on_talk = change.title == self.own_talk or (
            change.title in self.talk and change.user in self.writers
        )
        return on_talk or change.page in self.pages

    def needed(self, change: Change) -> Iterator[int]:
        """Yield the revisions whose texts must be read to judge an edit."""
        yield change.revid
        if change.parent is not None:
            yield change.parent
        yield from (each.revid for each in self.pages.get(change.page, ()) if each.revid)

    def judge(self, change: Change, texts: Mapping[int, str]) -> tuple[Reaction, ...]:
        """Return what an edit says or does. A revision that `texts` lacks is deleted or hidden."""
        after = texts.get(change.revid)
        before = texts.get(change.parent) if change.parent is not None else ""
        if after is None or before is None:
            return ()
        found = [*self._on_page(change, before, after, texts)]
        if not found and not change.bot:
            found += self._on_talk(change, before, after)
        return tuple(found)

    def _on_page(
        self, change: Change, before: str, after: str, texts: Mapping[int, str]
    ) -> Iterator[Reaction]:
        for sent in self.pages.get(change.page, ()):
            part = saved_part(texts.get(sent.revid or 0, ""))
            if part is None:
                continue
            edit = Edit(part.text, before, after, change.tags)
            if is_revert(edit):
                yield self._reaction(ReactionKind.REVERT, change, sent, change.summary)
            elif not change.bot and (words := said_in_section(edit)):
                yield self._reaction(ReactionKind.REPLY, change, sent, words, part.text)

    def _on_talk(self, change: Change, before: str, after: str) -> Iterator[Reaction]:
        words = said(before, after)
        writer = self.writers.get(change.user or "")
        here = self.pages.get(change.page, ())
        to_us = change.title == self.own_talk or (change.title in self.talk and writer)
        mentioned = any(each.user == change.user for each in here) and mentions(words, {self.bot})
        if words and (to_us or mentioned):
            yield self._reaction(ReactionKind.TALK, change, writer, words)

    def _reaction(
        self, kind: ReactionKind, change: Change, sent: Sent | None, words: str, ours: str = ""
    ) -> Reaction:
        run = sent.run if sent else None
        told = unsigned(words, change.user or "")
        asks = kind is not ReactionKind.REVERT and asks_to_stop(
            told, self.stop, ours=plain_words(ours)
        )
        return Reaction(
            once=f"{run}:{kind}:{self.wiki}:{change.revid}:{sent.number if sent else ''}",
            kind=kind,
            at=change.saved_at,
            run=run,
            recipient=sent.number if sent else None,
            wiki=self.wiki,
            who=change.user or "",
            revid=change.revid,
            words=first_words(told),
            suggestion=Suggestion.OPEN if asks and change.user else Suggestion.NONE,
        )


def writers(sent: Iterable[Sent]) -> Mapping[str, Sent]:
    """Return the last message to each recipient, by user name."""
    return {each.user: each for each in sent if each.user}
