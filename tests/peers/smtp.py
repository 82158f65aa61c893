"""An SMTP server on loopback (aiosmtpd), with STARTTLS and AUTH, that can be made to fail.

The faults that it produces are those of real servers: it refuses for now (4xx) or for good (5xx)
at any step, is stopped, or takes a mail and dies before it has answered.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "bellringer", 'mail "box" \\ secret'
HOST = "localhost"


@dataclass(frozen=True)
class Taken:
    """A mail that was accepted."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    tls: bool
    user: str | None


@dataclass
class SmtpServer:
    """A server. `refusals` are answered in place of what would be said at a step, once each.

    With `silent`, the next mail is accepted and the connection cut before the answer.
    `at_rcpt` is waited for before a recipient is answered, `at_data` when a mail was taken, before
    that is answered; `arrived` tells that it is waited for.
    """

    folder: Path
    encryption: str = "starttls"
    login: bool = True
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False
    at_rcpt: asyncio.Event | None = None
    at_data: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _open: set[asyncio.BaseTransport] = field(default_factory=set)

    @property
    def ca_file(self) -> Path:
        """The certificate that it shows, of `localhost`."""
        return self.folder / "smtp.pem"

    async def start(self) -> None:
        """Listen, on the same port as before."""
        context = _context(self.folder) if self.encryption != "none" else None
        self._server = await asyncio.get_running_loop().create_server(
            lambda: self._protocol(context),
            "127.0.0.1",
            self.port,
            ssl=context if self.encryption == "tls" else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and cut all connections."""
        assert self._server is not None
        self._server.close()
        for transport in self._open:
            transport.close()
        await self._server.wait_closed()

    def _protocol(self, context: ssl.SSLContext | None) -> SMTP:
        return SMTP(
            self,
            tls_context=context if self.encryption == "starttls" else None,
            require_starttls=self.encryption == "starttls",
            # aiosmtpd knows of no other TLS than that of STARTTLS.
            auth_required=self.login and self.encryption == "starttls",
            auth_require_tls=self.encryption == "starttls",
            authenticator=_let_in,
            hostname=HOST,
            ident="loopback",
            loop=asyncio.get_running_loop(),
        )

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if server.transport is not None:
            self._open.add(server.transport)
        if refusal := self._refusal("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        if self.at_rcpt is not None:
            self.arrived.set()
            await self.at_rcpt.wait()
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if refusal := self._refusal("DATA"):
            return refusal
        self._take(session, envelope)
        self.arrived.set()
        if self.at_data is not None:
            await self.at_data.wait()
        if self.silent:
            self.silent = False
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def _take(self, session: Session, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        message: Any = message_from_bytes(raw, policy=default)
        login = session.auth_data.login.decode() if session.auth_data else None
        self.taken.append(
            Taken(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                message,
                raw,
                session.ssl is not None or self.encryption == "tls",
                login,
            )
        )

    def _refusal(self, step: str) -> str | None:
        waiting = self.refusals.get(step, [])
        return waiting.pop(0) if waiting else None


@asynccontextmanager
async def running_smtp(
    folder: Path, *, encryption: str = "starttls", login: bool = True
) -> AsyncIterator[SmtpServer]:
    """Run a server in this event loop."""
    _certify(folder)
    server = SmtpServer(folder, encryption, login)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def _let_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    good = isinstance(data, LoginPassword) and (
        (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    )
    return AuthResult(success=good, handled=False, auth_data=data)


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "smtp.pem", folder / "smtp.key")
    return context


def _certify(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "smtp.key"), "-out", str(folder / "smtp.pem")),
        ],
        check=True,
        capture_output=True,
    )
