"""Words: the catalogue is whole, values are shown well and cannot do harm."""

import re
import string
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.catalogue import read
from chatbot.text import Texts
from commands.declaration import Who
from commands.messages import Line, Moment, Value, kept, line, recalled, reply
from commands.rules.audience import Step
from commands.rules.authority import NoPerson
from commands.rules.confirmation import Why
from commands.rules.delivery import GAVE_UP, RETRIABLE, Halting
from storage.values import DeliveryState, ErrandKind, RunState

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
    "funnel.": Step,
    "outcome.": (*RETRIABLE, GAVE_UP, "cancelled"),
    "run.halt.": Halting,
    "run.state.": RunState,
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
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(path.read_text() for path in files)


def test_every_sentence_of_the_catalogue_is_said_somewhere(keys: frozenset[str]) -> None:
    code = sources()
    composed = tuple(COMPOSED.findall(code))
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


def test_no_placeholder_of_the_catalogue_is_positional_or_reaches_into_a_value() -> None:
    path = ROOT / "chatbot/locale/en/LC_MESSAGES/bellringer.po"
    words = "".join(re.findall(r'^msgstr.*"(.*)"$', path.read_text(), re.MULTILINE))
    names = {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
    assert names
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


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


@pytest.mark.parametrize(("count", "words"), [(1, "1 coordinator is"), (3, "3 coordinators are")])
def test_plurals_follow_the_count(text: Texts, count: int, words: str) -> None:
    assert text.words(line("coordinators.left", count=count)).startswith(words)


def test_a_reply_survives_being_kept() -> None:
    said = reply(
        line("a", text="x", count=3, at=NEW_YEAR, span=timedelta(seconds=5)),
        Line("b", {"moment": Moment(NEW_YEAR, "UTC"), "all": ("x", line("c", n=1.5))}),
        private=True,
    )
    assert recalled(kept(said)) == said
