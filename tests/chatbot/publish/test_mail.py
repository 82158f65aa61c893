"""Mails are handed to a real SMTP server, and what became of them is told apart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from chatbot.publish.digestcopies import LEASE
from chatbot.publish.digestsettings import Encryption, MailServer
from chatbot.publish.mail import Handed, Handing, Mailer
from tests.peers.smtp import HOST, PASSWORD, USER, SmtpServer, running_smtp

FROM, TO = "bot@example.org", "list@example.org"


def mailer(server: SmtpServer, **changed: object) -> Mailer:
    encryption: Encryption = server.encryption  # type: ignore[assignment]
    facts: dict[str, object] = {
        "host": HOST,
        "port": server.port,
        "encryption": encryption,
        "user": USER if server.login else "",
        "password": PASSWORD if server.login else "",
        "ca_file": server.ca_file,
        "patience_seconds": 5,
    }
    return Mailer(server=MailServer(**{**facts, **changed}))  # type: ignore[arg-type]


def message(text: str = "Hello.\n.\nA dot alone.\n") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = FROM, TO, "Fällen"
    made.set_content(text)
    return made


async def send(to: Mailer, *, on_wire: bool = True) -> Handing:
    async def ours() -> bool:
        return on_wire

    return await to.send(message(), sender=FROM, recipient=TO, on_wire=ours)


@pytest.mark.parametrize("encryption", ["starttls", "tls", "none"])
async def test_a_mail_is_taken_as_it_was_made(tmp_path: Path, encryption: str) -> None:
    async with running_smtp(tmp_path, encryption=encryption) as server:
        assert await send(mailer(server)) == Handing(Handed.TAKEN)
        (taken,) = server.taken
        assert (taken.sender, taken.recipients, taken.user) == (FROM, (TO,), USER)
        assert taken.tls is (encryption != "none")
        assert taken.message["Subject"] == "Fällen"
        assert taken.message.get_content().splitlines() == ["Hello.", ".", "A dot alone."]


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("MAIL", "451 4.3.0 later", Handed.LATER),
        ("RCPT", "450 4.2.1 greylisted", Handed.LATER),
        ("RCPT", "550 5.1.1 no such list", Handed.REFUSED),
        ("DATA", "452 4.3.1 full", Handed.LATER),
        ("DATA", "554 5.7.1 spam", Handed.REFUSED),
    ],
)
async def test_what_the_server_answers_is_certain(
    tmp_path: Path, step: str, answer: str, outcome: Handed
) -> None:
    async with running_smtp(tmp_path) as server:
        server.refusals[step] = [answer]
        assert await send(mailer(server)) == Handing(outcome, answer)
        assert not server.taken


async def test_an_answer_that_is_lost_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        server.silent = True
        assert (await send(mailer(server))).outcome is Handed.UNKNOWN
        assert len(server.taken) == 1


async def test_an_answer_that_never_comes_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        server.at_data = asyncio.Event()
        assert (await send(mailer(server, patience_seconds=0.2))).outcome is Handed.UNKNOWN
        server.at_data.set()


async def test_a_server_that_is_away_was_sent_nothing(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        await server.stop()
        assert (await send(mailer(server))).outcome is Handed.LATER
        await server.start()
        assert (await send(mailer(server))).outcome is Handed.TAKEN


async def test_what_is_not_ours_any_more_is_not_sent(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        assert (await send(mailer(server), on_wire=False)).outcome is Handed.GIVEN_UP
        assert not server.taken


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_certificate_of_strangers_is_not_trusted(tmp_path: Path, encryption: str) -> None:
    async with running_smtp(tmp_path, encryption=encryption) as server:
        trouble = await mailer(server, ca_file=None).check()
        assert trouble is not None
        assert "CERTIFICATE_VERIFY_FAILED" in trouble
        assert await mailer(server, host="127.0.0.1").check() is not None


async def test_a_server_without_starttls_gets_no_password(tmp_path: Path) -> None:
    async with running_smtp(tmp_path, encryption="none", login=False) as server:
        assert (await send(mailer(server, encryption="starttls"))).outcome is Handed.LATER
        assert not server.taken


async def test_a_login_is_checked(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        assert await mailer(server).check() is None
        refused = await mailer(server, password="wrong").check()
        assert refused is not None
        assert refused.startswith("535")
        assert "wrong" not in refused


def test_a_lease_is_longer_than_a_mail_can_take() -> None:
    # Connecting, EHLO, STARTTLS, EHLO, AUTH in two steps, MAIL, RCPT; then DATA has a lease anew.
    server = MailServer(host="h", port=1, encryption="starttls")
    assert timedelta(seconds=8 * server.patience_seconds) < LEASE
