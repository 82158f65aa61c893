"""What people wrote stays plain text in mails and on wiki pages, and headers stay headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser
from typing import Any

import pytest

from chatbot.publish.digestmail import mail, message_id
from chatbot.publish.digestsheet import Sheet, Sheets
from chatbot.publish.digestwiki import on_top, wikitext
from chatbot.text import Texts
from commands.rules.digestissuecontents import contents
from commands.rules.wikitext import unbalanced, unclosed_comment, unpaired_tags
from storage.values import Event, Shown
from tests.chatbot.publish.newsroom import ADDRESS, LIST, SENDER

NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
CODE = "20261210T0900Z"
HOSTILE = [
    "Talk\r\nBcc: everybody@example.org\r\n\r\nBody",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]] {{Evil}} <nowiki> <!-- '''x''' ~~~~ [[Category:X]] |} __NOTOC__ https://evil.example",
    "\u202egnitrap\u202c \u2066x",
    "👩‍💻" * 3000,
    "=HYPERLINK(1)\u2028BEGIN:VEVENT",
    "x" * 10_000,
    "{{ sheet.name }} {% for x in y %}",
]


def sheet(title: str, *, language: str = "en", **more: Any) -> Sheet:
    event = Event(
        number=1,
        uid="1@test",
        kind="tech-talk",
        title=title,
        starts_at=NOW + timedelta(days=1),
        zone="UTC",
        duration=timedelta(hours=1),
        speakers=(title,),
        **more,
    )
    found = contents(
        [Shown(event)], now=NOW, ahead=timedelta(days=21), back=timedelta(days=60), since=NOW
    )
    sheets = Sheets(texts=Texts(), name="Talks", address=ADDRESS, event_link=lambda _: "")
    return sheets.sheet(found, notes=[title], now=NOW, language=language)


def made(of: Sheet) -> EmailMessage:
    """Return a mail as whoever gets it reads it."""
    message = mail(of, LIST, sender=SENDER, code=CODE, footer="Why.", now=NOW)
    read = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    assert isinstance(read, EmailMessage)
    return read


class Tags(HTMLParser):
    """All tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words_in_a_mail(title: str) -> None:
    read = made(sheet(title))
    assert read["Bcc"] is None
    assert not read.defects
    assert len(str(read["Subject"])) < 120
    tags = Tags()
    tags.feed(read.get_body(("html",)).get_content())  # type: ignore[union-attr]
    assert "script" not in tags.found
    assert "img" not in tags.found
    in_notes = {"https://evil.example", "mailto:everybody@example.org"}
    assert tags.links <= {ADDRESS, *in_notes}
    lines = read.as_bytes(policy=SMTP).split(b"\r\n")
    assert max(map(len, lines)) <= 998, "RFC 5322, 2.1.1"
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words_on_a_wiki(title: str) -> None:
    text = wikitext(sheet(title), code=CODE)
    assert not unbalanced(text)
    assert not unpaired_tags(text)
    assert unclosed_comment(text) is None
    for evil in ("{{", "[[", "~~~~", "__NOTOC__", "<script", "<img"):
        assert evil not in text
    assert text.count("\n== ") == 0
    assert text.startswith("== ")


def test_a_mail_has_the_headers_of_a_list() -> None:
    read = made(sheet("Wikidata"))
    assert {name: str(read[name]) for name in HEADERS} == HEADERS
    assert read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


HEADERS = {
    "From": "Bellringer <bot@example.org>",
    "To": "Talks <talks@lists.example.org>",
    "Reply-To": "crew@example.org",
    "Subject": "Talks: Wikidata, Friday 11 December 2026",
    "Date": "Thu, 10 Dec 2026 09:00:00 +0000",
    "Auto-Submitted": "auto-generated",
    "List-Unsubscribe": "<https://lists.example.org/talks/leave>",
    "List-Id": "<talks.lists.example.org>",
    "Content-Language": "en",
    "Message-ID": message_id(CODE, LIST.address, SENDER.address),
}


def test_a_message_id_is_that_of_its_issue_and_list() -> None:
    same = message_id(CODE, "Talks@lists.example.org", "bot@example.org")
    assert same == message_id(CODE, LIST.address, "bot@example.org")
    assert same != message_id(CODE, "others@lists.example.org", "bot@example.org")
    assert same != message_id("20261224T0900Z", LIST.address, "bot@example.org")
    assert same.endswith("@example.org>")


def test_only_web_addresses_are_links() -> None:
    assert not sheet("x", link="javascript:alert(1)", stream="ftp://x").days[0].items[0].links
    (link,) = sheet("x", stream="https://meet.example.org/1").days[0].items[0].links
    assert link.address == "https://meet.example.org/1"


def test_arabic_runs_from_the_right() -> None:
    html = made(sheet("Wikidata", language="ar")).get_body(("html",))
    content = html.get_content()  # type: ignore[union-attr]
    assert '<html lang="ar" dir="rtl">' in content
    assert "text-align:right" in content


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", "NEW"),
        ("Hello.", "Hello.\n\nNEW"),
        ("Hello.\n\n== Old ==\nx", "Hello.\n\nNEW\n\n== Old ==\nx"),
        ("<!--\n== Not one ==\n-->\n== Old ==", "<!--\n== Not one ==\n-->\nNEW\n\n== Old =="),
        ("=== Deeper ===\nx", "=== Deeper ===\nx\n\nNEW"),
    ],
)
def test_the_newest_stands_on_top(page: str, expected: str) -> None:
    assert on_top("NEW", page) == expected
