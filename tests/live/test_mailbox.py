"""The outreach mailbox on a real IMAP server: each mail is told once, and none is touched."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from chatbot.listening.mailbox import MailboxAway, read
from chatbot.listening.settings import Mailbox
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.heard import Reaction, ReactionKind, Suggestion
from storage.runvalues import DeliveryState, Run
from tests import prepared
from tests.listening import Listening, listening
from tests.peers.dovecot import FOLDER, PASSWORD, USER, MailServer, running_mail_server

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def box(server: MailServer) -> Mailbox:
    """The mailbox as the operator would have configured it, empty."""
    server.begin_anew()
    return Mailbox(
        host="localhost",
        port=server.tls_port,
        user=USER,
        password=PASSWORD,
        folder=FOLDER,
        ca_file=str(server.ca_file),
    )


@pytest.fixture
def backend() -> str:
    """The mailbox does not care which database keeps what it tells."""
    return "sqlite"


@pytest.fixture
async def run(database: Database) -> Run:
    """A run that has written to Ada and Bo."""
    audience = prepared.recipients([("metawiki", "Ada"), ("metawiki", "Bo")])
    run = await prepared.confirmed(database, audience, body="Come! To stop, write unsubscribe.")
    async with database.transaction() as session:
        for number in (1, 2):
            row = await session.get_one(DeliveryRow, (run.number, number))
            row.state, row.saved_at = DeliveryState.SENT, NOW
    return run


@pytest.fixture
async def ears(database: Database, run: Run, box: Mailbox) -> Listening:
    """What listens to the mailbox, and has looked once."""
    ears = listening(database, {}, mailbox=box)
    await ears.look()
    return ears


def mail(text: str = "Hello", **headers: str) -> bytes:
    message = EmailMessage()
    usual = {"From": "Ada Lovelace <ada@example.net>", "Subject": "Hello"}
    for name, value in (usual | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


async def heard(ears: Listening) -> list[Reaction]:
    await ears.jump(MINUTE)
    return await ears.heard()


async def test_a_mail_is_told_without_any_address_and_left_as_it_is(
    ears: Listening, server: MailServer
) -> None:
    server.put(mail("When does it begin?\n\nAda"))
    (found,) = await heard(ears)
    assert (found.kind, found.who, found.run) == (ReactionKind.MAIL, "Ada Lovelace", None)
    assert await ears.told() == [
        "A mail from Ada Lovelace about no run that I can tell: “Hello / When does it begin? Ada”"
    ]
    assert b"Seen" not in server.flags()[0]


async def test_what_came_before_the_first_look_is_not_told(
    database: Database, box: Mailbox, server: MailServer
) -> None:
    server.put(mail())
    ears = listening(database, {}, mailbox=box)
    await ears.look()
    assert await heard(ears) == []


async def test_the_mark_tells_the_run_and_the_recipient(
    ears: Listening, run: Run, server: MailServer
) -> None:
    assert run.digest is not None
    mark = f"b{run.number}-{run.digest[:6]}-0002"
    server.put(mail(f"Please unsubscribe me.\n\n> Come! {mark}", Subject="Re: your talk"))
    server.put(mail(f"Wrong digest\n\n> b{run.number}-000000-0002"))
    one, other = await heard(ears)
    assert (one.run, one.recipient, one.suggestion) == (run.number, 2, Suggestion.OPEN)
    assert (other.run, other.recipient, other.suggestion) == (None, None, Suggestion.NONE)
    assert ears.stops == [(run.number, "", "")]


@pytest.mark.parametrize("subject", ["Re: {}", "AW: Re: {}", "{}", "SV: {}", "Re[2]: {}"])
async def test_the_subject_tells_the_run(
    ears: Listening, run: Run, server: MailServer, subject: str
) -> None:
    server.put(mail("Fine.", Subject=subject.format(run.subject)))
    (found,) = await heard(ears)
    assert (found.run, found.recipient) == (run.number, None)


async def test_our_own_text_quoted_is_no_wish(
    ears: Listening, run: Run, server: MailServer
) -> None:
    server.put(mail("Yes!\n\nOn 1 Dec 2026, 12:00, Bell wrote:\nTo stop, write unsubscribe."))
    server.put(mail("Yes!\n> unsubscribe\n-- \nunsubscribe", Subject="Yes"))
    assert [each.suggestion for each in await heard(ears)] == [Suggestion.NONE] * 2


async def test_a_restart_repeats_nothing_and_misses_nothing(
    ears: Listening, box: Mailbox, server: MailServer
) -> None:
    server.put(mail("One"))
    await heard(ears)
    server.put(mail("Two"))
    again = listening(ears.database, {}, mailbox=box)
    assert [each.words for each in await heard(again)] == ["Hello / One", "Hello / Two"]


async def test_a_folder_with_new_uids_is_read_anew_and_tells_nothing_twice(
    ears: Listening, server: MailServer
) -> None:
    letter = mail("One", Message_ID="<1@example.net>")
    server.put(letter)
    await heard(ears)
    server.begin_anew()
    server.put(letter)
    server.put(mail("Two", Message_ID="<2@example.net>"))
    assert [each.words for each in await heard(ears)] == ["Hello / One", "Hello / Two"]


async def test_many_mails_at_once_are_all_read(ears: Listening, server: MailServer) -> None:
    for number in range(60):
        server.put(mail(f"Number {number}"))
    assert len(await heard(ears)) == 60


async def test_what_nobody_wrote_is_not_told(ears: Listening, server: MailServer) -> None:
    server.put(mail("I am away", Auto_Submitted="auto-replied"))
    assert await heard(ears) == []


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\n\n\x00\xff\xfe",
        b"From: =?utf-8?b?////?= <x@y>\nSubject: =?nowhere?q?=FF?=\n\nx\n",
        b'From: "ada@example.net" <ada@example.net>\nSubject: a\r\n b\n\nx\n',
        b"Content-Type: text/plain; charset=nowhere\nSubject: x\n\n\xff\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n",
        b"Content-Type: text/html\nSubject: h\n\n<script>alert(1)</script><b>hi</b>{run}\n",
        b"Date: Fri, 99 Foo 9999 99:99:99 +9999\nSubject: x\n\nx\n",
        b"Date: Fri, 31 Dec 9999 23:59:59 -2359\nSubject: x\n\nx\n",
        b"Subject: " + b"x" * 100_000 + b"\n\n" + b"y" * 500_000,
        b"From: " + b"(" * 5000 + b"\nSubject: x\n\nx\n",
    ],
)
async def test_a_hostile_mail_is_told_in_one_line_or_not_at_all(
    ears: Listening, server: MailServer, hostile: bytes
) -> None:
    server.put(hostile or b"\n")
    server.put(mail("After it"))
    found = await heard(ears)
    assert found[-1].words == "Hello / After it"
    assert all("@" not in each.who and len(each.words) < 300 for each in found)
    assert all("example.net" not in told for told in await ears.told())


@pytest.mark.parametrize(
    ("different", "reason"),
    [
        ({"password": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"host": "127.0.0.1"}, "verif"),
        ({"ca_file": ""}, "verif"),
        ({"port": 9}, "refused"),
        ({"folder": "Nowhere"}, "no folder Nowhere"),
        ({"folder": 'a"b\\c'}, "no folder"),
    ],
)
def test_what_is_wrong_with_a_mailbox_is_said_without_its_password(
    box: Mailbox, different: dict[str, object], reason: str
) -> None:
    with pytest.raises(MailboxAway, match=f"(?i){reason}") as away:
        read(replace(box, **different), None, since=NOW.date())  # type: ignore[arg-type]
    assert PASSWORD not in away.value.reason


async def test_a_mailbox_without_tls_is_read_where_the_operator_says_so(
    database: Database, run: Run, box: Mailbox, server: MailServer
) -> None:
    plain = replace(box, host="127.0.0.1", port=server.port, tls=False, ca_file="")
    ears = listening(database, {}, mailbox=plain)
    await ears.look()
    server.put(mail())
    assert len(await heard(ears)) == 1
