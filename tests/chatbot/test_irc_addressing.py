"""Which lines are for us."""

import pytest

from chatbot.irc.addressing import asked
from chatbot.irc.isupport import Isupport

fold = Isupport().fold


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("!events", "events"),
        ("!events week", "events week"),
        ("!événements", "événements"),
        ("\u2066!events\u2069", "events"),
        ("\u200fbellringer: events", "events"),
        ("bellringer: events", "events"),
        ("bellringer, events", "events"),
        ("BELLRINGER: events", "events"),
        ("bellringer:events", "events"),
        ("bellringer: !events", "events"),
        ("@bellringer events", "events"),
        ("@bellringer: events", "events"),
        ("@bellringer", None),
        ("bellringer:", None),
        ("bellringer events", None),
        ("bellringer_: events", None),
        ("@bellringer_ events", None),
        ("@bellringerevents", None),
        ("!", None),
        ("!!!", None),
        ("! events", None),
        ("!?", None),
        ("wow !events", None),
        ("events", None),
        ("", None),
    ],
)
def test_in_a_channel_only_what_is_addressed(text: str, wanted: str | None) -> None:
    assert asked(text, prefix="!", nick="bellringer", private=False, fold=fold) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("events", "events"),
        ("!events", "events"),
        ("bellringer: events", "events"),
        ("what is this?", "what is this?"),
        ("bellringer:", None),
        ("", None),
    ],
)
def test_in_private_everything(text: str, wanted: str | None) -> None:
    assert asked(text, prefix="!", nick="bellringer", private=True, fold=fold) == wanted


def test_any_prefix_may_be_configured() -> None:
    assert asked("bell events", prefix="bell ", nick="b", private=False, fold=fold) == "events"
