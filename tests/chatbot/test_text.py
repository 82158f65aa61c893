"""Words: the catalogue is whole, values are shown well and cannot do harm."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.catalogue import read
from chatbot.text import Dress, Texts
from commands.declaration import Who
from commands.messages import Line, Moment, Value, kept, line, recalled, reply
from commands.rules.audience import Step
from commands.rules.authority import NoPerson
from commands.rules.confirmation import Why
from commands.rules.delivery import GAVE_UP, RETRIABLE, TOO_LATE, Halting
from commands.rules.handing import UNSEEN
from commands.rules.recipefaults import Fault
from commands.rules.righting import Left
from storage.heard import ReactionKind, Suggestion
from storage.runvalues import DeliveryState, ErrandKind, RunKind, RunState, StopKind

ROOT = Path(__file__).parent.parent.parent
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
# A key stands in the code as the first argument of `line`, as a help key, or in a table of keys;
# or it is composed, as in `line(f"run.state.{run.state}")`.
KEY = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')
COMPOSED = re.compile(r'\bf"([a-z_.]+\.)\{')
ENDS: Mapping[str, Iterable[str]] = {
    "confirm.why.": Why,
    "coordinators.no_person.": NoPerson,
    "delivery.": (DeliveryState.SKIPPED, DeliveryState.FAILED),
    "errand.hint.": ErrandKind,
    "funnel.": (*Step, *Left),
    "heard.": ReactionKind,
    "optout.settled.": (Suggestion.TAKEN, Suggestion.DECLINED),
    "outcome.": (*RETRIABLE, GAVE_UP, TOO_LATE, "cancelled", "unknown", UNSEEN, *Left),
    "recipe.unfit.": Fault,
    "run.halt.": Halting,
    "run.puts_right.": (RunKind.CORRECTION, RunKind.RETRACTION),
    "run.state.": RunState,
    "stop.": StopKind,
    "wiki.stopped.": StopKind,
    "who.": Who,
}


@pytest.fixture(scope="module")
def text() -> Texts:
    return Texts()


@pytest.fixture(scope="module")
def keys() -> frozenset[str]:
    return frozenset(read("en").patterns)


def sources() -> str:
    folders = ("chatbot", "commands")
    files = [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html"}
    ]
    return "\n".join(path.read_text() for path in files)


def test_every_sentence_of_the_catalogue_is_said_somewhere(keys: frozenset[str]) -> None:
    # Within an f-string a key stands between the other quotes.
    code = sources().replace("'", '"')
    composed = tuple(COMPOSED.findall(sources()))
    unused = {key for key in keys if not key.startswith(composed) and f'"{key}"' not in code}
    assert unused == set()


def test_every_key_in_the_code_has_words(keys: frozenset[str]) -> None:
    spoken = set(re.findall(r'\bline\(\s*"([a-z_.-]+)"', sources()))
    spoken |= {key for key in KEY.findall(sources()) if key.startswith("help.")}
    assert spoken - keys == set()
    assert len(spoken) > 50


@pytest.mark.parametrize(("beginning", "ends"), ENDS.items(), ids=ENDS)
def test_every_composed_key_has_words(
    keys: frozenset[str], beginning: str, ends: Iterable[str]
) -> None:
    assert {f"{beginning}{end}" for end in ends} - keys == set()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NEW_YEAR, "Thu 31 Dec 2026 23:30 UTC"),
        (NEW_YEAR.replace(second=5), "Thu 31 Dec 2026 23:30:05 UTC"),
        (Moment(NEW_YEAR, None), "Thu 31 Dec 2026 23:30 UTC"),
        (Moment(NEW_YEAR, "UTC"), "Thu 31 Dec 2026 23:30 UTC"),
        (
            Moment(NEW_YEAR, "Europe/Stockholm"),
            "Thu 31 Dec 2026 23:30 UTC (Fri 1 Jan 00:30 Europe/Stockholm)",
        ),
        (
            Moment(NEW_YEAR, "America/Lima"),
            "Thu 31 Dec 2026 23:30 UTC (18:30 America/Lima)",
        ),
        (timedelta(days=1, hours=2, minutes=3), "1 day 2 hours"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(0), "0 seconds"),
        (("a", "b"), "a, b"),
        (line("who.all"), "everybody"),
        ("a{evil.__class__}b %s", "a{evil.__class__}b %s"),
        ("line\r\nQUIT\x00 \u2028next", "line  QUIT  next".replace("  QUIT  ", "  QUIT   ")),
        ("a\u202eb\u2066c \ud800", "abc  "),
    ],
)
def test_a_value_is_shown_as_people_write_it(text: Texts, value: Value, shown: str) -> None:
    assert text.words(line("help.form", form=value)) == shown


DAYS = timedelta(days=1, hours=2)


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("sv", NEW_YEAR, "tors 31 dec. 2026 23:30 UTC"),
        ("es", NEW_YEAR, "jue 31 dic 2026 23:30 UTC"),
        ("ar", NEW_YEAR, "\u2068الخميس 31 ديسمبر 2026 23:30 UTC\u2069"),
        (
            "sv",
            Moment(NEW_YEAR, "Europe/Stockholm"),
            "tors 31 dec. 2026 23:30 UTC (fre 1 jan. 00:30 Europe/Stockholm)",
        ),
        ("sv", DAYS, "1 dag 2 timmar"),
        ("es", DAYS, "1 día y 2 horas"),
        ("ar", DAYS, "يوم وساعتين"),
        ("ar", timedelta(minutes=3, seconds=11), "3 دقائق و11 ثانية"),
        ("ar", timedelta(days=100), "100 يوم"),
        ("sv", timedelta(0), "0 sekunder"),
        ("sv", ("a", "b"), "a, b"),
        ("ar", ("a", "b"), "\u2068a\u2069، \u2068b\u2069"),
        ("ar", "#talks!", "\u2068#talks!\u2069"),
        ("ar", 7, "7"),
        ("ar", line("who.all"), "الجميع"),
    ],
)
def test_each_language_shows_values_in_its_own_way(
    text: Texts, language: str, value: Value, shown: str
) -> None:
    said = text.words(line("run.reason", reason=value), language=language)
    assert said.partition(": ")[2] == shown


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 coordinator is left"),
        ("en", 3, "3 coordinators are left"),
        ("es", 1, "Queda 1 coordinador;"),
        ("es", 2, "Quedan 2 coordinadores."),
        ("ar", 1, "\u200fبقي منسق واحد"),
        ("ar", 2, "\u200fبقي منسقان"),
        ("ar", 3, "\u200fبقي 3 منسقين"),
        ("ar", 11, "\u200fبقي 11 منسقًا"),
        ("ar", 100, "\u200fبقي 100 منسق."),
    ],
)
def test_plurals_follow_the_count(text: Texts, language: str, count: int, words: str) -> None:
    said = text.words(line("coordinators.left", count=count), language=language)
    assert said.startswith(words)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (None, "Nothing runs now."),
        ("sv", "Inget pågår just nu."),
        ("sv-fi", "Inget pågår just nu."),
        ("SV", "Inget pågår just nu."),
        ("es-419", "Ahora no hay nada en curso."),
        ("svx", "Nothing runs now."),
        ("", "Nothing runs now."),
    ],
)
def test_a_reader_gets_the_nearest_language_that_there_is(
    text: Texts, language: str | None, words: str
) -> None:
    said = replace(reply(line("agenda.nothing_now")), language=language)
    assert text.lines(said) == [words]


def test_whoever_reads_another_language_gets_the_configured_one() -> None:
    said = line("agenda.nothing_now")
    assert Texts(default="sv").words(said, language="tlh") == "Inget pågår just nu."


def test_a_chat_shows_commands_as_they_are_typed_in_it(text: Texts) -> None:
    """Whatever the network was on which the sentence was made."""
    phrase = line("people.no_zone", prefix="!")
    said = reply(line("run.reason", reason=phrase))
    assert "say !" not in text.lines(said, prefix="/")[0]
    assert text.lines(said, prefix="/")[0].endswith(": /timezone Europe/Stockholm")


MARKUP = Dress(plain=html.escape, value=lambda name, text: f"<{name}>{html.escape(text)}</>")


def test_words_and_values_are_dressed_once_however_deep_they_stand(text: Texts) -> None:
    phrase = line("funnel.example", listed="A & B", why=line("funnel.bot"))
    said = text.words(line("run.reason", reason=("<i>", phrase)), dress=MARKUP)
    assert said == ("The reason: <reason>&lt;i&gt;</>, &quot;<listed>A &amp; B</>&quot;: a bot.")


def test_a_span_of_time_is_one_value(text: Texts) -> None:
    said = text.words(line("run.reason", reason=DAYS), dress=MARKUP)
    assert said == "The reason: <reason>1 day 2 hours</>"


def test_what_is_typed_in_arabic_is_not_torn_apart(text: Texts) -> None:
    said = text.words(line("event.no_such", number=7, prefix="!"), language="ar")
    assert "\u2066!events\u2069" in said
    form = text.words(line("help.form", form="event N"), language="ar")
    assert form == "\u200f\u2066event N\u2069"


def test_a_reply_survives_being_kept() -> None:
    said = reply(
        line("a", text="x", count=3, at=NEW_YEAR, span=timedelta(seconds=5)),
        Line("b", {"moment": Moment(NEW_YEAR, "UTC"), "all": ("x", line("c", n=1.5))}),
        private=True,
    )
    assert recalled(kept(said)) == said


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        ("en", 0.5, "0.5"),
        ("sv", 0.5, "0,5"),
        ("es", 0.0333, "0,0333"),
        ("ar", 0.5, "0.5"),
        ("en", -6.4, "-6.4"),
        ("sv", -6.4, "-6,4"),
        ("sv", 12.0, "12"),
        ("es", 12345.5, "12345,5"),
        ("sv", 12, "12"),
    ],
)
def test_a_number_is_written_as_its_reader_does(
    text: Texts, language: str, number: float, shown: str
) -> None:
    said = text.words(line("report.cell", value=number), language=language)
    assert re.sub("[\u200e\u200f\u2066-\u2069]", "", said) == shown
