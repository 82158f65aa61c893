"""Replies as Telegram messages: escaped, marked up, split, with buttons under the last."""

import pytest

from chatbot.telegram.faces import LONGEST_TEXT, LONGEST_TOAST, Faces
from chatbot.telegram.splitting import length
from chatbot.text import Texts
from commands.messages import Button, Line, line, reply
from storage.values import Card, CardKind
from tests.peers.telegram_bot import saying
from tests.peers.telegram_server.html import parse_html

LABEL = line("button.coming")


@pytest.fixture(scope="module")
def faces() -> Faces:
    return Faces(texts=Texts())


@pytest.mark.parametrize(
    ("said", "html"),
    [
        (line("run.reason", reason="<b>5 & 6</b>"), "The reason: &lt;b&gt;5 &amp; 6&lt;/b&gt;"),
        (
            line("card.cancelled", number=7, title="<i>", kind="talk", reason=""),
            "Event 7: <b>&lt;i&gt;</b> (talk)",
        ),
        (line("run.reason", reason="https://x.org/?a&b"), '<a href="https://x.org/?a&amp;b">'),
        (line("run.reason", reason="javascript:x"), "The reason: javascript:x"),
        (line("run.reason", reason='https://x.org/"onclick'), 'The reason: https://x.org/"onclick'),
        (line("dispatch.form", form="event N", example="/event 7"), "<code>event N</code>"),
    ],
)
def test_values_are_text_and_never_markup(faces: Faces, said: Line, html: str) -> None:
    [face] = faces.of(reply(said))
    assert html in face.html
    parse_html(face.html)


def test_buttons_stand_under_the_last_message_in_rows_of_three(faces: Faces) -> None:
    buttons = tuple(Button(LABEL, f"coming {n}") for n in range(4))
    said = saying(*["x" * 3000] * 2, buttons=buttons)
    first, last = faces.of(said)
    assert first.rows == ()
    assert [len(row) for row in last.rows] == [3, 1]
    assert last.rows[0][0].text == "I'm coming"


def test_a_button_that_telegram_would_refuse_is_left_out(faces: Faces) -> None:
    [face] = faces.of(saying("x", buttons=(Button(LABEL, "coming " + "7" * 60),)))
    assert face.rows == ()


def test_what_stands_apart_is_a_message_of_its_own(faces: Faces) -> None:
    found = faces.of(reply(*saying("a", "b", "c").lines, apart=1))
    assert [face.html for face in found] == ["The reason: a\nThe reason: b", "The reason: c"]


@pytest.mark.parametrize("text", ["word " * 3000, "<&>" * 3000, "😀" * 3000, "\u0627" * 9000])
def test_no_message_is_longer_than_telegram_takes(faces: Faces, text: str) -> None:
    found = faces.of(saying(text))
    assert all(length(face.html) <= LONGEST_TEXT for face in found)
    shown = "".join(parse_html(face.html).text for face in found).replace(" ", "")
    assert shown == f"Thereason:{text.replace(' ', '')}"


def test_only_events_show_their_first_link_in_a_box(faces: Faces) -> None:
    cards = (Card(CardKind.EVENT, 7), Card(CardKind.RUN, 7), None)
    assert [faces.of(saying("x", card=card))[0].preview for card in cards] == [True, False, False]


def test_only_what_is_short_and_bare_is_shown_over_the_chat(faces: Faces) -> None:
    prefix = len("The reason: ")
    assert faces.toast(saying("x" * (LONGEST_TOAST - prefix))) is not None
    assert faces.toast(saying("x" * (LONGEST_TOAST - prefix + 1))) is None
    assert faces.toast(saying("x", buttons=(Button(LABEL, "coming 7"),))) is None


def test_messages_that_show_the_same_have_the_same_digest(faces: Faces) -> None:
    def digest(text: str, *commands: str) -> str:
        said = saying(text, buttons=tuple(Button(LABEL, each) for each in commands))
        return faces.of(said)[0].digest

    assert digest("a", "coming 7") == digest("a", "coming 7")
    assert len({digest("a"), digest("b"), digest("a", "coming 7"), digest("a", "coming 8")}) == 4
