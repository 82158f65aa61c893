"""Arguments are read as declared, and a wrong one is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.arguments import Wrong, parse
from commands.declaration import Argument, Arguments, Call, Command, Kind, Who
from commands.grammar import Parsed, split
from commands.messages import Reply, reply


async def _nothing(_: Call) -> Reply:
    return reply()


def _command(name: str, *arguments: Argument) -> Command:
    return Command(name, Who.ALL, f"help.{name}", name, _nothing, arguments)


FIELDS = Argument(
    "fields",
    Kind.FIELDS,
    optional=True,
    choices=("speaker", "host", "link"),
    repeatable=frozenset({"speaker"}),
)
ADD = _command(
    "event add",
    Argument("kind", Kind.CHOICE, choices=("tech-talk", "office-hours")),
    Argument("when", Kind.WHEN),
    Argument("duration", Kind.DURATION, optional=True),
    Argument("title", Kind.PART),
    FIELDS,
)
CANCEL = _command("cancel", Argument("event", Kind.NUMBER), Argument("reason", Kind.TEXT))
REMIND = _command("remind", Argument("event", Kind.NUMBER), Argument("offsets", Kind.OFFSETS))
AUDIT = _command("audit", Argument("count", Kind.NUMBER, optional=True))
PROPOSE = _command(
    "propose",
    Argument("run", Kind.NUMBER),
    Argument("anyway", Kind.FLAG),
    Argument("live", Kind.FLAG),
)
MESSAGE = _command(
    "message",
    Argument("run", Kind.NUMBER),
    Argument("page", Kind.TEXT, optional=True),
    Argument("subject", Kind.PART, optional=True),
    Argument("body", Kind.PART, optional=True),
)
AUDIENCE = _command(
    "audience",
    Argument("run", Kind.NUMBER),
    Argument("sources", Kind.TEXT),
    Argument("rest", Kind.PARTS, optional=True),
)
COMMANDS = {c.name: c for c in (ADD, CANCEL, REMIND, AUDIT, PROPOSE, MESSAGE, AUDIENCE)}


def _read(text: str) -> Arguments | Wrong:
    parsed = split(text, tuple(COMMANDS))
    assert isinstance(parsed, Parsed)
    return parse(COMMANDS[parsed.name], parsed)


def test_a_whole_event_is_read() -> None:
    text = (
        "event add Tech-Talk next thursday 5pm Europe/Stockholm for 1h30m | Wikidata: an intro"
        " | Speaker: Ada | speaker: Grace | link: https://x.example/?a=b:c"
    )
    assert _read(text) == Arguments(
        texts={
            "kind": "tech-talk",
            "when": "next thursday 5pm Europe/Stockholm",
            "title": "Wikidata: an intro",
        },
        spans={"duration": (timedelta(minutes=90),)},
        fields={"speaker": ("Ada", "Grace"), "link": ("https://x.example/?a=b:c",)},
    )


@pytest.mark.parametrize("number", ["12", "#12", "＃１２", "\u200f12\u200e", "12.", "١٢"])
def test_a_number_is_read_however_it_is_typed(number: str) -> None:
    assert _read(f"audit {number}") == Arguments(numbers={"count": 12})


@pytest.mark.parametrize("dashes", ["--", "—", "–", "-", "−−"])
def test_flags_are_read_with_any_dashes_and_anywhere(dashes: str) -> None:
    expected = Arguments(numbers={"run": 3}, flags=frozenset({"anyway"}))
    assert _read(f"propose 3 {dashes}anyway") == expected
    assert _read(f"propose {dashes}ANYWAY 3") == expected


def test_text_keeps_its_bars_where_no_part_is_declared() -> None:
    assert _read("cancel 7 ill | sorry --anyway") == Arguments(
        numbers={"event": 7}, texts={"reason": "ill | sorry --anyway"}
    )


def test_the_last_part_takes_all_that_follows() -> None:
    assert _read("message 3 | Hello | see {{tl|x}} | or ask") == Arguments(
        numbers={"run": 3}, texts={"subject": "Hello", "body": "see {{tl|x}} | or ask"}
    )
    assert _read("message 3 [[Project:A|b]]") == Arguments(
        numbers={"run": 3}, texts={"page": "[[Project:A|b]]"}
    )


def test_parts_are_kept_apart_and_a_bar_within_one_is_a_letter() -> None:
    assert _read("audience 3 [[A|b]] + C | x: 1 | y \\| z || w") == Arguments(
        numbers={"run": 3},
        texts={"sources": "[[A|b]] + C"},
        fields={"rest": ("x: 1", "y | z", "", "w")},
    )
    assert _read("audience 3 [[A]]") == Arguments(numbers={"run": 3}, texts={"sources": "[[A]]"})


def test_an_empty_field_is_kept_for_it_asks_to_clear() -> None:
    read = _read("event add tech-talk tomorrow | T | link:")
    assert isinstance(read, Arguments)
    assert read.fields == {"link": ("",)}


def test_offsets_take_the_rest_of_the_head() -> None:
    assert _read("remind 3 1h start 1 day before") == Arguments(
        numbers={"event": 3},
        spans={"offsets": (timedelta(days=1), timedelta(hours=1), timedelta(0))},
    )


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("cancel", "wrong.missing", {"argument": "event"}),
        ("cancel \u200b", "wrong.missing", {"argument": "event"}),
        ("cancel 7", "wrong.missing", {"argument": "reason"}),
        ("cancel x ill", "wrong.number", {"given": "x"}),
        ("audit 99999999999", "wrong.number", {"given": "99999999999"}),
        ("audit ¾", "wrong.number", {"given": "¾"}),
        ("audit 3 4", "wrong.too_many", {"given": "4"}),
        ("audit 3 | x", "wrong.too_many", {"given": "| x"}),
        ("propose 3 --force", "wrong.too_many", {"given": "--force"}),
        ("event add teck-talk tomorrow | T", "wrong.choice_nearest", {"nearest": "tech-talk"}),
        ("event add zzz tomorrow | T", "wrong.choice", {"given": "zzz"}),
        ("event add tech-talk tomorrow", "wrong.missing", {"argument": "title"}),
        ("event add tech-talk tomorrow for ever | T", "offsets.no_duration", {"given": "ever"}),
        ("event add tech-talk x | T | speeker: A", "wrong.field_nearest", {"nearest": "speaker"}),
        ("event add tech-talk x | T | https://x.example", "wrong.field", {"given": "https"}),
        ("event add tech-talk x | T | by Ada", "wrong.field_shape", {"given": "by Ada"}),
        ("event add tech-talk x | T | host: A | host: B", "wrong.field_twice", {"field": "host"}),
        ("remind 3 soon", "offsets.no_offset", {"given": "soon"}),
    ],
)
def test_what_is_wrong_is_named(text: str, key: str, values: dict[str, str]) -> None:
    wrong = _read(text)
    assert isinstance(wrong, Wrong)
    assert wrong.problem.key == key
    assert values.items() <= dict(wrong.problem.values).items()


@given(st.sampled_from(sorted(COMMANDS)), st.text(max_size=120))
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    parsed = split(f"{name} {text}", tuple(COMMANDS))
    if isinstance(parsed, Parsed):
        assert isinstance(parse(COMMANDS[parsed.name], parsed), Arguments | Wrong)
