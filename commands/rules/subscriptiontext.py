"""What somebody wants to hear of, as people type it: `wikidata, lua`, `topic: lua kind: workshop`.

A word finds its own place: a kind is a kind, a topic that events have had is a topic, a language
is a language. What is none of them is taken as a topic, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from babel import localedata

from commands.grammar import excerpt, nearest, plain, straight
from commands.messages import Line, line
from commands.tongues import find

MOST = 20
"""So many kinds, topics or languages at most."""
LONGEST = 60
"""So many letters of one of them."""

_MOST_DOUBTS = 5
_AROUND = ".:;!?\"'()"

_KEY = re.compile(r"(?<!\S)(kinds?|types?|topics?|languages?|lang)\s*[:：=]", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;|]\s*|\s+(?:and|or|&)\s+|\s+(?=#)", re.IGNORECASE)
_CODE = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{1,8})*")
_FILLING = frozenset({"to", "on", "in", "for", "about", "of", "and", "or", "events", "event", "me"})
_ALL = frozenset({"all", "everything", "any", "anything", "every"})


@dataclass(frozen=True, slots=True)
class Known:
    """What words are recognised by: the configured kinds, what events have had, our languages."""

    kinds: Sequence[str]
    topics: Collection[str]
    languages: Collection[str]


@dataclass(slots=True)
class Wants:
    """What was asked for, and what about it is doubtful; nothing asks for nothing."""

    kinds: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    everything: bool = False
    doubts: list[Line] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether something was asked for."""
        return bool(self.everything or self.kinds or self.topics or self.languages)


class NotWanted(Exception):  # noqa: N818 - how the reading of what cannot be wanted ends
    """Something cannot be wanted: `problem` is a sentence for whoever typed it."""

    def __init__(self, problem: Line) -> None:
        super().__init__(problem.key)
        self.problem = problem


def read(text: str, known: Known) -> Wants | Line:
    """Return what a text asks for, or a sentence about what in it cannot be."""
    reading = _Reading(known)
    try:
        bare, *keyed = _KEY.split(" ".join(straight(text).split()))
        reading.bare(bare)
        for name, value in zip(keyed[::2], keyed[1::2], strict=True):
            reading.keyed(plain(name), value)
        return reading.wants()
    except NotWanted as error:
        return error.problem


class _Reading:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._wants = Wants()
        self._new: dict[str, None] = {}
        self._kinds = {_spoken(kind): kind for kind in known.kinds}
        self._topics = {topic.casefold() for topic in known.topics}

    def wants(self) -> Wants:
        found = self._wants
        found.doubts = self._doubts()
        for values in (found.kinds, found.topics, found.languages):
            values[:] = dict.fromkeys(values)
            if len(values) > MOST:
                raise NotWanted(line("subscribe.too_many", most=MOST))
            if too_long := next((each for each in values if len(each) > LONGEST), None):
                raise NotWanted(line("subscribe.too_long", given=excerpt(too_long), most=LONGEST))
        return found

    def bare(self, text: str) -> None:
        """Read words that say nothing of what they are."""
        for piece in _BETWEEN.split(text):
            words = piece.split()
            while words:
                taken = self._kind_of(words)
                if not taken:
                    self._word(words[0])
                del words[: taken or 1]

    def keyed(self, name: str, text: str) -> None:
        """Read the values of a field."""
        for piece in filter(None, (each.strip() for each in _BETWEEN.split(text))):
            if plain(piece) in _ALL:
                self._wants.everything = True
            elif name.startswith("topic"):
                self._topic_pieces(piece)
            elif name.startswith("lang"):
                self._wants.languages += [self._language(each) for each in piece.split()]
            else:
                self._kind_pieces(piece)

    def _word(self, given: str) -> None:
        word = plain(given)
        if word in _ALL:
            self._wants.everything = True
        elif word.startswith("#") or word in self._topics:
            self._topic(word)
        elif word in _FILLING or not word:
            return
        elif language := self._tongue(word, bare=True):
            self._wants.languages.append(language)
        else:
            self._topic(word, doubtful=True)

    def _kind_of(self, words: Sequence[str]) -> int:
        """Take the kind that the first words are; return how many words it took."""
        for count in (3, 2, 1):
            kind = self._kinds.get(_spoken("-".join(words[:count])))
            if kind and len(words) >= count:
                self._wants.kinds.append(kind)
                return count
        return 0

    def _kind_pieces(self, piece: str) -> None:
        words = piece.split()
        while words:
            taken = self._kind_of(words)
            if not taken:
                alike = nearest(words[0], self._known.kinds) or tuple(self._known.kinds)
                given = excerpt(words[0])
                raise NotWanted(line("details.no_such_kind", given=given, known=alike))
            del words[:taken]

    def _topic_pieces(self, piece: str) -> None:
        """Take several words as one topic, as events have it, unless each is one."""
        words = [plain(word).lstrip("#") for word in piece.split()]
        whole = "-".join(words)
        if whole not in self._topics and all(word in self._topics for word in words):
            self._wants.topics += words
        else:
            self._topic(whole, doubtful=bool(self._topics) and whole not in self._topics)

    def _topic(self, given: str, *, doubtful: bool = False) -> None:
        topic = given.lstrip("#").strip(_AROUND)
        if not topic:
            return
        self._wants.topics.append(topic)
        if doubtful:
            self._new[topic] = None

    def _doubts(self) -> list[Line]:
        """Return what is to be said of topics that no event has had."""
        known = [*self._topics, *self._known.kinds]
        alike = {each: nearest(each, known) for each in list(self._new)[:_MOST_DOUBTS]}
        said = [
            line("subscribe.alike", given=excerpt(each), nearest=near[0])
            for each, near in alike.items()
            if near
        ]
        strange = tuple(excerpt(each) for each in self._new if not alike.get(each))
        if strange:
            said.append(line("subscribe.new_topics", topics=strange[:_MOST_DOUBTS]))
        return said

    def _language(self, given: str) -> str:
        found = self._tongue(plain(given), bare=False)
        if found is None:
            raise NotWanted(line("details.no_language", given=excerpt(given)))
        return found

    def _tongue(self, word: str, *, bare: bool) -> str | None:
        """Return the language that a word names; a `bare` word of three letters may be anything."""
        if named := find(word, self._known.languages):
            return word if _CODE.fullmatch(word) and word.startswith(f"{named}-") else named
        code = _CODE.fullmatch(word)
        if code is None or (bare and len(code[1]) != 2):
            return None
        return word if not bare or localedata.exists(code[1]) else None


def _spoken(kind: str) -> str:
    """Return a kind as it is compared: one or several of it, with or without a hyphen."""
    word = plain(kind).strip(" .")
    word = word.removesuffix("s")
    return re.sub(r"[\s_-]+", "-", word)
