"""What the operator says of the pages of events is understood, or named where it is wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chatbot.publicconfig import CalendarPages
from chatbot.sections import ConfigError
from chatbot.wikipublishing import calendar_settings

WIKIS, LANGUAGES = ("metawiki", "svwiki"), ("en", "ar", "es", "sv")
USUAL = CalendarPages(wiki="metawiki", calendar="Events")


def understood(*sections: CalendarPages):  # type: ignore[no-untyped-def]
    return calendar_settings(sections, wikis=WIKIS, languages=LANGUAGES)


def test_what_is_said_reaches_the_pages() -> None:
    (found,) = understood(
        replace(USUAL, events="Events/", topics=("#Wikidata",), ahead="4w", language="sv")
    )
    assert (found.wiki, found.calendar, found.events) == ("metawiki", "Events", "Events/")
    assert found.wanted.topics == {"wikidata"}
    assert found.ahead == timedelta(days=28)
    assert found.language == "sv"


@pytest.mark.parametrize(
    ("different", "fault"),
    [
        ({"wiki": "dewiki"}, "calendar_pages.wiki: no wiki 'dewiki' (wikis: metawiki, svwiki)"),
        ({"calendar": ""}, "calendar_pages: name a page as calendar, upcoming or events"),
        ({"template": "Event"}, "calendar_pages.template: it is for the pages that events names"),
        ({"language": "xx"}, "calendar_pages.language: 'xx' is none of en, ar, es, sv"),
        ({"ahead": "soon"}, "calendar_pages.ahead: 'soon' is no span of time"),
    ],
)
def test_what_is_wrong_is_named(different: dict[str, str], fault: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(fault)):
        understood(replace(USUAL, **different))


def test_two_calendars_cannot_be_kept_in_one_place() -> None:
    with pytest.raises(ConfigError, match="'Events' stands there twice"):
        understood(USUAL, USUAL)
    assert len(understood(USUAL, replace(USUAL, wiki="svwiki")))
