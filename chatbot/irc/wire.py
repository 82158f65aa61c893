"""The library's connection, hardened: no line that comes in ends it, no text goes out as protocol.

Measured on irc 20.5: an exception in parsing or in a handler closes the connection, the standard
buffer raises on invalid UTF-8 and grows without limit, CR and NUL are sent as they are, a lost
connection swallows what is sent, and every line sent is logged, passwords too.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from irc.client import Event, NickMask
from irc.client_aio import AioConnection, AioReactor, IrcProtocol
from irc.connection import AioFactory
from jaraco.stream.buffer import LineBuffer
from structlog.typing import FilteringBoundLogger

from chatbot.irc.isupport import Isupport
from chatbot.irc.settings import IrcNetwork
from chatbot.irc.trouble import ConnectionGone, IrcTrouble

_CTCP = "\x01"
Receive = Callable[[Event], None]


class ForgivingLineBuffer(LineBuffer):  # type: ignore[misc]  # untyped library
    """Lines of UTF-8, else of Latin-1, of at most `limit` bytes."""

    limit = 16 * 1024
    """Twice the 8191 bytes of tags and 512 of the message that IRCv3 allows."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = b""
        self._skipping = False

    def feed(self, data: bytes) -> None:
        """Take in bytes as they arrive."""
        if self._skipping:
            _, newline, data = data.partition(b"\n")
            self._skipping = not newline
        if not self._skipping:
            super().feed(data)

    def lines(self) -> Iterator[str]:
        """Yield the lines that are complete; drop one that grows beyond the limit."""
        yield from map(_decode, super().lines())
        if len(self.buffer) > self.limit:
            self.buffer = b""
            self._skipping = True


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        # Servers cut a long line at 510 bytes, also in the middle of a character.
        cut_short = error.reason == "unexpected end of data"
        return line[: error.start].decode() if cut_short else line.decode("latin-1")


class _Protocol(IrcProtocol):  # type: ignore[misc]  # untyped library
    connection: Wire

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.on_lost(exc)


class Wire(AioConnection):  # type: ignore[misc]  # untyped library
    """One connection, used once.

    `lost` is done when the connection has ended, with the reason. `last_received` is the loop
    time of the last bytes.
    """

    buffer_class = ForgivingLineBuffer
    protocol_class = _Protocol

    def __init__(self, reactor: _Reactor) -> None:
        super().__init__(reactor)
        self.features = reactor.isupport
        self.lost: asyncio.Future[str] = reactor.loop.create_future()
        self.last_received = reactor.loop.time()
        self._log = reactor.log
        self._spend = reactor.spend
        self._last_error = ""

    def process_data(self, new_data: bytes) -> None:
        """Take in what the server sent."""
        self.last_received = self.reactor.loop.time()
        super().process_data(new_data)

    def send_raw(self, string: str) -> None:
        """Send a line at once, counting it against the pace. Raises ConnectionGone, ValueError."""
        self._spend()
        self.write(string)

    def write(self, line: str) -> None:
        """Send a line that has had its turn. Raises ConnectionGone, ValueError."""
        if any(character in line for character in "\r\n\0"):
            raise ValueError("a line may not hold CR, LF or NUL")
        if self.lost.done() or self.transport.is_closing():
            raise ConnectionGone("not connected")
        self.transport.write(self._prep_message(line))

    def note_error(self, reason: str) -> None:
        """Remember what the server says before it closes."""
        self._last_error = reason

    def abort(self, reason: str) -> None:
        """Close without waiting for a peer that may be dead."""
        self._last_error = self._last_error or reason
        self.transport.abort()

    def on_lost(self, exc: Exception | None) -> None:
        """Record the end of the connection."""
        if not self.lost.done():
            self.lost.set_result(self._last_error or str(exc or "the server closed the connection"))

    def _process_line(self, line: str) -> None:
        try:
            super()._process_line(line)
        except ConnectionGone:
            self._log.info("irc.no_answer_possible")
        except Exception:  # noqa: BLE001 - the connection outlives whatever a line does to us
            # What was said stays out of the log: it may be a secret.
            self._log.exception("irc.line_not_understood", line=line.partition(" :")[0][:512])

    def _handle_message(
        self, arguments: Sequence[str], command: str, source: NickMask, tags: list[Any] | None
    ) -> None:
        # Without the library's CTCP unquoting, which makes new line feeds, and which shows the
        # ordinary half of a line that is half CTCP as if it were a line of its own.
        target, text = arguments[:2]
        if _CTCP not in text:
            self._handle_event(Event(command, source, target, [text], tags))

    def _handle_other(
        self, arguments: list[str], command: str, source: NickMask, tags: list[Any] | None
    ) -> None:
        # A QUIT without a reason must not be lost: who quit is no longer who he was.
        if command == "quit" and not arguments:
            arguments = [""]
        super()._handle_other(arguments, command, source, tags)


class _Reactor(AioReactor):  # type: ignore[misc]  # untyped library
    connection_class = Wire

    def __init__(
        self, *, isupport: Isupport, spend: Callable[[], None], log: FilteringBoundLogger
    ) -> None:
        super().__init__(on_connect=_ask_for_capabilities, loop=asyncio.get_running_loop())
        self.isupport = isupport
        self.spend = spend
        self.log = log


def _ask_for_capabilities(protocol: _Protocol, _transport: asyncio.Transport) -> None:
    # The library sends NICK and USER next, and the negotiation has to begin before them.
    protocol.connection.cap("LS", "302")


async def connect(
    settings: IrcNetwork,
    *,
    isupport: Isupport,
    receive: Receive,
    spend: Callable[[], None],
    log: FilteringBoundLogger,
) -> Wire:
    """Open a connection and send CAP LS, NICK and USER.

    `isupport` learns what the server says of itself, `receive` gets every event, `spend` is
    called for every line sent out of turn. Raises IrcTrouble.
    """
    reactor = _Reactor(isupport=isupport, spend=spend, log=log)
    reactor.add_global_handler("all_events", lambda _wire, event: receive(event))
    wire: Wire = reactor.server()
    try:
        async with asyncio.timeout(settings.connect_timeout):
            await wire.connect(
                settings.host,
                settings.port,
                settings.nick,
                username=settings.username,
                ircname=settings.realname,
                connect_factory=AioFactory(ssl=_tls(settings)),
            )
    except TimeoutError as error:
        raise IrcTrouble(f"no answer within {settings.connect_timeout:g} s") from error
    except ssl.SSLCertVerificationError as error:
        raise IrcTrouble(f"the certificate is not trusted: {error.verify_message}") from error
    except OSError as error:
        raise IrcTrouble(str(error) or type(error).__name__) from error
    except ValueError as error:
        # A nick, name or host in the settings that cannot be sent.
        if wire.connected:
            wire.abort("not sent")
        raise IrcTrouble(str(error)) from error
    return wire


def _tls(settings: IrcNetwork) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    context = ssl.create_default_context(cafile=settings.ca_file)
    if settings.client_cert is not None:
        context.load_cert_chain(settings.client_cert, settings.client_key)
    return context


def tags_of(event: Event) -> Mapping[str, str]:
    """Return the message tags; one without a value has the empty string."""
    return {tag["key"]: tag["value"] or "" for tag in event.tags}
