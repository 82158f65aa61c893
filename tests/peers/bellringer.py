"""The bot itself as a process of its own, started by its command line, against real peers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from storage.database import Database
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import APPLICATION, BOT, SECRET, MediaWiki
from tests.peers.telegram import Telegram

NETWORK = "testnet"
TALKS, DESK = "#talks", "#desk"
TALKS_CHAT, DESK_CHAT = -1001000000001, -1001000000002
"""The same rooms on Telegram."""
SECRETS = {"BELLRINGER_IRC_TESTNET_PASSWORD": "botpass"}
START_SECONDS = 30
STOP_SECONDS = 60

_CONFIG = """
contact = "https://example.org/bellringer"
data = "data"

[languages]
{languages}

[coordinators]
channels = [{desks}]
test_pages = [{test_pages}]

[events]
channels = [{talks}]
grace = "{grace}"

[limits]
commands = 1000

[runs]
home = "{home}"
settle = "{settle}"
canary_pause = "{canary_pause}"

[[irc]]
network = "testnet"
host = "127.0.0.1"
port = {port}
tls = false
nick = "bellringer"
account = "botaccount"
burst = 1000
rate = 1000
"""

_TELEGRAM = """
[telegram]
api = "{api}"
"""

_WIKI = """
[[wiki]]
name = "{name}"
api = "{api}"
username = "{bot}"
bot_password = "{application}"
edits_per_minute = {rate}
"""


class Operator:
    """Whoever installed the bot: has its configuration, and starts, stops and kills it."""

    def __init__(
        self,
        *,
        folder: Path,
        irc: IrcServer,
        wikis: Mapping[str, MediaWiki],
        telegram: Telegram | None = None,
        apis: Mapping[str, str] | None = None,
    ) -> None:
        self._apis = apis or {}
        self.data = folder / "data"
        self.irc = irc
        self.telegram = telegram
        self._wikis = wikis
        self._config = folder / "bellringer.toml"
        self._log = folder / "log"
        self._started_at = 0
        self._process: subprocess.Popen[bytes] | None = None
        passwords = {f"BELLRINGER_WIKI_{name.upper()}_PASSWORD": SECRET for name in wikis}
        self._environment = {**os.environ, **SECRETS, **passwords}
        if telegram:
            self._environment["BELLRINGER_TELEGRAM_TOKEN"] = telegram.token
        self.configure()

    def configure(
        self,
        *,
        settle: str = "3s",
        canary_pause: str = "0s",
        grace: str = "1m",
        edits_per_minute: float = 6000,
        languages: Mapping[str, str] | None = None,
        test_pages: Sequence[str] = (),
        more: str = "",
    ) -> None:
        """Write the configuration: what the bot does not read before it is started again.

        `more` are tables that no other setting is in.
        """
        text = _CONFIG.format(
            talks=self._rooms(TALKS, TALKS_CHAT),
            desks=self._rooms(DESK, DESK_CHAT),
            test_pages=", ".join(f'"{each}"' for each in test_pages),
            port=self.irc.plain_port,
            home=next(iter(self._wikis), ""),
            settle=settle,
            canary_pause=canary_pause,
            languages="\n".join(f'"{each}" = "{tag}"' for each, tag in (languages or {}).items()),
            grace=grace,
        )
        for name, wiki in self._wikis.items():
            text += _WIKI.format(
                name=name,
                api=self._apis.get(name, wiki.api),
                bot=BOT,
                application=APPLICATION,
                rate=edits_per_minute,
            )
        if self.telegram:
            text += _TELEGRAM.format(api=self.telegram.base_url)
        self._config.write_text(text + more)

    def _rooms(self, channel: str, chat: int) -> str:
        rooms = [f'"{NETWORK}/{channel}"', *([f'"telegram/{chat}"'] if self.telegram else [])]
        return ", ".join(rooms)

    @property
    def log(self) -> str:
        """All that was logged so far."""
        return self._log.read_text() if self._log.exists() else ""

    async def logged(self, what: str, *, times: int = 1, within: float = START_SECONDS) -> None:
        """Wait until the bot has logged something so often since it was started."""
        try:
            async with asyncio.timeout(within):
                while self.log[self._started_at :].count(what) < times:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no {what!r} in the log:\n{self.log[-3000:]}") from None

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command by hand and return how it went."""
        return subprocess.run(
            self._command(*words),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self) -> None:
        """Start the bot. Whoever calls this stops or kills it."""
        self._started_at = len(self.log)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                # Gone with the tests, also when those are killed.
                ["setpriv", "--pdeathsig", "KILL", *self._command("run")],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, *, within: float = STOP_SECONDS) -> int:
        """Stop the bot in the orderly way (SIGTERM), and return its exit code."""
        process, self._process = self._process, None
        assert process is not None
        process.terminate()
        try:
            return process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        """Kill the bot where it stands, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the bot run, and stop it in the orderly way, which has to work."""
        self.start()
        try:
            yield
        finally:
            code = self.stop()
        assert code == 0, self.log[-3000:]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Look into what the bot keeps, beside it."""
        database = Database.open(f"sqlite+aiosqlite:///{self.data / 'bellringer.db'}")
        try:
            yield database
        finally:
            await database.close()

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "chatbot.cli", *words, "--config", str(self._config)]
