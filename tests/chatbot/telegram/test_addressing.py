"""Which messages are commands of ours, and what is left of them."""

import pytest

from chatbot.telegram.addressing import asked, started

NAME = "bellringer_bot"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/event 7", "event 7"),
        ("/event@bellringer_bot 7", "event 7"),
        ("/event@BellRinger_Bot 7", "event 7"),
        ("/event_add talk tomorrow | A_title", "event add talk tomorrow | A_title"),
        ("/events", "events"),
        ("  /events  ", "events"),
        ("\u200b/events", "events"),
        ("\u2066/events\u2069", "events"),
        ("\u200e /events", "events"),
        ("/run_preview\n7", "run preview 7"),
        ("/event@other_bot 7", None),
        ("/", None),
        ("//events", None),
        ("events", None),
        ("see /events", None),
        ("", None),
        (
            "/\u0441\u043e\u0431\u044b\u0442\u0438\u044f 7",
            "\u0441\u043e\u0431\u044b\u0442\u0438\u044f 7",
        ),
    ],
)
def test_in_a_group_only_commands_to_us_are_heard(text: str, command: str | None) -> None:
    assert asked(text, name=NAME, private=False) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("events", "events"),
        ("/events", "events"),
        ("/event_add talk", "event add talk"),
        ("what do you do?", "what do you do?"),
        ("/event@other_bot 7", None),
    ],
)
def test_in_private_everything_is_a_command(text: str, command: str | None) -> None:
    assert asked(text, name=NAME, private=True) == command


@pytest.mark.parametrize("letters", [4000, 4096])
def test_a_command_as_long_as_a_message_is_heard_whole(letters: int) -> None:
    text = "/event_add talk tomorrow | ".ljust(letters, "x")
    command = asked(text, name=NAME, private=False)
    assert command is not None
    assert len(command) == letters - 1


@pytest.mark.parametrize(
    ("command", "given"),
    [("start", ""), ("start K7Q2-M9XD", "K7Q2-M9XD"), ("Start", ""), ("startle", None)],
)
def test_a_deep_link_says_start(command: str, given: str | None) -> None:
    assert started(command) == given
